#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What ifupdown-ng and the init scripts around it do unexpectedly: the VRF comes
# up all the same, or nothing of it is in the default VRF and a line says why.
# timeout: 600

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/executor.sh"
. "$(dirname "$0")/words/ifup.sh"

lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan branch eth2 10.20.50.1/24
ip link set lo up

is_up() {
	prints '[<,]UP[,>]' ip link show "$1"
}

is_down() {
	ip link show "$1" >/run/link && not grep '[<,]UP[,>]' /run/link
}

in_master() {
	prints "master $2 " ip link show "$1"
}

absent() {
	[ ! -e "/sys/class/net/$1" ]
}

# Whatever happened to it: an interface that is to be in a VRF answers nobody outside of it.
not_outside() {
	absent "$1" || is_down "$1" || in_master "$1" vrf-red
}

# As before the first ifup.
clean() {
	absent vrf-red && is_down eth1 && prints '^0:.*lookup local' ip rule &&
		not prints 'proto 86' ip rule && not prints 'proto 86' ip -6 rule
}

# Alpine's `networking stop`: from the top of the state, by force.
alpine_stop() {
	for alpine_iface in $(ifquery --running); do
		ifdown -f "$alpine_iface" >/dev/null || return
	done
}

# A boot later ifupdown-ng remembers nothing.
boot() {
	rm -f /run/ifstate
	interfaces
}

works() {
	in_vrf vrf-red ping -c 1 -W 5 10.20.40.1
}

red="iface vrf-red
    vrf-table 10
    table-route default via 10.20.40.1 dev eth1"
member="iface eth1
    vrf vrf-red
    address 10.20.40.40/24
    address 2001:db8:40::40/64"
other="iface eth2
    vrf vrf-red
    address 10.20.50.40/24"

# --- a VRF whose name is part of another one's: ifupdown-ng forgets to bring it up
boot <<EOF
iface vrf-red
    vrf-table 10

iface red
    vrf-table 11

iface eth1
    requires vrf-red
    vrf red
    address 10.20.40.40/24
EOF
check "a lost VRF: its member brings it" prints 'vrf: red: was not up, and a member needs it: .* \(ifup -f red\)$' ifup eth1
check "a lost VRF: in the right one" in_master eth1 red
check "a lost VRF: ifup of it" ifup red
alpine_stop
check "a lost VRF: everything is gone" clean

# --- a VRF and its member require each other
boot <<EOF
$red
    requires eth1

$member
EOF
check "a loop: ifup of the member" ifup eth1
check "a loop: it is in the VRF" in_master eth1 vrf-red
settled
check "a loop: the VRF works" works
alpine_stop
check "a loop: everything is gone" clean
check "a loop, from the VRF: the member comes first, and brings it" ifup vrf-red
check "a loop, from the VRF: it is in the VRF" in_master eth1 vrf-red
settled
check "a loop, from the VRF: the VRF works" works
alpine_stop
check "a loop, from the VRF: everything is gone" clean

# --- what failed as a dependency counts as up
boot <<EOF
iface vrf-red
    vrf-table 0

$member
EOF
check "a bad VRF: its member fails" ifup_fails 'vrf-red: vrf-table "0" is not allowed' eth1
check "a bad VRF: the member is down" is_down eth1
check "a bad VRF: the second ifup says why" ifup_fails 'vrf-red: vrf-table "0" is not allowed' -f eth1
check "a bad VRF: ... and what does not come" ifup_fails 'eth1: cannot enslave to vrf-red: it does not come up' -f eth1
check "a bad VRF: the member is still down" is_down eth1
interfaces <<EOF
$red

$member
EOF
check "a bad VRF: mended, by force" ifup -f vrf-red
check "a bad VRF: and its member" ifup -f eth1
settled
check "a bad VRF: it works" works

# --- ifdown of a VRF in use: it goes, and counts as up; the next ifup does nothing
check "in use: ifdown of the VRF" ifdown -f vrf-red
check "in use: the VRF is gone" absent vrf-red
check "in use: its member is down" is_down eth1
check "in use: ifup by force" ifup -f vrf-red
check "in use: the member is back" in_master eth1 vrf-red
settled
check "in use: and works" works

