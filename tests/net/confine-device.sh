#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2086,SC2016 # $user is a command with its arguments; what others run is theirs to expand
#
# A command in a VRF with a card of its own: what it may do works, in both
# directions, and nothing else does.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

in_the_office
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
device_vrf vrf-management 1 eth1 10.20.40.40/24 2001:db8:40::40/64
settled
wait_for 5 ping -c 1 -W 1 8.8.8.8

servers office internet management
host=$(link_local management lan)
own=$(link_local - eth1)

check "every socket is bound, MPTCP is refused" \
	prints 'mptcp4 Protocol not supported' in_vrf vrf-management probe sockets
for kind in tcp4 tcp6 udp4 udp6; do
	check "$kind is bound" prints "$kind device=vrf-management mark=0x0" in_vrf vrf-management probe sockets
done

check "ping" in_vrf vrf-management ping -c 1 -W 5 10.20.40.1
check "ping by IPv6" in_vrf vrf-management ping -c 1 -W 5 2001:db8:40::1
check "ping to a link-local address" in_vrf vrf-management ping -c 1 -W 5 "$host%eth1"
for address in 10.20.40.1 2001:db8:40::1 "$host%eth1"; do
	for protocol in tcp udp; do
		check "$protocol to $address" in_vrf vrf-management probe $protocol "$address" 7
		check "$protocol to $address as a user" in_vrf vrf-management $user probe $protocol "$address" 7
	done
done

# glibc's getaddrinfo() asks for the source of each address with one socket; musl's, with AI_ADDRCONFIG, whether
# one can be connected to loopback.
both='use Socket qw(:all); my ($error, @found) = getaddrinfo(undef, 80, { flags => AI_PASSIVE, socktype => SOCK_STREAM }); print scalar(@found), "\n"'
for who in "" "$user"; do
	[ ! -e /usr/bin/perl ] ||
		check "${who:+user: }names with addresses of both families are looked up" prints '^2$' in_vrf vrf-management $who perl -e "$both"
	for address in 10.20.40.1 2001:db8:40::1; do
		check "${who:+user: }musl looks up $address" prints "^$address\$" in_vrf vrf-management $who names $address configured
	done
done

in_vrf vrf-management probe tcp-echo 22
in_vrf vrf-management probe udp-echo 22
for address in 10.20.40.40 2001:db8:40::40; do
	for protocol in tcp udp; do
		check "$protocol to us at $address" from management probe $protocol $address 22
	done
done
# Not UDP: the kernel gives the VRF as the scope of such a datagram, to which nobody can answer.
check "tcp to us at a link-local address" from management probe tcp "$own%lan" 22
for address in 127.0.0.1 ::1 10.20.40.40 2001:db8:40::40; do
	check "$address inside the VRF" in_vrf vrf-management probe tcp "$address" 22
	check "$address inside the VRF, UDP" in_vrf vrf-management probe udp "$address" 22
done
# Such a packet goes by lo, to whoever listens on this host's [::], so only what the kernel answers may.
probe tcp-echo 2400
for who in "" "$user"; do
	check "${who:+user: }tcp to our own link-local address is not for the host's listener" \
		fails_with 'EPERM|no answer' in_vrf vrf-management $who probe -t 1000 tcp "$own%eth1" 2400
	check "${who:+user: }... not by UDP" fails_with EPERM in_vrf vrf-management $who probe udp "$own%eth1" 2400
done
check "... ping" in_vrf vrf-management ping -c 1 -W 5 -I eth1 "$own"
# A VLAN of the same card has the same link-local address.
ip link add twin address "$(cat /sys/class/net/eth1/address)" type dummy
ip link set twin up
wait_for 10 sh -c '[ -n "$(ip -6 addr show dev twin scope link -tentative)" ]'
probe tcp-echo 23
probe udp-echo 23
check "the same address at an interface outside" probe tcp "$own%twin" 23
for who in "" "$user"; do
	for protocol in tcp udp; do
		check "${who:+user: }... is not reached from inside, $protocol" \
			fails_with 'E(INVAL|PERM|NETUNREACH)' in_vrf vrf-management $who probe -t 1000 $protocol "$own%twin" 23
	done
	check_fails "${who:+user: }... ping" in_vrf vrf-management $who ping -c 1 -W 1 "$own%twin"
done
ip link del twin
check_fails "127.0.0.1 outside is another one" probe tcp 127.0.0.1 22
check_fails "nobody comes in by another card" from office probe -t 1000 tcp 10.20.30.40 22
check_fails "nobody comes in by another card, UDP" from office probe -t 1000 udp 10.20.30.40 22

check "the default VRF reaches the internet" probe tcp 8.8.8.8 7
for who in "" "$user"; do
	name=${who:+user}
	name=${name:-root}
	for address in 8.8.8.8 2001:4860:4860::8888 10.20.30.1 2001:db8:30::1; do
		for protocol in tcp udp; do
			check "$name: $protocol to $address has no route" \
				fails_with 'E(HOST|NET)UNREACH' in_vrf vrf-management $who probe $protocol $address 7
		done
		check "$name: MPTCP to $address" \
			fails_with EPROTONOSUPPORT in_vrf vrf-management $who probe mptcp $address 8
		check "$name: connect(AF_UNSPEC) to $address" \
			fails_with EPERM in_vrf vrf-management $who probe unspec $address 7
	done
	check "$name: IP_PKTINFO" fails_with EPERM in_vrf vrf-management $who probe pktinfo eth0 8.8.8.8 7
	check "$name: IP_PKTINFO, on-link" fails_with EPERM in_vrf vrf-management $who probe pktinfo eth0 10.20.30.1 7
	check "$name: IPV6_PKTINFO" \
		fails_with 'EINVAL|EPERM' in_vrf vrf-management $who probe pktinfo eth0 2001:db8:30::1 7
	check "$name: another interface's link-local address" \
		fails_with 'E(INVAL|PERM|NETUNREACH)|no answer' in_vrf vrf-management $who probe -t 1000 tcp "$(link_local office lan)%eth0" 7
	check "$name: the same by UDP" \
		fails_with 'E(INVAL|PERM|NETUNREACH)' in_vrf vrf-management $who probe -t 1000 udp "$(link_local office lan)%eth0" 7
done

# To bind to a group of link-local scope binds to the interface that is named with it, even if the
# call fails; so does a link-local address.  Where the bpf LSM is not active nothing forbids it.
served() {
	in_vrf vrf-management $user probe udp-echo "$@"
}
if bpf_lsm; then
	port=4100
	for group in ff02::1 ff02::114; do
		port=$((port + 1))
		check "$group of another interface is nothing to bind to" fails_with EPERM served $port "$group%eth0"
		check "... outside it is" $user probe udp-echo $port "$group%eth0"
		check "... nor that of the member is refused" served $port "$group%eth1"
	done
	ip route add 10.20.30.0/25 dev eth0 table 1
	check "a leak" rc-vrf sync
	check "... is no device to bind to" fails_with EPERM served 4110 "$(link_local - eth0)%eth0"
	check "... by a group either" fails_with EPERM served 4111 "ff02::1%eth0"
	check "... the member is" served 4112 "$own%eth1"
fi
