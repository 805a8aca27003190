# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# What both boots of this scenario ask.

# here PORT: answers in vrf-service's network
here() {
	from_lan management tcp 10.20.40.40 "$1"
}

# elsewhere PORT: answers this host, or the Internet
elsewhere() {
	probe -t 1000 tcp 127.0.0.1 "$1" || probe -t 1000 tcp 10.20.30.40 "$1" || from internet probe -t 1000 tcp 10.20.30.40 "$1"
}

# isolated SENTENCE PORT
isolated() {
	check "$1: in its VRF" wait_for 10 here "$2"
	check_fails "$1: nowhere else" elsewhere "$2"
}

# groups SERVICE: what is left of its control groups
groups() {
	find /sys/fs/cgroup -type d \( -name "$1" -o -name "openrc.$1" \) -not -path '*/cgroup/openrc/*'
}

nothing_left() {
	groups "$1"
	[ -z "$(groups "$1")" ]
}

# refused PATTERN COMMAND...: it fails, and exactly one line says why
refused() {
	pattern=$1
	shift
	said=$("$@" 2>&1) && return 1
	printf '%s\n' "$said"
	[ "$(printf '%s\n' "$said" | grep -cE -e "$pattern")" = 1 ]
}

# says_once PATTERN COMMAND...: it succeeds, and exactly one line says so
says_once() {
	pattern=$1
	shift
	said=$("$@" 2>&1) || return 1
	printf '%s\n' "$said"
	[ "$(printf '%s\n' "$said" | grep -cE -e "$pattern")" = 1 ]
}

# silent COMMAND...: no line is ours, nor of rmdir
silent() {
	said=$("$@" 2>&1) || return 1
	printf '%s\n' "$said"
	! printf '%s\n' "$said" | grep -iE 'VRF|rmdir|busy'
}

no_process() {
	! pgrep -f "$1"
}

# before_net: what is said of a service that has to come before net, after each boot
before_net() {
	# what the last shutdown said stands before it
	sed -n '/rc boot logging started/,$p' /var/log/rc.log >/run/boot.log
	check_fails "a service that has to come before net is not started" rc-service syslog status
	check "not later either, by another that uses it" rc-service cronlike status
	check "nothing of it runs" no_process 'sleep 1006'
	check "it was refused" grep 'syslog: start refused: it has to come before net' /run/boot.log
	check "the boot was logged" grep networking /run/boot.log
	check_fails "no dependency of others was broken, nobody waited" \
		grep -iE 'loop|unresolvable|breaking|timed out|waiting for (syslog|klogd)' /run/boot.log
	check "a firewall before net neither" [ ! -e /run/rules.early.loaded ]
	check "one line says what to write" grep 'rules.early: start refused:.*write vrf="default" to /etc/conf.d/rules.early' /run/boot.log
	check "the firewall of the default runlevel is loaded" test -e /run/rules.loaded
}

# rc-vrf check finds the two that the hook refuses, and nothing else.
only_refused() {
	! rc-vrf check >/run/findings || return
	cat /run/findings
	for refused in rules.early syslog; do
		printf ' * %s: it has to come before net, and VRF vrf-service comes with net: the service does not start [service-before-net]\n' $refused
		printf '   rc-vrf unset %s\n' $refused
	done | diff - /run/findings
}
