#!/bin/sh
# SPDX-License-Identifier: ISC
# timeout: 600
#
# vrf-nameserver lease: the services of a VRF ask the nameservers of its member's lease, from each
# client that there is, also when another lease names others; resolv.conf stays as it was.

. "$(dirname "$0")/lib.sh"

lan office eth0 10.20.30.1/24
lan management eth1 10.20.40.1/24 10.20.40.2/24
ip link set lo up
ip link set eth0 up
ip addr add 10.20.30.40/24 dev eth0

# nameserver NET NUMBER ADDRESS: there who.test is 192.0.2.NUMBER
nameserver() {
	from "$1" dnsmasq --conf-file=/dev/null --no-hosts --no-resolv --bind-interfaces --except-interface=lo \
		--listen-address="$3" --pid-file= --user=root --address="/who.test/192.0.2.$2" \
		--address="/who.test/2001:db8:dead::$2"
}
nameserver office 1 10.20.30.1
nameserver management 2 10.20.40.1
nameserver management 3 10.20.40.2

# leases NAMESERVER: from now on with this one
leases() {
	[ ! -s /run/dnsmasq.dhcp.pid ] || { kill "$(cat /run/dnsmasq.dhcp.pid)" && rm -f /run/dnsmasq.dhcp.pid; }
	wait_for 10 from management dnsmasq --port=0 --dhcp-authoritative --no-ping --dhcp-range=10.20.40.100,10.20.40.100,120 \
		--dhcp-option=3,10.20.40.1 --dhcp-option=6,"$1" --dhcp-option-force=58,3 --dhcp-option-force=59,6 \
		--dhcp-leasefile=/run/leases --pid-file=/run/dnsmasq.dhcp.pid --conf-file=/dev/null --user=root
}
cat >>/etc/dhcpcd.conf <<'EOT'

noipv6rs
interface eth1
noconfigure
EOT

# answered NUMBER COMMAND...
answered() {
	who=$1
	shift
	prints "^192\.0\.2\.$who\$" "$@" names who.test
}

clients=udhcpc
for client in dhcpcd dhclient; do
	! command -v $client >/dev/null || clients="$clients $client"
done
for client in $clients; do
	echo "nameserver 10.20.30.1" >/etc/resolv.conf
	interfaces <<-EOT
		iface red
		    vrf-table 10
		    vrf-nameserver lease

		iface eth1
		    use dhcp
		    dhcp-program $client
		    dhcp-script /usr/libexec/vrf-ng/udhcpc
		    vrf-member red
	EOT
	leases 10.20.40.1
	check "$client: the VRF" ifup -f red
	check "$client: the member" ifup -f eth1
	check "$client: the lease's nameserver answers" wait_for 30 answered 2 in_vrf red
	check "$client: outside the host's" answered 1
	check "$client: resolv.conf stays everybody's" prints '^nameserver 10.20.30.1$' cat /etc/resolv.conf
	check_fails "$client: without the other" grep 10.20.40 /etc/resolv.conf
	leases 10.20.40.2
	[ "$client" != udhcpc ] || kill -USR1 "$(cat /run/udhcpc.eth1.pid)"
	check "$client: a lease with another" wait_for 60 answered 3 in_vrf red
	check "$client: ifdown of the VRF" ifdown -f red
	check "$client: ifup" ifup -f red
	check "$client: it is there again" wait_for 60 answered 3 in_vrf red
	ifdown -f eth1
	ifdown -f red
done
