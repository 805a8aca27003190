// SPDX-License-Identifier: ISC

// tests/vm/listener.go - a server of the kind that Go makes easy: HTTP on the
// address that it is given.  It does nothing about its socket, so that Go's
// default holds, which is MPTCP since 1.24.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "it is Go")
	})
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}
