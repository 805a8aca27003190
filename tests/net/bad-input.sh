#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A refused stanza: exit 1, one line with program, object, keyword and text,
# and nothing has changed.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/executor.sh"

lan office eth0 10.20.30.1/24
lan management eth1 10.20.40.1/24
interfaces <<EOF
iface eth0
    address 10.20.30.40/24

iface vrf-blue
    vrf-table 10

# what vrf-red would get by \`auto\`
iface vrf-auto
    vrf-table 436863

iface vrf-green
    vrf-table 12
    vrf-bind mark
    vrf-mark 0x77

iface eth1
    vrf-member vrf-nowhere

iface vrf-red
    vrf-table 11
    table-route 10.0.0.0/33 dev eth0
    table-route 10.0.0.0/8 dev eth0
EOF

# Its file has one good route, without a table anywhere.
no_table() {
	printf 'iface eth0\n    table-route 10.0.0.0/8 dev eth0\n' >/run/no-table
	env -i INTERFACES_FILE=/run/no-table IFACE=eth0 PHASE=create IF_TABLE_ROUTE='10.0.0.0/8 dev eth0' \
		/usr/libexec/ifupdown-ng/table
}

check "a VRF that is good" ifup vrf-blue

check "an unknown VRF" refused '^vrf: eth1: .*vrf-nowhere' executor vrf pre-up eth1 IF_VRF_MEMBER=vrf-nowhere
check "no VRF but an interface" refused '^vrf: eth1: .*eth0.*not a VRF' executor vrf pre-up eth1 IF_VRF_MEMBER=eth0
for table in 0 253 254 255 main local default; do
	check "table $table" refused "^vrf: vrf-red: vrf-table \"$table\"" executor vrf create vrf-red IF_VRF_TABLE=$table
done
for table in nowhere -1 4294967296 1x 0x; do
	check "table $table" refused "^vrf: vrf-red: vrf-table \"$table\"" executor vrf create vrf-red IF_VRF_TABLE=$table
done
check "a malformed prefix" refused '^vrf: vrf-red: table-route "10.0.0.0/33 dev eth0"' \
	executor vrf create vrf-red IF_VRF_TABLE=11 IF_TABLE_ROUTE='10.0.0.0/8 dev eth0'
check "the table executor refuses it too" refused '^table: vrf-red: table-route "10.0.0.0/33 dev eth0"' \
	executor table create vrf-red IF_VRF_TABLE=11 IF_TABLE_ROUTE='10.0.0.0/8 dev eth0'
check "a name of 16 bytes" refused '^vrf: vrf-0123456789ab: .*1 to 15 bytes' \
	executor vrf create vrf-0123456789ab IF_VRF_TABLE=11
check "a member's VRF of 16 bytes" refused '^vrf: eth1: vrf-member "vrf-0123456789ab"' \
	executor vrf pre-up eth1 IF_VRF_MEMBER=vrf-0123456789ab
check "a reserved name" refused '^vrf: default: ' executor vrf create default IF_VRF_TABLE=11
check "a clash of tables" refused '^vrf: vrf-red: cannot add VRF with table 10: File exists \(vrf-blue has it\)$' \
	executor vrf create vrf-red IF_VRF_TABLE=10
check "another table for a VRF that exists" refused '^vrf: vrf-blue: .*table 12.*File exists' \
	executor vrf create vrf-blue IF_VRF_TABLE=12
check "a VRF with the name of an interface" refused '^vrf: eth1: cannot add VRF with table 12: File exists' \
	executor vrf create eth1 IF_VRF_TABLE=12
check "an interfaces file that cannot be read" refused '^vrf: vrf-red: cannot read table-route: /nowhere: No such file' \
	env INTERFACES_FILE=/nowhere IFACE=vrf-red PHASE=create IF_VRF_TABLE=11 IF_TABLE_ROUTE='10.0.0.0/8 dev eth0' \
	/usr/libexec/ifupdown-ng/vrf
