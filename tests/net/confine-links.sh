#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What must not be stopped: members of every kind, large packets, errors from routers,
# sockets bound to a member, and what a route leaks on purpose.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

lan management eth1 10.20.40.1/24 2001:db8:40::1/64
internet management
lan office eth0 10.20.30.1/24
lan side eth2 10.20.50.1/24
card eth0 - 10.20.30.40/24
device_vrf red 10 eth1 10.20.40.40/24 2001:db8:40::40/64
ip route add default via 10.20.40.1 table 10
ip -6 route add default via 2001:db8:40::1 table 10
settled
wait_for 5 ping -c 1 -W 1 -I red 8.8.8.8

echoes() {
	from "$1" probe tcp-echo 7 && from "$1" probe udp-echo 7
}
for net in management internet office side; do
	echoes $net
done

# reaches ADDRESS: by every protocol, small and large
reaches() {
	for address; do
		in_vrf red probe tcp "$address" 7 && in_vrf red probe udp "$address" 7 &&
			in_vrf red ping -c 1 -W 5 "$address" && in_vrf red ping -s 8000 -c 1 -W 5 "$address" || return
	done
}

check "behind the VRF's router" reaches 8.8.8.8 2001:4860:4860::8888
check "a router's error" prints 'Time to live exceeded|Hop limit' sh -c 'vrf-exec red ping -t 1 -c 1 -W 5 8.8.8.8 || :'
check "... of IPv6" prints 'Time exceeded' sh -c 'vrf-exec red ping -t 1 -c 1 -W 5 2001:4860:4860::8888 || :'
from management ip link set uplink mtu 1300
from internet ip link set downlink mtu 1300
check "a path with a smaller MTU" prints 'mtu = 1300' sh -c 'vrf-exec red ping -M do -s 1400 -c 1 -W 5 8.8.8.8 || :'
check "a TCP connection over it" in_vrf red probe tcp 8.8.8.8 7
check "bound to the member" in_vrf red ping -I eth1 -c 1 -W 5 10.20.40.1
from management sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0
check "to everybody's address" prints '1 received' in_vrf red ping -b -c 1 -W 5 -I eth1 10.20.40.255
check "to all routers" in_vrf red ping -c 1 -W 5 ff02::2%eth1

# members: the far end is a link of the same kind in the network `side`
member() {
	ip link set "$1" master red && ip link set "$1" up &&
		ip addr add 10.20.60.40/24 dev "$1" && ip addr add 2001:db8:60::40/64 dev "$1" nodad && rc-vrf sync
}
far() {
	ip -n side link set "$1" up && ip -n side addr add 10.20.60.1/24 dev "$1" &&
		ip -n side addr add 2001:db8:60::1/64 dev "$1" nodad
}
ip link set eth2 up

ip -n side link add link lan name vlan5 type vlan id 5
ip link add link eth2 name vlan5 type vlan id 5
far vlan5
member vlan5
check "a VLAN" reaches 10.20.60.1 2001:db8:60::1
ip link del vlan5
ip -n side link del vlan5

ip link add bridge5 type bridge
ip link set eth2 master bridge5
ip -n side addr add 10.20.60.1/24 dev lan
ip -n side addr add 2001:db8:60::1/64 dev lan nodad
member bridge5
check "a bridge" reaches 10.20.60.1 2001:db8:60::1
ip link del bridge5

ip link add link eth2 name macvlan5 type macvlan mode bridge
member macvlan5
check "a macvlan" reaches 10.20.60.1 2001:db8:60::1
ip link del macvlan5

ip addr add 10.20.50.40/24 dev eth2
ip -n side addr flush to 10.20.60.1 dev lan
ip -n side addr del 2001:db8:60::1/64 dev lan
ip -n side link add gre5 type gretap local 10.20.50.1 remote 10.20.50.40
ip link add gre5 type gretap local 10.20.50.40 remote 10.20.50.1
far gre5
member gre5
check "a tunnel whose packets leave outside of the VRF" reaches 10.20.60.1 2001:db8:60::1
ip link del gre5
ip -n side link del gre5

for end in here side; do
	wg genkey >/run/$end.key
