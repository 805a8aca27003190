// SPDX-License-Identifier: ISC

// tests/vm/names-go.go - names-go NAME: its addresses, one a line, as Go's own resolver finds them.
package main

import (
	"fmt"
	"log"
	"net"
	"os"
)

func main() {
	addresses, err := net.LookupHost(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	for _, address := range addresses {
		fmt.Println(address)
	}
}
