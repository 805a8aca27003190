# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2154
# What is asked of every daemon of this scenario.

# $shared and $own, of the stage: the services in vrf-office and in vrf-service.
vrf_of() {
	case " $shared " in
	*" $1 "*) echo vrf-office ;;
	*) echo vrf-service ;;
	esac
}

# protocol SERVICE: its name among those of `ask`; Debian's scripts have other names than most
protocol() {
	case $1 in
	chrony) echo chronyd ;;
	ssh) echo sshd ;;
	*) echo "$1" ;;
	esac
}

# processes SERVICE: found by name, wherever they are
processes() {
	case $1 in
	postgresql) pgrep -x postgres ;;
	rsyslog) pgrep -x rsyslogd ;;
	syslogd) pgrep -f '^/usr/bin/busybox syslogd' ;;
	ssh | sshd) pgrep -f '^sshd: /usr/sbin/sshd' ;;
	chrony) pgrep -x chronyd ;;
	*) pgrep -x "$1" ;;
	esac
}

# group_at PATH: the directory of that control group; group_of PID: of a process's
group_at() {
	sed -n "s|^[^ ]* \\([^ ]*\\) cgroup2 .*|\\1$1|p" /proc/mounts | head -n 1
}

group_of() {
	group_at "$(sed -n 's/^0:://p' "/proc/$1/cgroup")"
}

# in_vrf_group SERVICE: all of them are in the control group that OpenRC and vrf-exec make for it.  Sets group.
# Those that served a question of ours may end meanwhile.
in_vrf_group() {
	group=
	for pid in $(processes "$1"); do
		path=$(sed -n 's/^0:://p' "/proc/$pid/cgroup" 2>/dev/null) || continue
		[ -n "$path" ] || continue
		echo "$pid $(cat "/proc/$pid/comm") $path"
		case $path in
		"/$1/vrf/$(vrf_of "$1")" | "/openrc.$1/vrf/$(vrf_of "$1")") ;;
		*) return 1 ;;
		esac
		group=$(group_at "$path")
	done
	[ -n "$group" ]
}

# sockets_bound SERVICE: every socket, by a program that knows nothing of vrf-ng
sockets_bound() {
	in_vrf_group "$1" || return
	case $(vrf_of "$1") in
	vrf-office) bound "$group" 0x56000001 ;;
	*) bound "$group" vrf-service eth1 ;;
	esac
}

# serves SERVICE: a client in its VRF's network
serves() {
	case $(vrf_of "$1") in
	vrf-office) from office /ask "$(protocol "$1")" 10.20.30.40 ;;
	*) from service /ask "$(protocol "$1")" 10.20.40.40 ;;
	esac
}

# serves_others SERVICE: a client anywhere else.  All at once: nobody answers, which takes its time.
serves_others() {
	others_are=$(protocol "$1")
	rm -f /run/other.*
	case $(vrf_of "$1") in
	vrf-office) try service 10.20.40.40 ;;
	*) try office 10.20.30.40 ;;
	esac
	try internet 10.20.30.40
	try - 127.0.0.1
	try - 10.20.30.40
	wait
	cat /run/other.*
	grep -q '^an answer' /run/other.*
}

# try NET|- ADDR
try() {
	{
		export ASK_TIMEOUT=3
		if [ "$1" = - ]; then
			set -- "the host" /ask "$others_are" "$2"
		else
			set -- "$1" nsenter --net="/run/netns/$1" -- /ask "$others_are" "$2"
		fi
		who=$1
		shift
		if "$@"; then
			echo "an answer to $who: $*"
		else
			echo "none to $who: $*"
		fi
	} >"/run/other.$1.$2" 2>&1 </dev/null &
}

# daemon WHEN SERVICE: all of that
daemon() {
	check "$1: $2 serves its VRF's network" wait_for 20 serves "$2"
	check "$1: $2, every socket is bound" sockets_bound "$2"
	check_fails "$1: $2 serves nobody else" serves_others "$2"
}

# sends_there: what the system log gets arrives in the VRF's network and in no other
sends_there() {
	message="from the guest, $$, $1"
	case $(vrf_of syslogd) in
	vrf-office) there=office elsewhere="service internet" ;;
	*) there=service elsewhere="office internet" ;;
	esac
	for net in office service internet; do
		rm -f "/run/logs.$net"
		from "$net" socat -u UDP-RECV:5140 "CREATE:/run/logs.$net" &
	done
	wait_for 10 listening
	logger "$message"
	wait_for 10 grep -q "$message" "/run/logs.$there"
	status=$?
	# shellcheck disable=SC2046 # a list
	kill $(pgrep -x socat)
	wait
	for net in $elsewhere; do
		! grep "$message" "/run/logs.$net" || status=1
	done
	return $status
}

listening() {
	for net in office service internet; do
		from "$net" ss -H -u -l -n | grep -q :5140 || return 1
	done
}

# local_client SERVICE: a client where the service lives finds it on 127.0.0.1
local_client() {
	rc-vrf exec "$1" env ASK_TIMEOUT=5 /ask "$(protocol "$1")" 127.0.0.1
}

# in_branch: this host has its address in the network of eth2
in_branch() {
	ip addr show dev eth2 | grep 10.20.50.100/24 && ping -c 1 -W 5 10.20.50.1
}

dhcp_client() {
	pgrep -o -f '^([^ ]*(dhclient|udhcpc|dhcpcd) |dhcpcd: )'
}

client_is_free() {
	client=$(dhcp_client) && [ -z "$(vrf-exec --identify "$client")" ]
}

# mirror: of packages, on the Internet; it has one
mirror() {
	mkdir -p /run/tiny/DEBIAN /run/mirror
	cat >/run/tiny/DEBIAN/control <<-EOF
		Package: tiny
		Version: 1
		Architecture: all
		Maintainer: nobody <nobody@vrf.test>
		Description: nothing
	EOF
	dpkg-deb -b /run/tiny /run/mirror/tiny.deb
	{
		cat /run/tiny/DEBIAN/control
		echo "Filename: ./tiny.deb"
		echo "Size: $(stat -c %s /run/mirror/tiny.deb)"
		echo "SHA256: $(sha256sum /run/mirror/tiny.deb | cut -d ' ' -f 1)"
	} >/run/mirror/Packages
	printf '%s\n' 'server.document-root = "/run/mirror"' 'server.port = 80' >/run/mirror.conf
	from internet lighttpd -f /run/mirror.conf
	rm -f /etc/apt/sources.list.d/*
	echo 'deb [trusted=yes] http://8.8.8.8/ ./' >/etc/apt/sources.list
	mkdir -p /var/lib/apt/lists/partial /var/cache/apt/archives/partial
}
