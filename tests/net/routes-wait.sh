#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Routes of a VRF's stanza that need a second member: several next hops, with and without a device
# each, a gateway that only the second member reaches, one that an earlier line makes reachable.
# Whichever member comes last brings them; what cannot be then is an error.  What leads nowhere waits
# for none.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/ifup.sh"

lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan branch eth2 10.20.50.1/24 2001:db8:50::1/64
ip link set lo up
cat >/etc/network/routes <<END
10.110.0.0/16 via 10.20.50.1
10.111.0.0/16 nexthop via 10.20.40.1 dev eth1 nexthop via 10.20.50.1 dev eth2
10.112.0.0/16 nexthop via 10.20.40.1 nexthop via 10.20.50.1 dev eth2
unreachable 10.113.0.0/16
prohibit 2001:db8:113::/48
END

members() {
	cat <<-END
		auto eth2
		iface eth2
		    vrf-member red
		    address 10.20.50.40/24
		    address 2001:db8:50::40/64

		auto eth1
		iface eth1
		    vrf-member red
		    address 10.20.40.40/24
		    address 2001:db8:40::40/64
	END
}

{
	cat <<-END
		auto red
		iface red
		    vrf-table 10
		    table-route default nexthop via 10.20.40.1 dev eth1 nexthop via 10.20.50.1 dev eth2
		    table-route 10.101.0.0/16 nexthop via 10.20.40.1 nexthop via 10.20.50.1
		    table-route 10.105.0.0/16 nexthop via 10.20.40.1 nexthop via 10.20.50.1 dev eth2
		    table-route 10.106.0.0/16 nexthop via 10.20.40.1 dev eth1 nexthop via 10.20.50.1
		    table-route 2001:db8:105::/48 nexthop via 2001:db8:40::1 nexthop via 2001:db8:50::1 dev eth2
		    table-route 2001:db8:106::/48 nexthop via 2001:db8:40::1 dev eth1 nexthop via 2001:db8:50::1
		    table-route 10.102.0.0/16 via 10.20.50.1
		    table-route 10.103.0.0/16 via 10.20.40.1
		    table-route 192.0.2.1/32 dev eth2
		    table-route 10.104.0.0/16 via 192.0.2.1
		    table-route 2001:db8:102::/48 via 2001:db8:50::1
		    table-route 2001:db8:103::/48 via 2001:db8:40::1
		    table-route-file /etc/network/routes
	END
	members
} | interfaces

count() {
	ip -4 route show table 10
	ip -6 route show table 10
	[ "$({ ip -4 route show table 10; ip -6 route show table 10; } | grep proto.86 | grep -vc 4278198272)" = "$1" ]
}

# Up to 0.11 ifupdown-ng says success whatever an executor says.
quietly() {
	"$@" >/run/said 2>&1 || return
	cat /run/said
	! grep cannot /run/said
}

all_there() {
	count 17 && [ "$(ip -6 route show table 10 | grep -c nexthop)" = 4 ]
}

for order in "eth1 eth2" "eth2 eth1"; do
	check "ifup of the VRF ($order)" ifup red
	check "... what its file has that leads nowhere is there" eval \
		'prints "^unreachable 10.113.0.0/16" ip route show table 10 && prints "^prohibit 2001:db8:113::/48" ip -6 route show table 10'
	check "... of ${order% *}" quietly ifup "${order% *}"
	check "... what cannot be yet is not there" not all_there
	check "... of ${order#* }" quietly ifup "${order#* }"
	check "... everything is" all_there
	check "... and works" in_vrf red ping -c 1 -W 5 10.20.50.1
	check "... once more: ifup -f red" unchanged ifup -f red
	check "... ifdown and ifup of ${order% *}" eval "ifdown -f ${order% *} && ifup -f ${order% *}"
	check "... everything is there again" all_there
	check "... ifdown and ifup of the VRF" eval 'ifdown -f red && ifup -f red'
	check "... everything is there" all_there
	check "... ifdown" ifdown -f eth1 eth2 red
	rm -f /run/ifstate
done
check "ifup -a" quietly ifup -a
check "everything is there" all_there
ifdown -f eth1 eth2 red
rm -f /run/ifstate

{
	printf 'iface red\n    vrf-table 10\n    table-route 10.99.0.0/16 via 10.99.99.9\n'
	members
} | interfaces
check "a gateway that nobody reaches: the first member says nothing" quietly ifup red eth1
check "... the last one does" ifup_fails 'eth2: cannot add route 10.99.0.0/16 via 10.99.99.9 table 10' eth2
