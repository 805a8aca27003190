#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A VRF made with ip(8) alone works in this kernel, and the machine has what
# the other scripts rely on.

. "$(dirname "$0")/lib.sh"

lan office eth0 10.20.30.1/24 2001:db8:30::1/64
internet office
lan management eth1 10.20.40.1/24 2001:db8:40::1/64

check "a VRF can be added" ip link add red type vrf table 10
ip link set red up
check "a card can be its member" ip link set eth1 master red
ip link set eth1 up
ip addr add 10.20.40.40/24 dev eth1
ip -6 addr add 2001:db8:40::40/64 dev eth1 nodad

check "ping through the VRF" ping -c 1 -W 5 -I red 10.20.40.1
check "ping through the VRF by IPv6" ping -c 1 -W 5 -I red 2001:db8:40::1
check_fails "without the VRF there is no such network" ping -c 1 -W 1 10.20.40.1

from management probe tcp-echo 7
check "ip vrf exec connects" ip vrf exec red probe tcp 10.20.40.1 7
check "... and sockets are bound" prints 'tcp6 device=red' ip vrf exec red probe sockets
check "the state comparison finds no change" unchanged true
check "... and finds one" fails_with '^\+.*10.99.0.0/16' unchanged ip route add 10.99.0.0/16 dev lo
