# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# What the example promises, as checks; every stage asks again.

vrf_state_is_same() {
	vrf_state | diff -u /var/vrf-state -
}

isolation() {
	check "$1: sshd is started" rc-service sshd status
	check "$1: the office reaches sshd" from_lan office tcp 10.20.30.40 22
	check "$1: a login shell of sshd is in the VRF" prints '^vrf-management$' over_ssh office 10.20.30.40 vrf-exec --identify
	check "$1: a process of the service reaches the LAN" over_ssh office 10.20.30.40 ping -c 1 -W 5 10.20.30.1
	check "$1: 8.8.8.8 is unreachable for it" fails_with 'Network (is )?unreachable' \
		over_ssh office 10.20.30.40 ping -c 1 -W 5 8.8.8.8
	check "$1: so is a global IPv6 address" fails_with 'Network (is )?unreachable' \
		over_ssh office 10.20.30.40 ping -c 1 -W 5 2001:4860:4860::8888
	check "$1: and the rest by TCP" fails_with 'ENETUNREACH' over_ssh office 10.20.30.40 probe tcp 8.8.8.8 53
	check_fails "$1: the Internet does not reach sshd" from internet probe tcp 10.20.30.40 22
	check_fails "$1: nor does the host itself" probe tcp 10.20.30.40 22
	check "$1: the default VRF reaches 8.8.8.8" ping -c 1 -W 5 8.8.8.8
	check "$1: and the IPv6 address" ping -c 1 -W 5 2001:4860:4860::8888
	check "$1: and the LAN" ping -c 1 -W 5 10.20.30.1
	check "$1: a service without vrf= answers the Internet" from internet probe udp 10.20.30.40 7007
	check "$1: local stays at preference 0" prints '^0:.*lookup local' ip rule
}

# The kernel's state of the VRF, in a form that two boots share.
vrf_state() {
	ip rule
	ip -6 rule
	ip route show table 1
	ip -6 route show table 1
	ip -o -d link show type vrf | sed 's/.*\(vrf-management\).*\(vrf table [0-9]*\).*/\1 \2/'
	cat /sys/class/net/vrf-management/ifindex
}