# --- ifup by force is counted: what goes then counts as up; force for both does what it says
ifdown -f eth1
ifdown -f vrf-red
boot <<EOF
$red

$member
EOF
check "counted: ifup, ifup by force, ifdown" eval 'ifup vrf-red && ifup -f vrf-red && ifdown vrf-red'
check "counted: the VRF is gone" absent vrf-red
check "counted: ifup does nothing and says nothing" ifup vrf-red
check "counted: the VRF is still gone" absent vrf-red
for round in 1 2; do
	check "counted: ifup by force ($round)" ifup -f vrf-red
	check "counted: it is up" is_up vrf-red
	check "counted: ifdown by force ($round)" ifdown -f vrf-red
	check "counted: it is gone" absent vrf-red
done
check "counted: ifup by force, and its member" eval 'ifup -f vrf-red && ifup -f eth1'

# --- what is required is counted as well, and force does not reach it: the VRF that is missing comes with its
# member, with its routes and rules; of a card that is down a line says what brings it
ifdown -f eth1
ifdown -f vrf-red
boot <<EOF
$red
    table-route unreachable 10.30.0.0/16
    table-rule to 192.0.2.0/24 pref 3000 unreachable

$member
EOF
check "required: ifup, once more by force, ifdown" \
	eval 'ifup eth1 && ifup -f eth1 && ifdown -f eth1 && ifdown -f vrf-red'
check "required: the VRF is gone, and counts as up" absent vrf-red
check "required: its member brings it" prints 'vrf: vrf-red: was not up, and a member needs it' ifup -f eth1
check "required: the member is in the VRF" in_master eth1 vrf-red
check "required: so are routes" prints '^unreachable 10.30.0.0/16' ip route show table 10
check "required: ... and rules" prints '^3000:' ip rule
settled
check "required: it works" works
check "required: ifup by force finds nothing to do" unchanged ifup -f vrf-red
alpine_stop
check "required: everything is gone" clean
boot <<EOF
iface vrf-red
    requires eth2
    vrf-table 10
    vrf-bind mark
    table-route 10.20.50.0/24 dev eth2

iface eth2
    address 10.20.50.40/24
EOF
check "a card that is required: ifup, once more by force, ifdown" \
	eval 'ifup vrf-red && ifup -f vrf-red && ifdown -f vrf-red && ifdown -f eth2'
check "a card that is required: a line says what brings it" ifup_fails \
	'vrf-red: cannot add route 10.20.50.0/24 dev eth2 table 10: Network is down.* \(ifup -f eth2\)$' -f vrf-red
check "a card that is required: that does" ifup -f eth2
check "a card that is required: the VRF by force" ifup -f vrf-red
check "a card that is required: the route is there" prints '^10.20.50.0/24 dev eth2' ip route show table 10
alpine_stop
ifdown -f eth2
check "a card that is required: everything is gone" clean
boot <<EOF
$red

$member
EOF
check "counted: once more" eval 'ifup vrf-red && ifup -f eth1'

# --- a stanza that changed, or is gone, before ifdown
interfaces <<EOF
iface vrf-red
    vrf-table 20

$member
EOF
check "another table: ifup is refused" ifup_fails 'vrf-red: .*table 20: File exists' -f vrf-red
check "another table: the member stayed where it was" in_master eth1 vrf-red
check "another table: ifdown looks at the kernel" ifdown -f vrf-red
check "another table: the VRF is gone" absent vrf-red
check "another table: ifup" ifup -f vrf-red
check "another table: it is that one" prints 'vrf table 20' ip -d link show vrf-red
check "another table: the member is back" in_master eth1 vrf-red
interfaces <<EOF
$member
EOF
check "the VRF's stanza is gone: ifdown" ifdown -f vrf-red
check "the VRF's stanza is gone: the member is not outside" not_outside eth1
interfaces </dev/null
check "no stanza at all: ifdown of the member" ifdown -f eth1
check "no stanza at all: it is not outside" not_outside eth1
interfaces <<EOF
$red

$member
EOF
ifdown -f vrf-red
check "with the stanzas back: ifup" ifup -f vrf-red
check "with the stanzas back: and the member" ifup -f eth1
settled
check "with the stanzas back: it works" works
alpine_stop
check "with the stanzas back: everything is gone" clean

