#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Members come back with their VRF one by one.  One that cannot keeps nothing else down: it is reported,
# rc-vrf check finds it, and it comes with the next `ifup -f`; a VLAN comes behind its card, which may be
# another VRF's.  One that is no member any more is spoken of as well.
# Nothing of it needs IPv6 (a machine booted with ipv6.disable=1 runs it as well).

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/ifup.sh"

lan management eth1 10.20.40.1/24
lan branch eth2 10.20.50.1/24
lan raw eth3 10.20.60.1/24
lan other eth4 10.20.70.1/24
ip link set lo up

# busybox's ip, by which the static executor adds a gateway, knows no VRF.
gateway="gateway 10.20.40.9
    metric 7"
[ ! -e /tests/ip/ip ] || gateway="table-route default via 10.20.40.9 metric 7"

interfaces <<END
iface red
    vrf-table 10
    table-route default via 10.20.40.1 dev eth1
    table-route 10.1.0.0/16 via 10.20.45.1 dev eth1.5
    table-route 10.2.0.0/16 dev eth4.7

iface blue
    vrf-table 11

iface eth1.5
    vrf-member red
    address 10.20.45.40/24

iface eth1
    vrf-member red
    address 10.20.40.40/24
    $gateway
    table-route 10.3.0.0/16 via 10.20.40.1

iface eth2
    vrf-member red
    address 10.20.50.40/24

iface eth3
    vrf-member blue
    address 10.20.60.40/24

iface eth3.6
    vrf-member red
    address 10.20.66.40/24

iface eth4

iface eth4.7
    vrf-member red
    address 10.20.77.40/24
END

is_up() {
	prints '[<,]UP[,>]' ip -o link show "$1"
}

# back VRF IFACE ADDRESS: it is up in its VRF, and the address is the VRF's alone
back() {
	ip -o link show "$2"
	[ -e "/sys/class/net/$1/lower_$2" ] && is_up "$2" && prints "$3/" ip -4 addr show "$2" &&
		! ip route show table local | grep "local $3 "
}

routes() {
	for route in '^default via 10.20.40.1' '^default via 10.20.40.9 dev eth1( proto 86)? metric 7' '^10.1.0.0/16' '^10.3.0.0/16'; do
		prints "$route" ip route show table 10 || return
	done
}

most() {
	back red eth1 10.20.40.40 && back red eth1.5 10.20.45.40 && back red eth2 10.20.50.40 && routes
}

everything() {
	most && back red eth4.7 10.20.77.40 && prints '^10.2.0.0/16 dev eth4.7' ip route show table 10
}

# No address of these was one of the default VRF's.
never_outside() {
	kill $monitor
	! grep 'local 10\.20\.[0-9.]* .*table local' /run/events
}

check "up" ifup red blue eth1 eth1.5 eth2 eth3 eth3.6 eth4 eth4.7
check "everything is there" everything
check "the VLAN on the card of another VRF, too" back red eth3.6 10.20.66.40
ip monitor route >/run/events 2>&1 &
monitor=$!
check "ifdown of the VRF" ifdown -f red
check "ifup of it" ifup -f red
check "everything is back" everything
check "the VLAN on the card of another VRF, too" back red eth3.6 10.20.66.40
check "the next ifup has nothing to do" unchanged ifup -f red

check "ifdown of both VRFs" eval 'ifdown -f red && ifdown -f blue'
ip link set eth4 down
ip link set eth4 up
check "a card that comes up brings no VLAN of it" not is_up eth4.7
check "... nor does its own VRF" eval 'ifup -f blue && is_up eth3 && not is_up eth3.6'
ifdown -f blue
ip link set eth4 down
check "two VLANs whose cards are down: ifup says so" ifup_fails 'red: eth3.6 is not back \(ifup -f eth3.6\)' -f red
check "... of both" grep 'red: eth4.7 is not back' /run/said
check "... all others are back" most
check "... these are down" eval 'not is_up eth3.6 && not is_up eth4.7'
check "... and found, each behind its card" fails_with '^   ifup -f eth4; ifup -f eth4.7$' rc-vrf check
check "ifup of the card's VRF" ifup -f blue
check "... the VLAN came with its card" back red eth3.6 10.20.66.40
ip link set eth4 up
check "ifup of the VRF again" ifup -f red
check "everything is back" everything
strict() {
	for vlan in eth1.5 eth3.6 eth4.7; do
		[ "$(cat /proc/sys/net/ipv4/conf/$vlan/tag)" = 0 ] && not prints LOOSE_BINDING ip -d link show $vlan || return
	done
}
check "what was done to the VLANs meanwhile is undone" strict
check "none of it was in the default VRF at any moment" never_outside

# A route of its own that cannot be any more.
check "ifdown of the VRF" ifdown -f red
sed 's/via 10.20.40.1$/via 10.99.99.9/' /etc/network/interfaces >/run/changed
interfaces </run/changed
check "a member with a route that cannot be: ifup says so" ifup_fails 'red: eth1 is not back' -f red
check "... the others are back" eval 'back red eth1 10.20.40.40 && back red eth2 10.20.50.40 && prints "^default via 10.20.40.1 " ip route show table 10'
check "... so it is reported again" ifup_fails 'red: eth1 is not back' -f red
sed 's/via 10.99.99.9$/via 10.20.40.1/' /etc/network/interfaces >/run/changed
interfaces </run/changed
check "... until it can be" ifup -f red
check "everything is back" everything

# One that is no member any more when its VRF comes back.
check "ifdown of the VRF" ifdown -f red
sed '/^iface eth2$/,/^$/{/vrf-member/d;}' /etc/network/interfaces >/run/changed
interfaces </run/changed
check "no member any more: ifup of the VRF says so" prints \
	'red: eth2 went down with its VRF, and is a member of none any more \(ifup -f eth2\)$' ifup -f red
check "... it is found" fails_with 'eth2 is down, and ifupdown-ng takes it for up' rc-vrf check
check "... what is said brings it up" ifup -f eth2
check "... outside of the VRF" eval 'is_up eth2 && [ ! -e /sys/class/net/eth2/master ]'
check "... and nothing marks it" [ "$(cat /proc/sys/net/ipv4/conf/eth2/tag)" = 0 ]
check "... nor is anything said of it" eval '! ifup -f red 2>&1 | grep eth2'
