#!/bin/sh
# SPDX-License-Identifier: ISC
# timeout: 900
#
# Every way out of a VRF that we know (tests/vm/escape.c), tried by a user, by root
# without capabilities and by root, in device and in mark mode, beside `ip vrf exec`.
# What counts is whether anything arrived, on the wire or at a listener of the host's.  The
# table at the end must be that of confine-escape.table, which is also that of
# doc/security.md; where the bpf LSM is not active only the ways that then work are tried,
# and confine-escape-nolsm.table is theirs (ESCAPE=all: all).
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
lan other eth2 10.20.60.1/24
card eth2 vrf-plain 10.20.60.40/24

# nameserver VRF ADDRESS [VARIABLE=VALUE...]: what ifup does with vrf-nameserver
nameserver() {
	vrf=$1
	address=$2
	shift 2
	env -i PATH="$PATH" PHASE=up IFACE="$vrf" INTERFACES_FILE=/run/none IF_VRF_NAMESERVER="$address" "$@" \
		/usr/libexec/ifupdown-ng/vrf
}
if [ -n "${NAMES-}" ]; then
	rm -f /etc/resolv.conf
	printf 'nameserver 8.8.8.8\nnameserver 2001:4860:4860::8888\n' >/etc/resolv.conf
	: >/run/none
	check "the VRF has nameservers" nameserver vrf-device "10.20.40.1 2001:db8:40::1" IF_VRF_TABLE=1
	check "so has the one by mark" nameserver vrf-mark "10.20.30.1 2001:db8:30::1" IF_VRF_TABLE=2 IF_VRF_BIND=mark
	check "what is for the host's comes to the VRF's, where nobody listens" fails_with ECONNREFUSED \
		vrf-exec vrf-device probe udp 8.8.8.8 53
fi
# says PATTERN: in one line, and the command runs
says() {
	vrf-exec vrf-device echo ran >/run/said 2>&1
	cat /run/said
	grep -qx ran /run/said && [ "$(wc -l </run/said)" = 2 ] && grep -q "$1" /run/said
}
quiet() {
	[ "$(vrf-exec vrf-device echo ran 2>&1)" = ran ]
}
if ! bpf_lsm; then
	check "vrf-exec says what leads past the filters" says \
		'^vrf-exec: vrf-device: the bpf LSM is not active.*pppoe, l2tp_ppp, rxrpc.*lsm=.*/usr/share/vrf-ng/modprobe.conf'
	mkdir -p /etc/modprobe.d
	cp /usr/share/vrf-ng/modprobe.conf /etc/modprobe.d/vrf-ng.conf
	check "... unless modprobe keeps it out" quiet
	rm /etc/modprobe.d/vrf-ng.conf
else
	check "vrf-exec has nothing to say" quiet
fi
for module in smc sctp dccp_ipv4 l2tp_ip l2tp_ppp rxrpc pppoe rds_tcp tipc vsock_loopback; do
	modprobe -q $module || echo "no $module"
done
settled
wait_for 5 ping -c 1 -W 1 8.8.8.8
sysctl -qw net.ipv4.ping_group_range="0 2147483647" net.ipv4.tcp_fastopen=5
peer=$(link_local office lan)
OWN=$(link_local - eth1)
CARD=eth1
export OWN CARD
export RDS=10.20.30.40

# Not what the kernel says by itself: neighbour discovery, group membership.
from office tcpdump --immediate-mode -lnp -Q in -i lan \
	'(ip and not igmp) or ether proto 0x8864 or (ip6 and (udp or tcp or sctp or ip6[6] == 33 or ip6[6] == 43 or ip6[6] == 136 or (icmp6 and ip6[40] == 128)))' \
	>/run/wire 2>/run/wire.log &
wait_for 10 grep -q listening /run/wire.log
as_user escape donor >/run/donor &
wait_for 5 grep -q ready /run/donor
escape hear >/run/heard &
wait_for 5 grep -q ready /run/heard
escape hear vrf-plain >/run/heard-other &
wait_for 5 grep -q ready /run/heard-other
escape tunnel eth0 8.8.8.8 ::1 ::1 >/run/tunnel &
wait_for 5 grep -q ready /run/tunnel

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
	case $way in
	*_race) limit=15 ;;
	esac
	shift
	# Such a connection is tried again and again, even after its socket: one target for each.
	if [ "$way" = rds ]; then
		targets=$((targets + 1))
		target=8.8.1.$targets
		limit=1
	fi
	before=$(wc -l </run/wire)
	heard=$(cat /run/heard /run/heard-other | wc -l)
	refused=$(timeout $limit escape carry "$@" escape "$way" eth0 $target 2001:4860:4860::8888 "$peer" 2>&1) || :
	sleep 0.05
	result=-
	if tail -n "+$((before + 1))" /run/wire | grep -q "$([ "$way" != rds ] || echo "> $target\\.")"; then
		result=out
	fi
	[ "$(cat /run/heard /run/heard-other | wc -l)" = "$heard" ] || result=out
}

