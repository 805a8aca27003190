#!/bin/sh
# SPDX-License-Identifier: ISC
# timeout: 2400
#
# The ways out of a VRF that shall never work (tests/vm/escape.c), with sockets made before
# and with new ones, while the VRF is in any state that it can be in: nothing arrives.
# shellcheck disable=SC2086 # $user is words

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"
. "$(dirname "$0")/words/executor.sh"

lan office eth0 10.20.30.1/24 2001:db8:30::1/64
internet office
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
for module in sctp dccp_ipv4 l2tp_ip rxrpc; do
	modprobe -q $module || echo "no $module"
done
interfaces <<EOF
auto eth0
iface eth0
	address 10.20.30.40/24
	address 2001:db8:30::40/64
	gateway 10.20.30.1
	gateway 2001:db8:30::1

auto vrf-device
iface vrf-device
	vrf-table 1
	table-route default via 10.20.40.1 dev eth1

auto eth1
iface eth1
	vrf-member vrf-device
	address 10.20.40.40/24

auto vrf-mark
iface vrf-mark
	vrf-table 2
	vrf-bind mark
	table-route 10.20.30.0/24 dev eth0
EOF
check "the network comes up" ifup -a
settled
wait_for 5 ping -c 1 -W 1 8.8.8.8
sysctl -qw net.ipv4.ping_group_range="0 2147483647"
peer=$(link_local office lan)

# watch IFACE: what comes to that interface of the office, without what the kernel says by itself
: >/run/wire
watch() {
	from office tcpdump --immediate-mode -lnp -Q in -i "$1" \
		'(ip and not igmp) or (ip6 and (udp or tcp or sctp or ip6[6] == 33 or ip6[6] == 43 or ip6[6] == 136 or (icmp6 and ip6[40] == 128)))' \
		>>/run/wire 2>/run/wire.log &
	wait_for 10 grep -q listening /run/wire.log
}
watch lan

# ip vrf exec may not replace our programs: it has a control group of its own
cat >/run/plain <<'EOF'
#!/bin/sh
mkdir -p /sys/fs/cgroup/plain
echo $$ >/sys/fs/cgroup/plain/cgroup.procs
exec ip vrf exec vrf-plain "$@"
EOF
chmod +x /run/plain

# begin NAME CMD...: somebody with sockets of every kind, who waits for a line
begin() {
	begin_name=$1
	shift
	# what an earlier one of that name has said is not what this one will say
	rm -f "/run/$begin_name.said"
	mkfifo "/run/$begin_name.go"
	# shellcheck disable=SC2046 # a word or none
	"$@" env $(bpf_lsm || echo NO_LSM=yes) escape each eth0 8.8.8.8 2001:4860:4860::8888 "$peer" <>"/run/$begin_name.go" >"/run/$begin_name.said" 2>&1 &
	wait_for 20 grep -q ready "/run/$begin_name.said"
}

begin_all() {
	begin device vrf-exec vrf-device $user && begin mark vrf-exec vrf-mark $user
}

