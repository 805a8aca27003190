#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2016 # what others run is theirs to expand
#
# What the confinement must not stop, in the life of a protocol: half-open, closing and reset
# connections, large and fragmented data, multicast, broadcast, DNS, DHCP, daemons that bind
# to a member; the same in both modes, always in the same control group.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan office eth0 10.20.30.1/24 2001:db8:30::1/64
internet office 10.77.0.1/32 2001:db8:77::1/128
card eth0 - 10.20.30.40/24 2001:db8:30::40/64
ip route add default via 10.20.30.1
device_vrf red 10 eth1 10.20.40.40/24 2001:db8:40::40/64
mark_vrf green 11 eth0 10.20.30.0/24 2001:db8:30::/64
ip route add 10.77.0.0/24 via 10.20.30.1 dev eth0 table 11
ip -6 route add 2001:db8:77::/64 via 2001:db8:30::1 dev eth0 table 11
settled
wait_for 5 ping -c 1 -W 1 10.77.0.1
head -c 3000000 /dev/urandom >/run/data
sum=$(cksum </run/data)

# serve NET|- SOCAT-ADDRESS...: until the script ends; a TCP port is open when this returns
serve() {
	serve_net=$1
	shift
	if [ "$serve_net" = - ]; then
		vrf-exec "$vrf" socat "$@" </dev/null >/dev/null 2>&1 &
	else
		from "$serve_net" socat "$@" </dev/null >/dev/null 2>&1 &
	fi
}

# listens NET|VRF PORT: somebody does, in that network or here
listens() {
	if [ "$1" = - ]; then ss -tlnH "sport = $2" | grep -q .; else from "$1" ss -tlnH "sport = $2" | grep -q .; fi
}

in_v() {
	vrf-exec "$vrf" "$@"
}

# said FILE PATTERN: it came
said() {
	wait_for 5 grep -Eq "$2" "$1" || {
		cat "$1"
		return 1
	}
}

# Somebody whose answers go nowhere for a while: to another MAC address.
half_open() {
	from "$net" ip addr add "$ghost/32" dev lan
	ip neigh replace "$ghost" lladdr 02:00:00:00:00:99 dev "$card" nud permanent
	from "$net" sh -c "echo hello | nc -w 10 -s $ghost $own 2000" >/run/ghost 2>&1 &
	wait_for 5 open_half && sleep 1.2 && ip neigh del "$ghost" dev "$card" && said /run/ghost hello
}

open_half() {
	ss -tnH state syn-recv | grep -q "$ghost"
}

# Two connections from the same port; whoever is asked closes first.
time_wait() {
	for _ in 1 2; do
		from "$net" timeout 10 socat -u "TCP4:$own:2001,sourceport=5555,reuseaddr" - >/run/heard || return
		grep -q welcome /run/heard || return
		wait_for 5 waits || return
	done
}

waits() {
	ss -tnH state time-wait sport = 2001 | grep -q .
}

# Whoever ends with unread data resets the connection, and the peer's end says so.
reset() {
	from "$net" socat -d -u OPEN:/dev/zero TCP-LISTEN:2002,reuseaddr 2>/run/reset &
	wait_for 5 listens "$net" 2002 || return
	in_v sh -c "socat -u TCP4:$peer:2002 - | sleep 1" || :
	# an error of a write in any case: after an end without a reset there is none
	said /run/reset 'reset by peer|Broken pipe'
}

# copied CMD...: the data arrives whole
copied() {
	[ "$("$@" | cksum)" = "$sum" ]
}

large_udp() {
	[ "$(head -c 9000 /dev/zero | tr '\0' x | in_v socat -T 2 -b 9000 - "$1:$2:7")" = "$(head -c 9000 /dev/zero | tr '\0' x)" ]
}

# datagram FILE RECEIVE NET SEND: what the one sends comes to the other, in the VRF
datagram() {
	: >"$1"
	vrf-exec "$vrf" socat -u "$2" "OPEN:$1" &
	datagram_pid=$!
	datagram_tries=0
	until grep -q howl "$1"; do
		echo howl | from "$3" socat -u - "$4" || return
		datagram_tries=$((datagram_tries + 1))
		[ $datagram_tries -lt 30 ] || return
		sleep 0.2
	done
	kill $datagram_pid
}

