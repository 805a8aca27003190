#!/bin/sh
# SPDX-License-Identifier: ISC
#
# interfaces.d/srv6-l3vpn in two network namespaces, one a site: the hosts behind them reach each other, IPv4
# and IPv6, and nobody else.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/ifup.sh"
. "$(dirname "$0")/words/vrf.sh"

example=/usr/share/doc/vrf-ng/interfaces.d/srv6-l3vpn

lan core eth0
lan site1 eth1 10.1.0.2/16 fd00:1::2/64
ip -n core -batch - <<-END
	link set lan down
	link set lan name eth0
	link add eth1 type veth peer name eth2
END
ip netns add site2
ip -n core link set eth2 netns site2 name lan
ip -n site2 -batch - <<-END
	link set lo up
	link set lan up
	addr add 10.2.0.2/16 dev lan
	addr add fd00:2::2/64 dev lan nodad
	route add default via 10.2.0.1
	route add default via fd00:2::1
END
ip -n site1 -batch - <<-END
	route add default via 10.1.0.1
	route add default via fd00:1::1
END

interfaces <"$example"
cat >/tmp/site2 <<-END
	iface lo
	    l3mdev-strict yes
	iface eth0
	    address fd00:12::2/64
	    up sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	iface vrf-red
	    requires eth0
	    vrf-table 10
	    vrf-unreachable rule
	    table-route fc00:2::d46 encap seg6local action End.DT46 vrftable vrf-red dev vrf-red table 100
	    table-route fc00:1::/32 via fd00:12::1 dev eth0 table 100
	    table-rule to fc00::/16 pref 1500 table 100
	    table-route 10.1.0.0/16 encap seg6 mode encap segs fc00:1::d46 dev eth0
	    table-route fd00:1::/64 encap seg6 mode encap segs fc00:1::d46 dev eth0
	iface eth1
	    vrf-member vrf-red
	    address 10.2.0.1/16
	    address fd00:2::1/64
END
site2() { from core "$@" -f -i /tmp/site2 -S /tmp/state2; }

strict() { prints "$1" cat /proc/sys/net/vrf/strict_mode; }
has_default() { prints 'unreachable default.* 4278198272' ip "$1" route show table 10; }

check "the first site comes up" ifup lo eth0 vrf-red eth1
check "... strictly" strict 1
check "... without an unreachable default of the table's own" eval 'not has_default -4 && not has_default -6'
check "... and warns of nothing" eval 'ifup -f vrf-red >/tmp/said 2>&1; cat /tmp/said; ! grep -q . /tmp/said'
check "the other comes up" site2 ifup lo eth0 vrf-red eth1
check "ifup -f again" unchanged ifup -f vrf-red
settled
check "a host of the one site reaches one of the other by IPv4" from site1 ping -c 2 -W 10 10.2.0.2
check "... by IPv6" from site1 ping -c 2 -W 10 fd00:2::2
check "... and back" from site2 ping -c 2 -W 10 10.1.0.2
counted() { from core sh -c 'ip -s -6 route show table 100 fc00:2::d46'; }
from core ip -6 route replace fc00:2::d46 encap seg6local action End.DT46 vrftable 10 count dev vrf-red table 100
packets() { counted | sed -n 's/.*packets \([0-9]*\).*/\1/p'; }
by_segment() {
	counted
	before=$(packets)
	from site1 ping -c 3 -i 0.2 -W 10 10.2.0.2
	[ $(($(packets) - before)) -ge 3 ]
}
check "... by its segment" by_segment
check "... a command of the VRF's, too" ip vrf exec vrf-red ping -c 1 -W 10 10.2.0.2

# What is confined sees the same sites, by the routes alone.
from site2 probe tcp-echo 7
from site2 probe udp-echo 7
in_vrf vrf-red probe tcp-echo 8
in_vrf vrf-red probe udp-echo 8
from site2 ip -6 addr add fd00:99::2/64 dev lo
for address in 10.2.0.2 fd00:2::2; do
	check "what is confined asks $address by ping" in_vrf vrf-red ping -c 1 -W 10 $address
	check "... by TCP" in_vrf vrf-red probe tcp $address 7
	check "... by UDP" in_vrf vrf-red probe udp $address 7
done
for address in 10.1.0.1 fd00:1::1; do
	check "what is confined answers at $address by TCP" from site2 probe tcp $address 8
	check "... by UDP" from site2 probe udp $address 8
done
# Whoever has a customer's address outside gets nothing that was not packed.
ip addr add 10.12.0.1/24 dev eth0
from core ip addr add 10.12.0.2/24 dev eth0
from core ip addr add 10.2.0.2/32 dev eth0
from core tcpdump --immediate-mode -lnp -Q in -i eth0 ip >/tmp/bare 2>/tmp/bare.log &
wait_for 10 grep -q listening /tmp/bare.log
bare() {
	lines=$(wc -l </tmp/bare)
	"$@" escape pktinfo4 eth0 10.2.0.2 fd00:2::2 fe80::1 || :
	wait_for 2 sh -c "[ \$(wc -l </tmp/bare) -gt $lines ]"
}
check "a bare packet to a customer's address is one for the core" bare env
for as in env "$user"; do
	# shellcheck disable=SC2086 # words
	check_fails "none leaves what is confined" bare in_vrf vrf-red $as
