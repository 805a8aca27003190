#!/bin/sh
# SPDX-License-Identifier: ISC
# timeout: 500
#
# Every way out of a VRF that we know (tests/vm/escape.c), tried by a user, by root
# without capabilities and by root, in device and in mark mode, beside `ip vrf exec`.
# What counts is whether anything arrived.  The table at the end must be that of
# confine-escape.table, which is also that of doc/security.md.
# shellcheck disable=SC2086 # $user and $as are words

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

in_the_office
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
device_vrf vrf-device 1 eth1 10.20.40.40/24 2001:db8:40::40/64
mark_vrf vrf-mark 2 eth0 10.20.30.0/24 2001:db8:30::/64
ip link add vrf-plain type vrf table 3
ip link set vrf-plain up
ip route add unreachable default metric 4278198272 table 3
ip -6 route add unreachable default metric 4278198272 table 3
for module in smc sctp dccp_ipv4 l2tp_ip rxrpc pppoe rds_tcp; do
	modprobe -q $module || echo "no $module"
done
settled
wait_for 5 ping -c 1 -W 1 8.8.8.8
sysctl -qw net.ipv4.ping_group_range="0 2147483647" net.ipv4.tcp_fastopen=5
peer=$(link_local office lan)
export RDS=10.20.30.40

# Not what the kernel says by itself: neighbour discovery, group membership.
from office tcpdump --immediate-mode -lnp -Q in -i lan \
	'(ip and not igmp) or ether proto 0x8864 or (ip6 and (udp or tcp or sctp or ip6[6] == 33 or ip6[6] == 43 or ip6[6] == 136 or (icmp6 and ip6[40] == 128)))' \
	>/run/wire 2>/run/wire.log &
wait_for 10 grep -q listening /run/wire.log
as_user escape donor >/run/donor &
wait_for 5 grep -q ready /run/donor

# words WHO: what makes a command that somebody's
words() {
	case $1 in
	nobody) echo "$user" ;;
	bare) echo "setpriv --bounding-set=-all --inh-caps=-all --" ;;
	esac
}

# try WAY CMD...: does anything arrive?  $result: out, or - and $refused, the call that failed.
targets=0
try() {
	way=$1
	target=8.8.8.8
	limit=3
	shift
	# Such a connection is tried again and again, even after its socket: one target for each.
	if [ "$way" = rds ]; then
		targets=$((targets + 1))
		target=8.8.1.$targets
		limit=1
	fi
	before=$(wc -l </run/wire)
	refused=$(timeout $limit escape carry "$@" escape "$way" eth0 $target 2001:4860:4860::8888 "$peer" 2>&1) || :
	sleep 0.05
	result=-
	if tail -n "+$((before + 1))" /run/wire | grep -q "$([ "$way" != rds ] || echo "> $target\\.")"; then
		result=out
	fi
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

# The ways in: what a socket gets that has left.
# gets FROM CMD...: a datagram from there to eth0
gets() {
	gets_from=$1
	shift
	"$@" escape receive 4001 >/run/receive 2>&1 &
	wait_for 5 grep -q ready /run/receive || return
	from "$gets_from" probe -t 300 udp 10.20.30.40 4001 || :
	wait $! || :
	cat /run/receive
	grep -q received /run/receive
}

# joins CMD...: a datagram to a group by eth0
joins() {
	"$@" escape receive 4000 eth0 224.0.0.251 >/run/receive 2>&1 &
	wait_for 5 grep -q ready /run/receive || return
	from office escape multicast4 lan 10.20.30.1 ::1 fe80::1
	wait $! || :
	cat /run/receive
	grep -q received /run/receive
}

# accepts CMD...: a connection by eth0 to a socket of MPTCP
accepts() {
	"$@" escape accept 4002 >/run/receive 2>&1 &
	wait_for 5 grep -Eq 'ready|:' /run/receive || return
	from office probe -t 300 tcp 10.20.30.40 4002 || :
	wait $! || :
	cat /run/receive
	grep -q received /run/receive
}
check "ip vrf exec: a user gets what comes by another interface" gets office /run/plain $user
check "... also to a group" joins /run/plain $user
check "... also by MPTCP" accepts /run/plain $user
check "outside of any VRF a datagram comes from the internet" gets internet env
for who in nobody bare root; do
	as=$(words $who)
	check_fails "device, $who: nothing comes by another interface" gets office vrf-exec vrf-device $as
	check_fails "... nor to a group" joins vrf-exec vrf-device $as
	check_fails "... nor by MPTCP" accepts vrf-exec vrf-device $as
	check "mark, $who: a datagram from inside the prefixes comes" gets office vrf-exec vrf-mark $as
	check_fails "... not from outside" gets internet vrf-exec vrf-mark $as
	check_fails "... nor by MPTCP" accepts vrf-exec vrf-mark $as
done

# cells WAY TOOL-AND-USER...: the beginning of a line of the table
cells() {
	printf '%-19s %-4s %-4s %-4s   %-4s %-4s %-4s   %-4s %-4s %-4s' "$@"
}

# row WAY REASON: a line of the table; what was refused is in the log
row() {
	device='' mark='' plain=''
	for who in nobody bare root; do
		as=$(words $who)
		try "$1" vrf-exec vrf-device $as
		device="$device $result"
		log="$1 by $who: $refused"
		try "$1" vrf-exec vrf-mark $as
		mark="$mark $result"
		log="$log; mark: $refused"
		try "$1" /run/plain $as
		plain="$plain $result"
		echo "$log; ip vrf exec: $refused" >>/run/log
	done
	reason=$2
	case $device$mark in
	*out*) ;;
	*) reason= ;;
	esac
	echo "$(cells "$1" $device $mark $plain)   $reason" | sed 's/ *$//'
}

# of WAY FILE: its line, without what ip vrf exec does: that depends on the protocols that a kernel has
of() {
	grep "^$1 " "$2" | sed 's/^\(.\{54\}\).\{0,14\}/\1/; s/ *$//'
}

# as_documented WAY
as_documented() {
	of "$1" /run/table
	[ "$(of "$1" /run/table)" = "$(of "$1" "$table")" ]
}

table=$(dirname "$0")/confine-escape.table
tab=$(printf '\t')
escape list >/run/ways
{
	printf '%-20s%-17s%-17s%s\n' '' 'device mode' 'mark mode' 'ip vrf exec'
	cells way user bare root user bare root user bare root
	echo "   why"
} >/run/table
while IFS=$tab read -r way reason; do
	row "$way" "$reason" </dev/null >>/run/table
	check "$way" as_documented "$way"
done </run/ways
check "no way in the table that is not tried" [ "$(wc -l </run/table)" = "$(wc -l <"$table")" ]
cat /run/log
echo "--- $(uname -r)"
cat /run/table
