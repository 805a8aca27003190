#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What lo's stanza says of the rules holds whenever a VRF comes up, also when it said something else
# at the last one; and when lo itself comes up.  With lo the kernel drops all routes of IPv6 that
# lead nowhere: they come back with it.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/ifup.sh"

ip link set lo up

# stanzas [LINE...]: lo has these lines
stanzas() {
	{
		printf 'auto lo\niface lo\n'
		[ $# = 0 ] || printf '    %s\n' "$@"
		printf 'iface red\n    vrf-table 10\niface blue\n    vrf-table 11\n    vrf-loopback no\n'
	} | interfaces
}

# order UNREACHABLE-PREF LOCAL-PREF: in both families
order() {
	for family in -4 -6; do
		ip $family rule
		prints "^$1:.*l3mdev.* unreachable" ip $family rule && prints "^$2:.*lookup local" ip $family rule &&
			[ "$(ip $family rule | grep -c unreachable)" = 1 ] && [ "$(ip $family rule | grep -c 'lookup local')" = 1 ] || return
	done
}

goto_is_there() {
	prints '^0:.*l3mdev.* goto 1000' ip rule
}

stanzas
check "a VRF" ifup red
check "the usual order" order 2000 0
stanzas 'l3mdev-unreachable-pref 3000'
check "lo says another preference: ifup -f of that VRF" ifup -f red
check "... it holds" order 3000 0
stanzas 'l3mdev-unreachable-pref 3000' 'l3mdev-local-pref 32000'
check "lo says where local goes: ifup of another VRF" eval 'ifup blue && ifup -f red'
check "... it holds" order 3000 32000
stanzas
check "lo says nothing: ifup -f" ifup -f red
check "... the usual order" order 2000 0
check "the same once more" unchanged ifup -f red
stanzas 'l3mdev-local-pref 5'
check "lo says nonsense: a VRF does not come up" ifup_fails 'red: in the stanza of lo: l3mdev-local-pref "5" is not' -f red
stanzas 'l3mdev-unreachable-pref 4000'
check "ifup -f lo" ifup -f lo
check "... it holds" order 4000 0
ifdown -f red
ifdown -f blue
rm -f /run/ifstate
check "VRFs without 127.0.0.1 inside" ifup blue
check "... need nothing at 0" not goto_is_there
check "... nor does ifup -f lo" ifup -f lo
check "... put any there" not goto_is_there
check "... the rest holds" order 4000 0

ifdown -f blue
rm -f /run/ifstate
lan management eth1 2001:db8:40::1/64
echo 'unreachable 2001:db8:5::/48' >/etc/network/routes
interfaces <<-END
	auto lo
	iface lo
	    l3mdev-unreachable-pref none
	iface red
	    vrf-table 10
	    table-route unreachable 2001:db8:6::/48, prohibit 10.6.0.0/16
	    table-route-file /etc/network/routes
	iface blue
	    vrf-table 11
	    vrf-bind mark
	    table-route unreachable 2001:db8:7::/48
	iface eth1
	    vrf-member red
	    address 2001:db8:40::40/64
	    table-route blackhole 2001:db8:8::/48
END

# All that leads nowhere, of both VRFs.
nowhere() {
	for table in 10 11; do
		ip route show table $table
		ip -6 route show table $table
	done | grep -E '^(unreachable|prohibit|blackhole) '
}

none_of() {
	! nowhere | grep -E "$1"
}

check "no rule that is the last word: ifup" ifup lo eth1 blue
nowhere >/run/before
check "... the routes are" [ "$(grep -c . /run/before)" = 7 ]
check "ifdown lo" ifdown -f lo
check "... takes those of IPv6" none_of 2001:db8
check "ifup lo" ifup lo
check "... brings them back" eval 'nowhere | diff /run/before -'
