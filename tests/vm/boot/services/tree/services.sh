# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2034
# The services of this scenario, and what is asked of each.

# Debian's SysV scripts, where its shell functions for them are
lsb=lsb
[ -e /lib/lsb/init-functions ] || lsb=
services="declarative declarative.second supervised own-start own-fork convention $lsb"

port_of() {
	case $1 in
	declarative) echo 7001 ;;
	supervised) echo 7002 ;;
	own-start) echo 7003 ;;
	own-fork) echo 7004 ;;
	convention) echo 7005 ;;
	lsb) echo 7006 ;;
	declarative.second) echo 7008 ;;
	esac
}

vrf_of() {
	case $1 in
	declarative | own-start | convention) echo vrf-management ;;
	*) echo vrf-service ;;
	esac
}

# The shell that this release boots with.
usual_shell() {
	if [ -x /bin/dash ]; then ln -sf dash /bin/sh; else ln -sf busybox /bin/sh; fi
}

# another_shell: one that this release has and does not boot with, if it has one
another_shell() {
	if [ -x /bin/bash ]; then echo bash; else echo busybox; fi
}

# set_vrf SERVICE VRF: in its file, where the variable may have either name
set_vrf() {
	sed -i "s/vrf=.*/vrf=\"$2\"/" "/etc/conf.d/$1"
}

# reached SERVICE: from its VRF's network
reached() {
	case $(vrf_of "$1") in
	vrf-management) from_lan office tcp 10.20.30.40 "$(port_of "$1")" ;;
	*) from_lan management tcp 10.20.40.40 "$(port_of "$1")" ;;
	esac
}

# reached_elsewhere SERVICE: from the Internet, or by this host
reached_elsewhere() {
	from internet probe -t 1000 tcp 10.20.30.40 "$(port_of "$1")" || probe -t 1000 tcp 127.0.0.1 "$(port_of "$1")" ||
		probe -t 1000 tcp 10.20.30.40 "$(port_of "$1")"
}

# in_group SERVICE: each of its processes is in the control group that OpenRC and vrf-exec make for it;
# where OpenRC makes none all share one.  The child that served a connection of ours may end meanwhile.
in_group() {
	own="/(openrc\\.)?$1"
	[ -z "${flat-}" ] || own=
	found=
	for pid in $(pgrep -f "socat TCP-LISTEN:$(port_of "$1")"); do
		group=$(cat "/proc/$pid/cgroup" 2>/dev/null) || continue
		printf '%s\n' "$group" | grep -E "^0::$own/vrf/$(vrf_of "$1")\$" || return 1
		found=yes
	done
	[ -n "$found" ]
}

confined() {
	check "$1: $2 answers in its VRF" wait_for 5 reached "$2"
	check "$1: $2 is where it belongs" in_group "$2"
}

# isolated: the same, and by packets; those that nobody answers take their time
isolated() {
	confined "$1" "$2"
	check_fails "$1: $2 answers nowhere else" reached_elsewhere "$2"
}

# cgroups SERVICE: what is left of them; OpenRC itself leaves that of an LSB script
cgroups() {
	find /sys/fs/cgroup -type d \( -name "$1" -o -name "openrc.$1" \) -not -path '*/cgroup/openrc/*'
}

# The child that served a connection of ours has ended.
alone() {
	[ "$(pgrep -f "socat TCP-LISTEN:$(port_of "$1")" | wc -l)" -le 1 ]
}

stops() {
	wait_for 10 alone "$1"
	said=$(rc-service "$1" stop 2>&1) || return 1
	printf '%s\n' "$said"
	case $said in
	*usy* | *rmdir*) return 1 ;;
	esac
	[ "$1" = lsb ] || [ -z "$(cgroups "$1")" ]
}

nothing_runs() {
	! pgrep -f "socat TCP-LISTEN:$(port_of "$1")"
}

# refused SERVICE PATTERN: start fails, and exactly one line says why
refused() {
	said=$(rc-service "$1" start 2>&1) && return 1
	printf '%s\n' "$said"
	[ "$(printf '%s\n' "$said" | grep -cE "$2")" = 1 ] && [ -z "$(cgroups "$1")" ]
}

supervised_after_kill() {
	killed=$(pgrep -o -f "^/usr/bin/socat TCP-LISTEN:7002")
	kill -9 "$killed"
	check "supervised: started again after kill -9" wait_for 15 respawned
	isolated "after kill -9" supervised
}

respawned() {
	[ "$(pgrep -o -f "^/usr/bin/socat TCP-LISTEN:7002")" != "$killed" ] && reached supervised
}
