#!/bin/sh
# SPDX-License-Identifier: ISC
#
# rc-vrf why says what happens, where it is not plain by which interface packets come, from which source
# address they go, and who answers: networks that several VRFs have, IPv6 with routes out of a VRF and for one
# source, pings.  Of each the packets say first what is so.  net/why has ways made by chance.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

in_the_office
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan lab eth2 10.20.50.7/24 2001:db8:50::7/64
device_vrf red 1 eth1 10.20.40.40/24 2001:db8:40::40/64
device_vrf green 3 eth2 10.20.50.40/24 2001:db8:50::40/64
mark_vrf blue 2 eth0 10.20.30.0/24
ip -6 route add 2001:db8:30::/64 dev eth0 table 2
for net in management office; do
	ip -n $net addr add 10.20.50.7/32 dev lo
	ip -n $net addr add 2001:db8:50::7/128 dev lo
	ip -n $net addr add 2001:db8:99::1/128 dev lo
	from $net sysctl -qw net.ipv4.ping_group_range="0 0"
done
settled
servers office management lab
printf '%s\n' '#!/sbin/openrc-run' 'command=/bin/true' >/etc/init.d/plain
chmod 755 /etc/init.d/plain
mkdir -p /sys/fs/cgroup/openrc.plain
sh -c 'echo 0 >/sys/fs/cgroup/openrc.plain/cgroup.procs && exec probe tcp-echo 2300'
sysctl -qw net.ipv4.ping_group_range="0 0"
in_vrf red probe tcp-echo 22
in_vrf blue probe tcp-echo 2200

# same can|cannot QUESTION CMD...: so it is, and rc-vrf why says the same
same() {
	same_want=$1
	same_question=$2
	shift 2
	PROBE_TIMEOUT=15000
	[ "$same_want" = can ] || PROBE_TIMEOUT=2500
	if "$@"; then same_is=can; else same_is=cannot; fi
	PROBE_TIMEOUT=15000
	# shellcheck disable=SC2086 # words
	if rc-vrf why $same_question >"$tap_dir/why"; then same_says=can; else same_says=cannot; fi
	cat "$tap_dir/why"
	echo "it $same_is, and why says that it $same_says"
	[ "$same_is $same_says" = "$same_want $same_want" ]
}

# asks_from NET ADDR OWN PORT: a process in that network asks from that address
asks_from() {
	case $2 in
	*:*) asks_family=-6 asks_host=$3/128 ;;
	*) asks_family=-4 asks_host=$3/32 ;;
	esac
	ip -n "$1" $asks_family route replace "$asks_host" dev lan src "$2" || return
	if from "$1" probe tcp "$3" "$4"; then asks_status=0; else asks_status=1; fi
	ip -n "$1" $asks_family route del "$asks_host" dev lan
	return $asks_status
}

# --- networks that several VRFs have ---

ip route add 10.20.48.0/20 via 10.20.40.1 dev eth1 table 1
ip -6 route add 2001:db8:50::/44 via 2001:db8:40::1 dev eth1 table 1
rc-vrf sync
check "who asks is behind the VRF's router, though another VRF has that network" \
	same can "red from 10.20.50.7/tcp" asks_from management 10.20.50.7 10.20.40.40 22
check "... by IPv6" \
	same can "red from 2001:db8:50::7/tcp" asks_from management 2001:db8:50::7 2001:db8:40::40 22
check "... of a service in no VRF" \
	same can "plain from 10.20.50.7/tcp" asks_from office 10.20.50.7 10.20.30.40 2300
ip route add default via 10.20.30.1 dev eth0 table 2
rc-vrf sync
check "... of a VRF by mark" \
	same can "blue from 10.20.50.7/tcp" asks_from office 10.20.50.7 10.20.30.40 2200
ip route del default via 10.20.30.1 dev eth0 table 2
ip link add wide type dummy
ip addr add 10.20.0.200/16 dev wide
check "an interface that is down has no network" \
	same can "blue from 10.20.30.1/tcp" from office probe tcp 10.20.30.40 2200
sysctl -qw net.ipv4.conf.wide.rp_filter=1
ip link set wide up
check "the longest of an interface's prefixes is taken" \
	same can "blue from 10.20.30.1/tcp" from office probe tcp 10.20.30.40 2200
ip link set wide master red
sysctl -qw net.ipv4.conf.wide.rp_filter=1
check "a route is taken that is longer than those" \
	same can "red from 10.20.50.7/tcp" asks_from management 10.20.50.7 10.20.40.40 22
ip link del wide
ip route del 10.20.48.0/20 table 1
ip -6 route del 2001:db8:50::/44 table 1
rc-vrf sync

# --- pings, which the kernel answers ---

