#!/bin/sh
# SPDX-License-Identifier: ISC
#
# eth0 has its address by DHCP and is shared with a mark VRF: when the client
# changes the interface, the VRF's route through it comes back.

. "$(dirname "$0")/lib.sh"

program=dhclient
command -v $program >/dev/null || program=udhcpc
lan office eth0 10.20.30.1/24
interfaces <<EOF
auto eth0
iface eth0
    use dhcp
    dhcp-program $program

auto vrf-management
iface vrf-management
    requires eth0
    vrf-table 1
    vrf-bind mark
    table-route 10.20.30.0/24 dev eth0
EOF
from office dnsmasq --port=0 --dhcp-authoritative --no-ping --dhcp-range=10.20.30.100,10.20.30.100,120 \
	--dhcp-option=3,10.20.30.1 --dhcp-leasefile=/run/leases --pid-file=/run/dnsmasq.pid \
	--conf-file=/dev/null --user=root

# What Alpine's default.script of udhcpc does: address, default route, then the hooks.
cat >/run/udhcpc.script <<'EOF'
#!/bin/sh
case $1 in
bound | renew)
	ip -4 addr replace "$ip/$mask" dev "$interface"
	ip -4 route replace default via "$router" dev "$interface" metric 100
	for hook in /etc/udhcpc/post-"$1"/*; do
		"$hook" "$1"
	done
	;;
esac
EOF
chmod +x /run/udhcpc.script

dhclient_again() {
	dhclient -1 -pf /run/dhclient.renew.pid -lf /run/dhclient.leases eth0
}

udhcpc_again() {
	busybox udhcpc -n -q -f -i eth0 -s /run/udhcpc.script
}

# The lease is bound anew on an interface that has lost its address meanwhile.
renew() {
	ip addr flush dev eth0
	[ -z "$(ip route show table 1)" ] || return
	"$1"
}

check "ifup" ifup -a
check "eth0 has its lease" prints '10.20.30.100/24' ip addr show eth0
check "the VRF has its route" prints '^10.20.30.0/24 dev eth0' ip route show table 1
check "the VRF works" in_vrf vrf-management ping -c 1 -W 5 10.20.30.1
clients=udhcpc_again
[ $program = udhcpc ] || clients="$clients dhclient_again"
for client in $clients; do
	check "$client: the lease is bound anew" renew "$client"
	check "$client: the VRF's route is back" prints '^10.20.30.0/24 dev eth0' ip route show table 1
	check "$client: the VRF works again" in_vrf vrf-management ping -c 1 -W 5 10.20.30.1
	check_fails "$client: and reaches nothing else" in_vrf vrf-management ping -c 1 -W 2 8.8.8.8
done
