#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2016 # what others run is theirs to expand
#
# A VRF with many prefixes: a change of one costs no reading of them all, since what the set was filled
# with is kept in a file; and whatever that file says, the set gets what the table has.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"
. "$(dirname "$0")/words/executor.sh"

lan office eth0 10.20.30.1/24
card eth0 - 10.20.30.40/24
settled
printf 'auto green\niface green\n\tvrf-table 11\n\tvrf-bind mark\n' | interfaces
green() { executor vrf "$1" green IF_VRF_TABLE=11 IF_VRF_BIND=mark; }
check "a VRF by mark" eval 'green create && green up'
seq 0 999 | while read -r n; do
	echo "route add 100.64.$((n >> 8))0.$((n & 255))/32 dev eth0 table 11"
done | ip -batch -
check "services have its thousand prefixes" eval 'vrf-exec green true && green up'
kept=/run/vrf-ng.set.$(stat -Lc %i /proc/self/ns/net).green

# in_set ADDRESS: the filters let it pass, whatever the routes say
in_set() {
	said=$(vrf-exec green probe -t 1 pktinfo eth0 "$1" 7 2>&1)
	case $said in
	*EPERM*) return 1 ;;
	*'no answer'*) ;;
	*) echo "$said" && return 2 ;;
	esac
}

# read_entries: how often the last update asked the map for its next entry
update() { bpfcalls /run/trace /bin/sh -c '. /tests/net/words/executor.sh; executor vrf up green IF_VRF_TABLE=11 IF_VRF_BIND=mark'; }
read_entries() { grep -c BPF_MAP_GET_NEXT_KEY /run/trace; }

# change OLD NEW: one prefix goes, another one comes
change() { ip route del "$1/32" dev eth0 table 11 && ip route add "$2/32" dev eth0 table 11; }
changed() {
	in_set "$2" || { echo "$2 is not in the set"; return 1; }
	in_set "$1" && { echo "$1 is in the set"; return 1; }
	in_set 100.64.10.7
}

check "what the set has is kept" prints '^600 0$' stat -c '%a %u' "$kept"
change 100.64.0.7 100.65.0.1
check "one prefix is another one" update
check "... in the set as well" changed 100.64.0.7 100.65.0.1
check "... without reading the others" [ "$(read_entries)" -lt 100 ]
check "... and nothing is left to do" eval 'update && [ "$(grep -c -e BPF_MAP_UPDATE -e BPF_MAP_DELETE /run/trace)" = 0 ]'

# other LINE: the file is not what it was; then one prefix changes
n=0
other() {
	other_name=$1
	shift
	n=$((n + 1))
	"$@"
	change "100.65.0.$n" "100.65.0.$((n + 1))"
	check "$other_name" update
	check "... the set is right" changed "100.65.0.$n" "100.65.0.$((n + 1))"
	check "... for it was read" [ "$(read_entries)" -gt 900 ]
	check "... and what it has is kept again" eval 'change 100.64.20.1 100.64.20.1 && green up && [ -s "$kept" ]'
}
other "no file" rm "$kept"
other "an empty one" sh -c ': >"$0"' "$kept"
other "half of one" sh -c 'head -c $(($(wc -c <"$0") - 1000)) "$0" >/run/half && cat /run/half >"$0"' "$kept"
other "one bit more or less" sh -c 'printf "\377" | dd of="$0" bs=1 seek=5000 conv=notrunc 2>/dev/null' "$kept"
other "more prefixes than there can be" sh -c 'printf "\377\377\377\377" | dd of="$0" bs=1 seek=4 conv=notrunc 2>/dev/null' "$kept"
cp "$kept" /run/old
change 100.64.0.9 100.66.0.9
check "another prefix" green up
other "one that was right before" cp /run/old "$kept"
check "... what came between is in the set" in_set 100.66.0.9

# Killed anywhere, the next one ends it.
killed() {
	n=1
	while change "100.67.0.$((n % 2))" "100.67.0.$(((n + 1) % 2))" && KILLAT=$((n * 41)) green up >/dev/null 2>&1; do
		green up || return
		changed "100.67.0.$((n % 2))" "100.67.0.$(((n + 1) % 2))" || { echo "killed at call $((n * 41))"; return 1; }
		n=$((n + 1))
	done
	echo "$n kills"
	[ $n -gt 5 ]
}
ip route add 100.67.0.1/32 dev eth0 table 11
check "killed at any call" killed

check "ifdown" green destroy
check_fails "... keeps nothing" [ -e "$kept" ]
