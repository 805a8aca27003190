# shellcheck shell=sh
# SPDX-License-Identifier: ISC
#
# lib.sh - words for the contract tests: an executor is called as ifupdown-ng
# calls it (ifupdown-executor(7)), by a shell and with an environment made of
# nothing, and what it prints and how it ends is compared.  With MOCK set it
# prints ip(8) lines instead of acting, so that no root is needed.
#
#	does "a sentence" EXECUTOR PHASE IFACE LINE... <<-END	# exit 0, prints exactly this
#	refuses "a sentence" 'its one line' EXECUTOR PHASE IFACE LINE...	# exit 1
#
# LINE is a line of the interface's stanza; other stanzas come from `others`.

root=$(cd "$(dirname "$0")/../.." && pwd)
case ${BUILD:-build} in
/*) build=$BUILD ;;
*) build=$root/${BUILD:-build} ;;
esac
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM

: >"$T/others"
interfaces=$T/interfaces
stanza=	# `ifup IFACE=STANZA`
MOCK="echo"
VERBOSE=
names=
results=0
failed=0
shells="dash busybox_ash"
# ONLY_BUSYBOX: on a machine with no other shell, and without strace (tests/net/contract.sh)
[ -z "${ONLY_BUSYBOX-}" ] || shells=busybox_ash
shell="sh"

# verdict REASON SENTENCE: an empty reason is a success.
verdict() {
	results=$((results + 1))
	if [ -z "$1" ]; then
		echo "ok $results - $2 ($shell)"
	else
		failed=$((failed + 1))
		echo "not ok $results - $2 ($shell)"
		printf '%s\n' "$1" | sed 's/^/# /'
	fi
}

# The test's last word.
done_testing() {
	echo "1..$results"
	[ "$failed" = 0 ] && [ "$results" != 0 ]
}

# Run a function of the test once for each shell that /bin/sh may be.
in_each_shell() {
	for shell in $shells; do
		"$@"
	done
}

others() { cat >"$T/others"; }

# The shell that ifupdown-ng starts executors with.
by_shell() {
	case $shell in
	busybox_ash) env -i "$@" busybox ash -c "$program" ;;
	*) env -i "$@" "$shell" -c "$program" ;;
	esac
}

# What ifupdown-ng makes of a stanza's line, in $variable: IF_KEYWORD=value, cut at 4095 bytes.
make_variable() {
	keyword=${1%%[ 	]*}
	value=${1#"$keyword"}
	value=${value#[ 	]}
	case $names in
	*" $keyword="*) name=${names#*" $keyword="} name=${name%% *} ;;
	*)
		name=IF_$(printf %s "$keyword" | tr 'a-z-' 'A-Z_')
		names="$names $keyword=$name " ;;
	esac
	variable=$name=$value
	[ ${#variable} -le 4095 ] || variable=$(printf %s "$variable" | head -c 4095)
}

# call EXECUTOR PHASE IFACE LINE...: leaves $T/out, $T/err and $status.
call() {
	program=$build/executor/$1 phase=$2 iface=$3
	shift 3
	{ cat "$T/others"; printf 'iface %s\n' "${stanza:-$iface}"; [ $# = 0 ] || printf '\t%s\n' "$@"; } >"$T/interfaces"
	lines=$#
	# These two are always there, and often empty.
	set -- "$@" IF_ADDRESSES= IF_GATEWAYS=
	for line; do
		[ "$lines" -gt 0 ] || break
		lines=$((lines - 1))
		shift
		case $line in
		'gateway '*) set -- "$@" "IF_GATEWAYS=${line#* } " ;;
		'address '*) set -- "$@" "IF_ADDRESSES=${line#* } " ;;
		esac
		make_variable "$line"
		set -- "$@" "$variable"
	done
	by_shell IFACE="$iface" PHASE="$phase" METHOD=none ${MOCK:+MOCK="$MOCK"} ${VERBOSE:+VERBOSE="$VERBOSE"} \
		IFQUERY="$root/tests/contract/ifquery" INTERFACES_FILE="$interfaces" \
		"$@" >"$T/out" 2>"$T/err" </dev/null
	status=$?
}

# Why the call was not as expected, or nothing: STATUS, expected output in $T/want, expected errors in $T/want.err.
differs() {
	[ "$status" = "$1" ] || echo "status $status, not $1"
	cmp -s "$T/want" "$T/out" || { echo "printed:"; cat "$T/out"; echo "instead of:"; cat "$T/want"; }
	cmp -s "$T/want.err" "$T/err" || { echo "said:"; cat "$T/err"; echo "instead of:"; cat "$T/want.err"; }
}

does() {
	sentence=$1
	shift
	cat >"$T/want"
	: >"$T/want.err"
	call "$@"
	verdict "$(differs 0)" "$sentence"
}

does_nothing() { does "$@" </dev/null; }

refuses() {
	sentence=$1
	: >"$T/want"
	printf '%s\n' "$2" >"$T/want.err"
	shift 2
	call "$@"
	verdict "$(differs 1)" "$sentence"
}
