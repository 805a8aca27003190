#!/bin/sh
# SPDX-License-Identifier: ISC
#
# rc-vrf why where the kernel has to choose: listeners of several VRFs at an own address, several
# hops of which some are not used, rules beside routes, addresses of nobody.  Packets say what is so.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"
. "$(dirname "$0")/words/why.sh"

in_the_office
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan laboratory eth2 10.20.50.1/24 2001:db8:50::1/64
lan workshop eth3 10.20.60.1/24 2001:db8:60::1/64
device_vrf red 1 eth1 10.20.40.40/24 2001:db8:40::40/64
card eth2 red 10.20.50.40/24 2001:db8:50::40/64
card eth3 - 10.20.60.40/24
for table in 5 6 7 8; do
	mark_vrf "shared$table" $table eth0 10.20.30.0/24
done
mark_local 6
mark_local 7
settled
servers office management laboratory workshop

# can ARGUMENT...: likewise, status 0
can() {
	rc-vrf why "$@" >"$tap_dir/why"
	can_status=$?
	cat "$tap_dir/why"
	return $can_status
}

# steps PATTERN: one of the lines that were printed last
steps() {
	grep -Eq -e "$1" "$tap_dir/why"
}

printf '%s\n' '#!/sbin/openrc-run' 'command=/bin/true' >/etc/init.d/plain
chmod 755 /etc/init.d/plain

# At an own address it is the filter of the one who listens that lets things in.
for table in 5 6 7; do
	vrf-exec "shared$table" probe tcp-echo 220$table
done
vrf-exec --no-confine shared8 probe tcp-echo 2208
check_fails "packets: a listener by mark hears nobody in no VRF" probe -t 1000 tcp 127.0.0.1 2205
check "... as is said" cannot 'the filter of VRF shared5 keeps from tcp \[::\]:2205 what' plain 127.0.0.1:2205
check "... and what to do" steps '^   write vrf-mark-local yes in the stanza of shared5'
check_fails "packets: nor one in another VRF" in_vrf shared6 probe -t 1000 tcp 10.20.30.40 2205
check "... as is said" cannot 'the filter of VRF shared5 keeps' shared6 10.20.30.40:2205
check_fails "packets: one that is not confined hears, and its answers have no way" probe -t 1000 tcp 127.0.0.1 2208
check "... as is said" cannot 'VRF shared8 has no way by which tcp \[::\]:2208 can answer' plain 127.0.0.1:2208
check "packets: with vrf-mark-local it does" probe tcp 127.0.0.1 2206
check "... as is said" can plain 127.0.0.1:2206
check "packets: also one in another VRF" in_vrf shared7 probe tcp 127.0.0.1 2206
check "... as is said" can shared7 127.0.0.1:2206
check_fails "packets: nobody listens" probe -t 1000 tcp 127.0.0.1 2299
check "... as is said" cannot 'nobody listens there' plain 127.0.0.1:2299

# An address of IPv4 in IPv6 is IPv4's; those of everybody are nobody's.
check "packets: an IPv4-mapped address" in_vrf red probe tcp ::ffff:10.20.40.1 7
check "... as is said" can red '[::ffff:10.20.40.1]:7'
check_fails "packets: a broadcast address" in_vrf red probe -t 1000 tcp 10.20.40.255 7
check "... is refused" status 2 rc-vrf why red 10.20.40.255:7
check "... and by mark" status 2 rc-vrf why shared5 10.20.30.255
check "an address with a slip is no name" status 2 rc-vrf why red 10.20.40.300

# Several hops, each of which leads to a 10.77.0.1 with a way back.
reached() {
	reached=0
	while [ $reached -lt 8 ]; do
		in_vrf red probe -t 3000 tcp 10.77.0.1 7 || return
		reached=$((reached + 1))
	done
}
for net in management laboratory; do
	ip -n $net addr add 10.77.0.1/32 dev lo
