#!/bin/sh
# SPDX-License-Identifier: ISC
#
# timeout: 600
#
# A member of a VRF has its IPv6 address by DHCP, from each client that can, and its routes by what the
# router announces: they are in the VRF's table, and nothing is in main.

. "$(dirname "$0")/lib.sh"

lan management eth1 10.20.40.1/24 2001:db8:40::1/64
internet management
ip link set lo up

server_stops() {
	server_pid=$(cat /run/dnsmasq.pid) || return
	kill "$server_pid" || return 0
	wait_for 5 not kill -0 "$server_pid"
}

announced() {
	ip -6 route show table 10 | grep '^default via fe80:.* dev eth1 proto ra'
}

# DHCPv6: the address by a client, the routes by the kernel, which has them from the router.
dhcp6_server() {
	rm -f /run/leases
	from management dnsmasq --port=0 --no-ping --enable-ra --dhcp-range=2001:db8:40::100,2001:db8:40::100,64,120 \
		--dhcp-range=10.20.40.100,10.20.40.100,120 --dhcp-option=3,10.20.40.1 --dhcp-authoritative \
		"--dhcp-option=option6:dns-server,[2001:db8:40::1]" --dhcp-leasefile=/run/leases --pid-file=/run/dnsmasq.pid --log-facility=/run/dnsmasq.log \
		--conf-file=/dev/null --user=root
}
has_six() {
	ip -6 addr show dev eth1 | grep 'inet6 2001:db8:40::100/128 scope global'
}
in_main() {
	ip -6 route show table main | grep 'dev eth1'
}
# Who has answered says the address; resolv.conf has another one, which is the host's.
from management dnsmasq --conf-file=/dev/null --no-hosts --no-resolv --bind-interfaces --except-interface=lo \
	--listen-address=2001:db8:40::1 --pid-file= --user=root --address=/who.test/192.0.2.7 \
	--address=/who.test/2001:db8:dead::7
resolv_conf() {
	rm -f /etc/resolv.conf
	echo "nameserver 2001:db8:99::1" >/etc/resolv.conf
}
asked() {
	in_vrf vrf-red names who.test >/run/names.out 2>&1
	cat /run/names.out
	grep -qx 192.0.2.7 /run/names.out
}
# dhcpcd in the foreground waits for an address of its own making, and ends after 30 s.
printf '%s\n' background 'interface eth1' noconfigure noipv6rs 'ia_na 1' >>/etc/dhcpcd.conf
clients=
for client in dhclient dhcpcd; do
	! command -v $client >/dev/null || clients="$clients $client"
done
for client in $clients; do
	case $client in
	dhcpcd) lines="use dhcp
		    dhcp-program dhcpcd" ;;
	# It binds to the link-local address, which is tentative for a second or two.
	dhclient) lines="up timeout 20 sh -c 'until ip -6 addr show dev eth1 scope link -tentative | grep -q inet6; do sleep 0.2; done'
		    up dhclient -6 -pf /run/dhclient6.pid -lf /run/dhclient6.leases eth1
		    down dhclient -6 -x -pf /run/dhclient6.pid -lf /run/dhclient6.leases eth1 || :" ;;
	esac
	interfaces <<-EOT
		iface vrf-red
		    vrf-table 10
		    vrf-nameserver lease

		iface eth1
		    vrf-member vrf-red
		    $lines
	EOT
	resolv_conf
	dhcp6_server
	check "$client, DHCPv6: ifup" eval 'ifup -f vrf-red && ifup -f eth1'
	check "$client, DHCPv6: the address" wait_for 30 has_six
	check "$client, DHCPv6: the default route is in the VRF's table" wait_for 30 announced
	check "$client, DHCPv6: so is the prefix's" prints '^2001:db8:40::/64 dev eth1' ip -6 route show table 10
	check "$client, DHCPv6: none is in main" not in_main
	check "$client, DHCPv6: the VRF reaches the Internet" wait_for 20 in_vrf vrf-red ping -c 1 -W 5 2001:4860:4860::8888
	check "$client, DHCPv6: the lease's nameserver is asked in the VRF" wait_for 20 asked
	check "$client, DHCPv6: resolv.conf stays everybody's" prints '^nameserver 2001:db8:99::1$' cat /etc/resolv.conf
	check_fails "$client, DHCPv6: without the other" grep 2001:db8:40 /etc/resolv.conf
	check "$client, DHCPv6: ifdown and ifup of the VRF" eval 'ifdown -f vrf-red && ifup -f vrf-red'
	check "$client, DHCPv6: the default route is back" wait_for 30 announced
	check "$client, DHCPv6: the address" wait_for 70 has_six
	check "$client, DHCPv6: the nameserver too" wait_for 20 asked
	check "$client, DHCPv6: ifdown" ifdown -f eth1
	check "$client, DHCPv6: the address is gone" not has_six
	check "$client, DHCPv6: ifdown of the VRF" ifdown -f vrf-red
	server_stops
done

