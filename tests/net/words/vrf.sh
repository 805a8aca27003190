# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# tests/net/words/vrf.sh - VRFs as the executors make them, made with ip(8) alone,
# for the scripts that test something else than the executors.  Sourced after lib.sh.

# device_vrf NAME TABLE CARD ADDR...: a VRF of its own with a card and loopback.
device_vrf() {
	vrf_name=$1
	vrf_table=$2
	vrf_card=$3
	shift 3
	ip link add "$vrf_name" index $((0x40000000 + vrf_table)) type vrf table "$vrf_table" &&
		ip link set "$vrf_name" up &&
		ip addr add 127.0.0.1/8 dev "$vrf_name" &&
		ip addr add ::1/128 dev "$vrf_name" nodad &&
		ip route add unreachable default metric 4278198272 table "$vrf_table" &&
		ip -6 route add unreachable default metric 4278198272 table "$vrf_table" || return
	local_last || return
	card "$vrf_card" "$vrf_name" "$@"
}

# card CARD VRF|- ADDR...: up, with these addresses.
card() {
	vrf_card=$1
	[ "$2" = - ] || ip link set "$1" master "$2" || return
	ip link set "$1" up || return
	shift 2
	for vrf_address; do
		case $vrf_address in
		*:*) ip addr add "$vrf_address" dev "$vrf_card" nodad || return ;;
		*) ip addr add "$vrf_address" dev "$vrf_card" || return ;;
		esac
	done
}

# in_the_office: a card in the office's network, and the Internet by its router; no VRF yet.
in_the_office() {
	lan office eth0 10.20.30.1/24 2001:db8:30::1/64 &&
		internet office &&
		card eth0 - 10.20.30.40/24 2001:db8:30::40/64 &&
		ip route add default via 10.20.30.1 &&
		ip -6 route add default via 2001:db8:30::1
}

# servers NET...: in each of these networks somebody answers by TCP and UDP at port 7, by MPTCP at 8.
servers() {
	for vrf_net; do
		from "$vrf_net" probe tcp-echo 7 &&
			from "$vrf_net" probe udp-echo 7 &&
			from "$vrf_net" probe mptcp-echo 8 || return
	done
}

# local_last: the rule for the local table moves behind the l3mdev rule.
local_last() {
	for vrf_family in -4 -6; do
		[ -z "$(ip $vrf_family rule show pref 0)" ] && continue
		ip $vrf_family rule add pref 32765 table local &&
			ip $vrf_family rule del pref 0 || return
	done
}

# mark_vrf NAME TABLE CARD PREFIX...: a VRF without members that shares a card; its mark is 0x56000000 + table.
mark_vrf() {
	vrf_name=$1
	vrf_table=$2
	vrf_card=$3
	vrf_mark=$((0x56000000 + vrf_table))
	shift 3
	ip link add "$vrf_name" index $((0x40000000 + vrf_table)) type vrf table "$vrf_table" &&
		ip link set "$vrf_name" up &&
		ip addr add 127.0.0.1/8 dev "$vrf_name" || return
	for vrf_family in -4 -6; do
		ip $vrf_family route add unreachable default metric 4278198272 table "$vrf_table" &&
			ip $vrf_family rule add pref 901 iif lo fwmark $vrf_mark unreachable protocol 86 &&
			ip $vrf_family rule add pref 900 iif lo fwmark $vrf_mark table "$vrf_table" protocol 86 || return
	done
	for vrf_prefix; do
		ip route add "$vrf_prefix" dev "$vrf_card" table "$vrf_table" || return
	done
}

# mark_local TABLE: marked sockets may use the host's own addresses.
mark_local() {
	for vrf_family in -4 -6; do
		ip $vrf_family rule add pref 899 iif lo fwmark $((0x56000000 + $1)) table local protocol 86 || return
	done
}

# as_user CMD...: as somebody without any privilege.  $user: the same in the middle of a command.
user="setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all --"
as_user() {
	$user "$@"
}

# status N CMD...: CMD ends with exactly this status.
status() {
	vrf_want=$1
	shift
	"$@"
	vrf_status=$?
	[ $vrf_status = "$vrf_want" ] || {
		echo "status $vrf_status, not $vrf_want: $*"
		return 1
	}
}

# link_local NAME IFACE: the address of that interface in the network NAME (-: here).
link_local() {
	if [ "$1" = - ]; then
		ip -6 -o addr show dev "$2" scope link
	else
		ip -n "$1" -6 -o addr show dev "$2" scope link
	fi | sed -n 's/.* inet6 \([^/]*\).*/\1/p' | head -n 1
}

# vrf_dir VRF: where the control group of `vrf-exec VRF` is, for this script.
vrf_dir() {
	echo "/sys/fs/cgroup/vrf/$1"
}
