#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A VRF that somebody deletes by hand: the kernel puts its members into the default VRF, and rc-vrf check
# has one line that brings back all of it, without a word that looks like a failure.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/ifup.sh"

lan management eth1 10.20.40.1/24
lan branch eth2 10.20.50.1/24
ip link set lo up

interfaces <<END
iface red
    vrf-table 10
    table-route default via 10.20.40.1 dev eth1

iface eth1
    vrf-member red
    address 10.20.40.40/24
    address 2001:db8:40::40/64
    table-route 10.3.0.0/16 via 10.20.40.1

iface eth2
    vrf-member red
    address 10.20.50.40/24
END

# What there is of it, but for counters and the order in which the kernel lists it.
state() {
	for dev in eth1 eth2; do
		ip -o link show "$dev" | grep -o 'master [a-z]*'
		ip -o addr show "$dev" | grep -oE 'inet6? [0-9a-f:.]*/[0-9]* ' | sort
	done
	ip route show table 10 | sort
	ip -6 route show table 10 | grep -v '^multicast' | sed 's/ pref .*//' | sort
}
as_before() {
	settled
	state >/run/state
	diff /run/before /run/state
}
# The remedy of the finding that matches, as a person types it
remedy() { rc-vrf check | sed -n "/$1/{n;s/^   //p;}"; }
quietly() { sh -c "$(cat /run/remedy)" >/run/said 2>&1 && cat /run/said && [ ! -s /run/said ]; }

check "up" ifup red eth1 eth2
settled
state >/run/before
check "nothing is wrong" rc-vrf check

ip link del red
check "a member is in the default VRF" not prints ' master ' ip -o link show eth1
check "... without its IPv6 address" not prints 2001:db8:40::40 ip -6 addr show eth1
remedy 'no VRF red, which ifupdown-ng takes for up' >/run/remedy
check "rc-vrf check says what to do" prints '^ip addr flush dev eth1; ip addr flush dev eth2; ifup -f red eth1 eth2$' cat /run/remedy
check "... and that works, without a word" quietly
check "... everything is as it was" as_before
check "... nothing is wrong" rc-vrf check

check "a member that was released" ip link set eth1 nomaster
remedy 'eth1 is not a member of red' >/run/remedy
check "rc-vrf check says what to do" prints '^ip addr flush dev eth1; ifup -f eth1$' cat /run/remedy
check "... and that works, without a word" quietly
check "... everything is as it was" as_before

check "ifdown of the VRF" ifdown -f red
check "those that wait for it come with it: no more is said" prints '^ifup -f red$' remedy 'no VRF red, which ifupdown-ng takes for up'
check "... and no more is needed" ifup -f red
check "... everything is as it was" as_before
