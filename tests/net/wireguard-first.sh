#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A full-tunnel VPN has its rules in place before a VRF comes up: moving `local`
# behind them would send the host's own addresses into the tunnel.

. "$(dirname "$0")/lib.sh"

lan office eth0 10.20.30.1/24 2001:db8:30::1/64
lan management eth1 10.20.40.1/24
ip link set lo up
ip link add wg0 type dummy
ip link set wg0 up
# what wg-quick(8) adds for AllowedIPs = 0.0.0.0/0, ::/0
for family in -4 -6; do
	ip $family route add default dev wg0 table 51820
	ip $family rule add not fwmark 51820 table 51820
	ip $family rule add table main suppress_prefixlength 0
done
interfaces <<'EOF'
iface eth0
    address 10.20.30.40/24
    address 2001:db8:30::40/64

iface vrf-red
    vrf-table 10

iface eth1
    vrf-member vrf-red
    address 10.20.40.40/24
EOF

said() {
	ifup vrf-red >/run/ifup.log 2>&1 || return
	cat /run/ifup.log
	grep -q 'local stays at preference 0, so 127.0.0.1 does not work inside VRFs' /run/ifup.log
}

check "ifup eth0" ifup eth0
probe tcp-echo 7000
check "before: the LAN reaches the host" from_lan office tcp 10.20.30.40 7000
check "ifup of the VRF says what it did not do" said
check "ifup of a member" ifup eth1
settled
check "local is still first" prints '^0:.*lookup local' ip rule
check "local is still first, IPv6" prints '^0:.*lookup local' ip -6 rule
check "127.0.0.1 answers" ping -c 1 -W 5 127.0.0.1
check "::1 answers" ping -c 1 -W 5 ::1
check "the host's own address answers" ping -c 1 -W 5 10.20.30.40
check "the LAN reaches the host" from_lan office tcp 10.20.30.40 7000
check "and by IPv6" from_lan office tcp 2001:db8:30::40 7000
check "the VRF works" in_vrf vrf-red ping -c 1 -W 5 10.20.40.1
check "its unreachable rule is there" prints 'l3mdev-table. unreachable' ip rule
check "ifdown of the VRF" ifdown eth1
check "the LAN still reaches the host" from_lan office tcp 10.20.30.40 7000
