#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2016,SC2015 # what others run is theirs to expand; A && B || C with a C for both
#
# One set of programs for all services of a VRF: whoever starts takes it, an update reaches
# everybody, and while it gives way to another one nobody has less than his filters, wherever
# the one who replaces it is killed.  SET_STEP says how many calls lie between two kills
# (make check-all: 11).
#
# timeout: 7200

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

lan management eth1 10.20.40.1/24
lan office eth0 10.20.30.1/24
lan side eth2 10.20.60.1/24
card eth0 - 10.20.30.40/24
device_vrf red 10 eth1 10.20.40.40/24
settled
from management probe udp-echo 7
from office probe udp-echo 7
from side probe udp-echo 7
top=/sys/fs/cgroup
home=$top/vrf-ng/$(stat -Lc %i /proc/self/ns/net)/red
step=${SET_STEP:-151}
services="a b c d e f"

# service NAME CMD...: in a control group of its own
service() {
	service_name=$1
	shift
	mkdir -p "$top/$service_name"
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$top/$service_name" "$@"
}

# groups NAME...: their control groups, and the home
groups() {
	echo "$home"
	for groups_name; do
		echo "$top/$groups_name/vrf/red"
	done
}

# one_set NAME...: all of them have the same programs
one_set() {
	# shellcheck disable=SC2046 # paths
	attached $(groups "$@")
}

# start NAME: one who sends by eth0 when it is told to
start() {
	rm -f "/run/$1.go" "/run/$1.said" && mkfifo "/run/$1.go"
	mkdir -p "$top/$1"
	sh -c 'echo $$ >"$0/cgroup.procs" && exec vrf-exec red sender eth0 99 10.20.30.1 10.20.30.200' "$top/$1" \
		<>"/run/$1.go" >"/run/$1.said" 2>&1 3>&- &
	echo $! >"/run/$1.pid"
	wait_for 10 grep -q ready "/run/$1.said"
}

end() {
	kill "$(cat "/run/$1.pid")"
	wait_for 10 empty "$1"
}
empty() {
	grep -qx 'populated 0' "$top/$1/cgroup.events"
}

# send NAME...: all of them at once
send() {
	for send_name; do
		echo >"/run/$send_name.go"
	done
	send_round=$((send_round + 1))
	for send_name; do
		wait_for 10 sent "$send_name" || return
	done
	sleep 0.1
}
sent() {
	[ "$(grep -c '^end' "/run/$1.said")" = "$send_round" ]
}

: >/run/wire
from office tcpdump --immediate-mode -lnp -Q in -i lan udp port 99 >/run/wire 2>/run/wire.log &
wait_for 10 grep -q listening /run/wire.log

# nothing_to WORD NAME...: they send, and nothing to such an address is seen outside
nothing_to() {
	nothing_word=$1
	shift
	nothing_before=$(wc -l </run/wire)
	send "$@" || return
	! tail -n "+$((nothing_before + 1))" /run/wire | grep "$nothing_word"
}

# afresh: nobody runs, and the next start makes a set for a VRF without leaks
afresh() {
	ip route del 10.20.30.0/25 dev eth0 table 10 2>/dev/null
	for name in $services; do
		[ ! -e "/run/$name.pid" ] || end "$name" || return
		rm -f "/run/$name.pid"
		rmdir "$top/$name/vrf/red" 2>/dev/null
	done
	rmdir "$home" 2>/dev/null
	send_round=0
	for name in $services; do
		start "$name" || return
	done
}

