# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# tests/net/words/bench.sh - what the scripts of tests/bench that print lines for tests/bench/report have
# in common.  Sourced after vrf.sh.

# number WHAT HOW CMD...: a line
number() {
	number_what=$1
	number_how=$2
	shift 2
	printf '%s\t%s\t%s\n' "$number_what" "$number_how" "$("$@")"
}

# routed: a network namespace, from which this machine leads to `peer`, behind eth0
routed() {
	ip netns add routed
	ip link add veth0 type veth peer name eth0 netns routed
	card veth0 - 10.20.50.1/24
	ip -n routed addr add 10.20.50.2/24 dev eth0
	ip -n routed link set eth0 up
	ip -n routed route add default via 10.20.50.1
	sysctl -qw net.ipv4.ip_forward=1
	ip -n peer route add 10.20.50.0/24 via 10.20.30.40
}