# --- Alpine's stop: the VRF, which nobody named, stands before its second member and is destroyed twice
boot <<EOF
$red

$member

$other
EOF
check "in the state's order: ifup" ifup eth1
check "in the state's order: and of another member" ifup eth2
settled
check "in the state's order: the VRF works" works
check "in the state's order: stop" alpine_stop
check "in the state's order: everything is gone" clean
check "destroy without any VRF" executor vrf destroy vrf-red IF_VRF_TABLE=10
for phase in pre-down down post-down destroy; do
	check "$phase without any ifup" executor vrf $phase eth1 IF_VRF_MEMBER=vrf-red
done

# --- Alpine's start: ifdown without force after an ifup that failed, and nothing else
boot <<EOF
iface vrf-red
    vrf-table 10
    table-route 10.99.0.0/16 via 10.20.40.255 dev eth1 onlink
    table-route 10.98.0.0/16 via 10.20.40.1 dev eth1

$member
EOF
ifup vrf-red
check "a route that cannot be: a line says so" ifup_fails 'vrf: eth1: cannot add route 10.99.0.0/16 .*invalid gateway' eth1
check "a route that cannot be: the good one is there" prints '^10.98.0.0/16' ip route show table 10
ifdown eth1 || :
check "a route that cannot be: the member is not outside" not_outside eth1
interfaces <<EOF
$red

$member
EOF
check "a route that cannot be: mended" ifup -f eth1
check "a route that cannot be: the VRF's stanza anew" ifup -f vrf-red
settled
check "a route that cannot be: it works" works
alpine_stop
check "a route that cannot be: everything is gone" clean

# --- a bridge in a VRF: what `depend` prints would become a port of it (ifupdown-ng #236).  Alpine's
# script makes it only behind the executors of pre-up, and its address stands first in the stanza.
for ports in eth1 none; do
	bridge="iface br0
    address 10.20.40.40/24
    bridge-ports $ports
    bridge-fd 0
    vrf vrf-red"
	boot <<-EOF
		$bridge
	EOF
	check "a bridge of $ports without its VRF: fails" ifup_fails 'br0: cannot enslave to vrf-red: no such VRF' br0
	check "a bridge of $ports without its VRF: it is not outside" not_outside br0
	ifdown -f br0 || :
	! [ -e /sys/class/net/br0 ] || ip link del br0
	boot <<-EOF
		iface vrf-red
		    vrf-table 10
		    table-route default via 10.20.40.1 dev br0

		$bridge

		$other
	EOF
	check "a bridge of $ports: the VRF" ifup vrf-red
	check "a bridge of $ports: another member" ifup eth2
	ip monitor route >/run/events 2>&1 &
	monitor=$!
	check "a bridge of $ports: ifup" ifup br0
	check "a bridge of $ports: it is in the VRF" in_master br0 vrf-red
	check "a bridge of $ports: the VRF is no port" not in_master vrf-red br0
	if [ $ports = eth1 ]; then
		check "a bridge of $ports: its port is" in_master eth1 br0
		check "a bridge of $ports: the VRF works" works
	fi
	kill $monitor
	check "a bridge of $ports: its address was never in the default VRF" not grep 'local 10.20.40.40 .*table local' /run/events
	check "a bridge of $ports: ifdown" ifdown br0
	check "a bridge of $ports: the VRF is still up" is_up vrf-red
	check "a bridge of $ports: and its other member in it" in_master eth2 vrf-red
	! [ -e /sys/class/net/br0 ] || ip link del br0
	alpine_stop
	check "a bridge of $ports: everything is gone" absent vrf-red
done

# --- a device that a command of the stanza makes, behind the executors of pre-up (ifupdown-ng #230)
boot <<EOF
iface vrf-red
    vrf-table 10

iface eth9
    address 10.20.90.40/24
    pre-up ip link add eth9 type dummy
    vrf vrf-red
EOF
ip monitor route >/run/events 2>&1 &
monitor=$!
check "made by a command: ifup" ifup eth9
check "made by a command: it is in the VRF" in_master eth9 vrf-red
check "made by a command: its address is the VRF's" prints 'local 10.20.90.40 dev eth9' ip route show table 10
kill $monitor
check "made by a command: and was never in the default VRF" not grep 'local 10.20.90.40 .*table local' /run/events
