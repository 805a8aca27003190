#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Stanzas as Alpine's installer writes them (setup-interfaces): address and netmask apart,
# `inet static`, `inet manual` with commands of its own, a VLAN over a card that it
# names, a bridge with its ports; with the lines that make each one a VRF's.

. "$(dirname "$0")/lib.sh"

lan office eth0 10.20.30.1/24
lan management eth1 10.20.40.1/24
lan branch eth2 10.20.50.1/24
lan raw eth3 10.20.60.1/24
# the other end of the VLAN
if [ -e /tests/ip/ip ]; then
	from raw vconfig add lan 7
else
	from raw ip link add link lan name lan.7 type vlan id 7
fi
from raw ip addr add 10.20.70.1/24 dev lan.7
from raw ip link set lan.7 up

interfaces <<END
auto lo
iface lo inet loopback

auto eth0
iface eth0 inet static
	address 10.20.30.40
	netmask 255.255.255.0
	gateway 10.20.30.1

auto red
iface red
	vrf-table 1

auto eth1
iface eth1 inet static
	address 10.20.40.40
	netmask 255.255.255.0
	vrf-member red

auto blue
iface blue
	vrf-table 2

auto eth2
iface eth2 inet manual
	up ip link set \$IFACE up
	down ip link set \$IFACE down
	vrf-member blue

auto eth3
iface eth3 inet manual
	up ip link set \$IFACE up
	down ip link set \$IFACE down

auto vlan7
iface vlan7 inet static
	vlan-raw-device eth3
	vlan-id 7
	address 10.20.70.40
	netmask 255.255.255.0
	vrf-member red
END

# What the service of that name does, which has lost all that ifup prints.
networking() {
	for iface in $(ifquery --auto --list); do
		ifup "$iface" >/dev/null || return
	done
}

check "the file is good" rc-vrf check --config
printf 'auto red\niface red\n\trequires nocard\n\tvrf-table 1\n' >/tmp/nocard
check "of a card that is not there it says which are, ends of veths" prints 'its cards: .*eth0.*eth3' rc-vrf check --config /tmp/nocard
check "each comes up, in the order of the file" networking
check "everybody's card" ping -c 1 -W 5 10.20.30.1
check "a member by inet static and netmask" in_vrf red ping -c 1 -W 5 10.20.40.1
check "its netmask is the file's" prints 'inet 10.20.40.40/24' ip -4 -o addr show eth1
check_fails "nobody else uses it" ping -c 1 -W 2 10.20.40.1
check "a member by inet manual" prints 'master blue.* state UP' ip -o link show eth2
check "a VLAN over a card that the stanza names" in_vrf red ping -c 1 -W 5 10.20.70.1
check "what rc-vrf says of it" prints '^red +1 +device +up +[0-9]+ +[0-9]+ +(eth1 vlan7|vlan7 eth1)$' rc-vrf

# As the service stops: from the top of what is up, by force.
for iface in $(ifquery --running); do
	ifdown -f "$iface" >/dev/null || echo "ifdown -f $iface: $?"
done
check "all is down again" [ -z "$(ifquery --running)" ]
check_fails "and no VRF is left" ip link show red
check "and it comes up again" networking
check "the member" in_vrf red ping -c 1 -W 5 10.20.40.1
check "the VLAN" in_vrf red ping -c 1 -W 5 10.20.70.1