check "a gateway in the VRF's own stanza" refused '^vrf: vrf-red: gateway "10.20.30.1".*table-route default via' \
	executor vrf create vrf-red IF_VRF_TABLE=11 IF_GATEWAYS='10.20.30.1 '
if [ -e /tests/ip/ip ]; then
	check "a gateway of a member, without iproute2" \
		refused '^vrf: eth1: gateway "10.20.40.1" of a member needs the ip of iproute2.*table-route default via 10.20.40.1$' \
		executor vrf create eth1 IF_VRF_MEMBER=vrf-blue IF_GATEWAYS='10.20.40.1 '
else
	check "a gateway of a member" executor vrf create eth1 IF_VRF_MEMBER=vrf-blue IF_GATEWAYS='10.20.40.1 '
fi
check "loopback as a member" refused '^vrf: lo: cannot enslave to vrf-blue' executor vrf pre-up lo IF_VRF_MEMBER=vrf-blue
check "a VRF as a member" refused '^vrf: vrf-blue: ' executor vrf pre-up vrf-blue IF_VRF_MEMBER=vrf-blue
check "a route without a table" refused '^table: eth0: table-route .* has no table' no_table

# What only the kernel's state forbids.
member="cannot enslave to vrf-blue"
ip link add br0 type bridge
ip link set eth0 master br0
check "a port of a bridge as a member" refused "^vrf: eth0: $member: it is a port of a bridge" \
	executor vrf pre-up eth0 IF_VRF_MEMBER=vrf-blue
ip link set eth0 nomaster
check "the bridge itself is no VRF" refused '^vrf: eth1: cannot enslave to br0: it is not a VRF but of type bridge$' \
	executor vrf pre-up eth1 IF_VRF_MEMBER=br0
ip link add vrf-hand type vrf table 77
check "a VRF that is down, of no stanza" refused \
	'^vrf: eth1: cannot enslave to vrf-hand: it is down \(ip link set vrf-hand up\)$' \
	executor vrf pre-up eth1 IF_VRF_MEMBER=vrf-hand
ip link del vrf-hand
ip link set vrf-blue down
check "one of a stanza is set up, and a line says so" prints '^vrf: vrf-blue: was not up, and a member needs it: ' \
	executor vrf pre-up eth1 IF_VRF_MEMBER=vrf-blue
check "... and left again" executor vrf post-down eth1 IF_VRF_MEMBER=vrf-blue
check "an interface that is not there by the time of up" refused "^vrf: eth7: $member: No such device\$" \
	executor vrf up eth7 IF_VRF_MEMBER=vrf-blue
check "a table that follows from the name, and is taken" ifup vrf-auto
check "both are named" refused '^vrf: vrf-red: cannot add VRF with table 436863: File exists \(vrf-auto has it\)$' \
	executor vrf create vrf-red IF_VRF_TABLE=auto
check "a VRF that binds by mark" ifup vrf-green
check "it has no members" refused '^vrf: eth1: cannot enslave to vrf-green: it binds services by mark and has no members$' \
	executor vrf pre-up eth1 IF_VRF_MEMBER=vrf-green
check "a mark leads to one table" refused '^vrf: vrf-red: cannot use mark 0x77: File exists \(it leads to table 12\)$' \
	executor vrf create vrf-red IF_VRF_TABLE=11 IF_VRF_BIND=mark IF_VRF_MARK=0x77
check "a member" executor vrf pre-up eth1 IF_VRF_MEMBER=vrf-blue
for routes in '10.0.0.0/33 10.20.40.1' '10.0.0.0/8' '10.0.0.0/8 eth1' 'fd00::/8 10.20.40.1'; do
	check "nonsense of a DHCP server ($routes)" refused "^table: eth1: cannot add route ${routes%% *} via .* of the lease" \
		executor table lease eth1 LEASE_ROUTES="$routes"
done
check "a VRF with members cannot bind by mark" refused '^vrf: vrf-blue: cannot bind by mark: eth1 is a member$' \
	executor vrf create vrf-blue IF_VRF_TABLE=10 IF_VRF_BIND=mark
check "the good VRF is still there" ip link show vrf-blue