done
kill $!
# The others stay: an interface that loses its last address loses all its routes of IPv4.
from core ip addr del 10.2.0.2/32 dev eth0

# What comes to the segment and has no packet inside is an error there.
errors() { counted | sed -n 's/.*errors \([0-9]*\).*/\1/p'; }
reach_segment() {
	before=$(errors)
	"$@" fc00:2::d46 || :
	counted
	[ "$(errors)" != "$before" ]
}
check "the segment itself is reached by who is not confined" reach_segment ping -I vrf-red -c 1 -W 1
check_fails "but not by who is" reach_segment in_vrf vrf-red ping -c 1 -W 1
datagram() { in_vrf vrf-red probe udp "$1" 7; }
stream() { in_vrf vrf-red probe tcp "$1" 7; }
check_fails "... nor by a datagram" reach_segment datagram
check_fails "... nor by a stream" reach_segment stream
check "nor is who forwards to it" fails_with 'not permitted|nreachable' in_vrf vrf-red ping -c 1 -W 2 fd00:12::2
ip -6 route add fd00:99::/64 encap seg6 mode encap segs fc00:2::d46 dev eth0 table 10
from core ip -6 route add fd00:99::/64 via fd00:2::2 dev eth1 table 10
check_fails "a route that was added by hand is not in the sets" in_vrf vrf-red ping -c 1 -W 2 fd00:99::2
check "... but it is after rc-vrf sync" eval 'rc-vrf sync && in_vrf vrf-red ping -c 1 -W 10 fd00:99::2'
ip -6 route add unreachable fd00:99::2 table 10
ip -6 route del fd00:99::/64 table 10
ip -6 route add fd00:99::/64 encap seg6 mode encap segs fc00:2::d46,fc00:2::d46 dev eth0 table 10
ip -6 route del unreachable fd00:99::2 table 10
rc-vrf sync
check_fails "by more than one segment it asks nobody" in_vrf vrf-red ping -c 1 -W 2 fd00:99::2
ip -6 route del fd00:99::/64 table 10
rc-vrf sync

# A VRF by mark over the same interface: its packets have the interface's address, and so have the answers.
cat >>/etc/network/interfaces <<-END
	iface vrf-blue
	    requires eth0
	    vrf-table 20
	    vrf-bind mark
	    table-route fd00:2::/64 encap seg6 mode encap segs fc00:2::d46 dev eth0
	    table-route fc00:1::d6 encap seg6local action End.DT6 table local dev eth0 table 100
	    table-rule to fc00::/16 fwmark 0x56000014 pref 890 table 100
END
from core ip -6 route add fd00:12::1/128 encap seg6 mode encap segs fc00:1::d6 dev eth0 table 10
check "a VRF by mark" ifup vrf-blue
in_vrf vrf-blue probe tcp-echo 9
check "what is confined to it asks by ping" in_vrf vrf-blue ping -c 1 -W 10 fd00:2::2
check "... by TCP" in_vrf vrf-blue probe tcp fd00:2::2 7
check "... and answers" from site2 probe tcp fd00:12::1 9
check_fails "the segment itself it does not reach" reach_segment in_vrf vrf-blue ping -c 1 -W 1
check "... it goes" ifdown vrf-blue
check_fails "nothing of it is in the default VRF" ping -c 1 -W 1 10.2.0.2
check_fails "what the VRF has no route for goes nowhere" from site1 ping -c 1 -W 1 198.51.100.1
ip route add 198.51.100.0/24 dev lo
check "... the rule says so" eval '! ip route get 198.51.100.1 vrf vrf-red'

sed -i 's/unreachable rule/unreachable route/' /etc/network/interfaces
check "vrf-unreachable route: ifup -f" ifup -f vrf-red
check "... the table has its last word" eval 'has_default -4 && has_default -6'
# The kernel remembers by which way packets have left.
ifdown -f vrf-red
ifup -f vrf-red
ifup -f eth1
settled
check_fails "... which is in the way of segments" from site1 ping -c 1 -W 1 10.2.0.2
sed -i 's/unreachable route/unreachable rule/' /etc/network/interfaces
check "vrf-unreachable rule: ifup -f" ifup -f vrf-red
check "... it has gone" eval 'not has_default -4 && not has_default -6'
check "... and segments work" from site1 ping -c 2 -W 10 10.2.0.2
sed -i 's/l3mdev-strict yes/l3mdev-unreachable-pref none/' /etc/network/interfaces
check "without that rule it does not come up" ifup_fails 'needs the rule l3mdev unreachable' -f vrf-red
check "... and has the route" eval 'has_default -4 && has_default -6'
sed -i 's/l3mdev-unreachable-pref none/l3mdev-strict no/' /etc/network/interfaces
check "l3mdev-strict no: ifup -f" ifup -f lo vrf-red
check "... no more" strict 0
