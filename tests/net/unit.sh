#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The unit tests, compiled for this machine's C library and run with it: what
# printf, getline, strtol, strerror and the locale do differently shows here.

. "$(dirname "$0")/lib.sh"

# passes PROGRAM...: as many results as it has planned, none of them bad
passes() {
	"$@" >/run/tap 2>&1 || { cat /run/tap; return 1; }
	plan=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' /run/tap)
	tail -n 3 /run/tap
	[ "${plan:-0}" -gt 0 ] && [ "$(grep -c '^ok ' /run/tap)" = "$plan" ] && ! grep -q '^not ok' /run/tap
}

cd /tests/unit
for program in /tests/unit/*_test; do
	check "${program##*/}" passes "$program"
done
# as a service of the machine sees them, and not as this script does
check "attach_test, with the whole hierarchy of control groups" \
	passes apart /tests/unit/attach_test
check "... of which it skips nothing" sh -c '! grep -q SKIP /run/tap'