# without: no bpf LSM
without() {
	! bpf_lsm
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

# unconfined WAY CARD FILE: heard there
unconfined() {
	unconfined_lines=$(wc -l <"$3")
	escape "$1" "$2" 8.8.8.8 2001:4860:4860::8888 "$peer"
	wait_for 5 sh -c "[ \$(wc -l <$3) -gt $unconfined_lines ]"
}
for way in copy_pktinfo copy_ping broadcast vsock tipc; do
	check "... and heard by a listener of the host: $way" unconfined $way eth0 /run/heard
done
check "... by one of another VRF" unconfined copy_pktinfo eth2 /run/heard-other

# The ways in: what a socket gets that has left.
# comes HOW CMD...: something from outside reaches a socket of CMD's
comes() {
	comes_how=$1
	shift
	case $comes_how in
	office | internet) set -- "$@" escape receive 4001 ;;
	group) set -- "$@" escape receive 4005 eth0 224.0.0.251 ;;
	mptcp) set -- "$@" escape accept 4002 ;;
	icmp) set -- "$@" escape errors 4003 ;;
	rxrpc) set -- "$@" escape serve 7001 ;;
	esac
	rm -f /run/receive
	"$@" >/run/receive 2>&1 &
	wait_for 5 grep -Eq 'ready|:' /run/receive || return
	case $comes_how in
	office | internet) from "$comes_how" probe -t 300 udp 10.20.30.40 4001 || : ;;
	group) from office env TO_PORT=4005 escape multicast4 lan 10.20.30.1 ::1 fe80::1 ;;
	mptcp) from office probe -t 300 tcp 10.20.30.40 4002 || : ;;
	icmp) from office escape forge 10.20.30.40 4003 || return ;;
	rxrpc) from office env TO_PORT=7001 timeout 3 escape rxrpc lan 10.20.30.40 ::1 fe80::1 || : ;;
	esac
	wait $! || :
	cat /run/receive
	grep -q received /run/receive
}
check "ip vrf exec: a user gets what comes by another interface" comes office /run/plain $user
check "... also to a group" comes group /run/plain $user
check "... also by MPTCP" comes mptcp /run/plain $user
check "outside of any VRF a datagram comes from the internet" comes internet env
for who in nobody bare root; do
	as=$(words $who)
	check_fails "device, $who: nothing comes by another interface" comes office vrf-exec vrf-device $as
	check_fails "... nor to a group" comes group vrf-exec vrf-device $as
	check_fails "... nor by MPTCP" comes mptcp vrf-exec vrf-device $as
	check "mark, $who: a datagram from inside the prefixes comes" comes office vrf-exec vrf-mark $as
	check_fails "... not from outside" comes internet vrf-exec vrf-mark $as
	check_fails "... nor by MPTCP" comes mptcp vrf-exec vrf-mark $as
done

# Two ways in that the filters do not see; doc/security.md names them.
modprobe -q dummy
check "outside of a VRF an ICMP error brings its payload" comes icmp $user
check "mark, nobody: inside of one, too" comes icmp vrf-exec vrf-mark $user
check "outside of a VRF RxRPC is served" comes rxrpc $user
if without; then
	check "device, nobody: an ICMP error brings its payload" comes icmp vrf-exec vrf-device $user
	check "device, nobody: RxRPC is served from outside" comes rxrpc vrf-exec vrf-device $user
else
	check_fails "device, nobody: none, since the socket keeps its device" comes icmp vrf-exec vrf-device $user
	for vrf in vrf-device vrf-mark; do
		check "$vrf, nobody: no RxRPC" fails_with 'Address family not supported' vrf-exec $vrf $user escape serve 7001
	done
