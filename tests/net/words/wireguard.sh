# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# tests/net/words/wireguard.sh - a full-tunnel VPN as wg-quick(8) sets it up, on a
# host that has a LAN in the default VRF and a VRF with a card of its own.

# lan_and_vrf: eth0 in the office, eth1 in vrf-red, neither of them up.
lan_and_vrf() {
	lan office eth0 10.20.30.1/24 2001:db8:30::1/64 &&
		lan management eth1 10.20.40.1/24 2001:db8:40::1/64 &&
		ip link set lo up &&
		interfaces <<-EOF
			iface eth0
			    address 10.20.30.40/24
			    address 2001:db8:30::40/64

			iface vrf-red
			    vrf-table 10

			iface eth1
			    vrf-member vrf-red
			    address 10.20.40.40/24
			    address 2001:db8:40::40/64
		EOF
}

# tunnel_up [PREF PREF]: what wg-quick does for AllowedIPs = 0.0.0.0/0, ::/0: no word of a preference.
tunnel_up() {
	ip link add wg0 type dummy && ip addr add 10.9.9.1/32 dev wg0 && ip link set wg0 up || return
	for wg_family in -4 -6; do
		ip $wg_family route add default dev wg0 table 51820 &&
			ip $wg_family rule add not fwmark 51820 table 51820 ${1:+pref "$1"} &&
			ip $wg_family rule add table main suppress_prefixlength 0 ${2:+pref "$2"} || return
	done
}

tunnel_down() {
	for wg_family in -4 -6; do
		ip $wg_family rule del table 51820 &&
			ip $wg_family rule del table main suppress_prefixlength 0 || return
	done
	ip link del wg0
}
