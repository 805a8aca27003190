# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2034
# What the stages of this scenario ask.  Services: the words of boot/services, for
# a kind that OpenRC starts, one that it supervises, and a script of Debian's.

# shellcheck source=../../services/tree/services.sh
. /packages/services.sh
services="declarative supervised lsb"

executor=/usr/libexec/ifupdown-ng/vrf

dpkg() {
	command dpkg --force-unsafe-io "$@"
}

ours() {
	"$executor" --version | grep '^vrf-ng '
}

# Every file and directory that a package could leave behind.
files() {
	find /etc /usr -xdev ! -name '*.pyc' | sort
}

# every_process: of each service, with its time of birth.  Not the children of one
# of them: who serves a connection, or is about to become a command, comes and goes.
every_process() {
	for service in $services sshd restless; do
		# shellcheck disable=SC2046 # numbers
		set -- $(pgrep -f "$(command_of "$service")")
		for pid; do
			parent_and_birth=$(cut -d ' ' -f 4,22 "/proc/$pid/stat" 2>/dev/null) || continue
			case " $* " in *" ${parent_and_birth% *} "*) continue ;; esac
			echo "$service $pid ${parent_and_birth#* }"
		done
	done
}

# upgraded_holds: all that check knows, but that who was started by a predecessor with other programs is not restarted yet
upgraded_holds() {
	rc-vrf check >/run/said 2>&1 || :
	cat /run/said
	if [ -e /packages/predecessor ]; then
		! grep '^ \* ' /run/said | grep -v '\[service-programs-version\]$'
	else
		[ ! -s /run/said ]
	fi
}

command_of() {
	case $1 in
	sshd) echo '^(sshd: )?/usr/sbin/sshd' ;;
	restless) echo '/restless.sh' ;;
	*) echo "socat TCP-LISTEN:$(port_of "$1")" ;;
	esac
}

same_processes() {
	every_process | diff /run/processes -
}

# all_isolated WHEN
all_isolated() {
	for service in $services; do
		isolated "$1" "$service"
	done
	check "$1: the office reaches sshd" from_lan office tcp 10.20.30.40 22
	check_fails "$1: the Internet does not" from internet probe -t 1000 tcp 10.20.30.40 22
	check "$1: a service without vrf= answers the Internet" from internet probe tcp 10.20.30.40 7000
}

everybody() {
	for service in $services; do
		check "$1: $service answers everybody" wait_for 5 from internet probe tcp 10.20.30.40 "$(port_of "$service")"
	done
	check "$1: so does sshd" from internet probe tcp 10.20.30.40 22
}

# A service of VRF vrf-management that tries, again and again, to reach a host
# outside of it; what it reached is a line of /run/escaped.
host_outside() {
	from internet probe tcp-echo 5300
	check "$1: there is a host outside of the VRFs" probe tcp 8.8.8.8 5300
}

tries() {
	wc -l </run/tried
}

still_trying() {
	tried=$(tries)
	wait_for 20 tried_more
}

tried_more() {
	[ "$(tries)" -gt $((tried + 1)) ]
}

none_escaped() {
	check "$1: a service that tries to leave its VRF is still trying" still_trying
	check "$1: and never could" [ ! -e /run/escaped ]
}
