#!/bin/sh
# SPDX-License-Identifier: ISC
#
# rc-vrf map: every example of interfaces.d is brought up, and its picture has what ip(8) has, is
# never wider than 80 columns, and is the one that doc/pictures has of it.  (To make those anew:
# PICTURES=/scratch in tests/vm/shell.)  Many VRFs and routes take seconds.
# timeout: 900

. "$(dirname "$0")/lib.sh"

doc=/usr/share/doc/vrf-ng
pictures=${PICTURES:-/run/pictures}
mkdir -p "$pictures" /etc/conf.d /etc/init.d /run/openrc/started /etc/wireguard
top=$(sed -n 's/^[^ ]* \([^ ]*\) cgroup2 .*/\1/p' /proc/mounts | head -n 1)
mkdir -p "$top/openrc.sshd"

# A daemon that listens where sshd does, in the control group in which OpenRC would have put it.
printf '#!/sbin/openrc-run\ncommand=/usr/sbin/sshd\n' >/etc/init.d/sshd
chmod +x /etc/init.d/sshd
ln -sf /etc/init.d/sshd /run/openrc/started/sshd
sshd() {
	echo "vrf=\"$1\"" >/etc/conf.d/sshd
	(echo 0 >"$top/openrc.sshd/cgroup.procs" && exec nsenter --net=/run/netns/host vrf-exec "$1" probe tcp-echo 22)
}

# Cards of a host, whose other ends are in the world.
host() {
	ip netns add world
	ip netns add host
	ip -n host link set lo up
	for n in 0 1 2; do
		ip -n host link add eth$n type veth peer name p$n netns world
		ip -n world link set p$n up
	done
	rm -f /run/ifstate
	printf '# none\n' >/etc/conf.d/sshd
}
# ifupdown-ng looks for cards in /sys, which shows those of whoever mounted it.
ifup_all() {
	from host unshare -m sh -c 'mount -t sysfs sysfs /sys && mount -t cgroup2 cgroup2 /sys/fs/cgroup && ifup -a'
}
# Each interface that the example has.
all_there() {
	# shellcheck disable=SC2013 # names
	for iface in $(sed -n 's/^iface //p' "$1"); do
		from host ip link show "$iface" || return
	done
}
gone() {
	from host ifdown -a -f >/dev/null 2>&1 || :
	find "$top/openrc.sshd" -name cgroup.procs | while read -r file; do
		while read -r pid; do kill "$pid"; done <"$file"
	done
	# a control group belongs to one network namespace for ever
	for group in "$top"/openrc.sshd/host-ns/vrf/*; do
		[ ! -d "$group" ] || wait_for 5 rmdir "$group"
	done
	ip netns del host
	ip netns del world
}

# What some of them need besides.
prepare() {
	case $1 in
	dhcp-member)
		sed -i 's/^\tuse dhcp/&\n\tdhcp-program udhcpc/' /etc/network/interfaces
		ip -n world addr add 10.20.40.1/24 dev p1
		from world dnsmasq --port=0 --dhcp-authoritative --no-ping --dhcp-range=10.20.40.100,10.20.40.100,3600 \
			--dhcp-option=3,10.20.40.1 --dhcp-leasefile=/run/leases --pid-file=/run/dnsmasq.pid --conf-file=/dev/null --user=root
		;;
	dhcp-in-vrfs | tor-relay | two-providers)
		# as the leases have it; clients are what other tests are about
		awk '/^iface / { net = $2 == "eth1" ? "203.0.113" : "198.51.100"; metric += 10 }
			/use dhcp/ { print "\taddress " net ".100/25\n\tgateway " net ".1\n\tmetric " metric; next } !/dhcp-/' "$doc/interfaces.d/$1" >/etc/network/interfaces
		;;
	vpn-kill-switch)
		modprobe -q wireguard || :
		modprobe -q tun || :
		cp -r "$doc/worlds/$1/etc" /
		chmod +x /etc/network/wg-file
		sed -i "s,YOUR-PRIVATE-KEY,$(wg genkey),; s,THE-PROVIDERS-PUBLIC-KEY,$(wg genkey | wg pubkey)," /etc/wireguard/*.conf
		;;
	wireguard-vrf)
		modprobe -q wireguard || :
		printf '[Interface]\nPrivateKey = %s\n[Peer]\nPublicKey = %s\nEndpoint = 10.20.30.1:51820\nAllowedIPs = 0.0.0.0/0\n' \
			"$(wg genkey)" "$(wg genkey | wg pubkey)" >/etc/wireguard/wg0.conf
		;;
	esac
}
after() {
	[ "$1" != dhcp-member ] || kill "$(cat /run/dnsmasq.pid)"
}

# box NAME: its part of the picture
box() {
	awk -v name="$1" '/^\+- / { on = $2 == name || $2 == name ":" } on' /run/map
}

# Each destination that ip has there, of VRF or table main, stands in its box, and each member.
has_all() {
	case $1 in
	default) set -- default table main ;;
	*) set -- "$1" vrf "$1" ;;
	esac
	box "$1" >/run/box
	[ -s /run/box ] || { echo "no box of $1"; return 1; }
	{
		from host ip -4 route show "$2" "$3"
		from host ip -6 route show "$2" "$3" | grep -Ev '^(anycast|multicast|local|broadcast)'
	} | grep -Ev '^((unreachable )?(fe80:|ff00:)|::1 |127\.|unreachable default .*metric 4278198272)' |
		awk '{ if ($1 ~ /^(unreachable|blackhole|prohibit)$/) print $1 " " $2; else print $1 }' | sort -u >/run/wanted
	# of many it says how many more there are
	more=$(sed -n 's/.*and \([0-9]*\) more$/\1/p' /run/box | head -n 1)
	[ -s /run/wanted ] || [ "$1" = default ] || { echo "ip has no route"; return 1; }
	while read -r to; do
		grep -qF -- "-- $to" /run/box || { echo "$1: no $to"; more=$((more - 1)); }
	done </run/wanted
	[ "${more:-0}" = 0 ] || return 1
	[ "$2" = table ] || for member in $(from host ip -o link show master "$1" | sed 's/^[0-9]*: \([^:@]*\).*/\1/'); do
		grep -qE -- "-- $member( |\$)" /run/box || { echo "$1: no member $member"; return 1; }
	done
}

