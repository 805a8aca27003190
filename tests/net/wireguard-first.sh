#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A full-tunnel VPN has its rules in place before a VRF comes up: the host's own
# addresses, 127.0.0.1 and the VRF work.  Moving `local` behind those rules would
# send the host's own addresses into the tunnel, and is refused.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/wireguard.sh"

lan_and_vrf
check "wg-quick up" tunnel_up

says() {
	says_pattern=$1
	shift
	"$@" >/run/says.log 2>&1 || return
	cat /run/says.log
	grep -Eq "$says_pattern" /run/says.log
}

# Of local's rule and those of the VPN, the first is local's.
local_comes_first() {
	ip "$1" rule | grep -E 'lookup (local|51820)|suppress' | head -n 1 | grep 'lookup local'
}

holds() {
	check "$1: local is before the VPN's rules" local_comes_first -4
	check "$1: and for IPv6" local_comes_first -6
	check "$1: 127.0.0.1 answers" ping -c 1 -W 5 127.0.0.1
	check "$1: ::1 answers" ping -c 1 -W 5 ::1
	check "$1: the host's own address answers" ping -c 1 -W 5 10.20.30.40
	check "$1: the LAN reaches the host" from_lan office tcp 10.20.30.40 7000
	check "$1: and by IPv6" from_lan office tcp 2001:db8:30::40 7000
	check "$1: the VRF works" in_vrf vrf-red ping -c 1 -W 5 10.20.40.1
	check "$1: its unreachable rule is there" prints 'l3mdev-table. unreachable' ip rule
}

check "ifup eth0" ifup eth0
probe tcp-echo 7000
check "before: the LAN reaches the host" from_lan office tcp 10.20.30.40 7000
check "ifup of the VRF" ifup vrf-red
check "ifup of a member" ifup eth1
settled
holds "the VRF is up"
check "127.0.0.1 inside the VRF is the VRF's" prints 'dev vrf-red' ip route get 127.0.0.1 vrf vrf-red
check "ifdown of the member" ifdown eth1
check "ifdown of the VRF" ifdown vrf-red
check "the LAN still reaches the host" from_lan office tcp 10.20.30.40 7000
check "local's rule is the kernel's again" prints '^0:.*lookup local' ip rule

cat >>/etc/network/interfaces <<'EOF'

iface lo
    l3mdev-local-pref 32765
EOF
check "ifup of the VRF says that local cannot move" \
	says 'local stays as it is, so 127.0.0.1 does not work inside VRFs: rule .* stands before 32765' ifup vrf-red
check "ifup of a member" ifup eth1
settled
holds "local did not move"