done
ip -n management route add 10.20.50.0/24 via 10.20.40.40
ip -n laboratory route add 10.20.40.0/24 via 10.20.50.40
ip route add 10.77.0.0/24 table 1 nexthop via 10.20.40.1 dev eth1 nexthop via 10.20.50.1 dev eth2
check "packets: by two hops" reached
check "... as is said" can red 10.77.0.1:7
check "... both are used" steps 'route .*via 10.20.40.1 dev eth1 nexthop via 10.20.50.1 dev eth2$'
sysctl -qw net.ipv4.conf.eth2.ignore_routes_with_linkdown=1
ip -n laboratory link set lan down
check "packets: by one, the other has no carrier and is left out" wait_for 5 reached
check "... as is said" can red 10.77.0.1:7
check "... and that" steps 'route .*nexthop via 10.20.50.1 dev eth2 .not used.$'
sysctl -qw net.ipv4.conf.eth2.ignore_routes_with_linkdown=0
check "without that sysctl it is used" cannot 'eth2 has no carrier' red 10.77.0.1:7
ip -n laboratory link set lan up
wait_for 5 can red 10.77.0.1:7
ip route replace 10.77.0.0/24 table 1 nexthop via 10.20.40.1 dev eth1 nexthop via 10.20.50.9 dev eth2
ip neigh replace 10.20.50.9 dev eth2 nud failed
check "a gateway that has not answered" cannot '10.20.50.9' red 10.77.0.1:7
sysctl -qw net.ipv4.fib_multipath_use_neigh=1
check "packets: by one, the other's gateway does not answer and is left out" reached
check "... as is said" can red 10.77.0.1:7
check "... and that" steps 'nexthop via 10.20.50.9 dev eth2 .not used.$'
sysctl -qw net.ipv4.fib_multipath_use_neigh=0
ip link set eth2 down
check "packets: by one, the other is down" reached
check "... as is said" can red 10.77.0.1:7
ip link set eth2 up
ip route del 10.77.0.0/24 table 1

# A rule that says no, and a route behind it that would as well.
ip route add prohibit 10.66.0.0/16 table 5
ip rule add pref 500 to 10.66.6.0/24 prohibit
check "a rule before a route" cannot 'rule to 10.66.6.0/24 pref 500 prohibit of somebody else' shared5 10.66.6.1:7
check "... the route where the rule is not" cannot 'route prohibit 10.66.0.0/16 of vrf shared5' shared5 10.66.7.1:7
ip rule del pref 500
check "... and without the rule" cannot 'route prohibit 10.66.0.0/16 of vrf shared5 says so' shared5 10.66.6.1:7
ip nexthop add id 2 blackhole
ip route add 10.78.0.0/24 table 1 nhid 2
check_fails "packets: a nexthop that is a blackhole" in_vrf red probe tcp 10.78.0.1 7
check "... as is said" cannot 'a blackhole says so' red 10.78.0.1:7
check "... and no table is said to have no route" not steps 'has no route'
ip nexthop del id 2

# Of the reverse path filters of all and of the interface the larger one counts.
ip -n workshop addr add 10.60.0.1/32 dev lo
ip route add 10.60.0.0/24 via 10.20.60.1 dev eth3 table 5
rc-vrf sync
sysctl -qw net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.eth3.rp_filter=0
check_fails "packets: rp_filter of all drops them" in_vrf shared5 probe -t 1500 tcp 10.60.0.1 7
check "... as is said" cannot 'rp_filter of all is 1, also for eth3' shared5 10.60.0.1:7
sysctl -qw net.ipv4.conf.eth3.rp_filter=2
check "packets: with what is to be done" in_vrf shared5 probe tcp 10.60.0.1 7
check "... as is said" can shared5 10.60.0.1:7
sysctl -qw net.ipv4.conf.all.rp_filter=0

# Rules for a source: a connection is looked up with it, with or without its protocol.
ip rule add pref 600 from 10.20.30.40 to 10.20.30.1 prohibit
check_fails "packets: a rule for a source" in_vrf shared5 probe tcp 10.20.30.1 7
check "... as is said" cannot 'rule from 10.20.30.40 to 10.20.30.1 pref 600 prohibit' shared5 10.20.30.1:7
check "... also without a protocol" cannot 'rule from 10.20.30.40 to 10.20.30.1 pref 600' shared5 10.20.30.1
ip rule del pref 600

# An interface that is down has no routes, whatever the stanza says.
ip link set eth2 down
check "a member that is down" cannot '' red 10.20.50.1:7
check "... is what is to be done about" steps '^   eth2 is down, and has no routes: ifup -f eth2'
ip link set eth2 up
sysctl -qw net.ipv6.conf.eth2.disable_ipv6=1
check "a member without IPv6" cannot '' red '[2001:db8:50::1]:7'
check "... likewise" steps '^   eth2 has no IPv6, and has no routes: sysctl -w net.ipv6.conf.eth2.disable_ipv6=0, then'
check "... which is nothing to IPv4" cannot '' red 10.99.0.1:7
check "... where another route is missing" steps '^   write a table-route to it in the stanza of red'
