#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A member of a VRF has its address by DHCP, from each client that there is: the
# lease's default route is in the VRF's table and was at no moment in main, the
# client keeps its lease, and an interface beside it is configured as ever.

# timeout: 600
. "$(dirname "$0")/lib.sh"

lan office eth0 10.20.30.1/24
lan management eth1 10.20.40.1/24
internet management 8.8.8.8
ip link set lo up

# dhcp_server NET PREFIX [OPTION...]: leases of PREFIX.100; the log has the answers.
dhcp_server() {
	server_net=$1
	server_prefix=$2
	shift 2
	from "$server_net" dnsmasq --port=0 --dhcp-authoritative --no-ping --dhcp-range="$server_prefix.100,$server_prefix.100,120" \
		--dhcp-option=3,"$server_prefix.1" --dhcp-option-force=58,3 --dhcp-option-force=59,6 "$@" \
		--dhcp-leasefile="/run/leases.$server_net" --pid-file="/run/dnsmasq.$server_net.pid" \
		--log-facility="/run/dnsmasq.$server_net.log" --conf-file=/dev/null --user=root
}

answers() {
	grep -c DHCPACK "/run/dnsmasq.$1.log"
}

more_answers_than() {
	[ "$(answers management)" -gt "$1" ]
}

# Twice more than now. udhcpc has no ear for the server's times, but one for a signal.
renews() {
	before=$(answers management)
	if [ "$client" = udhcpc ]; then
		kill -USR1 "$(cat /run/udhcpc.eth1.pid)" && wait_for 20 more_answers_than "$before" || return
		# A second signal before it has read the answer would make it begin anew.
		sleep 3
		kill -USR1 "$(cat /run/udhcpc.eth1.pid)"
	fi
	wait_for 60 more_answers_than $((before + 1))
}

default_of() {
	ip -4 route show table "$1" | grep '^default via'
}

in_table() {
	default_of "$1" | grep -E "$2"
}

has_route() {
	ip -4 route show table 10 | grep -E "$1"
}

# A route of table main is one without `table`.
never_in_main() {
	cat /run/events
	grep -q 'default via 10.20.40.1 .*table 10' /run/events || return
	! grep '^\(Deleted \)\{0,1\}default .*eth1' /run/events | grep -v 'table 10'
}

# The routes of RFC 3442, which count instead of the router, for a client that asks for them.
classless="--dhcp-option=121,172.16.0.0/12,10.20.40.2,0.0.0.0/0,10.20.40.1"

server_stops() {
	server_pid=$(cat /run/dnsmasq.management.pid)
	kill "$server_pid"
	wait_for 5 not kill -0 "$server_pid"
}

server_forgets() {
	server_stops && dhcp_server management 10.20.40 && renews
}

dhcp_server office 10.20.30
cat >>/etc/dhcpcd.conf <<'EOT'

noipv6rs
interface eth1
noconfigure
EOT

clients=udhcpc
for client in dhcpcd dhclient; do
	! command -v $client >/dev/null || clients="$clients $client"
done

