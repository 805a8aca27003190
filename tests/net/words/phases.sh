# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2086,SC2154 # $fault is a list, which the script sets
#
# tests/net/words/phases.sh - a machine with a VRF of its own card and one that shares a card, and every phase
# of the executors there, with $fault before the program: what has it fail.  Sourced after lib.sh.

lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan office eth0 10.20.30.1/24 2001:db8:30::1/64
internet office 203.0.113.9
from internet probe tcp-echo 7
from office probe tcp-echo 7
from management probe tcp-echo 7
ip link set lo up
ip addr add 10.20.30.40/24 dev eth0
ip link set eth0 up
ip route add default via 10.20.30.1
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

# phase EXECUTOR PHASE IFACE [VARIABLE=VALUE...]: the command, for failat to run
phase() {
	phase_executor=$1
	phase_name=$2
	phase_iface=$3
	shift 3
	env -i PATH="$PATH" PHASE="$phase_name" IFACE="$phase_iface" INTERFACES_FILE=/etc/network/interfaces "$@" \
		$fault "${executors:-/usr/libexec/ifupdown-ng}/$phase_executor"
}

red() {
	phase "$1" "$2" vrf-red IF_VRF_TABLE=10 \
		'IF_TABLE_ROUTE=default via 10.20.40.1 dev eth1, 172.16.0.0/12 via 10.20.40.1 dev eth1' \
		'IF_TABLE_RULE=from 10.20.40.0/24 pref 500 table 10'
}

green() {
	phase "$1" "$2" vrf-green IF_VRF_TABLE=11 IF_VRF_BIND=mark 'IF_TABLE_ROUTE=10.20.30.0/24 dev eth0'
}

member() {
	phase "$1" "$2" eth1 IF_VRF_MEMBER=vrf-red IF_ADDRESSES='10.20.40.40/24 '
}

order() {
	phase l3mdev "$1" lo IF_L3MDEV_UNREACHABLE_PREF=2000
}

# Rules, addresses, routes, and of links what the executors decide; no carrier, no link-local addresses.
network() {
	for family in -4 -6; do
		ip $family rule
		ip $family -o addr | sed '/fe80/d; s/^[0-9]*: //; s/ *valid_lft.*//; s/ nodad//'
		ip $family route show table all | sed '/fe80/d; /ff00::/d; s/ linkdown//'
	done
	link_states
}

# spoken: what has failed is said in a line of one of ours
spoken() {
	grep -Eq '^(vrf|l3mdev|table|vrf-exec|vrf-listen|rc-vrf): |^ \* ' /run/said || {
		echo "nothing is said"
		return 1
	}
}

# fault_is_right CMD...: what has become of it
fault_is_right() {
	if [ "$status" = 0 ]; then
		$faults_after >/run/got
		# what only looks shows what it has, and says what it has not
		cmp -s /run/want /run/got || { [ "$faults_after" = said ] && grep -q '^rc-vrf: cannot \|^unknown: ' /run/said; } ||
			{ diff -u /run/want /run/got; echo "success, but not all is there"; return 1; }
	elif grep -q '^outside$' /run/said; then
		echo "it is outside"
		return 1
	elif [ "$status" = 124 ]; then
		echo "it hangs"
		return 1
	elif [ "$status" -gt 125 ] && [ "$status" != 126 ] && [ "$status" != 127 ]; then
		echo "it crashed"
		return 1
	else
		spoken || return 1
	fi
	"$@" >/run/said 2>&1 || { echo "the second run fails:"; cat /run/said; return 1; }
	$faults_after >/run/got
	diff -u /run/want /run/got || { echo "the second run does not repair it"; return 1; }
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
	ip link set eth1 up
	ip addr add 10.20.40.40/24 dev eth1
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