# The kernel tells of a card's link a moment after it is up.
sure() {
	[ -z "$(from host ip -6 addr show tentative)" ] && ! from host ip -o link show up | grep -E 'state (DOWN|LOWERLAYERDOWN)'
}

picture() {
	cat /run/map
	[ "$(wc -L </run/map)" -le 80 ]
}

for example in "$doc"/interfaces.d/*; do
	name=${example##*/}
	host
	cp "$example" /etc/network/interfaces
	prepare "$name"
	check "$name: ifup" ifup_all
	check "$name: all that it has is there" all_there "$example"
	vrf=$(sed -n 's/^iface \(vrf-.*\)/\1/p' "$example" | head -n 1)
	[ -z "$vrf" ] || sshd "$vrf"
	wait_for 10 sure || :
	LC_ALL=C from host rc-vrf map >/run/map
	check "$name: a picture of at most 80 columns" picture
	for vrf in default $(sed -n 's/^iface \(vrf-.*\)/\1/p' "$example"); do
		check "$name: $vrf has what ip has" has_all "$vrf"
	done
	[ -z "$vrf" ] || [ "$vrf" = default ] || check "$name: the service and its listener" grep -A 1 -E '^\| sshd  started' /run/map
	from host rc-vrf map --svg >"$pictures/$name.svg"
	from host rc-vrf map --dot >"$pictures/$name.dot"
	LC_ALL=C.UTF-8 from host rc-vrf map >"$pictures/$name.txt"
	check "$name: the page's picture is the one of today" diff -u "$doc/pictures/$name.svg" "$pictures/$name.svg"
	after "$name"
	gone
done
same_names() {
	# README's demo is of no example
	for file in "$doc"/pictures/*.svg; do basename "$file" .svg; done | grep -vx demo >/run/drawn
	for file in "$doc"/interfaces.d/*; do basename "$file"; done | diff - /run/drawn
}
check "no picture is left of an example that is gone" same_names

# As a user, and in a terminal's character set.
host
cp "$doc/interfaces.d/leak-between-vrfs" /etc/network/interfaces
ifup_all
sshd vrf-red
as_user() { from host setpriv --reuid 65534 --clear-groups "$@"; }
check "a user sees the leak" prints '^  .-> vrf-blue$' env LC_ALL=C nsenter --net=/run/netns/host setpriv --reuid 65534 --clear-groups rc-vrf map
check "and the service" prints 'sshd  started' as_user rc-vrf map
check "in UTF-8" prints '^  └─▶ vrf-blue$' env LC_ALL=C.UTF-8 nsenter --net=/run/netns/host rc-vrf map
ip -n host link set eth1 down
check "a member that is down" prints 'eth1  down' from host rc-vrf map
from host ip route add 192.0.2.0/24 dev eth2 table 10
check "a leak by the other's member" prints '> eth2 of vrf-blue$' from host env LC_ALL=C rc-vrf map
from host ip route add unreachable 203.0.113.0/24 table 20
check "what is refused" prints '[-]- refused$' from host env LC_ALL=C rc-vrf map
check "no other option" fails_with 'there is no option --nosuch' rc-vrf map --nosuch
gone

host
vrfs=${MAP_VRFS:-100}
for n in $(seq 1 "$vrfs"); do
	echo "link add vrf$n type vrf table $((1000 + n))"
	echo "link add card$n type dummy"
	echo "link set card$n master vrf$n"
	echo "link set vrf$n up"
	echo "link set card$n up"
done | ip -n host -batch -
for n in $(seq 1 "$vrfs"); do
	for r in $(seq 1 100); do echo "route add 10.0.$r.0/24 dev card$n table $((1000 + n))"; done
done | ip -n host -batch -
quick() {
	read -r began _ </proc/uptime
	from host rc-vrf map >/run/map || return
	read -r ended _ </proc/uptime
	echo "${ended%.*} - ${began%.*}"
	[ $((${ended%.*} - ${began%.*})) -le 60 ]
}
check "$vrfs VRFs with a hundred routes each, in seconds" quick
check "all are there" [ "$(grep -c ' vrf[0-9]*: table' /run/map)" = "$vrfs" ]
check "and what is left out is counted" [ "$(grep -c 'and 92 more' /run/map)" = "$vrfs" ]
gone
