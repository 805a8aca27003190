# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# What holds in every mode of OpenRC's control groups.

# isolation MODE SSHD ECHO: each service is in this control group, and nowhere else by packets
isolation() {
	check "$1: sshd is started" rc-service sshd status
	check "$1: so is the other service" rc-service echo status
	check "$1: sshd is where it belongs" grep -x "0::$2" "/proc/$(sshd_pid)/cgroup"
	check "$1: so is the other" grep -x "0::$3" "/proc/$(cat /run/echo.pid)/cgroup"
	check "$1: the office reaches sshd" wait_for 5 from_lan office tcp 10.20.30.40 22
	check "$1: and the other" wait_for 5 from_lan office tcp 10.20.30.40 7001
	check "$1: a login shell of sshd is in the VRF" prints '^vrf-management$' over_ssh office 10.20.30.40 vrf-exec --identify
	check "$1: the filter holds there" fails_with 'E(PERM|NETUNREACH)' over_ssh office 10.20.30.40 probe pktinfo eth0 8.8.8.8 53
	check_fails "$1: the host itself does not reach sshd" probe tcp 10.20.30.40 22
	check "$1: everything holds" rc-vrf check
}
