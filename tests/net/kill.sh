#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Every phase of every executor, killed at its system calls one after the
# other: no family is ever without a `local` rule, no member's address ever in
# the default VRF, and a second run reaches the same state as an undisturbed one.
# KILL_STEP says how many calls lie between two kills (make check-all: 1).
# timeout: 9000

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/executor.sh"

step=${KILL_STEP:-17}
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan office eth0 10.20.30.1/24
ip link set lo up
ip addr add 10.20.30.40/24 dev eth0
ip link set eth0 up
interfaces <<EOF
iface lo

iface vrf-red
    vrf-table 10
    table-route default via 10.20.40.1 dev eth1, 172.16.0.0/12 via 10.20.40.1 dev eth1
    table-rule from 10.20.40.0/24 pref 500 table 10

iface vrf-green
    vrf-table 11
    vrf-bind mark
    table-route 10.20.30.0/24 dev eth0

iface eth1
    vrf-member vrf-red
    address 10.20.40.40/24
EOF

red() {
	executor "$1" "$2" vrf-red IF_VRF_TABLE=10 \
		'IF_TABLE_ROUTE=default via 10.20.40.1 dev eth1, 172.16.0.0/12 via 10.20.40.1 dev eth1' \
		'IF_TABLE_RULE=from 10.20.40.0/24 pref 500 table 10'
}

green() {
	executor "$1" "$2" vrf-green IF_VRF_TABLE=11 IF_VRF_BIND=mark 'IF_TABLE_ROUTE=10.20.30.0/24 dev eth0'
}

member() {
	executor "$1" "$2" eth1 IF_VRF_MEMBER=vrf-red IF_ADDRESSES='10.20.40.40/24 '
}

order() {
	executor l3mdev "$2" lo IF_L3MDEV_UNREACHABLE_PREF=2000
}

addresses() {
	[ "$1" != up ] || ip link set eth1 up
	ip addr add 10.20.40.40/24 dev eth1 2>/dev/null
	:
}

# Rules, addresses, routes, and of links what the executors decide; no carrier, no link-local addresses.
state() {
	for family in -4 -6; do
		ip $family rule
		ip $family -o addr | sed '/fe80/d; s/^[0-9]*: //; s/ *valid_lft.*//; s/ nodad//'
		ip $family route show table all | sed '/fe80/d; /ff00::/d; s/ linkdown//'
	done
	link_states
}

# At any moment of any phase.
invariants() {
	ip rule | grep -q 'lookup local' || { echo "no local rule"; return 1; }
	ip -6 rule | grep -q 'lookup local' || { echo "no local rule for IPv6"; return 1; }
	! ip route show table local | grep 10.20.40.40 || return 1
	! ip route show | grep 10.20.40.0 || return 1
}

# killed WHO NAME PHASE: from the state before, kill at each call in turn, look, and run again to the state after.
killed() {
	killed_before=$1
	shift
	$killed_before >/dev/null 2>&1
	"$@" || return
	state >"$tap_dir/want"
	n=1
	kills=0
	while :; do
		$killed_before >/dev/null 2>&1
		KILLAT=$n "$@" || break
		kills=$((kills + 1))
		invariants || { echo "killed at call $n"; return 1; }
		"$@" || { echo "second run after call $n"; return 1; }
		state >"$tap_dir/got"
		diff -u "$tap_dir/want" "$tap_dir/got" || { echo "state after call $n"; return 1; }
		n=$((n + step))
	done
	echo "$kills kills"
	[ "$kills" -gt 0 ]
}

# The state before each phase.
nothing() {
	red table pre-down
	green table pre-down
	member vrf post-down
	red vrf destroy
	green vrf destroy
	ip link set eth1 down
	ip addr flush dev eth1
}

made() {
	nothing
	red vrf create
	green vrf create
}

is_up() {
	made
	red vrf up
	green vrf up
}

enslaved() {
	is_up
	member vrf pre-up
	addresses up
}

routed() {
	enslaved
	red table post-up
	green table post-up
}

down() {
	routed
	ip addr flush dev eth1
	ip link set eth1 down
}

check "vrf create" killed nothing red vrf create
check "vrf create, by mark" killed nothing green vrf create
check "vrf up" killed made red vrf up
check "vrf up, by mark" killed made green vrf up
check "vrf pre-up of a member" killed is_up member vrf pre-up
check "vrf post-up of a member" killed enslaved member vrf post-up
check "l3mdev up" killed is_up order l3mdev up
check "table post-up" killed enslaved red table post-up
check "table post-up, by mark" killed enslaved green table post-up
check "table reapply" killed routed member table reapply
check "table pre-down" killed routed red table pre-down
check "vrf post-down of a member" killed down member vrf post-down
check "vrf destroy with members" killed routed red vrf destroy
check "vrf destroy, by mark" killed routed green vrf destroy
nothing
