# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# The words of both stages.

vrfs="vrf-vpn vrf-provider vrf-openvpn"

# each WORD: for each of the VRFs
each() {
	for vrf in $vrfs; do
		"$1" "$vrf" || { echo "$vrf: not so"; return 1; }
	done
}
reaches() {
	wait_for 40 vrf-exec "$1" ping -c 1 -W 2 198.51.100.7
}
asks_the_tunnels() {
	wait_for 20 prints '^192\.0\.2\.2$' vrf-exec "$1" names who.test
}
works() {
	reaches "$1" && asks_the_tunnels "$1"
}

# Nothing but tunnels has been sent by either card since the control.
nothing_outside() {
	sleep 1
	for net in office transit; do
		! grep . "/run/out.$net" || return
	done
}
# What these send is seen, and forgotten.
control() {
	ping -c 1 -W 10 8.8.8.8 && ping -c 1 -W 10 10.20.40.1 && names who.test &&
		wait_for 10 grep -q '8\.8\.8\.8: ICMP' /run/out.office && wait_for 10 grep -q '8\.8\.8\.8\.53: ' /run/out.office &&
		wait_for 10 grep -q '10\.20\.40\.1: ICMP' /run/out.transit
	: >/run/out.office
	: >/run/out.transit
}

# A process of the VRF that sends and asks for names all the time, whatever happens.
talker() {
	# shellcheck disable=SC2016 # it expands it
	vrf-exec "$1" sh -c 'while :; do
		for to in 198.51.100.7 8.8.8.8 10.20.30.50 10.20.40.50 2001:4860:4860::8888; do
			ping -c 1 -W 1 $to && echo "$to answered"
		done
		names other.test
		echo "$0 goes on"
	done' "$1" >"/run/talker.$1" 2>&1 &
}
talks_on() {
	was=$(grep -c 'goes on' "/run/talker.$1")
	wait_for 60 sh -c "[ \$(grep -c 'goes on' /run/talker.$1) -gt $((was + 1)) ]"
}

# Neither the tunnel's network nor the host's is reached, no name is found, and nothing is sent beside the tunnel.
shut() {
	# shellcheck disable=SC2016 # it expands it
	not vrf-exec "$1" sh -c 'for to in 198.51.100.7 8.8.8.8 10.20.30.50 10.20.40.50 203.0.113.9 2001:4860:4860::8888; do
		ping -c 1 -W 1 $to && exit
	done
	false' && not vrf-exec "$1" names who.test && talks_on "$1" && nothing_outside
}
