# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# tests/net/words/ifup.sh - what ifup says and how it ends.

# Up to 0.11 ifupdown-ng takes every executor for successful.
codes=heeded
! ifup -V 2>&1 | grep -q 'ifupdown-ng 0\.11' || codes=ignored

# ifup_fails PATTERN ARGUMENT...: the reason is on standard error (standard output is lost, as on Alpine), and
# where ifup heeds executors its status is not 0.
ifup_fails() {
	ifup_pattern=$1
	shift
	if ifup "$@" 2>/run/said >/dev/null; then ifup_status=0; else ifup_status=$?; fi
	cat /run/said
	grep -Eq "$ifup_pattern" /run/said || return
	[ $codes = ignored ] || [ $ifup_status != 0 ]
}
