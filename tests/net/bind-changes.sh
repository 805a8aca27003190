#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A VRF that is bound by device becomes one by mark, and the other way round, by `ifup -f`: it is then as
# if it had come up so.

. "$(dirname "$0")/lib.sh"

lan office eth0 10.20.30.1/24 2001:db8:30::1/64
ip link set lo up
ip link set eth0 up
ip addr add 10.20.30.40/24 dev eth0
ip addr add 2001:db8:30::40/64 dev eth0 nodad

bound_by() {
	interfaces <<-END
		iface red
		    vrf-table 10
		    vrf-bind $1
		    table-route 10.20.30.0/24 dev eth0
		    table-route 2001:db8:30::/64 dev eth0
	END
}

# Without the rules at 0 that make 127.0.0.1 the VRF's: they go with the last VRF.
state() {
	for family in -4 -6; do
		ip -o $family addr show dev red | awk '{ print $3, $4 }'
		ip $family route show table 10
		ip $family rule | grep -v '^0:'
	done | sed 's/[[:space:]]*$//' | sort
}

# as_fresh BINDING: as it was when it had come up so
as_fresh() {
	state >/run/now
	diff "/run/$1" /run/now
}

for binding in device mark; do
	bound_by $binding
	check "by $binding: ifup" ifup -f red
	settled
	state >/run/$binding
	cat /run/$binding
	check "... ifdown" ifdown -f red
done
check "they are different" eval '! diff /run/device /run/mark'
bound_by device
check "device: ifup" ifup -f red
settled
for binding in mark device mark; do
	bound_by $binding
	check "then by $binding: ifup -f" ifup -f red
	settled
	check "... is as if it had come up so" as_fresh $binding
	check "... and finds nothing to do when it is called again" unchanged ifup -f red
done

check_fails "nothing of it leads to 127.0.0.1 by its table" prints '127\.0' ip route show table 10
