#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2016 # what check evaluates
#
# rc-vrf check and routes: those that leak into another VRF, with and without a way back; those that follow from
# table main; that of what carries a tunnel.

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

# --- what follows from main ------------------------------------------------------------
lan office eth0 10.20.30.1/24 2001:db8:30::1/64
card eth0 - 10.20.30.40/24
ip route add default via 10.20.30.1
echo '10.60.0.0/16 via 10.20.30.7 dev eth0' >/run/routes
interfaces <<-END
	iface relay
	    vrf-table 7
	    vrf-bind mark
	    table-follow eth0
	    table-connected unreachable
	    table-route unreachable 172.16.0.0/12
	    table-route-file /run/routes
	iface eth0
	    table-id 100
	    table-follow eth0 pref 3000
END
check "a VRF that follows main, and a table of its card's" eval 'ifup relay && PHASE=post-up IFACE=eth0 IF_TABLE_ID=100 IF_TABLE_FOLLOW="eth0 pref 3000" INTERFACES_FILE=/etc/network/interfaces /usr/libexec/ifupdown-ng/table'
echo 'eth0=eth0 1' >>/run/ifstate
ip route show table 7
check_fails "all is as it follows" found 'follows from table main'
ip route add 10.61.0.0/16 via 10.20.30.1 proto static
ip link add later type dummy
ip addr add 10.62.0.1/24 dev later
ip link set later up
check "a network that came by hand is not refused" found '^ [*] relay: route unreachable 10.62.0.0/24 table 7, which follows from table main, is not there \[route-not-followed\]'
check "... a route is not followed" grep -q ' relay: route 10.61.0.0/16 via 10.20.30.1 dev eth0 onlink table 7, which follows' "$tap_dir/found"
check "... by the card's table neither" grep -q ' eth0: route 10.61.0.0/16 via 10.20.30.1 dev eth0 onlink table 100, which follows' "$tap_dir/found"
check "... and that is all" eval '[ "$(grep -c "which follows" "$tap_dir/found")" = 3 ]'
check "ifup -f of the VRF" ifup -f relay
check_fails "... has them there" found 'relay: .*follows from table main'
ip route add 172.16.5.0/24 via 10.20.30.1 proto dhcp
ip route add 10.20.30.64/26 via 10.20.30.1 proto dhcp
check_fails "a route into what the stanza refuses, or into a connected network, does not follow" found 'relay: .*follows from table main'
check "control: the card's own table refuses nothing" grep -q ' eth0: route 172.16.5.0/24 via 10.20.30.1 dev eth0 onlink table 100, which follows' "$tap_dir/found"
check "ifup -f of the VRF" ifup -f relay
check_fails "... does not have them there" eval "ip route show table 7 | grep -E '172.16.5.0|10.20.30.64'"
ip route add 172.16.5.0/24 via 10.20.30.1 dev eth0 onlink table 7 proto 86
check "one that an ifup of old has left there is found" found 'relay: route 172.16.5.0/24 via 10.20.30.1 dev eth0 onlink table 7 follows from table main no more, and is still there \[route-outlived\]'
ifup -f relay
check_fails "... until the next ifup -f" found 'relay: .*follows from table main'
ip route del 172.16.5.0/24
ip route del 10.20.30.64/26
ip link del later
ip route del 10.61.0.0/16
check "what is gone is still refused" found '^ [*] relay: route unreachable 10.62.0.0/24 table 7 follows from table main no more, and is still there \[route-outlived\]'
check "... and followed" grep -q 'relay: route 10.61.0.0/16 via 10.20.30.1 dev eth0 onlink table 7 follows from table main no more' "$tap_dir/found"
check "... nothing else is said" eval '[ "$(grep -c "follows from" "$tap_dir/found")" = 2 ]'
ifup -f relay
check_fails "... until the next ifup -f" found 'follows from table main'

# --- what carries a tunnel -------------------------------------------------------------
modprobe -q wireguard || :
ip link add wg0 type wireguard
tunnel() {
	wg set wg0 fwmark "$1"
}
check_fails "a tunnel without a mark is carried by the default VRF" found 'carries this tunnel'
tunnel 0x56000007
check_fails "one with the mark of relay by relay" found 'carries this tunnel'
tunnel 0x56000008
check "that of no VRF is found" found '^ [*] wg0: what carries this tunnel has mark 0x56000008, for which there is no rule: it goes by the default VRF \[tunnel-mark\]'
tunnel 51820
check_fails "somebody's own is not" found 'carries this tunnel'
printf 'iface wg0\n    table-rule fwmark 0x56000007 pref 2001 unreachable\n' >>/etc/network/interfaces
echo 'wg0=wg0 1' >>/run/ifstate
check "... but for a rule in its stanza" found '^ [*] warning: wg0: what carries this tunnel has mark 0xca6c, and its stanza has a rule for mark 0x56000007 \[tunnel-other-mark\]'
tunnel 0x56000007
check_fails "with the mark of that all is well" found 'carries this tunnel'
ifdown relay
check "with the VRF down it is carried by the default VRF" found 'wg0: what carries this tunnel has mark 0x56000007, for which there is no rule'
ip rule add fwmark 0x56000007 pref 2001 unreachable
check_fails "... with that rule by nobody" found 'carries this tunnel'

# --- a card whose line is forgotten ----------------------------------------------------
cat >>/etc/network/interfaces <<-END

	iface iot
	    vrf-table 9
	    table-route default via 10.70.0.1
END
check "a VRF whose card is forgotten" ifup iot
check "its route is not there, and no ifup brings it" found '^ [*] iot: route default via 10.70.0.1 table 9, which its stanza has, is not there \[route-missing\]'
check "... what to write" grep -q '^   # no interface is a member: write `vrf iot` in the stanza of one, then ifup it$' "$tap_dir/found"
rc-vrf why iot 192.0.2.1 >"$tap_dir/why" || :
check "... why tells where to look" grep -q '^   write a table-route to it in the stanza of iot, if rc-vrf check does not say that one is missing; then ifup -f iot$' "$tap_dir/why"
