#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Which VRF an interface is in follows its stanza: another VRF named, the line removed, put
# back; by `ifup -f`, and by ifdown and ifup.  What others have enslaved stays where it is.

. "$(dirname "$0")/lib.sh"

lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan office eth0 10.20.30.1/24
from management probe tcp-echo 7
ip link set lo up

# stanza LINE...: what eth1 says today
stanza() {
	case $* in
	*blue) of_blue="table-route 172.16.0.0/12 via 10.20.40.1 dev eth1" ;;
	*) of_blue= ;;
	esac
	{
		cat <<-END
			iface red
			    vrf-table 1
			    ${of_red-}

			iface blue
			    vrf-table 2
			    ${of_blue-}

			iface eth0
			    address 10.20.30.40/24

			iface eth1
			    address 10.20.40.40/24
			    address 2001:db8:40::40/64
			    ${gateway-gateway 10.20.40.1}
		END
		for line; do
			echo "    $line"
		done
	} | interfaces
}

# in_vrf_is red|blue|-: eth1 is in that VRF and nowhere else, with its addresses and its gateway.
in_vrf_is() {
	settled
	case $1 in
	-) table=main ;;
	red) table=1 ;;
	blue) table=2 ;;
	esac
	ip -o link show eth1
	for name in red blue; do
		[ ! -e /sys/class/net/$name/lower_eth1 ] || [ $name = "$1" ] || return
	done
	[ "$1" = - ] || [ -e "/sys/class/net/$1/lower_eth1" ] || return
	for other in main 1 2; do
		ip route show table $other
		[ $other = "$table" ] || ! ip route show table $other | grep eth1 || return
	done
	prints '2001:db8:40::40/64' ip addr show eth1 && prints '^default via 10.20.40.1' ip route show table "$table" || return
	[ "$1" != blue ] || prints '^172.16.0.0/12 via 10.20.40.1' ip route show table 2 || return
	set -- "$(echo "$1" | sed 's/-/default/')"
	vrf-exec "$1" probe tcp 10.20.40.1 7 && vrf-exec "$1" probe tcp 2001:db8:40::1 7
}

stanza "vrf-member red"
check "in a VRF" ifup red blue eth1
check "... it is" in_vrf_is red
stanza "vrf-member blue"
check "another VRF named: ifup -f" ifup -f eth1
check "... it has moved" in_vrf_is blue
stanza
check "the line removed: ifup -f" ifup -f eth1
check "... it is in no VRF" in_vrf_is -
stanza "vrf red"
check "the line is back, in its short form: ifup -f" ifup -f eth1
check "... it is in that VRF" in_vrf_is red

outside() {
	[ ! -e /sys/class/net/eth1/master ] && prints 'state DOWN' ip -o link show eth1
}
stanza
check "the line removed: ifdown" ifdown -f eth1
check "... it is in no VRF" outside
check "... and ifup" ifup -f eth1
check "... in no VRF" in_vrf_is -
stanza "vrf-member blue"
check "ifdown and ifup into a VRF" eval 'ifdown -f eth1 && ifup -f eth1'
check "... it is" in_vrf_is blue
stanza "vrf-member red"
check "ifdown and ifup into another VRF" eval 'ifdown -f eth1 && ifup -f eth1'
check "... it is" in_vrf_is red

# What others have done
ip route flush table 1 proto boot
gateway=
stanza "pre-up ip link set eth1 master red"
check "a command in its own stanza: ifup -f" unchanged ifup -f eth1
check "... it is still there" test -e /sys/class/net/red/lower_eth1
stanza
of_red="up ip link set dev eth0 master red"
stanza "vrf-member red"
check "a command in the VRF's stanza" eval 'ifup -f eth0 && ifup -f red'
check "... eth0 is there" test -e /sys/class/net/red/lower_eth0
check "... and stays: ifup -f" unchanged ifup -f eth0
check "ifdown" ifdown -f eth0
check "... leaves its master alone" test -e /sys/class/net/red/lower_eth0
of_red=
stanza
ip link set eth0 nomaster
ip link add theirs type vrf table 9
ip link set theirs up
ip link set eth1 master theirs
check "somebody else's VRF: ifup -f" ifup -f eth1
check "... it stays there" test -e /sys/class/net/theirs/lower_eth1
check "... also at ifdown" ifdown -f eth1
check "... it stays there" test -e /sys/class/net/theirs/lower_eth1