# traffic VRF NET CARD OWN OWN6 PEER PEER6 GHOST BROADCAST
traffic() {
	vrf=$1 net=$2 card=$3 own=$4 own6=$5 peer=$6 peer6=$7 ghost=$8 broadcast=$9
	from "$net" probe tcp-echo 7
	serve "$net" -b 10000 UDP4-RECVFROM:7,reuseaddr,fork PIPE
	serve "$net" -b 10000 UDP6-RECVFROM:7,reuseaddr,fork,ipv6only PIPE
	serve "$net" TCP6-LISTEN:2100,reuseaddr,fork,ipv6only=0 OPEN:/run/data,rdonly
	serve - TCP-LISTEN:2000,reuseaddr,fork EXEC:cat
	serve - TCP6-LISTEN:2001,reuseaddr,fork,ipv6only=0 SYSTEM:'echo welcome'
	serve - TCP6-LISTEN:2101,reuseaddr,fork,ipv6only=0 OPEN:/run/data,rdonly
	for port in 2000 2001 2101; do
		wait_for 5 listens - $port
	done
	wait_for 5 listens "$net" 2100

	check "$vrf: a connection half open is completed later" half_open
	check "$vrf: one that waits after its end, and another on the same ports" time_wait
	check "$vrf: a closed port of ours says so" fails_with ECONNREFUSED from "$net" probe tcp "$own" 2999
	check "$vrf: one of theirs" fails_with ECONNREFUSED in_v probe tcp "$peer" 2999
	check "$vrf: a closed UDP port of theirs" fails_with ECONNREFUSED in_v probe udp "$peer" 2999
	check "$vrf: by IPv6" fails_with ECONNREFUSED in_v probe udp "$peer6" 2999
	check "$vrf: a reset of ours" reset
	for address in "TCP4:$peer" "TCP6:[$peer6]"; do
		check "$vrf: a large answer from $address" copied in_v socat -u "$address:2100" -
	done
	for address in "TCP4:$own" "TCP6:[$own6]"; do
		check "$vrf: a large answer to who asks $address" copied from "$net" socat -u "$address:2101" -
	done
	check "$vrf: datagrams in fragments" large_udp UDP4 "$peer"
	check "$vrf: by IPv6" large_udp UDP6 "[$peer6]"
	check "$vrf: a group is heard" datagram /run/group \
		"UDP4-RECV:5000,ip-add-membership=224.0.0.251:$card" "$net" "UDP4-DATAGRAM:224.0.0.251:5000,ip-multicast-if=$peer"
	check "$vrf: a broadcast is heard" datagram /run/broadcast \
		UDP4-RECV:5001 "$net" "UDP4-DATAGRAM:$broadcast:5001,broadcast"
	from "$net" dnsmasq --no-resolv --no-hosts --conf-file=/dev/null --user=root --pid-file="/run/dns.$net" \
		--listen-address="$peer" --bind-interfaces --address=/name.example/10.1.2.3
	check "$vrf: DNS" prints '10\.1\.2\.3' sh -c "vrf-exec $vrf busybox nslookup name.example $peer || :"
	check "$vrf: the neighbour is found anew" in_v sh -c \
		"ip neigh flush dev $card && ping -c 1 -W 5 $peer && ping -c 1 -W 5 $peer6"
}

traffic red management eth1 10.20.40.40 2001:db8:40::40 10.20.40.1 2001:db8:40::1 10.20.40.99 10.20.40.255
traffic green office eth0 10.20.30.40 2001:db8:30::40 10.20.30.1 2001:db8:30::1 10.20.30.99 10.20.30.255

# what routers say, in mark mode (in device mode: confine-links)
vrf=green
check "green: a router's error" prints 'Time to live exceeded' sh -c 'vrf-exec green ping -t 1 -c 1 -W 5 10.77.0.1 || :'
check "green: ... of IPv6" prints 'Time exceeded' sh -c 'vrf-exec green ping -t 1 -c 1 -W 5 2001:db8:77::1 || :'
check "green: traceroute" prints ' 2 .*10\.77\.0\.1' in_v busybox traceroute -n -q 1 -w 2 -m 3 10.77.0.1
from office ip link set uplink mtu 1300
from internet ip link set downlink mtu 1300
check "green: a path with a smaller MTU" prints 'mtu = 1300' sh -c 'vrf-exec green ping -M do -s 1400 -c 1 -W 5 10.77.0.1 || :'
check "green: ... of IPv6" prints 'mtu ?= ?1300' sh -c 'vrf-exec green ping -M do -s 1400 -c 1 -W 5 2001:db8:77::1 || :'
serve internet TCP-LISTEN:2100,reuseaddr,fork OPEN:/run/data,rdonly
wait_for 5 listens internet 2100
check "green: a large answer over it" copied in_v socat -u TCP4:10.77.0.1:2100 -

# device mode: daemons that bind to the member, link-local services, DHCP
vrf=red
serve - TCP-LISTEN:2200,reuseaddr,fork,so-bindtodevice=eth1 EXEC:cat
wait_for 5 listens - 2200
check "red: a listener bound to the member" from management probe tcp 10.20.40.40 2200
check "red: a protocol of its own to a group, bound to the member, as VRRP" datagram /run/vrrp \
	"IP4-RECV:112,ip-add-membership=224.0.0.18:eth1,so-bindtodevice=eth1" management "IP4-DATAGRAM:224.0.0.18:112,ip-multicast-if=10.20.40.1"
heard() {
	from management timeout 10 socat -u IP4-RECV:112,ip-add-membership=224.0.0.18:10.20.40.1 OPEN:/run/heard,creat &
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		echo howl | in_v socat -u - IP4-DATAGRAM:224.0.0.18:112,so-bindtodevice=eth1,ip-multicast-if=10.20.40.40 || return
		sleep 0.3
		! grep -q howl /run/heard || return 0
	done
	return 1
}
check "red: ... and sent" heard
own=$(link_local - eth1)
check "red: a link-local service" from management probe tcp "$own%lan" 2001

from management dnsmasq --port=0 --dhcp-authoritative --no-ping --dhcp-range=10.20.40.100,10.20.40.100,120 \
	--dhcp-leasefile=/run/leases --pid-file=/run/dhcp.pid --conf-file=/dev/null --user=root
printf '#!/bin/sh\n[ "$1" = deconfig ] || echo "$1 $ip" >>/run/lease\n[ "$1" != bound ] || ip addr add "$ip/$mask" dev "$interface"\n' >/run/script
chmod +x /run/script
vrf-exec red busybox udhcpc -f -n -i eth1 -s /run/script -p /run/udhcpc.pid >/dev/null 2>&1 &
check "red: a DHCP client has its lease" said /run/lease 'bound 10.20.40.100'
check "red: and renews it, now by a socket of its own" sh -c \
	'kill -USR1 $(cat /run/udhcpc.pid); for i in 1 2 3 4 5; do sleep 1; ! grep "renew 10.20.40.100" /run/lease || exit 0; done; exit 1'
kill "$(cat /run/udhcpc.pid)"