fi
for vrf in vrf-mark vrf-device; do
	check "$vrf, nobody: no address that is not this host's" \
		fails_with '^setsockopt: Operation not permitted' vrf-exec $vrf $user escape freebind eth0 8.8.8.8 2001:db8:dead::1 ::1
	set -- vrf-exec $vrf $user escape freebind32 eth0 8.8.8.8 2001:db8:dead::1 ::1
	if without; then
		check "... but by a call of 32 bits" prints '^bound' "$@"
	else
		check "... nor by a call of 32 bits" fails_with '^setsockopt of 32 bits: Operation not permitted' "$@"
	fi
	for way in unspec_udplite l2tp_local dccp; do
		check "$vrf, nobody: no socket for $way" \
			fails_with '(Protocol|Socket type) not supported' vrf-exec $vrf $user escape $way eth0 8.8.8.8 2001:db8:dead::1 ::1
	done
done
if ! without; then
	check_fails "device, nobody: no binding to another interface's address" \
		vrf-exec vrf-device $user probe udp-echo 4004 "$(link_local - eth0)%eth0"
fi
check "a namespace of one's own, with a device of the VRF's number: no socket" \
	fails_with '^socket: Operation not permitted' vrf-exec vrf-device $user escape namespace $((0x40000001))
check "... which ip vrf exec has" prints '^made' /run/plain $user escape namespace $((0x40000003))

# A network that belongs to a user, as a container of his does: who owns it has CAP_NET_RAW in there.
$user unshare -U -r -n sh -c 'echo $$ >&3 && exec sleep 1000' 3>/run/owner &
wait_for 5 [ -s /run/owner ]
owned="nsenter --preserve-credentials -U -n -t $(cat /run/owner) probe packet"
check "a user's own network: he has packet sockets there" prints '^made' $user $owned
for vrf in vrf-mark vrf-device; do
	if without; then
		check "... without the LSM from $vrf as well" prints '^made' vrf-exec $vrf $user $owned
	else
		check "... not from $vrf" fails_with '^socket: EPERM' vrf-exec $vrf $user $owned
	fi
done
check "... but root there, who may anyway" prints '^made' vrf-exec vrf-mark probe packet

# cells WAY TOOL-AND-USER...: the beginning of a line of the table
cells() {
	printf '%-19s %-4s %-4s %-4s   %-4s %-4s %-4s   %-4s %-4s %-4s' "$@"
}

# tried WAY CMD...: a race may take more than one try to win
tried() {
	for _ in 1 2 3 4 5; do
		try "$@"
		case $1 in
		*_race) [ $result = out ] || [ "$3" = vrf-mark ] || ! without || continue ;;
		esac
		break
	done
}

# row WAY REASON: a line of the table; what was refused is in the log
row() {
	device='' mark='' plain=''
	for who in nobody bare root; do
		as=$(words $who)
		tried "$1" vrf-exec vrf-device $as
		device="$device $result"
		log="$1 by $who: $refused"
		tried "$1" vrf-exec vrf-mark $as
		mark="$mark $result"
		log="$log; mark: $refused"
		tried "$1" /run/plain $as
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

# no_more LINE LINE: the first has `out` only where the second has it
no_more() {
	printf '%s\n' "$@" | awk '
		NR == 1 { split($0, found) }
		NR == 2 { for (i = 2; i <= 7; i++) if (found[i] == "out" && $i != "out") exit 1 }'
}

# as_documented WAY: a race that the page lists may be lost; one that it says nobody wins must be
as_documented() {
	of "$1" /run/table
	case $1 in
	*_race) no_more "$(of "$1" /run/table)" "$(of "$1" "$table")" ;;
	*) [ "$(of "$1" /run/table)" = "$(of "$1" "$table")" ] ;;
	esac
}

table=$(dirname "$0")/confine-escape.table
if without; then
	table=${table%.table}-nolsm.table
fi
# of the list: name and reason of what is tried here
if ! without; then
	escape list | cut -f 1,2 >/run/ways
elif [ "${ESCAPE-}" = all ]; then
	escape list | cut -f 1,3 >/run/ways
	: >/run/nolsm
	while read -r way _; do
		grep "^$way " "$table" || grep "^$way " "$(dirname "$0")/confine-escape.table" || :
	done </run/ways >>/run/nolsm
	{ head -n 2 "$table"; cat /run/nolsm; } >/run/nolsm.table
	table=/run/nolsm.table
else
	escape list | cut -f 1,3 | while read -r way reason; do
		! grep -q "^$way " "$table" || printf '%s\t%s\n' "$way" "$reason"
	done >/run/ways
fi
tab=$(printf '\t')
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
