#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The contract tests of what we install, with what is compiled for this machine's C library, its
# shell, grep, sed and awk.  Those that need a compiler or read sources alone are not here; CONTRACT=all
# (make check-all): those that take minutes, too; CONTRACT=NAME: that one.
#
# timeout: 3600

. "$(dirname "$0")/lib.sh"

# passes TEST: as many results as it has planned, none of them bad or skipped
passes() {
	"$@" >/run/said 2>/run/errors || { grep -A 20 '^not ok' /run/said; cat /run/errors; return 1; }
	plan=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' /run/said)
	echo "$plan results"
	[ "${plan:-0}" -gt 4 ] && [ "$(grep -c '^ok ' /run/said)" = "$plan" ] && ! grep -Eiq '^not ok|# skip' /run/said
}

export BUILD=/tests/contract/build ONLY_BUSYBOX=yes
cd /tests/contract
tests="exec l3mdev vrf table config options dhcp settings completion"
case ${CONTRACT-} in
all) tests="$tests examples refusals hook" ;;
?*) tests=$CONTRACT ;;
esac
for test in $tests; do
	check "${test}_test" passes "tests/contract/${test}_test"
done
