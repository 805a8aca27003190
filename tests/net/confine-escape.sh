#!/bin/sh
# SPDX-License-Identifier: ISC
# timeout: 600
#
# Every way out of a VRF that we know (tests/vm/escape.c), tried by a user, by root
# without capabilities and by root, in device and in mark mode, beside `ip vrf exec`.
# What counts is whether anything arrived.  The table at the end is the documentation.
# shellcheck disable=SC2086 # $user and $as are words

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

lan office eth0 10.20.30.1/24 2001:db8:30::1/64
internet office
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
card eth0 - 10.20.30.40/24 2001:db8:30::40/64
ip route add default via 10.20.30.1
ip -6 route add default via 2001:db8:30::1
device_vrf vrf-device 1 eth1 10.20.40.40/24 2001:db8:40::40/64
mark_vrf vrf-mark 2 eth0 10.20.30.0/24 2001:db8:30::/64
ip link add vrf-plain type vrf table 3
ip link set vrf-plain up
ip route add unreachable default metric 4278198272 table 3
ip -6 route add unreachable default metric 4278198272 table 3
for module in smc sctp dccp_ipv4 l2tp_ip rxrpc; do
	modprobe -q $module || echo "no $module"
done
settled
wait_for 5 ping -c 1 -W 1 8.8.8.8
sysctl -qw net.ipv4.ping_group_range="0 2147483647" net.ipv4.tcp_fastopen=5
peer=$(link_local office lan)

# Not what the kernel says by itself: neighbour discovery, group membership.
from office tcpdump --immediate-mode -lnp -Q in -i lan \
	'(ip and not igmp) or (ip6 and (udp or tcp or sctp or ip6[6] == 33 or ip6[6] == 136 or (icmp6 and ip6[40] == 128)))' \
	>/run/wire 2>/run/wire.log &
wait_for 10 grep -q listening /run/wire.log

# words WHO: what makes a command that somebody's
words() {
	case $1 in
	nobody) echo "$user" ;;
	bare) echo "setpriv --bounding-set=-all --inh-caps=-all --" ;;
	esac
}

# try WAY ADDR4 ADDR6 CMD...: does anything arrive?
try() {
	way=$1
	four=$2
	six=$3
	shift 3
	before=$(wc -l </run/wire)
	refused=$(timeout 3 "$@" escape "$way" eth0 "$four" "$six" "$peer" 2>&1) || :
	sleep 0.05
	if tail -n "+$((before + 1))" /run/wire | grep -q .; then echo arrived; else echo "${refused:--}"; fi
}

# ip vrf exec may not replace our programs: it has a control group of its own
cat >/run/plain <<'EOF'
#!/bin/sh
echo $$ >/sys/fs/cgroup/plain/cgroup.procs
exec ip vrf exec vrf-plain "$@"
EOF
chmod +x /run/plain
mkdir /sys/fs/cgroup/plain

arrived() {
	wait_for 5 grep -q '> 8.8.8.8.4000' /run/wire
}
escape udp eth0 8.8.8.8 2001:4860:4860::8888 "$peer"
check "what is sent outside of a VRF is seen" arrived

# The way in: what a socket that has left is sent by the network that is not the VRF's.
# receives CMD...: a socket started so gets it
receives() {
	"$@" escape receive 4001 >/run/receive 2>&1 &
	wait_for 5 grep -q ready /run/receive || return
	from office probe -t 300 udp 10.20.30.40 4001 || :
	wait $! || :
	cat /run/receive
	grep -q received /run/receive
}
check "from ip vrf exec a way in is open" receives /run/plain $user
check_fails "from a user in device mode it is not" receives vrf-exec vrf-device $user
check_fails "from root in device mode it is not" receives vrf-exec vrf-device

printf '%-20s %-9s %-34s %-34s %s\n' way who "vrf-exec, device" "vrf-exec, mark" "ip vrf exec" >/run/table
for way in $(escape list); do
	for who in nobody bare root; do
		as=$(words "$who")
		device=$(try "$way" 8.8.8.8 2001:4860:4860::8888 vrf-exec vrf-device $as)
		mark=$(try "$way" 8.8.8.8 2001:4860:4860::8888 vrf-exec vrf-mark $as)
		other=$(try "$way" 8.8.8.8 2001:4860:4860::8888 /run/plain $as)
		printf '%-20s %-9s %-34s %-34s %s\n' "$way" "$who" "$device" "$mark" "$other" >>/run/table
		case $who-$way in
		# Packet sockets take CAP_NET_RAW, and control groups belong to root: doc/vrf-exec.8.scd says so.
		root-packet | root-cgroup_leave | bare-cgroup_leave) continue ;;
		esac
		check "$way by $who, device: $device" [ "$device" != arrived ]
		check "$way by $who, mark: $mark" [ "$mark" != arrived ]
	done
done
cat /run/table
