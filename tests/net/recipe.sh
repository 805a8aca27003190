#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The well-known recipe: a VRF that leaks a route through a NIC that is no
# member, with rules by hand.  It comes up unchanged, isolates as its author
# shows, and a warning says why nothing comes back.

. "$(dirname "$0")/lib.sh"

lan office eth0 10.20.30.1/24
internet office 8.8.8.8
interfaces <<'EOF'
auto lo
iface lo

auto eth0
iface eth0
    address 10.20.30.40/24
    gateway 10.20.30.1

auto vrf-management
iface vrf-management
    requires eth0
    vrf-table 1
    pre-up ip -4 rule add pref 32765 table local
    pre-up ip -4 rule del pref 0
    pre-up ip -4 rule add pref 2000 l3mdev unreachable
    post-up ip route add 10.20.30.0/24 dev eth0 table 1
EOF

bring_up() {
	ifup -a >/run/ifup.log 2>&1
	ifup_status=$?
	cat /run/ifup.log
	return $ifup_status
}

warning_said() {
	grep -q 'vrf-management: replies to 10.20.30.0/24 cannot arrive: eth0 is not a member' /run/ifup.log &&
		grep -q 'vrf-bind mark' /run/ifup.log
}

one_rule() {
	[ "$(ip "$1" rule | grep -c "$2")" = 1 ]
}

check "ifup" bring_up
check "the VRF is up" prints 'state UP' ip link show vrf-management
check "its author's route is there" prints '^10.20.30.0/24 dev eth0' ip route show table 1
check "one rule for local, IPv4" one_rule -4 'lookup local'
check "one rule for local, IPv6" one_rule -6 'lookup local'
check "one unreachable rule, IPv4" one_rule -4 'l3mdev-table. unreachable'
check "IPv6 does not fall through either" one_rule -6 'l3mdev-table. unreachable'
check "8.8.8.8 is unreachable in the VRF" fails_with 'unreachable|No route' \
	ip vrf exec vrf-management ping -c 1 -W 2 8.8.8.8
check "and by vrf-exec" fails_with 'unreachable|No route' vrf-exec vrf-management ping -c 1 -W 2 8.8.8.8
check "8.8.8.8 is reachable outside" ping -c 1 -W 5 8.8.8.8
check_fails "no reply arrives in the VRF" ip vrf exec vrf-management ping -c 1 -W 2 10.20.30.1
check "a warning says why, and what to write instead" warning_said
check "the host's 127.0.0.1 answers" ping -c 1 -W 5 127.0.0.1
check "ifdown" ifdown vrf-management
check "rules that were made by hand stay" prints '32765:.*lookup local' ip rule
no_rule() {
	! ip "$1" rule | grep -E "$2"
}
check "ours are gone" no_rule -4 'proto 86'
check "ours are gone, IPv6" no_rule -6 'proto 86|unreachable'
check "the host still works" ping -c 1 -W 5 8.8.8.8
