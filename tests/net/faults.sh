#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2086,SC2016 # $fault and $words are lists; what is started expands the rest
#
# Every system call of every phase of every executor, of vrf-exec, vrf-listen and rc-vrf fails
# in turn.  Whoever says success has done all of it; whoever has not says in a line of his
# own what failed; nothing crashes; no process is outside of its VRF; and the next run does what is left.
# FAULT_STEP says how many calls lie between two faults (make check-all: 7), FAULT_ERRORS=ERROR,... with what
# they fail.
# timeout: 30000

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/executor.sh"

step=${FAULT_STEP:-197}
errors=$(echo "${FAULT_ERRORS:-ENOMEM}" | tr , " ")
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan office eth0 10.20.30.1/24 2001:db8:30::1/64
internet office 203.0.113.9
from internet probe tcp-echo 7
from office probe tcp-echo 7
from management probe tcp-echo 7
ip link set lo up
ip addr add 10.20.30.40/24 dev eth0
ip link set eth0 up
ip route add default via 10.20.30.1
interfaces <<EOF
iface lo

iface vrf-red
    vrf-table 10
    table-route default via 10.20.40.1 dev eth1, 172.16.0.0/12 via 10.20.40.1 dev eth1
    table-rule from 10.20.40.0/24 pref 500 table 10

iface vrf-green
    vrf-table 11
    vrf-bind mark
    table-route 10.20.30.0/24 dev eth0

iface eth1
    vrf-member vrf-red
    address 10.20.40.40/24
EOF

# phase EXECUTOR PHASE IFACE [VARIABLE=VALUE...]: the command, for failat to run
phase() {
	phase_executor=$1
	phase_name=$2
	phase_iface=$3
	shift 3
	env -i PATH="$PATH" PHASE="$phase_name" IFACE="$phase_iface" INTERFACES_FILE=/etc/network/interfaces "$@" \
		$fault "/usr/libexec/ifupdown-ng/$phase_executor"
}

red() {
	phase "$1" "$2" vrf-red IF_VRF_TABLE=10 \
		'IF_TABLE_ROUTE=default via 10.20.40.1 dev eth1, 172.16.0.0/12 via 10.20.40.1 dev eth1' \
		'IF_TABLE_RULE=from 10.20.40.0/24 pref 500 table 10'
}

green() {
	phase "$1" "$2" vrf-green IF_VRF_TABLE=11 IF_VRF_BIND=mark 'IF_TABLE_ROUTE=10.20.30.0/24 dev eth0'
}

member() {
	phase "$1" "$2" eth1 IF_VRF_MEMBER=vrf-red IF_ADDRESSES='10.20.40.40/24 '
}

order() {
	phase l3mdev "$1" lo IF_L3MDEV_UNREACHABLE_PREF=2000
}

# Rules, addresses, routes, and of links what the executors decide; no carrier, no link-local addresses.
network() {
	for family in -4 -6; do
		ip $family rule
		ip $family -o addr | sed '/fe80/d; s/^[0-9]*: //; s/ *valid_lft.*//; s/ nodad//'
		ip $family route show table all | sed '/fe80/d; /ff00::/d; s/ linkdown//'
	done
	link_states
}

# calls CMD...: how many system calls its start takes, which are libc's: those of --version, but for what that prints
calls() {
	calls_n=1
	until failat $calls_n ENOMEM "$@" --version >/dev/null 2>&1; [ $? = 100 ]; do
		calls_n=$((calls_n + 1))
	done
	echo $((calls_n - 2))
}

# spoken: what has failed is said in a line of one of ours
spoken() {
	grep -Eq '^(vrf|l3mdev|table|vrf-exec|vrf-listen|rc-vrf): |^ \* ' /run/said || {
		echo "nothing is said"
		return 1
	}
}

# faults START BEFORE AFTER CMD...: each call behind the first START fails in turn
faults() {
	faults_start=$1
	faults_before=$2
	faults_after=$3
	shift 3
	faults_number=0
	fault=
	$faults_before >/dev/null 2>&1
	"$@" >/run/said 2>&1 || { cat /run/said; return 1; }
	$faults_after >/run/want
	for error in $errors; do
		n=$((faults_start + 1))
		while :; do
			$faults_before >/dev/null 2>&1
			fault="timeout 20 failat -o /run/call $n $error"
			status=0
			"$@" >/run/said 2>&1 || status=$?
			fault=
			[ $status != 100 ] || break
			faults_number=$((faults_number + 1))
			cp /run/said /run/failed
			fault_is_right "$@" || {
				echo "status $status, $error at call $n, $(cat /run/call); it said:"
				cat /run/failed
				faults_bad=$((faults_bad + 1))
			}
			n=$((n + step))
		done
	done
	echo "$faults_number faults, $faults_bad wrong"
	[ "$faults_number" -gt 0 ] && [ "$faults_bad" = 0 ]
}
faults_bad=0