for client in $clients; do
	interfaces <<-EOT
		iface vrf-red
		    vrf-table 10

		iface eth1
		    use dhcp
		    dhcp-program $client
		    dhcp-script /usr/libexec/vrf-ng/udhcpc
		    udhcpc-opts -O staticroutes
		    vrf-member vrf-red

		iface eth0
		    use dhcp
		    dhcp-program $client
	EOT
	dhcp_server management 10.20.40 "$classless"
	check "$client: the VRF" ifup vrf-red
	ip monitor route >/run/events 2>&1 &
	monitor=$!
	check "$client: ifup of the member" ifup eth1
	check "$client: the lease's default route is in the VRF's table" wait_for 30 in_table 10 'via 10.20.40.1 dev eth1 proto dhcp'
	check "$client: so is another of the lease's" has_route '^172.16.0.0/12 via 10.20.40.2 dev eth1 proto dhcp'
	check "$client: it has its address" prints '10.20.40.100/24' ip -4 addr show eth1
	check "$client: the Internet answers in the VRF" in_vrf vrf-red ping -c 1 -W 5 8.8.8.8
	check "$client: the lease is renewed, and again" renews
	check "$client: the route is there still" in_table 10 'via 10.20.40.1 dev eth1 proto dhcp'
	check "$client: the address, too" prints '10.20.40.100/24' ip -4 addr show eth1
	check "$client: the server gives less" server_forgets
	check "$client: its default route stays" wait_for 20 in_table 10 'via 10.20.40.1 dev eth1 proto dhcp'
	check "$client: the other one goes" wait_for 20 not has_route '^172.16.0.0/12'
	before=$(answers management)
	check "$client: ifdown of the VRF alone" ifdown -f vrf-red
	check "$client: the default route went with it" not in_table 10 'dev eth1'
	check "$client: ifup of it" ifup -f vrf-red
	# dhcpcd looks at links: it gives the lease up and gets it again.  dhclient, which renews every
	# few seconds here, was once seen to have it a moment later.
	case $client in
	dhcpcd) patience=30 ;;
	dhclient) patience=5 ;;
	*) patience=0 ;;
	esac
	check "$client: the lease's default route is back" wait_for "$patience" in_table 10 'via 10.20.40.1 dev eth1 proto dhcp'
	check "$client: it leads to the Internet" wait_for 30 in_vrf vrf-red ping -c 1 -W 5 8.8.8.8
	[ "$client" != udhcpc ] ||
		check "$client: without a word of the server's" [ "$(answers management)" = "$before" ]
	kill $monitor
	check "$client: a default route through the member was at no moment in main" never_in_main
	check "$client: ifup of an interface that is no member" ifup eth0
	check "$client: its default route is in main" wait_for 30 in_table main 'via 10.20.30.1 dev eth0'
	check "$client: ifdown of it" ifdown eth0
	check "$client: ifdown of the member" ifdown eth1
	check "$client: its default route is gone" not in_table 10 'dev eth1'
	check "$client: so is what was kept of the lease" not ls /run/vrf-ng.lease.*
	check "$client: ifdown of the VRF" ifdown vrf-red
	ip addr flush dev eth0
	server_stops
	# Else the address is the last client's for two minutes more.
	rm /run/leases.management
done

# Routers that announce themselves: the kernel, which asks nobody, puts their route into the VRF's table.
interfaces <<EOF
iface vrf-red
    vrf-table 10

iface eth1
    vrf-member vrf-red
EOF
from management ip addr add 2001:db8:40::1/64 dev lan
dhcp_server management 10.20.40 --enable-ra --dhcp-range=2001:db8:40::,ra-only
announced() {
	ip -6 route show table 10 | grep '^default via fe80:.* dev eth1 proto ra'
}
check "router advertisement: ifup" ifup eth1
check "router advertisement: the default route is in the VRF's table" wait_for 30 announced
check "router advertisement: there is an address" prints '2001:db8:40:.* scope global' ip -6 addr show dev eth1
check "router advertisement: no default route is in main" not prints '^default' ip -6 route show table main
check "router advertisement: ifdown" ifdown eth1
server_stops

# Without dhcp-script the hooks of Alpine's script can only put things right afterwards.
moved() {
	grep -q '^default via 10.20.40.1 dev eth1 .*metric' /run/events &&
		grep -q '^Deleted default via 10.20.40.1 dev eth1 .*metric' /run/events &&
		grep -q 'table: eth1: the DHCP client had put its default route into the main table' /run/ifup.log
}

logged() {
	"$@" >/run/ifup.log 2>&1
}

if [ -d /usr/share/udhcpc ]; then
	interfaces <<-EOT
		iface vrf-red
		    vrf-table 10

		iface eth1
		    use dhcp
		    dhcp-program udhcpc
		    vrf-member vrf-red
	EOT
	dhcp_server management 10.20.40
	ip monitor route >/run/events 2>&1 &
	check "no dhcp-script: ifup of the member" logged ifup eth1
	check "no dhcp-script: the default route ends in the VRF's table" wait_for 30 in_table 10 'via 10.20.40.1 dev eth1 proto dhcp'
	check "no dhcp-script: it is not in main" not in_table main 'dev eth1'
	check "no dhcp-script: a line says so" moved
fi
