#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2086 # $user is a command with its arguments
#
# The host has policies of IPsec: the kernel packs what goes to some networks for a gateway, before a filter sees
# it.  In a VRF by mark whose networks have that gateway nothing comes out by that which goes elsewhere; what goes
# inside still does.  The machine is checked first: without a VRF such a packet arrives.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

in_the_office
mark_vrf vrf-mark 2 eth0 10.20.30.0/24 2001:db8:30::/64
settled
servers office internet
modprobe -a xfrm_user esp4 esp6
sysctl -qw net.ipv4.ping_group_range='0 2147483647'
from internet tcpdump --immediate-mode -lnp -Q in -i downlink 'net 10.20.30.0/24 or net 2001:db8:30::/64' >/run/arrived 2>/run/tcpdump &
wait_for 10 grep -q listening /run/tcpdump

key='enc cbc(aes) 0x00112233445566778899aabbccddeeff auth hmac(sha256) 0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'

# states HERE THERE MODE [ENCAP...]: what both know, in both directions
states() {
	states_here=$1 states_there=$2 states_mode=$3
	shift 3
	for states_side in '' '-n office'; do
		ip $states_side xfrm state add src "$states_here" dst "$states_there" proto esp spi 1 reqid 1 mode "$states_mode" $key "$@" &&
			ip $states_side xfrm state add src "$states_there" dst "$states_here" proto esp spi 2 reqid 1 mode "$states_mode" $key "$@" ||
			return
	done
}

# policies HERE THERE MODE NET: what goes from one to the network is packed for the other, and answers are
policies() {
	ip xfrm policy add src "$1" dst "$4" dir out tmpl src "$1" dst "$2" proto esp reqid 1 mode "$3" &&
		ip xfrm policy add src "$4" dst "$1" dir in tmpl src "$2" dst "$1" proto esp reqid 1 mode "$3" &&
		ip -n office xfrm policy add src "$4" dst "$1" dir out tmpl src "$2" dst "$1" proto esp reqid 1 mode "$3" &&
		for policies_way in in fwd; do
			ip -n office xfrm policy add src "$1" dst "$4" dir $policies_way tmpl src "$1" dst "$2" proto esp reqid 1 mode "$3" || return
		done
}

forget() {
	for forget_side in '' '-n office'; do
		ip $forget_side xfrm policy flush && ip $forget_side xfrm state flush || return
	done
}

# arrives CMD...: something has come to the Internet, whatever CMD says
arrives() {
	: >/run/arrived
	"$@" || :
	wait_for 2 [ -s /run/arrived ] || return
	cat /run/arrived
}

inside() {
	in_vrf vrf-mark $user "$@"
}
# a copy has no capabilities, with which somebody who may have none could not start it
cp "$(command -v ping)" /run/ping
ping_by() {
	ping_address=${2#\[}
	"$1" /run/ping -c 1 -W 1 -I eth0 "${ping_address%]}"
}
tcp_by() {
	"$1" timeout 2 socat -u OPEN:/etc/passwd "TCP:$2:7,so-bindtodevice=eth0"
}
udp_by() {
	"$1" timeout 2 socat -u OPEN:/etc/passwd "UDP:$2:7,so-bindtodevice=eth0"
}
sctp_by() {
	"$1" timeout 2 socat -u OPEN:/etc/passwd "SCTP-CONNECT:$2:7,so-bindtodevice=eth0"
}
outside() {
	"$@"
}
modprobe sctp 2>/dev/null

# each WHAT ADDRESS: no kind of socket gets there
each() {
	for kind in ping tcp udp sctp; do
		check "$1: $kind arrives from outside" arrives ${kind}_by outside "$2"
		check_fails "$1: $kind does not from inside" arrives ${kind}_by inside "$2"
	done
}

for encap in '' 'encap espinudp 4500 4500 0.0.0.0'; do
	name=${encap:+in UDP, }tunnel
	check "$name" states 10.20.30.40 10.20.30.1 tunnel $encap
	check "... of what goes to the Internet" policies 10.20.30.40 10.20.30.1 tunnel 8.8.0.0/16
	if [ -n "$encap" ]; then
		# who takes them out
		from office probe esp-in-udp 4500
		probe esp-in-udp 4500
	fi
	check "$name: the host's own go by it, and come back" probe tcp 8.8.8.8 7
	each "$name" 8.8.8.8
	check "$name: what goes inside is not packed" inside probe tcp 10.20.30.1 7
	forget
done

check "by IPv6" states 2001:db8:30::40 2001:db8:30::1 tunnel
check "..." policies 2001:db8:30::40 2001:db8:30::1 tunnel 2001:4860:4860::8888/128
check "by IPv6: the host's own go by it" probe tcp 2001:4860:4860::8888 7
each "by IPv6" '[2001:4860:4860::8888]'
forget

check "transport, to the gateway itself" states 10.20.30.40 10.20.30.1 transport
check "..." policies 10.20.30.40 10.20.30.1 transport 10.20.30.1
check "transport: a connection" inside probe tcp 10.20.30.1 7
check "transport: a datagram" inside probe udp 10.20.30.1 7
check "transport: ... connected" inside probe tos 10.20.30.1 7
in_vrf vrf-mark probe tcp-echo 22
in_vrf vrf-mark probe udp-echo 22 10.20.30.40
check "transport: who comes" from office probe tcp 10.20.30.40 22
check "transport: ... with a datagram" from office probe udp 10.20.30.40 22
check_fails "transport: whom nobody knows does not get it" inside /run/ping -c 1 -W 1 10.20.30.1
check "... and that is said" sh -c 'rc-vrf --json drops | grep "packed by IPsec"'
forget
check "without a policy he does" inside /run/ping -c 1 -W 5 10.20.30.1