# shellcheck disable=SC2086 # names
{
check "services start" afresh
check "all have one set" one_set $services
check "a start that finds it adds nothing" service a vrf-exec red true
check "... one with another control group takes it" eval 'service other vrf-exec red probe udp 10.20.40.1 7 && one_set other $services'
check "... without filters its socket program alone" prints '^hook 2: [0-9]+$' eval \
	'service bare vrf-exec --no-confine red true && attached $top/bare/vrf/red && service bare vrf-exec red true && one_set bare'
check "they send to nobody" nothing_to . $services

# The VRF gets a leak: programs that look at prefixes take the place of those that do not.
leak() {
	ip route add 10.20.30.0/25 dev eth0 table 10
}
leak
check "a change by hand is not seen by a start" fails_with EPERM service a vrf-exec red probe udp 10.20.30.1 7
check "rc-vrf sync" rc-vrf sync
check "all have the new set" one_set $services
check "... by which they send to its prefix" eval 'send $services; tail -n 20 /run/wire | grep -q "> 10.20.30.1.99"'
check "... and to no other" nothing_to 10.20.30.200 $services

replaced_and_killed() {
	n=1
	killed=0
	while :; do
		afresh && leak || { echo "no fresh state before call $n"; return 1; }
		killat $n /usr/sbin/rc-vrf sync >/dev/null 2>&1 || break
		killed=$((killed + 1))
		nothing_to 10.20.30.200 $services || { echo "killed before call $n"; return 1; }
		rc-vrf sync && one_set $services >/dev/null || { echo "the next run does not end what was killed before call $n"; return 1; }
		n=$((n + step))
	done
	echo "$killed kills"
	[ $killed -gt 5 ]
}
check "killed anywhere nobody has less than filters, and the next run ends it" replaced_and_killed

# A home that was removed and made again: two sets, an update fills both.
check "as before" afresh
rmdir $home
check "a new home, a new set" eval 'service new vrf-exec red probe udp 10.20.40.1 7 && ! one_set new $services'
reaches() {
	for reaches_name; do
		service "$reaches_name" vrf-exec red probe udp 10.20.60.1 7 || return
	done
}
check_fails "what is no member" reaches new
check "a member more" eval 'ip link set eth2 master red && ip link set eth2 up && ip addr add 10.20.60.40/24 dev eth2 && rc-vrf sync; settled'
check "... is everybody's, of either set" eval 'reaches new a && ! one_set new a'
check "ip vrf exec at the top" eval 'echo $$ >$top/cgroup.procs && ip vrf exec red true'
check "... after one of ours, in a group of its own" eval 'mkdir -p $top/plain && service plain ip vrf exec red true'

# More of the same name: in another network namespace, from the top.
in_other() {
	unshare -n sh -e -c 'ip link set lo up; ip link add red type vrf table 10; ip link set red up
		mkdir -p "$0"; echo $$ >"$0/cgroup.procs"; exec vrf-exec red true' "$top/other-netns"
}
check "a VRF of the same name in another namespace" in_other
check "... has a set of its own" eval '! one_set other-netns'
check "... and disturbs nobody" reaches new a
}

# With the VRF goes its home.
interfaces <<-END
	iface red
	    vrf-table 10
END
for name in $services; do
	end "$name"
done
check "ifdown" eval 'sed -i "s/^red=.*//" /run/ifstate 2>/dev/null; ifup -f red && ifdown -f red'
check "takes the home" not [ -e "$home" ]

# A card that a VRF by mark shares goes down: what its routes led to is no longer the VRF's, by no card.
interfaces <<-END
	iface eth0
	    address 10.20.30.40/24

	iface eth2
	    address 10.20.60.40/24

	iface green
	    vrf-table 11
	    vrf-bind mark
	    table-route 10.20.30.0/24 dev eth0
	    table-route 10.20.60.0/24 dev eth2
END
check "cards and a VRF by mark" ifup eth0 eth2 green
settled
check "it reaches what the second leads to" vrf-exec green probe udp 10.20.60.1 7
check "... and by the first would, if it could" fails_with 'no answer' vrf-exec green probe -t 500 pktinfo eth0 10.20.60.1 99
check "the second goes" ifdown eth2
check "... and its network with it" fails_with 'EPERM|UNREACH' vrf-exec green probe -t 500 pktinfo eth0 10.20.60.1 99
check "it comes back" ifup eth2
settled
check "... and its network with it, again" vrf-exec green probe udp 10.20.60.1 7

# Who sees other control groups than the executors makes a set of his own, and they do not wait for
# him: what was a member when he looked, and is none when he has filled it, is not in it.
interfaces <<-END
	iface red
	    vrf-table 10

	iface eth2
	    vrf-member red
	    address 10.20.60.40/24
END
ifdown -f green eth2
check "a member once more" ifup -f red eth2
settled
from side tcpdump --immediate-mode -lnp -Q in -i lan udp port 98 >/run/wire2 2>/run/wire2.log &
wait_for 10 grep -q listening /run/wire2.log
# elsewhere CMD...: in a control group namespace, with the hierarchy mounted as it is seen there
elsewhere() {
	mkdir -p $top/container
	sh -c 'echo $$ >"$0/cgroup.procs" && exec unshare -C -m sh -c "umount $1 && mount -t cgroup2 none $1 && shift && exec \"\$@\"" sh "$@"' \
		$top/container $top "$@"
}
elsewhere_sends() {
	elsewhere killat -m "$1" 1 /usr/sbin/vrf-exec red probe -t 500 pktinfo eth2 10.20.60.1 98
}
check "there it sends by the member" fails_with 'no answer' elsewhere_sends true
check "... as is seen" wait_for 5 grep -q '> 10.20.60.1.98' /run/wire2
rmdir $top/container/vrf-ng/*/red $top/container/vrf/red
: >/run/wire2
cat >/run/leave <<-END
	exec /tests/bin/apart -t $$ sh -c "ifdown -f eth2; ip link set eth2 up; ip addr add 10.20.60.40/24 dev eth2"
END
check "the member goes while it looks" fails_with 'EPERM|ENODEV|UNREACH' elsewhere_sends '. /run/leave'
check "... and is none any more" not [ -e /sys/class/net/eth2/master ]
check "... and nothing is seen of it" not [ -s /run/wire2 ]
