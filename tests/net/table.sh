#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Routes and rules in any table: every form of the grammar, reconciled and not
# replayed, and nobody else's touched.

# timeout: 600
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/executor.sh"

lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan office eth0 10.20.30.1/24 2001:db8:30::1/64
ip link set lo up

write_interfaces() {
	interfaces <<EOF
iface eth0
    address 10.20.30.40/24
    address 2001:db8:30::40/64
    table-id 77
    table-route default via 10.20.30.1
    table-rule from 10.20.30.40 pref 3000 table 77, to 2001:db8:99::/48 pref 3001 prohibit
    table-rule not fwmark 7/0xff ipproto tcp dport 80-90 pref 3002 table 77
    table-rule uidrange 1000-1999 iif lo pref 3003 unreachable

iface vrf-red
    vrf-table 10
    table-route default via 10.20.40.1 dev eth1

iface eth1
    vrf-member vrf-red
    address 10.20.40.40/24
    address 2001:db8:40::40/64
    table-route 172.16.0.0/16 via 10.20.40.1 metric 50 mtu 1400, 172.17.0.0/16 via 10.20.40.2
    table-route unreachable 172.18.0.0/16
    table-route blackhole 172.19.0.0/16
    table-route prohibit 2001:db8:19::/48
    table-route throw 172.20.0.0/16 table 78
    table-route 172.21.0.0/16 nexthop via 10.20.40.1 weight 2 nexthop via 10.20.40.2 dev eth1
    table-route 172.22.0.0/16 via inet6 2001:db8:40::1 dev eth1
    table-route 172.23.0.0/16 dev eth1 src 10.20.40.40 scope link
    table-route 198.51.100.1 via 203.0.113.1 dev eth1 onlink
    table-route 2001:db8:23::/48 via 2001:db8:40::1 metric 7
    table-route default dev eth1 metric 900
    $*
EOF
}

has() {
	ip "$1" route show table "$2" | grep -E "$3"
}

lacks() {
	! ip "$1" route show table "$2" | grep -E "$3"
}

# quiet CMD: not one netlink event of routes, rules, links or addresses.
quiet() {
	ip monitor link address route rule >/run/events 2>&1 &
	monitor=$!
	wait_for 5 listening
	"$@" || return
	ip route add 192.0.2.0/24 dev lo table 4242
	wait_for 5 grep -q 192.0.2.0 /run/events
	ip route del 192.0.2.0/24 dev lo table 4242
	kill $monitor
	! grep -v 192.0.2.0 /run/events
}

listening() {
	grep -q " $monitor " /proc/net/netlink || ss -f netlink | grep -q "/$monitor"
}

again() {
	executor table post-up eth1 IF_VRF_MEMBER=vrf-red "IF_TABLE_ROUTE=$(ifquery -p table-route eth1 | tail -n 1)" &&
		executor vrf up eth1 IF_VRF_MEMBER=vrf-red &&
		executor vrf post-up eth1 IF_VRF_MEMBER=vrf-red &&
		executor vrf create vrf-red IF_VRF_TABLE=10 &&
		executor vrf up vrf-red IF_VRF_TABLE=10 &&
		executor table post-up vrf-red IF_VRF_TABLE=10 'IF_TABLE_ROUTE=default via 10.20.40.1 dev eth1' &&
		executor table post-up eth0 IF_TABLE_ID=77 'IF_TABLE_ROUTE=default via 10.20.30.1' \
			'IF_TABLE_RULE=uidrange 1000-1999 iif lo pref 3003 unreachable'
}

write_interfaces
check "ifup of the VRF" ifup vrf-red
check "ifup of its member" ifup eth1
check "ifup of an interface without VRF" ifup eth0
settled

check "the VRF's route through the member is there" has -4 10 '^default via 10.20.40.1 dev eth1 proto 86'
check "metric and mtu" has -4 10 '^172.16.0.0/16 via 10.20.40.1 dev eth1 .*metric 50 mtu 1400'
check "the second of a comma list" has -4 10 '^172.17.0.0/16 via 10.20.40.2'
check "unreachable" has -4 10 '^unreachable 172.18.0.0/16'
check "blackhole" has -4 10 '^blackhole 172.19.0.0/16'
check "prohibit, IPv6" has -6 10 '^prohibit 2001:db8:19::/48'
check "throw, in another table" has -4 78 '^throw 172.20.0.0/16'
check "multipath" has -4 10 'nexthop via 10.20.40.1 dev eth1 weight 2'
check "IPv4 via an IPv6 gateway" has -4 10 '^172.22.0.0/16 via inet6 2001:db8:40::1'
check "src and scope" has -4 10 '^172.23.0.0/16 dev eth1 .*scope link src 10.20.40.40'
check "onlink" has -4 10 '^198.51.100.1 via 203.0.113.1 dev eth1 .*onlink'
check "IPv6 by gateway alone" has -6 10 '^2001:db8:23::/48 via 2001:db8:40::1 dev eth1 .*metric 7'
check "default without a gateway, IPv4" has -4 10 '^default dev eth1 .*metric 900'
check "default without a gateway, IPv6" has -6 10 '^default dev eth1 .*metric 900'
check "table-id" has -4 77 '^default via 10.20.30.1 dev eth0'
check "nothing of it is in main" lacks -4 main 'proto 86'
check "a rule by source" prints '^3000:.*from 10.20.30.40 lookup 77 proto 86' ip rule
check "a rule by destination" prints '^3001:.*to 2001:db8:99::/48 prohibit' ip -6 rule
check "not, mark and mask, protocol and ports" prints '^3002:.*not from all fwmark 0x7/0xff ipproto (tcp|ipproto-6) dport 80-90 lookup 77' ip rule
check "without an address both families" prints '^3002:' ip -6 rule
check "uids" prints '^3003:.*iif lo uidrange 1000-1999 unreachable' ip rule