# tried: they go on, all at once, and nothing arrives
tried() {
	before=$(wc -l </run/wire)
	for go in /run/*.go; do
		# opened for both, this waits for nobody who is not there any more
		echo 1<>"$go"
	done
	for go in /run/*.go; do
		wait_for 240 grep -qx end "${go%go}said" || return
		# one line for each; nobody died in between
		[ "$(grep -c ': ' "${go%go}said")" -gt 100 ] || return
	done >/dev/null
	rm /run/*.go
	sleep 0.2
	tail -n "+$((before + 1))" /run/wire >/run/arrived
	cat /run/arrived
	[ ! -s /run/arrived ]
}

# many: a good part of them
many() {
	[ "$(grep -c 8.8.8.8 /run/arrived)" -gt 10 ]
}

# state SENTENCE CMD...: what was there before CMD tries after it
state() {
	state_sentence=$1
	shift
	begin_all
	check "$state_sentence" "$@"
	check "... nothing gets out" tried
}

again() {
	ip link del vrf-device 2>/dev/null || :
	ifdown -f vrf-mark && ifdown -f vrf-device && ifup -f vrf-device eth1 vrf-mark
}

# Not blind: who is only started in a VRF gets out.
ip link add vrf-plain index 1073741827 type vrf table 3
ip link set vrf-plain up
begin plain /run/plain $user
check "ip vrf exec: somebody gets out" not tried
check "... with sockets made before, and with new ones" many

state "up" true
state "down" ip link set dev vrf-device down
ip link set dev vrf-device up

half() {
	ip link set dev eth1 nomaster && ip route flush table 1 && ip rule del pref 900 && ip -6 rule del pref 900
}
state "without members, routes and the rule for marks" half
check "as it was" again

# killed N CMD...: executors that are killed at their N-th system call
killed() {
	KILLAT=$1
	shift
	if "$@"; then killed_status=0; else killed_status=$?; fi
	unset KILLAT
	return $killed_status
}

half_down() {
	killed 20 executor vrf destroy vrf-device IF_VRF_TABLE=1 &&
		killed 20 executor vrf destroy vrf-mark IF_VRF_TABLE=2 IF_VRF_BIND=mark
}
state "half down: ifdown was killed" half_down
check "as it was" again

gone() {
	ifdown -f vrf-mark && ifdown -f vrf-device
}
state "gone" gone

half_up() {
	gone && killed 20 executor vrf create vrf-device IF_VRF_TABLE=1 &&
		killed 20 executor vrf create vrf-mark IF_VRF_TABLE=2 IF_VRF_BIND=mark
}
check "as it was" again
state "half up: ifup was killed" half_up
check "as it was" again
state "gone and back" again

by_hand() {
	ip link del vrf-device && ip link add vrf-device type vrf table 1 && ip link set vrf-device up &&
		ip link set eth1 master vrf-device
}
state "made anew by hand, with another number" by_hand
check "as it was" again

# Somebody's device takes the number; its other end is in the office.
ip netns add stranger
arrives() {
	ip -n stranger link add evil index "$1" type veth peer name wire netns office &&
		ip -n office link set wire up && ip -n stranger link set evil netns $$ && ip link set evil up &&
		ip addr add 10.20.70.40/24 dev evil && ip -6 addr add 2001:db8:70::40/64 dev evil nodad || return
	mac=$(ip -n office -o link show wire | sed 's/.*ether \([^ ]*\).*/\1/')
	for to in 8.8.8.8 2001:4860:4860::8888; do
		ip route add $to dev evil && ip neigh add $to lladdr "$mac" dev evil nud permanent || return
	done
	watch wire
	ip -o link show evil | grep "^$1:"
}
begin plain /run/plain $user
ip link del vrf-plain
check "a device arrives with the number of a VRF of ip vrf exec" arrives 1073741827
check "... the sockets of old follow it" not tried
check "... in numbers" many
ip link del evil
taken() {
	gone && arrives 1073741825
}
state "gone, and a device arrives with its number" taken
ip link del evil
check "as it was" again
back() {
	taken && ifup -f vrf-device eth1 vrf-mark && ip -o link show vrf-device && ip -o link show evil
}
state "... and back, with another number" back
ip link del evil
check "as it was" again

by_hand_taken() {
	ip link del vrf-device && arrives 1073741825 && rc-vrf sync
}
state "deleted by hand, and a device arrives with its number, once rc-vrf sync has seen it" by_hand_taken
ip link del evil
check "as it was" again

# Somebody in the same session, root, runs ip vrf exec all the time.
ip link add vrf-plain type vrf table 3
ip link set vrf-plain up
vrf-exec vrf-device sh -c 'while :; do ip vrf exec vrf-plain true; ip vrf exec vrf-device true; done' >/dev/null 2>&1 &
loop=$!
state "ip vrf exec in the same session" wait_for 5 test -d /sys/fs/cgroup/vrf/vrf-plain
kill $loop
