#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2086 # $words are a list
#
# Memory runs out at each place in turn that asks for some, in every phase of every executor and in the
# commands of rc-vrf: for that once, which whoever comes later does not notice, and for good (`N+`).  Executors say
# what has failed or have done all of it; rc-vrf says that there is none, or all that it says otherwise, so
# that no list is shorter than what it lists; nothing crashes; the next run does what is left.
# MEMORY_STEP says how many places lie between two that are tried (make check-all: 7).
# timeout: 30000

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"
. "$(dirname "$0")/words/executor.sh"
. "$(dirname "$0")/words/phases.sh"

step=${MEMORY_STEP:-197}
programs=/tests/memory
executors=$programs
preload="env LD_PRELOAD=$programs/nomem.so"
fault=

# numbers BEFORE CMD...: of the allocations that come from a new place; into /run/numbers
numbers() {
	numbers_before=$1
	shift
	rm -f /run/list
	$numbers_before >/dev/null 2>&1
	fault="$preload NOMEM_LIST=/run/list"
	"$@" >/run/said 2>&1 || :
	fault=
	sort -un /run/list | awk -v step="$step" 'NR % step == 1 || step == 1' >/run/numbers
	[ -s /run/numbers ]
}

# lacking BEFORE AFTER RIGHT CMD...: at each of them there is none, and RIGHT looks at what comes of it
lacking() {
	lacking_before=$1
	lacking_after=$2
	lacking_right=$3
	shift 3
	lacking_bad=0
	lacking_number=0
	numbers "$lacking_before" "$@" || return
	$lacking_before >/dev/null 2>&1
	good=0
	"$@" >/run/said 2>&1 || good=$?
	$lacking_after >/run/want
	while read -r n <&7; do
		for at in "$n" "$n+"; do
			lacking_number=$((lacking_number + 1))
			$lacking_before >/dev/null 2>&1
			fault="timeout 20 $preload NOMEM_AT=$at"
			status=0
			"$@" >/run/said 2>&1 || status=$?
			fault=
			cp /run/said /run/failed
			$lacking_right "$@" || {
				echo "status $status, no memory at $at; it said:"
				cat /run/failed
				[ "$status" != 139 ] || dmesg | grep ' segfault at ' | tail -n 1
				lacking_bad=$((lacking_bad + 1))
			}
		done
	done 7</run/numbers
	echo "$lacking_number times, $lacking_bad wrong"
	[ "$lacking_bad" = 0 ]
}

# --- executors ---------------------------------------------------------------
# phase_lacks SENTENCE BEFORE CMD...
phase_lacks() {
	lacks_sentence=$1
	lacks_before=$2
	shift 2
	faults_after=network
	check "$lacks_sentence" lacking "$lacks_before" network fault_is_right "$@"
}
phase_lacks "vrf create" nothing red vrf create
phase_lacks "vrf create, by mark" nothing green vrf create
phase_lacks "vrf up" made red vrf up
phase_lacks "vrf up, by mark" made green vrf up
phase_lacks "vrf pre-up of a member" is_up member vrf pre-up
phase_lacks "vrf post-up of a member" enslaved member vrf post-up
phase_lacks "l3mdev up" is_up order up
phase_lacks "table post-up" enslaved red table post-up
phase_lacks "table post-up, by mark" enslaved green table post-up
phase_lacks "table reapply" routed member table reapply
phase_lacks "table pre-down" routed red table pre-down
phase_lacks "vrf post-down of a member" down member vrf post-down
phase_lacks "vrf destroy with members" routed red vrf destroy
phase_lacks "vrf destroy, by mark" routed green vrf destroy

# --- rc-vrf ------------------------------------------------------------------
# service NAME LINE...: an init script, and what conf.d says
service() {
	service_name=$1
	shift
	printf '%s\n' '#!/sbin/openrc-run' 'command=/bin/true' >"/etc/init.d/$service_name"
	chmod 755 "/etc/init.d/$service_name"
	mkdir -p /etc/conf.d
	printf '%s\n' "$@" >"/etc/conf.d/$service_name"
}

# runs SERVICE CMD...: in its control group, as OpenRC starts it
runs() {
	runs_group=/sys/fs/cgroup/openrc.$1
	shift
	mkdir -p "$runs_group"
	sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$runs_group" "$@"
}

as_it_is() {
	:
}
said() {
	cat /run/said
}

# shows_right: all of it, and the same status, or that there is no memory.  (librc says it without a name.)
shows_right() {
	[ "$status" -lt 124 ] || { echo "it crashed or hangs"; return 1; }
	[ "$status" = 0 ] || ! grep -Eq 'rc-vrf: out of memory|rc-vrf: cannot .*: (Cannot allocate|Out of memory|No buffer)|^(xmalloc: )?out of memory' /run/said || return 0
	diff -u /run/want /run/said || { echo "other than what there is, without a word of memory"; return 1; }
	[ "$status" = "$good" ] || { echo "status $status, not $good"; return 1; }
}

# the link's own address comes when the carrier has
link_local() {
	ip -6 route show table 10 | grep -q '^fe80'
}
routed
wait_for 5 link_local
settled
service web 'vrf="vrf-red"' 'listen="tcp:8000"'
service shared 'vrf="vrf-green"'
service lost 'vrf="blue"'
service bad 'vrf="vrf-red blue"'
service plain
runs web vrf-exec vrf-red probe tcp-echo 22
runs shared vrf-exec vrf-green probe tcp-echo 23
check_fails "something is stopped" vrf-exec vrf-red ping -c 1 -W 1 -I eth0 10.20.30.1

look() {
	for words; do
		rc() {
			$fault $programs/rc-vrf $words
		}
		check "rc-vrf $words" lacking as_it_is said shows_right rc
	done
}
look '' '--json' 'show vrf-red' 'show vrf-green' 'show web' '--json show vrf-red' '--json show web' 'map' 'map --dot' 'map --svg' \
	'why vrf-green 10.20.30.1' 'why vrf-red 192.0.2.1' 'why web 10.20.40.1:7' 'why web from 10.20.40.1/tcp' '--json why web 10.20.40.1' \
	'why bad 10.20.40.1' 'check' '--json check' 'check web' 'check --config' 'check --kernel' 'metrics' 'drops' '--json drops' \
	'--complete' '--complete show' '--complete set' 'show nobody'

# what conf.d says of web, or does not
no_vrf() {
	echo '# its own' >/etc/conf.d/web
}
red_vrf() {
	printf '# its own\nvrf="vrf-red"\n' >/etc/conf.d/web
}
says() {
	cat /etc/conf.d/web && ls /etc/conf.d
}
set_right() {
	says >/run/got
	if [ "$status" = 0 ]; then
		diff -u /run/want /run/got || { echo "success, and it does not say so"; return 1; }
		return
	fi
	[ "$status" -lt 124 ] || { echo "it crashed or hangs"; return 1; }
	grep -Eiq 'out of memory|cannot allocate memory' /run/said || { echo "nothing is said"; return 1; }
	# as before, or as after, and whole
	cmp -s /run/want /run/got && return
	$lacking_before
	says | diff -u - /run/got || { echo "half of a file"; return 1; }
}
rc_set() {
	$fault $programs/rc-vrf set web vrf-red
}
rc_unset() {
	$fault $programs/rc-vrf unset web
}
rc_sync() {
	$fault $programs/rc-vrf sync
}
check "rc-vrf set" lacking no_vrf says set_right rc_set
check "rc-vrf unset" lacking red_vrf says set_right rc_unset
check "rc-vrf sync" lacking as_it_is said shows_right rc_sync
nothing