check "running all of it again changes nothing" quiet again

ip route add 172.30.0.0/16 via 10.20.40.1 dev eth1 table 10 proto bird
ip route add 172.31.0.0/16 via 10.20.40.1 dev eth1 table 10 proto bird
sed -i 's|172.17.0.0/16 via 10.20.40.2|172.17.0.0/16 via 10.20.40.3|' /etc/network/interfaces
changed() {
	ip monitor route rule >/run/events 2>&1 &
	monitor=$!
	wait_for 5 listening
	again || return
	wait_for 5 grep -q 172.17.0.0 /run/events
	kill $monitor
	! grep -v 172.17.0.0/16 /run/events
}
check "a route that was changed in the file is the only one that changes" changed
check "it is the new one" has -4 10 '^172.17.0.0/16 via 10.20.40.3'

write_interfaces 'table-route 172.30.0.0/16 via 10.20.40.1
    table-route 172.31.0.0/16 via 10.20.40.9
    table-route 172.33.0.0/16 via 10.20.40.255 dev eth1 onlink
    table-route 172.34.0.0/16 via 10.20.40.1'
check "somebody else's route in the way is reported" fails_with '172.31.0.0/16 via 10.20.40.9.*File exists.*protocol 12' again
check "so is a gateway that cannot be" fails_with '172.33.0.0/16 via 10.20.40.255 .*: Invalid argument: Nexthop has invalid gateway' again
check "somebody else's is as it was" has -4 10 '^172.31.0.0/16 via 10.20.40.1 dev eth1 proto bird'
check "the good ones are applied" has -4 10 '^172.34.0.0/16 via 10.20.40.1'
check "one that does the same as somebody else's is content" has -4 10 '^172.30.0.0/16 via 10.20.40.1 dev eth1 proto bird'
check "what the file no longer says is gone" has -4 10 '^172.17.0.0/16 via 10.20.40.2'

write_interfaces
check "back to the first file" again
check "what only the second said is gone" lacks -4 10 '^172.34.0.0/16'
check "the VRF's own route stayed" has -4 10 '^default via 10.20.40.1 dev eth1 proto 86'

check "ifdown of the interface without VRF" ifdown eth0
check "its rules are gone" not prints '^300[0-9]:' ip rule
check "IPv6 too" not prints '^300[0-9]:' ip -6 rule

# A file of routes.
i=0
while [ $i -lt 3000 ]; do
	echo "100.$((64 + i / 256)).$((i % 256)).0/24 via 10.20.40.1"
	i=$((i + 1))
done >/run/routes
write_interfaces "table-route-file /run/routes"
from_file() {
	executor table post-up eth1 IF_VRF_MEMBER=vrf-red "IF_TABLE_ROUTE=default dev eth1 metric 900" \
		IF_TABLE_ROUTE_FILE=/run/routes
}
count() {
	[ "$(ip route show table 10 | grep -c '^100\.')" = "$1" ]
}
check "3000 routes from a file" from_file
check "they are there" count 3000
check "again: nothing changes" quiet from_file
sed -i 1d /run/routes
check "one line less" from_file
check "one route less" count 2999
echo '100.64.1.0/24 via 10.20.40.255 dev eth1 onlink metric 3' >>/run/routes
check "a line that cannot be is reported" fails_with '100.64.1.0/24 via 10.20.40.255 dev eth1 onlink table 10 metric 3: .*invalid gateway' from_file
echo 'nonsense' >>/run/routes
check "a line that makes no sense is refused" fails_with '^table: eth1: table-route-file "/run/routes" line 3001: "nonsense"' \
	executor table create eth1 IF_VRF_MEMBER=vrf-red IF_TABLE_ROUTE_FILE=/run/routes
sed -i '$d' /run/routes
check "ifdown takes them away" executor table pre-down eth1 IF_VRF_MEMBER=vrf-red IF_TABLE_ROUTE_FILE=/run/routes
check "all of them" count 0

check "somebody else's route survives all of it" has -4 10 '^172.30.0.0/16 via 10.20.40.1 dev eth1 proto bird'
