#!/bin/sh
# SPDX-License-Identifier: ISC
#
# rc-vrf check and routes: those that leak into another VRF, with and without a way back.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

ip link set lo up
lan red eth1 10.20.40.1/24 2001:db8:40::1/64
lan blue eth2 10.20.50.1/24 2001:db8:50::1/64
device_vrf red 1 eth1 10.20.40.40/24 2001:db8:40::40/64
device_vrf blue 2 eth2 10.20.50.40/24 2001:db8:50::40/64
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
settled

# found PATTERN: check says so; what it says is in $tap_dir/found
found() {
	rc-vrf check >"$tap_dir/found" || :
	cat "$tap_dir/found"
	grep -Eq -e "$1" "$tap_dir/found"
}

# --- leaks: as FRR's `import vrf` makes them, by the other VRF's member, and back by this one's device ---
check_fails "no route leaks yet" found 'route-no-member'
from red ip route add 10.20.50.0/24 via 10.20.40.40
from blue ip route add 10.20.40.0/24 via 10.20.50.40
from blue probe tcp-echo 7
ip route add 10.20.50.0/24 dev eth2 table 1 proto static
check_fails "packets: without a way back no reply comes" in_vrf red probe -t 1000 tcp 10.20.50.1 7
check "... check says so" found '^ [*] red: replies to 10.20.50.0/24 cannot arrive: eth2 is not a member of red \[route-no-member\]'
check "... what to write" grep -q '^   write a table-route to the addresses of red, dev red, in the stanza of blue; then ifup -f blue$' "$tap_dir/found"
ip route add 10.77.0.0/24 dev red table 2
check "a way back to somewhere else is none" found 'red: replies to 10.20.50.0/24 cannot arrive'
ip route change 10.20.50.0/24 dev eth2 table 1 proto bgp
check_fails "... but for what a routing daemon leaks both ways, for others than this host" found 'route-no-member'
ip route del 10.77.0.0/24 dev red table 2
check "... and it is said of what it leaks one way" found 'red: replies to 10.20.50.0/24 cannot arrive'
ip route change 10.20.50.0/24 dev eth2 table 1 proto static
ip route add 10.20.40.0/24 dev red table 2 proto bgp
ip route add 10.20.40.40 dev red table 2 proto bgp
check_fails "one to the address alone is one" found 'route-no-member'
ip route del 10.20.40.40 dev red table 2
check "packets: with one they come" in_vrf red probe tcp 10.20.50.1 7
check_fails "... check has nothing against it" found 'route-no-member'
ip -6 route add 2001:db8:50::/64 dev eth2 table 1 proto bgp
check "of the other family it is said" found '^ [*] red: replies to 2001:db8:50::/64 cannot arrive: eth2'
ip -6 route add 2001:db8:40::/64 dev red table 2 proto bgp
check_fails "... until that has one too" found 'route-no-member'
