#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A full-tunnel VPN comes up after the VRFs.  wg-quick(8) lets the kernel choose
# the preferences of its rules: just before the second rule, wherever that is.
# The host's own addresses, 127.0.0.1 and the VRFs go on; what happens to the LAN
# of the default VRF rc-vrf check sees, and the way that migration.md shows cures.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/wireguard.sh"

lan_and_vrf

holds() {
	check "$1: 127.0.0.1 answers" ping -c 1 -W 5 127.0.0.1
	check "$1: ::1 answers" ping -c 1 -W 5 ::1
	check "$1: the host's own address answers" ping -c 1 -W 5 10.20.30.40
	check "$1: and by IPv6" ping -c 1 -W 5 2001:db8:30::40
	check "$1: what arrives for it is its own" prints '^local' ip route get 10.20.30.40 from 10.20.30.1 iif eth0
	check "$1: the VRF works" in_vrf vrf-red ping -c 1 -W 5 10.20.40.1
	check "$1: and by IPv6" in_vrf vrf-red ping -c 1 -W 5 2001:db8:40::1
	check "$1: its network reaches it" from_lan management tcp 10.20.40.40 7001
	check "$1: 127.0.0.1 in the VRF answers" in_vrf vrf-red ping -c 1 -W 5 127.0.0.1
	check "$1: the VRF has no other way out" fails_with 'unreachable|No route' in_vrf vrf-red ping -c 1 -W 2 8.8.8.8
}

nothing_of_ours() {
	! ip rule | grep -E 'goto|proto 86' && ! ip -6 rule | grep -E 'goto|proto 86'
}

check "ifup eth0" ifup eth0
check "ifup of the VRF" ifup vrf-red
check "ifup of a member" ifup eth1
settled
probe tcp-echo 7000
vrf-exec vrf-red probe tcp-echo 7001
holds "before"
check "rc-vrf check has nothing to say" rc-vrf check

check "wg-quick up" tunnel_up
check "the tunnel is in use" prints 'dev wg0' ip route get 8.8.8.8
holds "with the tunnel"
check "rc-vrf check sees it" fails_with 'table 51820 of somebody else.s has no preference of its own' rc-vrf check
check "ifup -f of the VRF" ifup -f vrf-red
holds "after ifup -f"
check "ifdown of the member" ifdown -f eth1
check "ifdown of the VRF" ifdown -f vrf-red
check "the host's own address answers" ping -c 1 -W 5 10.20.30.40
check "127.0.0.1 answers" ping -c 1 -W 5 127.0.0.1
check "ifup of the VRF" ifup -f vrf-red
check "ifup of a member" ifup -f eth1
settled
holds "after ifdown and ifup"
check "wg-quick down" tunnel_down
check "rc-vrf check has nothing to say" rc-vrf check

check "a tunnel whose rules have preferences" tunnel_up 32764 32763
check "the tunnel is in use" prints 'dev wg0' ip route get 8.8.8.8
holds "with preferences"
check "the LAN reaches the host" from_lan office tcp 10.20.30.40 7000
check "and by IPv6" from_lan office tcp 2001:db8:30::40 7000
check "rc-vrf check has nothing to say" rc-vrf check
check "ifdown of the member" ifdown -f eth1
check "ifdown of the VRF" ifdown -f vrf-red
check "the LAN reaches the host" from_lan office tcp 10.20.30.40 7000
check "local's rule is the kernel's again" prints '^0:.*lookup local' ip rule
check "nothing of ours is left" nothing_of_ours
