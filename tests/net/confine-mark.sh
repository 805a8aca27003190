#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2086,SC2016 # $user is a command with its arguments; what others run is theirs to expand
#
# A command in a VRF that shares the card of the default VRF, by mark: it talks to the
# prefixes of the VRF's table and to nothing else.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

in_the_office
lan side eth1 10.20.50.1/24 2001:db8:50::1/64
card eth1 - 10.20.50.40/24 2001:db8:50::40/64
mark_vrf vrf-management 1 eth0 10.20.30.0/24 2001:db8:30::/64
settled
wait_for 5 ping -c 1 -W 1 8.8.8.8

servers office internet side

for kind in tcp4 tcp6 udp4 udp6; do
	check "$kind is marked" prints "$kind device= mark=0x56000001" in_vrf vrf-management probe sockets
done

check "ping" in_vrf vrf-management ping -c 1 -W 5 10.20.30.1
check "ping by IPv6" in_vrf vrf-management ping -c 1 -W 5 2001:db8:30::1
for address in 10.20.30.1 2001:db8:30::1; do
	for protocol in tcp udp; do
		check "$protocol to $address" in_vrf vrf-management probe $protocol $address 7
		check "$protocol to $address as a user" in_vrf vrf-management $user probe $protocol $address 7
	done
done

# Whatever the networks are: this host's own listeners would get a copy that no filter sees.
broadcast() {
	in_vrf vrf-management $user socat -u OPEN:/etc/passwd "UDP4-DATAGRAM:$1:7,broadcast"
}
check "no broadcast" fails_with 'Network (is )?unreachable' broadcast 10.20.30.255
everywhere() { ip route "$1" default dev eth0 table 1 && rc-vrf sync; }
check "a default route" everywhere add
for address in 10.20.30.255 10.20.50.255; do
	check "... no broadcast to $address either" fails_with 'Permission denied|Network (is )?unreachable' broadcast $address
done
check "... nor to all" fails_with 'Permission denied' broadcast 255.255.255.255
check "as before" everywhere del

check "udp that is connected and names its TOS" in_vrf vrf-management $user probe tos 10.20.30.1 7
check "... not outside" fails_with 'UNREACH|unreachable|EPERM' in_vrf vrf-management $user probe tos 8.8.8.8 7

in_vrf vrf-management probe tcp-echo 22
in_vrf vrf-management probe udp-echo 22
for address in 10.20.30.40 2001:db8:30::40; do
	for protocol in tcp udp; do
		check "$protocol to us at $address" from office probe $protocol $address 22
		check_fails "$protocol to us at $address from outside of the prefixes" \
			from internet probe -t 1000 $protocol $address 22
		check_fails "$protocol to us at $address from this host" probe -t 1000 $protocol $address 22
	done
done

check "the default VRF reaches the internet" probe tcp 8.8.8.8 7
check "the default VRF reaches the other card's network" probe tcp 10.20.50.1 7
for who in "" "$user"; do
	name=${who:+user}
	name=${name:-root}
	for address in 8.8.8.8 2001:4860:4860::8888 10.20.50.1 2001:db8:50::1; do
		for protocol in tcp udp unspec; do
			check "$name: $protocol to $address has no route" \
				fails_with 'E(HOST|NET)UNREACH' in_vrf vrf-management $who probe $protocol $address 7
		done
		check "$name: MPTCP to $address" \
			fails_with EPROTONOSUPPORT in_vrf vrf-management $who probe mptcp $address 8
	done
	for address in 8.8.8.8 10.20.50.1; do
		check "$name: IP_PKTINFO to $address by the shared card" \
			fails_with 'E(PERM|NETUNREACH)' in_vrf vrf-management $who probe pktinfo eth0 $address 7
		check "$name: IP_PKTINFO to $address by another card" \
			fails_with 'E(PERM|NETUNREACH)' in_vrf vrf-management $who probe pktinfo eth1 $address 7
	done
	check "$name: IPV6_PKTINFO" \
		fails_with 'EINVAL|EPERM|E(HOST|NET)UNREACH' in_vrf vrf-management $who probe pktinfo eth1 2001:db8:50::1 7
	check "$name: 127.0.0.1 is not in the VRF" \
		fails_with 'EPERM|UNREACH|no answer' in_vrf vrf-management $who probe -t 1000 tcp 127.0.0.1 22
	check "$name: musl looks up an address" prints '^10\.20\.30\.1$' in_vrf vrf-management $who names 10.20.30.1
	# It takes a family whose loopback address cannot be reached for one that the machine has no address of.
	check "$name: ... and none with AI_ADDRCONFIG" \
		fails_with 'no usable address|does not resolve' in_vrf vrf-management $who names 10.20.30.1 configured
done

mark_local 1
check "vrf-mark-local: once rc-vrf sync has seen it" rc-vrf sync
check "vrf-mark-local: a server" in_vrf vrf-management probe tcp-echo 23
check "vrf-mark-local: the host's own address" in_vrf vrf-management probe tcp 10.20.30.40 23
check "vrf-mark-local: 127.0.0.1" in_vrf vrf-management probe tcp 127.0.0.1 23
check "vrf-mark-local: musl looks up an address, with AI_ADDRCONFIG as well" \
	prints '^10\.20\.30\.1$' in_vrf vrf-management names 10.20.30.1 configured
check "vrf-mark-local: from this host" probe udp 127.0.0.1 22
check "vrf-mark-local: a nested start without privilege" \
	in_vrf vrf-management $user vrf-exec vrf-management probe tcp 127.0.0.1 23
check "vrf-mark-local: outside still has no route" \
	fails_with 'E(HOST|NET)UNREACH' in_vrf vrf-management probe tcp 8.8.8.8 7