# fault_is_right CMD...: what has become of it
fault_is_right() {
	if [ "$status" = 0 ]; then
		$faults_after >/run/got
		# what only looks shows what it has, and says what it has not
		cmp -s /run/want /run/got || { [ "$faults_after" = said ] && grep -q '^rc-vrf: cannot \|^unknown: ' /run/said; } ||
			{ diff -u /run/want /run/got; echo "success, but not all is there"; return 1; }
	elif grep -q '^outside$' /run/said; then
		echo "it is outside"
		return 1
	elif [ "$status" = 124 ]; then
		echo "it hangs"
		return 1
	elif [ "$status" -gt 125 ] && [ "$status" != 126 ] && [ "$status" != 127 ]; then
		echo "it crashed"
		return 1
	else
		spoken || return 1
	fi
	"$@" >/run/said 2>&1 || { echo "the second run fails:"; cat /run/said; return 1; }
	$faults_after >/run/got
	diff -u /run/want /run/got || { echo "the second run does not repair it"; return 1; }
}

# The state before each phase.
nothing() {
	red table pre-down
	green table pre-down
	member vrf post-down
	red vrf destroy
	green vrf destroy
	ip link set eth1 down
	ip addr flush dev eth1
}

made() {
	nothing
	red vrf create
	green vrf create
}

is_up() {
	made
	red vrf up
	green vrf up
}

enslaved() {
	is_up
	member vrf pre-up
	ip link set eth1 up
	ip addr add 10.20.40.40/24 dev eth1
}

routed() {
	enslaved
	red table post-up
	green table post-up
}

down() {
	routed
	ip addr flush dev eth1
	ip link set eth1 down
}

fault=
start=$(calls /usr/libexec/ifupdown-ng/vrf)
check "the start of an executor is a few calls" [ "$start" -gt 2 ] && [ "$start" -lt 60 ]
faulty() {
	faults_bad=0
	faults_sentence=$1
	shift
	check "$faults_sentence" faults "$start" "$@"
}
faulty "vrf create" nothing network red vrf create
faulty "vrf create, by mark" nothing network green vrf create
faulty "vrf up" made network red vrf up
faulty "vrf up, by mark" made network green vrf up
faulty "vrf pre-up of a member" is_up network member vrf pre-up
faulty "vrf post-up of a member" enslaved network member vrf post-up
faulty "l3mdev up" is_up network order up
faulty "table post-up" enslaved network red table post-up
faulty "table post-up, by mark" enslaved network green table post-up
faulty "table reapply" routed network member table reapply
faulty "table pre-down" routed network red table pre-down
faulty "vrf post-down of a member" down network member vrf post-down
faulty "vrf destroy with members" routed network red vrf destroy
faulty "vrf destroy, by mark" routed network green vrf destroy

# What is started says where it gets to, if it is started at all.
cat >/run/inside <<'EOF'
#!/bin/sh
probe -t 300 tcp 203.0.113.9 7 >/dev/null 2>&1 && echo "outside"
probe tcp "$1" 7 >/dev/null 2>&1 && echo "inside"
echo "ran"
EOF
chmod 755 /run/inside
said() {
	cat /run/said
}
as_it_is() {
	:
}

# no_groups: as after a boot
no_groups() {
	find /sys/fs/cgroup -depth -type d -path '*/vrf*' -exec rmdir {} + 2>/dev/null || :
	[ -z "$(find /sys/fs/cgroup -type d -path '*/vrf-red')" ]
}
exec_red() {
	$fault vrf-exec vrf-red /run/inside 10.20.40.1
}
exec_green() {
	$fault vrf-exec vrf-green /run/inside 10.20.30.1
}
listen() {
	vrf-exec vrf-red $fault vrf-listen tcp:10.20.40.40:8000 -- sh -c 'echo "$LISTEN_FDS" && readlink /proc/self/fd/3 | sed "s/[0-9]*//g"' 3>&-
}
routed
check "outside there is somebody" probe tcp 203.0.113.9 7
check "the groups go" no_groups
start=$(calls vrf-exec)
faulty "vrf-exec in a new group" no_groups said exec_red
faulty "... by mark" no_groups said exec_green
faulty "vrf-exec where all is there" as_it_is said exec_red
faulty "... by mark" as_it_is said exec_green
start=$(calls vrf-listen)
faulty "vrf-listen" as_it_is said listen

start=$(calls rc-vrf)
for words in '' '--json' 'show vrf-red' 'map' 'why vrf-green 10.20.30.1' 'why vrf-red 192.0.2.1'; do
	rc() {
		$fault rc-vrf $words
	}
	faulty "rc-vrf $words" as_it_is said rc
done
nothing
