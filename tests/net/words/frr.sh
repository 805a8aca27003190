# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2154 # tables, of the script
#
# tests/net/words/frr.sh - other routers, each a network namespace with interfaces files and FRR of
# its own.  Sourced after lib.sh.

# node NAME CMD...: in the network namespace NAME, whose cards /sys shows, as ifupdown-ng wants it.
node() {
	frr_node=$1
	shift
	# shellcheck disable=SC2016 # sh's
	from "$frr_node" unshare -m sh -c 'mount -t sysfs sysfs /sys && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$@"' sh "$@"
}

# node_up NAME: the interfaces of /etc/NAME/interfaces, forwarding as a router does.
node_up() {
	from "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	node "$1" ifup -a -i "/etc/$1/interfaces" -S "/run/ifstate.$1"
}

# node_frr NAME DAEMON...: FRR there, with /etc/frr/NAME/frr.conf.
node_frr() {
	frr_node=$1
	shift
	mkdir -p "/run/frr/$frr_node" /var/log/frr
	: >"/etc/frr/$frr_node/vtysh.conf"
	chown -R frr:frr "/run/frr/$frr_node" /var/log/frr
	# -s: room for what the kernel tells of many routes, as in FRR's own file of daemons
	from "$frr_node" /usr/lib/frr/zebra -d -N "$frr_node" -A 127.0.0.1 -s 90000000 || return
	for frr_daemon in mgmtd staticd "$@"; do
		# mgmtd came with FRR 9
		[ ! -x "/usr/lib/frr/$frr_daemon" ] || from "$frr_node" "/usr/lib/frr/$frr_daemon" -d -N "$frr_node" -A 127.0.0.1 || return
	done
	vty "$frr_node" -b
}

# vty NAME|- ARG...: vtysh of that router, - for this machine's.
vty() {
	frr_node=$1
	shift
	case $frr_node in
	-) vtysh "$@" ;;
	*) vtysh -N "$frr_node" "$@" ;;
	esac
}

# session NAME|- VRF|default NEIGHBOUR: it is established.
session() {
	vty "$1" -c "show bgp vrf $2 neighbors $3" | grep 'BGP state = Established'
}

# seen NET CARD FILTER CMD...: packets that FILTER takes come by there while CMD runs.
seen() {
	frr_net=$1 frr_card=$2 frr_filter=$3
	shift 3
	nsenter --net="/run/netns/$frr_net" -- tcpdump --immediate-mode -lnp -i "$frr_card" "$frr_filter" >/run/seen 2>/run/seen.log &
	frr_dump=$!
	wait_for 10 grep -q listening /run/seen.log
	"$@" || :
	sleep 1
	kill $frr_dump
	wait $frr_dump || :
	cat /run/seen
	# its last word is an empty line
	grep -q . /run/seen
}

# Routes in the tables of $tables: ours, and those of FRR's bgpd, whose numbers of nexthops change.
ours() {
	for table in $tables; do
		ip -4 route show table "$table" proto 86
		ip -6 route show table "$table" proto 86
	done
}
theirs() {
	for table in $tables; do
		ip -4 route show table "$table" proto bgp
		ip -6 route show table "$table" proto bgp
	done | sed 's/nhid [0-9]* //' | sort
}

# as_now: note both; same: both are as noted, FRR's after a while.
as_now() {
	ours >/run/ours
	theirs >/run/theirs
}
same() {
	settled
	ours | diff /run/ours - && wait_for 90 same_theirs
}
same_theirs() { theirs | diff /run/theirs -; }