check "a ping from outside" same can "red from 10.20.40.1/icmp" from management probe ping 10.20.40.40
check "... by IPv6" same can "red from 2001:db8:40::1/icmp" from management probe ping 2001:db8:40::40
check "... to an interface shared by mark" same can "blue from 10.20.30.1/icmp" from office probe ping 10.20.30.40
check "... by IPv6 as well" same can "blue from 2001:db8:30::1/icmp" from office probe ping 2001:db8:30::40
check "... to a service in no VRF" same can "plain from 10.20.30.1/icmp" from office probe ping 10.20.30.40
sysctl -qw net.ipv4.icmp_echo_ignore_all=1 net.ipv6.icmp.echo_ignore_all=1
check "which can be switched off" same cannot "red from 10.20.40.1/icmp" from management probe ping 10.20.40.40
check "... of IPv6" same cannot "red from 2001:db8:40::1/icmp" from management probe ping 2001:db8:40::40
check "... of own addresses too" same cannot "red 10.20.40.40/icmp" in_vrf red probe ping 10.20.40.40
sysctl -qw net.ipv4.icmp_echo_ignore_all=0 net.ipv6.icmp.echo_ignore_all=0
check "of an own address" same can "red 10.20.40.40/icmp" in_vrf red probe ping 10.20.40.40
check "... by IPv6" same can "red 2001:db8:40::40/icmp" in_vrf red probe ping 2001:db8:40::40
mark_local 2
rc-vrf sync
check "by mark" same can "blue 10.20.30.40/icmp" in_vrf blue probe ping 10.20.30.40
check "... by IPv6" same can "blue 2001:db8:30::40/icmp" in_vrf blue probe ping 2001:db8:30::40
ip rule add pref 5000 not fwmark 0x56000002 prohibit
ip -6 rule add pref 5000 not fwmark 0x56000002 prohibit
check "answers have no mark, and a rule stops them" same cannot "blue 10.20.30.40/icmp" in_vrf blue probe ping 10.20.30.40
check "... by IPv6" same cannot "blue 2001:db8:30::40/icmp" in_vrf blue probe ping 2001:db8:30::40
sysctl -qw net.ipv4.fwmark_reflect=1 net.ipv6.fwmark_reflect=1
check "... unless they get it" same can "blue 10.20.30.40/icmp" in_vrf blue probe ping 10.20.30.40
check "... by IPv6" same can "blue 2001:db8:30::40/icmp" in_vrf blue probe ping 2001:db8:30::40
sysctl -qw net.ipv4.fwmark_reflect=0 net.ipv6.fwmark_reflect=0
ip rule del pref 5000
ip -6 rule del pref 5000

# --- the source of IPv6 ---

ip -6 rule add pref 500 from 2001:db8:40::40 table 77
ip -6 route add default dev green table 77
check "an own address, and a rule leads its answers away" \
	same cannot "red [2001:db8:40::40]:22" in_vrf red probe tcp 2001:db8:40::40 22
ip -6 rule del pref 500
check "... and none" same can "red [2001:db8:40::40]:22" in_vrf red probe tcp 2001:db8:40::40 22

ip -6 route add 2001:db8:99::/64 from 2001:db8:40::/64 via 2001:db8:40::1 dev eth1 table 1
ip -6 route add 2001:db8:99::/64 from 2001:db8:30::/64 via 2001:db8:30::1 dev eth0 table 2
rc-vrf sync
for vrf in red blue; do
	check "$vrf: a route for one source" same can "$vrf [2001:db8:99::1]:7" in_vrf $vrf probe tcp 2001:db8:99::1 7
	check "... by UDP" same can "$vrf [2001:db8:99::1]:7/udp" in_vrf $vrf probe udp 2001:db8:99::1 7
	check "... and a ping" same can "$vrf 2001:db8:99::1/icmp" in_vrf $vrf probe ping 2001:db8:99::1
done
ip -6 route del 2001:db8:99::/64 from 2001:db8:40::/64 table 1
ip -6 route del 2001:db8:99::/64 from 2001:db8:30::/64 table 2
ip -6 route del default via 2001:db8:30::1
ip -6 route add default via 2001:db8:30::1 table 88
check "no route" same cannot "plain [2001:db8:99::1]:7" probe tcp 2001:db8:99::1 7
ip -6 rule add pref 700 from 2001:db8:30::40 ipproto 6 table 88
check "a rule for one source, in no VRF" same can "plain [2001:db8:99::1]:7" probe tcp 2001:db8:99::1 7
check "... of a protocol" same cannot "plain [2001:db8:99::1]:7/udp" probe udp 2001:db8:99::1 7
ip -6 rule del pref 700
ip -6 route add default via 2001:db8:30::1

# The source is the VRF's, not the interface's by which a route leads out of it.
ip -n lab -6 route add 2001:db8:40::/64 via 2001:db8:50::40
ip -n office -6 route add 2001:db8:40::/64 via 2001:db8:30::40
ip -6 route add 2001:db8:50::7/128 dev green table 1
ip -6 route add 2001:db8:30::1/128 dev eth0 table 1
ip -6 route add 2001:db8:40::/64 dev red table 3
ip -6 route add 2001:db8:40::/64 dev red
rc-vrf sync
for forward in 0 1; do
	sysctl -qw net.ipv6.conf.all.forwarding=$forward
	if [ $forward = 1 ]; then want=can; else want=cannot; fi
	for to in 2001:db8:50::7 2001:db8:30::1; do
		check "out by another VRF, forwarding=$forward: $want, $to" \
			same $want "red [$to]:7" in_vrf red probe tcp $to 7
		check "... by UDP" same $want "red [$to]:7/udp" in_vrf red probe udp $to 7
		check "... and a ping" same $want "red $to/icmp" in_vrf red probe ping $to
	done
done
