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
. "$(dirname "$0")/words/phases.sh"

step=${FAULT_STEP:-197}
errors=$(echo "${FAULT_ERRORS:-ENOMEM}" | tr , " ")
# calls CMD...: how many system calls its start takes, which are libc's: those of --version, but for what that prints
calls() {
	calls_n=1
	until failat $calls_n ENOMEM "$@" --version >/dev/null 2>&1; [ $? = 100 ]; do
		calls_n=$((calls_n + 1))
	done
	echo $((calls_n - 2))
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
