#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The life of a VRF with members on a router.  While it goes and comes, packets
# of its network arrive all the time: none is forwarded or answered by the
# default VRF, as captures on the wire say.  An interface that is enslaved while
# it is up, or released, keeps its IPv6 addresses and gets its routes back.
# timeout: 600

. "$(dirname "$0")/lib.sh"

lan office eth0 10.20.30.1/24 2001:db8:30::1/64
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
ip link set lo up
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
# Whatever arrives would find its way, if somebody let it.
from management ip route add 10.20.30.0/24 via 10.20.40.40
from management ip route add 2001:db8:30::/64 via 2001:db8:40::40
from office ip route add 10.20.40.0/24 via 10.20.30.40
from office ip route add 2001:db8:40::/64 via 2001:db8:30::40

write_interfaces() {
	interfaces <<EOF
iface eth0
    address 10.20.30.40/24
    address 2001:db8:30::40/64

iface vrf-red
    vrf-table 10
    table-route 172.16.0.0/16 via 10.20.40.1

iface eth1
    $1
    address 10.20.40.40/24
    address 2001:db8:40::40/64
    $2
    table-route 172.17.0.0/16 via 10.20.40.1 $3
    table-route 2001:db8:17::/48 via 2001:db8:40::1 $3
EOF
}

# Datagrams and pings of the management network, to all that the guest has and to the office, for ever.
traffic() {
	for target in 10.20.40.40 10.20.30.40 10.20.30.1; do
		from management ping -q -i 0.05 -W 1 $target >/dev/null 2>&1 &
		while :; do
			echo x
			sleep 0.05
		done | from management socat -u STDIN UDP4-DATAGRAM:$target:7777 >/dev/null 2>&1 &
	done
	for target in 2001:db8:40::40 2001:db8:30::40 2001:db8:30::1; do
		from management ping -q -i 0.05 -W 1 $target >/dev/null 2>&1 &
	done
}

# capture NAME FILTER: what passes the cable of that network, to /tmp/NAME, from now on.
capture() {
	from "$1" tcpdump -n -l -i lan "$2" >"/tmp/$1" 2>"/tmp/$1.log" &
	wait_for 20 grep -q 'listening on' "/tmp/$1.log"
}

captures() {
	: >/tmp/office
	: >/tmp/management
}

# Forwarded is what the office sees of the management network; answered by the
# default VRF what the management network sees of the office's addresses or of
# the service on port 7777, which is in no VRF.
seen() {
	sleep 1
	cat /tmp/office /tmp/management | sort | head -n 20 | grep .
}

nothing_seen() {
	! seen
}

# Another table than main would not have it; and the kernel's routes with a metric of 256 or so are not asked for.
restored() {
	prints '10.20.40.40/24' ip addr show eth1 &&
		prints '2001:db8:40::40/64' ip addr show eth1 &&
		prints "^172.17.0.0/16 via 10.20.40.1" ip route show table "$1" &&
		prints "^2001:db8:17::/48 via 2001:db8:40::1" ip -6 route show table "$1"
}

vrf_restored() {
	restored 10 &&
		prints 'master vrf-red.* state UP' ip link show eth1 &&
		prints '^172.16.0.0/16 via 10.20.40.1' ip route show table 10 &&
		prints '^default via 10.20.40.1' ip route show table 10
}

write_interfaces 'vrf-member vrf-red' 'gateway 10.20.40.1'
probe udp-echo 7777
check "ifup of the default VRF's interface" ifup eth0
check "ifup of a member and its VRF" ifup eth1
settled
check "the VRF is complete" vrf_restored
capture office 'net 10.20.40.0/24 or src net 2001:db8:40::/64'
capture management 'src net 10.20.30.0/24 or src net 2001:db8:30::/64 or udp src port 7777'
traffic
captures
check "up: nothing is forwarded, nothing answered by the default VRF" nothing_seen
for round in 1 2 3; do
	check "round $round: ifdown of the VRF" ifdown vrf-red
	check "round $round: nothing was forwarded or answered" nothing_seen
	check "round $round: ifup of the VRF" ifup -f vrf-red
	settled
	check "round $round: member, addresses, routes and gateway are back" vrf_restored
	check "round $round: nothing was forwarded or answered on the way" nothing_seen
done
check "ifdown of the member" ifdown -f eth1
check "nothing was forwarded or answered" nothing_seen
check "ifup of the member" ifup -f eth1
check "nothing was forwarded or answered on the way" nothing_seen

check "the captures see what is let through: eth1 leaves its VRF by hand" ip link set eth1 nomaster
check "it is seen" wait_for 20 seen
captures
ip link set eth1 down
check "ifdown of what is left" ifdown -f eth1
check "ifdown of the VRF" ifdown -f vrf-red
captures

# A live interface.
write_interfaces '' '' 'table 10'
check "ifup of eth1 outside of any VRF" ifup -f eth1
settled
check "its addresses and routes are there" restored 10
write_interfaces 'vrf-member vrf-red' 'gateway 10.20.40.1'
check "ifup of the VRF" ifup -f vrf-red
check "it joins a VRF while it is up" ifup -f eth1
settled
check "it has kept its addresses and has its routes" vrf_restored
check "the VRF reaches its network" in_vrf vrf-red ping -c 1 -W 5 10.20.40.1
check "and by IPv6" in_vrf vrf-red ping -c 1 -W 5 2001:db8:40::1
check "ifdown and ifup of the VRF" sh -c 'ifdown -f vrf-red && ifup -f vrf-red'
settled
check "it is complete" vrf_restored
