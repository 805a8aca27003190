#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What ifupdown-ng does not take for up: a VRF whose ifup has failed, what such a one leaves down at the next
# restart of networking, and what somebody took down on purpose, which is a warning.  rc-vrf check
# names each, and what it says, typed as it stands, line by line, brings all of it up.

. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/words/ifup.sh
. "$(dirname "$0")/words/ifup.sh"

lan management eth1 10.20.40.1/24
lan branch eth2 10.20.50.1/24
ip link set lo up

file=/etc/network/interfaces
interfaces <<END
auto eth1
iface eth1
    address 10.20.40.40/24
    gateway 10.20.40.1

auto red
iface red
    requires eth1
    vrf-table 10
    vrf-bind mark
    table-route 10.20.40.0/24 dev eth1
    table-route 10.20.60.0/24 via 10.20.40.1

auto blue
iface blue
    vrf-table 11

auto eth2
iface eth2
    vrf-member blue
    address 10.20.50.40/24
END
cp $file /run/good

# What check says: in /run/found, and $status
look() {
	status=0
	rc-vrf check >/run/found 2>&1 || status=$?
	cat /run/found
}
breaks() { look; [ $status = 1 ] && grep -E "^ \\* $1" /run/found; }
warns() { look; [ $status = 0 ] && grep -E "^ \\* warning: $1" /run/found; }
# All that it says, in that order
types() {
	sed -n '/^ \* /{n;s/^   //p;}' /run/found >/run/remedies
	while read -r line <&7; do
		echo "# $line"
		sh -c "$line" || { echo "status $?"; return 1; }
	done 7</run/remedies
}
# ... and what has been counted meanwhile
cures() { types && { look; types; } && prints '^$' sh -c 'rc-vrf check; echo'; }
# The interface's entry in ifupdown-ng's list
forgotten() { sed -i "/^$1=/d" /run/ifstate; }
networking() {
	for iface in $(ifquery --running); do ifdown -f "$iface" || :; done
	for iface in $(ifquery --auto --list); do ifup "$iface" || :; done
}
works() {
	ip route show table 10
	ping -c 1 -W 5 10.20.40.1 && prints '^10.20.40.0/24 dev eth1' ip route show table 10 && prints '^default via 10.20.40.1 ' ip route
}

networking
look
types
check "all is up" prints '^$' sh -c 'rc-vrf check; echo'

# A route that cannot be: ifup fails, and leaves a VRF without it.
fails() {
	ifdown -f red
	sed 's/dev eth1/dev eth9/' /run/good >$file
	ifup_fails 'cannot add route 10.20.40.0/24 dev eth9' red || return
	[ $codes = heeded ] || forgotten red
}
check "a VRF that does not come up" fails
check "... is found" breaks 'red is there, and ifupdown-ng does not take it for up: .*\[vrf-half-up\]$'
cp /run/good $file
check "... once that is mended what check says brings it up" cures
check "... with its route" works

# shellcheck disable=SC2016 # for eval
check "again, mended, and networking restarted" eval 'fails; cp /run/good $file; networking'
check "what networking has left down is found" breaks 'eth1 is down, and ifupdown-ng takes it for up \[interface-down\]$'
check "... what check says brings all of it up" cures
check "... it works" works

# In the order in which it stands: no line spoils another, and counts come last.
count_up() { for _ in 1 2 3; do ifup -f red || return; done; }
check "counted too often, and then an interface is taken down" eval 'count_up && ifdown eth1'
check "... it is found" breaks 'eth1 is down, and ifupdown-ng takes it for up'
check "... so are its routes" [ "$(grep -c '\[route-missing\]$' /run/found)" = 2 ]
check "... one line brings it up" [ "$(grep -c '^   .*ifup -f eth1' /run/found)" = 1 ]
check "... and one the VRF" [ "$(grep -c '^   ifup -f red' /run/found)" = 1 ]
check "... what check says, typed once" types
check "... is all" prints '^$' sh -c 'rc-vrf check; echo'
check "... it works" works

# On purpose
check "a VRF that was taken down" ifdown -f red
forgotten red
check "... is a warning" warns 'red has an auto line, and ifupdown-ng does not take it for up \[vrf-not-up\]$'
check "... what check says brings it up" cures
check "a member that was taken down" ifdown -f eth2
check "... is a warning" warns 'eth2 has an auto line, and ifupdown-ng does not take it for up \[interface-not-up\]$'
check "... what check says brings it up" cures
forgotten eth2
check "a member that ifupdown-ng does not take for up is none" breaks 'eth2 has an auto line, and ifupdown-ng does not take it for up'
check "... what check says" cures
forgotten blue
check "a VRF that ifupdown-ng does not take for up" breaks 'blue is there, and ifupdown-ng does not take it for up'
sed -i '/^auto blue/d' $file
check "... which nobody has asked for is a warning" warns 'blue is there, and ifupdown-ng does not take it for up'
cp /run/good $file
check "... what check says" cures

# Another name: ifdown of the old one leaves the device, and its table.
sed 's/red/mgmt/' /run/good >$file
check "a stanza gets another name" breaks 'red is there, and no stanza of that name has vrf-table: .*\[vrf-without-stanza\]$'
check "... ifdown of the old one" ifdown -f red
forgotten red
check "... leaves it: that of the new one fails" ifup_fails 'cannot add VRF with table 10: File exists \(red has it, and no stanza' mgmt
forgotten mgmt
check "... both are found" breaks 'red is there, and no stanza of that name has vrf-table: '
check "... that it is down is no news" not grep -E 'mark-down' /run/found
check "... what check says brings up the new one" cures
check "... it works" works
check "... and the old one is gone" [ ! -e /sys/class/net/red ]
sed '/^auto red/,/^$/d' /run/good >$file
check "a stanza goes" breaks 'mgmt is there, and no stanza of that name has vrf-table'
check "... what check says deletes the VRF" cures
check "... it is gone" [ ! -e /sys/class/net/mgmt ]
