#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What a stanza no longer says goes at its next `ifup -f` or ifdown: rules, the routes of a
# table that it had before; and nothing that others have made or say.

. "$(dirname "$0")/lib.sh"

lan management eth1 10.20.40.1/24
lan office eth0 10.20.30.1/24
ip link set lo up

# stanzas [LINE...]: eth0 has these lines, red those of $of_red, one each
stanzas() {
	{
		printf 'iface eth0\n    address 10.20.30.40/24\n'
		[ $# = 0 ] || printf '    %s\n' "$@"
		printf 'iface eth1\n    vrf-member red\n    address 10.20.40.40/24\n'
		printf 'iface red\n    vrf-table 10\n    table-route default via 10.20.40.1 dev eth1\n'
		printf "    %s\n" "${of_red:-table-route 172.16.0.0/12 via 10.20.40.1 dev eth1}"
		[ -z "${unreadable-}" ] || printf 'iface eth9\n    table-rule nonsense\n'
	} | interfaces
}

# rules PREF...: exactly these of ours are there that are table-rules
rules() {
	ip rule show
	rules_are=$(ip rule show | awk '/proto 86/ && !/l3mdev|lookup local|fwmark 0x56/ { printf "%s ", $1 + 0 }')
	[ "$rules_are" = "$*${*:+ }" ]
}

# routes TABLE N: so many of ours are there
routes() {
	ip route show table "$1" proto 86
	[ "$(ip route show table "$1" proto 86 | grep -vc 4278198272)" = "$2" ]
}

of_red="table-rule from 10.20.40.0/24 pref 3100"
lines() {
	stanzas "table-id ${id-77}" "table-route default via 10.20.30.1" "table-route 10.99.0.0/16 via 10.20.30.1" \
		"table-route 10.98.0.0/16 via 10.20.30.1 table 79" "table-rule from 10.20.30.40 pref 3000" "$@"
}
lines "table-rule to 192.0.2.1 pref 3001 unreachable" "table-rule iif eth0 to 192.0.2.2 pref 3002"
check "up" ifup red eth1 eth0
check "the rules are there" rules 3000 3001 3002 3100
check "the routes, too" eval 'routes 77 2 && routes 79 1'
ip rule add pref 3001 to 192.0.2.9 unreachable
ip rule add pref 3003 from 192.0.2.3 table 77
ip route add 10.97.0.0/16 via 10.20.30.1 table 77 proto bird
others() {
	prints '^3001:.*to 192.0.2.9 unreachable' ip rule && prints '^3003:.*lookup 77' ip rule &&
		prints '^10.97.0.0/16.*proto bird' ip route show table 77
}
check "ifup -f again" unchanged ifup -f eth0

lines "table-rule iif eth0 to 192.0.2.2 pref 3002"
check "a line removed: ifup -f" ifup -f eth0
check "... its rule has gone" rules 3000 3002 3100
check "... that of others has not" others
id=78
lines
check "another table-id, another line removed: ifup -f" ifup -f eth0
check "... rules" rules 3000 3100
check "... of the new table" prints '^3000:.*lookup 78 proto 86' ip rule
check "... and none of the old one" eval '! ip rule | grep "lookup 77 proto 86"'
check "... routes" eval 'routes 77 0 && routes 78 2 && routes 79 1'
check "... others have theirs" others

of_red=
lines
check "a VRF's last rule removed: ifup -f" ifup -f red
check "... it has gone" rules 3000
check "... its routes have not" routes 10 2
of_red="table-rule from 10.20.40.0/24 pref 3100"
lines
check "it is back" eval 'ifup -f red && rules 3000 3100'
of_red=
lines
check "removed: ifdown" ifdown -f red
check "... it has gone" rules 3000
of_red="table-rule from 10.20.40.0/24 pref 3100"

unreadable=yes
stanzas
check "as long as a stanza cannot be read" ifup -f eth0
check "... nothing goes" rules 3000
unreadable=
lines
check "as it was" eval 'ifup -f red eth1 eth0 && rules 3000 3100'
cat >/tmp/other <<-END
	iface eth0
	    address 10.20.30.40/24
END
check "another file" ifup -f -i /tmp/other eth0
check "... says nothing of this one's" eval 'rules 3000 3100 && routes 78 2'
stanzas
check "all lines removed: ifup -f" ifup -f eth0
check "... nothing is left" eval 'rules 3100 && routes 78 0 && routes 79 0 && others'
lines
check "it is back" eval 'ifup -f eth0 && rules 3000 3100'
stanzas
check "all lines removed: ifdown" ifdown -f eth0
check "... no rule is left" rules 3100

printf '10.96.0.0/16 via 10.20.30.1\n10.95.0.0/16 via 10.20.30.1 table 79\n' >/tmp/routes
stanzas "table-id 77" "table-route-file /tmp/routes"
check "a file" eval 'ifup -f eth0 && routes 77 1 && routes 79 1'
check "ifup -f again" unchanged ifup -f eth0
stanzas "table-id 78" "table-route-file /tmp/routes"
check "another table-id" ifup -f eth0
check "... its routes have moved" eval 'routes 77 0 && routes 78 1 && routes 79 1'
of_red="table-route-file /tmp/more"
printf '10.94.0.0/16 via 10.20.30.1 dev eth0 table 79\n' >/tmp/more
stanzas "table-id 78" "table-route-file /tmp/routes"
check "a line of a VRF's file for another table" eval 'ifup -f red && ifup -f eth0 && routes 79 2'
stanzas
check "all lines removed" eval 'ifup -f eth0 && routes 78 0'
check "... but that of the VRF" prints 10.94.0.0/16 ip route show table 79
printf 'iface eth1\n    vrf-member red\n    address 10.20.40.40/24\niface red\n    vrf-table 10\n' | interfaces
ip route add 10.93.0.0/16 via 10.20.40.1 dev eth1 table 10
check "a VRF's last line removed: ifup -f" ifup -f red
check "... its routes have gone" routes 10 0
check "... not what others have made" prints 10.93.0.0/16 ip route show table 10
check "... nor the table's last word" prints '^unreachable default .*4278198272' ip route show table 10
check "ifup -f again" unchanged ifup -f red

# Two VRFs with a route to one network.
ip link add eth2 type dummy
two() {
	{
		printf 'iface eth1\n    vrf-member red\n    address 10.20.40.40/24\niface eth2\n    vrf-member blue\n    address 10.20.50.40/24\n'
		printf 'iface blue\n    vrf-table 20\n    table-route 10.92.0.0/16 via 10.20.50.1\niface red\n    vrf-table 10\n'
		[ $# = 0 ] || printf '    %s\n' "$@"
	} | interfaces
}
two "table-route 10.92.0.0/16 via 10.20.40.1" "table-route 10.91.0.0/16 via 10.20.40.1"
check "two VRFs with a route to one network" eval 'ifup -f red && ifup -f blue && ifup -f eth2 && routes 10 2 && routes 20 1'
two "table-route 10.91.0.0/16 via 10.20.40.1"
check "... the one's line removed: ifup -f" eval 'ifup -f red && routes 10 1'
two
check "... its last" eval 'ifup -f red && routes 10 0'
check "... the other's stays" routes 20 1
