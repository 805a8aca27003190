#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A bridge in a VRF comes up by `ifup -a`, wherever its stanza stands: ifupdown-ng brings it up before
# a VRF that something else requires, and `depend` may not name its VRF (ifupdown-ng #236).  Bonds, and
# VLANs on both, do as well.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/ifup.sh"

lan management eth1 10.20.40.1/24
lan branch eth2 10.20.50.1/24
lan third eth3 10.20.60.1/24
ip link set lo up

red="auto red
iface red
    vrf-table 10
    table-rule to 192.0.2.0/24 pref 3000 unreachable
    table-route default via 10.20.40.1 dev br0
    table-route 10.1.0.0/16 nexthop via 10.20.40.1 dev br0 nexthop via 10.20.50.1 dev eth2
"
bridge="auto br0
iface br0
    bridge-ports eth1
    bridge-fd 0
    address 10.20.40.40/24
    vrf red
"
other="auto eth2
iface eth2
    vrf red
    address 10.20.50.40/24
"

in_red() {
	[ -e "/sys/class/net/red/lower_$1" ] && prints '[<,]UP[,>]' ip link show "$1"
}

complete() {
	in_red br0 && in_red eth2 && [ -e /sys/class/net/br0/lower_eth1 ] && [ ! -e /sys/class/net/br0/lower_red ] &&
		prints '^default via 10.20.40.1 dev br0' ip route show table 10 &&
		prints '^10.1.0.0/16' ip route show table 10 && prints '^3000:' ip rule
}

alpine_stop() {
	for alpine_iface in $(ifquery --running); do
		ifdown -f "$alpine_iface" >/dev/null || return
	done
	! [ -e /sys/class/net/br0 ] || ip link del br0
	rm -f /run/ifstate
}

for order in "$red$bridge$other" "$bridge$other$red" "$other$bridge$red"; do
	what=$(echo "$order" | sed -n 's/^iface //p' | tr '\n' ' ')
	echo "$order" | interfaces
	ip monitor route >/run/events 2>&1 &
	monitor=$!
	check "$what: ifup -a" ifup -a
	check "$what: everything is in the VRF" complete
	check "$what: it works" in_vrf red ping -c 1 -W 5 10.20.40.1
	kill $monitor
	check "$what: the bridge's address was never in the default VRF" not grep 'local 10.20.40.40 .*table local' /run/events
	check "$what: ifdown -a" alpine_stop
	check "$what: the VRF is gone" not prints . ip link show type vrf
done

echo "$bridge" | interfaces
check "a VRF that has no stanza: fails" ifup_fails 'br0: cannot enslave to red: no such VRF' br0
alpine_stop
printf '%s\niface red\n    vrf-table 0\n' "$bridge" | interfaces
check "a VRF whose stanza is refused: fails" ifup_fails 'red: vrf-table "0" is not allowed' br0
check "... the bridge is not outside" not prints '[<,]UP[,>].*br0|br0.*[<,]UP[,>]' ip link show type bridge
alpine_stop

if [ -e /usr/libexec/ifupdown-ng/bond ] && ! [ -e /tests/ip/ip ]; then
	interfaces <<-END
		auto bond0.7
		iface bond0.7
		    vrf red
		    address 10.20.57.40/24

		auto br0.5
		iface br0.5
		    vrf red
		    address 10.20.45.40/24

		auto bond0
		iface bond0
		    bond-members eth2 eth3
		    vrf red
		    address 10.20.50.40/24

		auto br0
		iface br0
		    bridge-ports eth1
		    bridge-fd 0
		    vrf red
		    address 10.20.40.40/24

		auto red
		iface red
		    vrf-table 10
		    table-route default via 10.20.40.1
	END
	check "bond, bridge, a VLAN on each: ifup -a" ifup -a
	for iface in bond0 bond0.7 br0 br0.5; do
		check "... $iface is in the VRF" in_red $iface
	done
	check "... a route by one of them" prints '^default via 10.20.40.1 dev br0' ip route show table 10
	check "... ifdown and ifup of the VRF" eval 'ifdown -f red && ifup -f red'
	for iface in bond0 bond0.7 br0 br0.5; do
		check "... $iface is back" in_red $iface
	done
	check "... so is the route" prints '^default via 10.20.40.1 dev br0' ip route show table 10
fi
