# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2154 # tap_dir is lib.sh's
#
# tests/net/words/why.sh - rc-vrf why: what it says is in $tap_dir/why.  Sourced after vrf.sh.

# cannot PATTERN ARGUMENT...: status 1, and the first line says so
cannot() {
	cannot_pattern=$1
	shift
	if status 1 rc-vrf why "$@" >"$tap_dir/why"; then cannot_status=0; else cannot_status=1; fi
	cat "$tap_dir/why"
	[ $cannot_status = 0 ] || return
	head -n 1 "$tap_dir/why" | grep -Eq -e "$cannot_pattern"
}
