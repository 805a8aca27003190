#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2086,SC2016 # $user is a command with its arguments; what others run is theirs to expand
#
# What a running service may use follows the VRF: members come and go, the VRF goes and
# comes back, without a restart of the service.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

lan office eth0 10.20.30.1/24
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan side eth2 10.20.50.1/24
for net in office management side; do
	from $net probe tcp-echo 7
	from $net probe udp-echo 7
done
mkdir -p /run/service

interfaces <<EOF2
auto vrf-management
iface vrf-management
	vrf-table 1

auto eth0
iface eth0
	address 10.20.30.40/24

auto eth1
iface eth1
	vrf-member vrf-management
	address 10.20.40.40/24

iface eth2
	vrf-member vrf-management
	address 10.20.50.40/24
EOF2
check "the network comes up" ifup -a

# start NAME: a service that takes commands, one at a time, and answers with what they print.
start() {
	mkfifo "/run/service/$1.in" "/run/service/$1.out" || return
	vrf-exec vrf-management sh -c 'while read -r command <"/run/service/$0.in"; do
		{ $command || echo "status $?"; } >"/run/service/$0.out" 2>&1
	done' "$1" </dev/null >/dev/null 2>&1 3>&- &
}

# in_service NAME CMD...
in_service() {
	service_name=$1
	shift
	echo "$*" >"/run/service/$service_name.in"
	service_text=$(cat "/run/service/$service_name.out")
	echo "$service_text"
	case $service_text in
	*"status "*) return 1 ;;
	esac
}

check "a service starts" start one
check "it reaches its network" in_service one probe tcp 10.20.40.1 7
check "not a network that is nobody's yet" fails_with 'E(HOST|NET)UNREACH' in_service one probe tcp 10.20.50.1 7
check "not by IP_PKTINFO either" fails_with "EPERM|ENETUNREACH" in_service one probe pktinfo eth2 10.20.50.1 7

check "a member more" ifup eth2
check "the service uses it" in_service one probe tcp 10.20.50.1 7
check "also by IP_PKTINFO" in_service one probe pktinfo eth2 10.20.50.1 7
check "a member less" ifdown eth2
ip link set eth2 up
ip addr add 10.20.50.40/24 dev eth2
check "the interface is of use to others" probe tcp 10.20.50.1 7
check "the service has lost it" fails_with 'E(HOST|NET)UNREACH' in_service one probe tcp 10.20.50.1 7
check "... also by IP_PKTINFO" fails_with EPERM in_service one probe pktinfo eth2 10.20.50.1 7
ip addr flush dev eth2
ip link set eth2 down

vrf-exec vrf-management probe tcp-echo 22
check "a listener" from management probe tcp 10.20.40.40 22
check "the VRF goes" ifdown -f vrf-management
check_fails "there is none" ip link show vrf-management
check "not even a socket is made" fails_with "socket: EPERM" in_service one probe tcp 10.20.40.1 7
check "... nor leaves" fails_with 'EPERM' in_service one probe unspec 10.20.30.1 7
check "nothing starts" fails_with 'no such VRF' vrf-exec vrf-management true
check "the VRF comes back" ifup -f vrf-management
check "its member, too" ifup -f eth1
check "the service goes on" in_service one probe tcp 10.20.40.1 7
check "the listener, too" from management probe tcp 10.20.40.40 22
check "and it is still confined" fails_with EPERM in_service one probe unspec 10.20.30.1 7

# by hand, behind everybody's back
ip link del vrf-management
ip link set eth1 up
ip addr replace 10.20.40.40/24 dev eth1
check "deleted by hand: nothing passes" fails_with 'ENODEV|EPERM|E(HOST|NET)UNREACH' in_service one probe tcp 10.20.40.1 7
check "... nor leaves" fails_with 'EPERM' in_service one probe unspec 10.20.30.1 7
