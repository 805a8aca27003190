# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# What both boots of this scenario do.

# other_site: its router comes up
other_site() { node_up pe2 && node_frr pe2 bgpd; }

sessions() {
	wait_for 60 session - vrf-red 172.16.10.2 && wait_for 60 session - vrf-blue 172.16.20.2 &&
		wait_for 60 session - vrf-shared 172.16.30.2
}

# route TABLE PREFIX: FRR has put it there
route() { ip route show table "$1" proto bgp | grep "^$2 "; }
routes() {
	for route in '10 10.2.0.0/24' '10 10.9.0.0/24' '20 10.2.0.0/24' '30 10.9.0.0/24' '30 10.1.0.0/24' '30 10.1.64.0/20'; do
		# shellcheck disable=SC2086 # two words
		wait_for 60 route $route || return
	done
	wait_for 60 eval 'ip -n pe2 route show table 10 | grep "^10.1.64.0/20 .*bgp" && ip -n pe2 route show table 20 | grep "^10.1.0.0/24 .*bgp"'
	wait_for 60 eval 'ip -n pe2 -6 route show table 10 | grep "^fd00:1::/64 .*bgp" && ip -6 route show table 10 | grep "^fd00:2::/64 .*bgp"'
}