done
ip -n side link add wg5 type wireguard
ip link add wg5 type wireguard
from side wg set wg5 private-key /run/side.key listen-port 51820 peer "$(wg pubkey </run/here.key)" \
	allowed-ips 0.0.0.0/0,::/0
wg set wg5 private-key /run/here.key peer "$(wg pubkey </run/side.key)" allowed-ips 0.0.0.0/0,::/0 \
	endpoint 10.20.50.1:51820
far wg5
member wg5
check "a WireGuard tunnel" reaches 10.20.60.1 2001:db8:60::1
ip link del wg5
ip -n side link del wg5

# security NET|- OWN PEER: IPsec between these two, for what goes by xfrm5
security() {
	for xfrm_way in "out $2 $3" "in $3 $2"; do
			# shellcheck disable=SC2086 # words
		set -- "$1" "$2" "$3" $xfrm_way
		cat <<-END
			xfrm state add src $5 dst $6 proto esp spi 0x5 reqid 5 mode tunnel if_id 5 enc cbc(aes) 0x0123456789abcdef0123456789abcdef auth hmac(sha1) 0x0123456789abcdef0123456789abcdef01234567
			xfrm policy add src 0.0.0.0/0 dst 0.0.0.0/0 dir $4 if_id 5 tmpl src $5 dst $6 proto esp reqid 5 mode tunnel
		END
	done >/run/xfrm
	if [ "$1" = - ]; then ip -batch /run/xfrm; else ip -n "$1" -batch /run/xfrm; fi
}
ip -n side link add xfrm5 type xfrm dev lan if_id 5
ip link add xfrm5 type xfrm dev eth2 if_id 5
security side 10.20.50.1 10.20.50.40
security - 10.20.50.40 10.20.50.1
far xfrm5
member xfrm5
# What IPsec sends still belongs to the socket, and leaves by eth2: vrf-exec(8).
check "IPsec, with ip vrf exec" prints '1 received' sh -c \
	"mkdir /sys/fs/cgroup/plain && echo \$\$ >/sys/fs/cgroup/plain/cgroup.procs && ip vrf exec red ping -c 1 -W 5 10.20.60.1"
check_fails "confined, the outer packets need" in_vrf red probe -t 1000 tcp 10.20.60.1 7
ip route add 10.20.50.1/32 dev eth2 table 10
rc-vrf sync
check "... a route of the VRF to the other end" reaches 10.20.60.1
check "... and that is all that it opens" fails_with EPERM in_vrf red probe pktinfo eth2 10.20.50.200 99
ip route del 10.20.50.1/32 dev eth2 table 10
ip link del xfrm5
ip -n side link del xfrm5
ip xfrm state flush
ip xfrm policy flush
ip addr flush dev eth2

# leaks on purpose
ip link add blue type vrf table 11
ip link set blue up
ip link set eth2 master blue
ip addr add 10.20.50.40/24 dev eth2
ip route add 10.20.50.0/24 dev blue table 10
ip route add 10.20.40.40/32 dev red table 11
from side ip route add 10.20.40.0/24 via 10.20.50.40
sysctl -qw net.ipv4.ip_forward=1
rc-vrf sync
check "a route into another VRF" in_vrf red ping -c 1 -W 5 -I 10.20.40.40 10.20.50.1
check_fails "... is not a way to all of it" in_vrf red probe -t 1000 pktinfo eth2 10.20.60.1 7
in_vrf red probe tcp-echo 22
check_fails "... nor from there to us" from side probe -t 1000 tcp 10.20.50.40 22

from office tcpdump -lni lan udp port 99 >/run/dump 2>/run/dump.err &
dump=$!
wait_for 5 grep -q listening /run/dump.err
ip route add 10.20.30.0/25 dev eth0 table 10
rc-vrf sync
check "a route to somebody else's card sends" fails_with 'no answer' in_vrf red probe -t 500 udp 10.20.30.1 99
check "... what the network sees" wait_for 5 grep -q '> 10.20.30.1.99' /run/dump
check "... but only to its prefix" fails_with EPERM in_vrf red probe pktinfo eth0 10.20.30.200 99
check "... and nobody else" fails_with EPERM in_vrf red probe pktinfo eth0 8.8.8.8 99
kill $dump
