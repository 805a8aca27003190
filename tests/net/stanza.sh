#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Stanzas as people have them: written for ifupdown-ng's own vrf executor or for
# ifupdown2, spread over files, templates, long lists, several for one interface;
# and what ifup -v tells of them.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/ifup.sh"

lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan branch eth2 10.20.50.1/24
ip link set lo up

has() {
	ip "$1" route show table "$2" | grep -E "$3"
}

count() {
	[ "$(ip route show table "$1" | grep -Ec "$2")" = "$3" ]
}

# --- for ifupdown-ng's own executor (its page interfaces-vrf(5)), and for ifupdown2
interfaces <<EOF
auto vrf-red
iface vrf-red
    vrf-table 10

auto eth1
iface eth1
    address 10.20.40.40/24
    address 2001:db8:40::40/64
    gateway 10.20.40.1
    gateway 2001:db8:40::1
    vrf vrf-red

auto blue
iface blue
    address 127.0.0.1/8
    vrf-table auto

auto eth2
iface eth2 inet static
    address 10.20.50.40
    netmask 255.255.255.0
    vrf blue
EOF
check "ifup -a" ifup -a
settled
check "the gateway is in the VRF's table" has -4 10 '^default via 10.20.40.1 dev eth1'
check "by IPv6, too" has -6 10 '^default via 2001:db8:40::1 dev eth1'
check "and not in main" not has -4 main '^default'
check "nor by IPv6" not has -6 main '^default'
check "the VRF works" in_vrf vrf-red ping -c 1 -W 5 10.20.40.1
check "ifupdown2's auto is a table of the name's own" prints 'vrf table [1-9][0-9]{5} ' ip -d link show blue
check "its member is in it" prints 'master blue ' ip link show eth2
check "and works" in_vrf blue ping -c 1 -W 5 10.20.50.1
check "ifdown -a" ifdown -a
check "both VRFs are gone" not prints . ip link show type vrf

# --- ifup -v
rm -f /run/ifstate
interfaces <<EOF
iface vrf-red
    vrf-table 10
    table-route unreachable 10.9.0.0/16

iface eth1
    address 10.20.40.40/24
    vrf-member vrf-red
EOF
verbose() {
	"$@" -v 2>&1 >/dev/null | tee /run/said
}
said() {
	grep -Fx "+ $1" /run/said
}
check "ifup -v" verbose ifup eth1
for line in 'ip link add vrf-red type vrf table 10' 'ip route add unreachable default table 10 metric 4278198272' \
	'ip address add 127.0.0.1/8 dev vrf-red' 'ip -4 rule add pref 2000 l3mdev unreachable' 'ip -6 rule add pref 0 l3mdev goto 1000' \
	'ip route add unreachable 10.9.0.0/16 table 10' 'ip link set eth1 master vrf-red'; do
	check "it tells: $line" said "$line"
done
check "and it does so" prints 'master vrf-red ' ip link show eth1
check "all of it" has -4 10 '^unreachable 10.9.0.0/16'
check "ifdown -v" verbose ifdown eth1
check "it tells of that, too" said 'ip link set eth1 nomaster'
ifdown -f vrf-red

# --- templates, inheritance, a directory of files, several lines and lists
rm -f /run/ifstate
mkdir -p /etc/network/parts
interfaces <<EOF
template isolated
    vrf-table 10
    vrf-loopback no
    table-route 10.1.0.0/16 via 10.20.40.1 dev eth1

auto vrf-red
iface vrf-red
    inherit isolated
    vrf-loopback yes
    table-route 10.2.0.0/16 via 10.20.40.1 dev eth1,10.3.0.0/16 via 10.20.40.1 dev eth1
    table-route 10.4.0.0/16 via 10.20.40.1 dev eth1

source-directory /etc/network/parts
EOF
cat >/etc/network/parts/eth1 <<EOF
auto eth1
iface eth1
    vrf vrf-red
    address 10.20.40.40/24

iface home
    vrf vrf-red
    address 10.20.40.41/24

iface away
    vrf vrf-red
    address 10.20.40.42/24
    table-route 10.5.0.0/16 via 10.20.40.1
EOF
check "template and source-directory: ifup -a" ifup -a
check "the member of the other file is in the VRF" prints 'master vrf-red ' ip link show eth1
check "the template's route, and those of two lines and a list" count 10 '^10\.[1-4]\.0\.0/16 via 10.20.40.1 dev eth1' 4
check "a stanza's own line comes after its template's" prints '127.0.0.1/8' ip addr show vrf-red
check "ifdown of the member" ifdown eth1
check "ifup eth1=home" ifup eth1=home
check "it has that stanza's address" prints '10.20.40.41/24' ip addr show eth1
check "and is in its VRF" prints 'master vrf-red ' ip link show eth1
check "the VRF's routes through it are there" count 10 '^10\.[1-4]\.0\.0/16 via 10.20.40.1 dev eth1' 4
check "ifdown of it" ifdown eth1
check "a stanza with routes of its own is refused" ifup_fails 'eth1: table-route .*ifup IFACE=STANZA cannot be used' eth1=away
check "it has added none" not has -4 10 '^10.5.0.0/16'
ifdown -f eth1
ifdown -f vrf-red

# --- ifupdown-ng cuts a line of its file at 4094 bytes, continued or not, and says nothing
rm -f /run/ifstate
long_list() {
	i=0
	printf 'iface vrf-red\n    vrf-table 10\n    table-route unreachable 10.0.0.0/24'
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		printf ',%sunreachable 10.0.%d.0/24' "$2" $i
	done
	echo
}
long_list 155 '' | interfaces
check "a line of 4000 bytes and more is refused" ifup_fails 'vrf-red: table-route ".*ifupdown-ng cuts lines at 4094: write several' vrf-red
check "there is no VRF" not ip link show vrf-red
rm -f /run/ifstate
long_list 155 '\
    ' | interfaces
check "so is one that is continued" ifup_fails 'vrf-red: table-route ".*ifupdown-ng cuts lines at 4094: write several' vrf-red
check "there is no VRF from that either" not ip link show vrf-red
rm -f /run/ifstate
long_list 140 '' | interfaces
check "a shorter one is read" ifup vrf-red
check "whole" count 10 '^unreachable 10\.0\.[0-9]+\.0/24' 141
