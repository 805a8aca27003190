#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2016 # what others run is theirs to expand
#
# rc-vrf why of services: that run, that do not, that are refused, confined and not, of a user, in no VRF;
# of names; of routes with several hops.  net/why has the ways of packets.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"
. "$(dirname "$0")/words/why.sh"

in_the_office
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
ip -n management addr add 10.20.40.53/24 dev lan
device_vrf red 1 eth1 10.20.40.40/24 2001:db8:40::40/64
settled
servers office management

# service NAME [LINE...]: an init script, and what conf.d says
service() {
	service_name=$1
	shift
	printf '%s\n' '#!/sbin/openrc-run' 'command=/bin/true' >"/etc/init.d/$service_name"
	chmod 755 "/etc/init.d/$service_name"
	mkdir -p /etc/conf.d
	printf '%s\n' "$@" >"/etc/conf.d/$service_name"
}

# runs SERVICE CMD...: in its control group, as OpenRC starts it
runs() {
	runs_group=/sys/fs/cgroup/openrc.$1
	shift
	mkdir -p "$runs_group"
	sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$runs_group" "$@"
}

# can PATTERN ARGUMENT...: likewise, status 0
can() {
	can_pattern=$1
	shift
	rc-vrf why "$@" >"$tap_dir/why" || return
	cat "$tap_dir/why"
	head -n 1 "$tap_dir/why" | grep -Eq -e "$can_pattern"
}

# steps PATTERN: one of the steps that were printed last
steps() {
	grep -Eq -e "^ [ !] $1" "$tap_dir/why"
}

service web 'vrf="red"'
service free 'vrf="red"' 'vrf_confine="no"'
service bad 'vrf="red blue"'
service lost 'vrf="green"'
service plain

check "a service that does not run: what would be" can '^web could reach 10.20.40.1 port 7 \(tcp\): by vrf red dev eth1$' web 10.20.40.1:7
check "... as a start would fill the filter" steps 'filter +lets it out by eth1'
check "nobody hears for it" cannot '^10.20.40.1 cannot reach web: nobody listens there' web from 10.20.40.1
runs web vrf-exec red probe tcp-echo 22
check "one that runs" can '^web can reach 10.20.40.1 port 7' web 10.20.40.1:7
check "... from there" can '^10.20.40.1 can reach web at tcp \[::\]:22$' web from 10.20.40.1
check "... not from the office" cannot 'eth0 is not a member of red|no route' web from 10.20.30.1
check "one that is not confined" can '^free could reach' free 10.20.40.1:7
check "... which is said" steps 'bound .*and not confined'
check "one that is refused" cannot '^bad cannot reach 10.20.40.1: bad: its settings are refused' bad 10.20.40.1
check "one whose VRF is not there" cannot '^lost cannot reach 10.20.40.1: there is no VRF green' lost 10.20.40.1
check "... and what to do" steps 'bound +there is no VRF green'
check "one in no VRF" can '^plain (can|could) reach 10.20.30.1 port 7 \(tcp\): by table main dev eth0' plain 10.20.30.1:7

runs plain probe tcp-echo 2300
runs plain probe udp-echo 2300
# else who asks from there is taken to be behind it
ip route del default
for accept in 0 1; do
	sysctl -qw net.ipv4.tcp_l3mdev_accept=$accept net.ipv4.udp_l3mdev_accept=$accept
	if [ $accept = 0 ]; then
		check_fails "packets: it is not reached from a VRF" from management probe -t 1000 tcp 10.20.40.40 2300
		check "... as is said" cannot 'is in no VRF, and packets come in by eth1, a member of VRF red' plain from 10.20.40.1/tcp
	else
		check "packets: with tcp_l3mdev_accept it is" from management probe tcp 10.20.40.40 2300
		check "... as is said" can '^10.20.40.1 by tcp can reach plain at tcp \[::\]:2300' plain from 10.20.40.1/tcp
	fi
	check_fails "packets: not by UDP, since the answer is the default VRF's" \
		from management probe -t 1000 udp 10.20.40.40 2300
	check "... as is said" cannot 'is in no VRF' plain from 10.20.40.1/udp
done
sysctl -qw net.ipv4.tcp_l3mdev_accept=0 net.ipv4.udp_l3mdev_accept=0
ip route add default via 10.20.30.1
check "... but from behind the default route" can '^10.20.40.1 by tcp can reach plain' plain from 10.20.40.1/tcp
check "from where it is" can '^10.20.30.1 by tcp can reach plain' plain from 10.20.30.1/tcp

check "the default VRF, without a service" can '^the default VRF can reach 10.20.30.1 port 7 \(tcp\): by table main dev eth0' default 10.20.30.1:7
# 16385: of the kernel itself, where a script before this one has had the module of RDS loaded
check "... from there" can '^10.20.30.1 by tcp can reach the default VRF at tcp \[::\]:(2300|16385)$' default from 10.20.30.1/tcp
check "... for programs" prints '^\{"can":true,"asked":"default","vrf":null,"running":false,' rc-vrf --json why default 10.20.30.1:7

# A process inside of the VRF, and one that has stayed outside.
service two 'vrf="red"'
runs two vrf-exec red probe tcp-echo 2310
runs two probe tcp-echo 2311
check "packets: a process outside of the service's VRF is reached" from office probe tcp 10.20.30.40 2311
check "... as is said" can '^10.20.30.1 by tcp can reach two at tcp \[::\]:2311$' two from 10.20.30.1/tcp
check "... and why" steps 'bound +another process, in no VRF'
check "the one inside is reached where it is" can '^10.20.40.1 by tcp can reach two at tcp \[::\]:2310$' two from 10.20.40.1/tcp
check "what it reaches is about those inside" can '^two can reach 10.20.40.1 port 7' two 10.20.40.1:7
check "... which is said" steps 'bound +1 of its processes elsewhere'

# A rule for its user.
service users 'vrf="red"'
runs users vrf-exec red sh -c 'exec setpriv --reuid=65534 --clear-groups sleep 1000' &
sleeper=$!
wait_for 10 sh -c 'rc-vrf --json | grep -q users'
check "a service of a user" can '^users can reach' users 10.20.40.1:7
ip rule add pref 500 uidrange 65534-65534 prohibit
check "... that a rule forbids it" cannot 'rule pref 500 uidrange 65534-65534 prohibit of somebody else' users 10.20.40.1:7
check_fails "... as packets do" in_vrf red setpriv --reuid=65534 --clear-groups probe -t 1000 tcp 10.20.40.1 7
check "... and nobody else" can '^web can reach' web 10.20.40.1:7
ip rule del pref 500
kill $sleeper

# Several hops: each of them is taken by some connections.
ip route add 10.99.0.0/24 table 1 nexthop via 10.20.40.1 dev eth1 nexthop via 10.20.30.1 dev eth0
rc-vrf sync
check "of two hops one leads out of the VRF" cannot 'eth0 is not a member of red' red 10.99.0.1:7
check "... both are shown" steps 'route .*nexthop via 10.20.40.1 dev eth1 nexthop via 10.20.30.1 dev eth0'
ip route del 10.99.0.0/24 table 1

# What was changed by hand.
ip link add eth7 type veth peer name far7
card eth7 red 10.20.70.40/24
ip link set far7 up
check "a member that the filters do not know" cannot 'the filter of VRF red stops what leaves by eth7' web 10.20.70.1:7
check "... says what to do" prints '^   rc-vrf sync$' cat "$tap_dir/why"
rc-vrf sync
check "... and then they do" can 'web can reach 10.20.70.1' web 10.20.70.1:7
check "a neighbour that does not answer" not in_vrf red probe -t 5000 tcp 10.20.70.1 7
check "... is said to" wait_for 10 cannot 'nobody answered for 10.20.70.1 at eth7 when' web 10.20.70.1:7
ip link del eth7

# Names.
mkdir -p /etc/network
printf 'nameserver 10.20.30.1\n' >/etc/resolv.conf
check "a name is asked of the first nameserver" cannot '^web cannot ask 10.20.30.1 port 53 \(udp\): no route' web www.example.org
check "... and nobody is asked" steps 'name +www.example.org is asked of 10.20.30.1'
interfaces <<-END
	auto red
	iface red
	    vrf-table 1
	    vrf-nameserver 10.20.40.53
END
ifup red
check "... of the VRF's, if it has one" can '^web can ask 10.20.40.53 port 53 \(udp\): by vrf red dev eth1' web www.example.org
check "... in whose place is said" steps 'name +www.example.org is asked of 10.20.40.53, VRF red'
check "a service whose VRF no stanza has" cannot 'there is no VRF green, and no stanza declares it$' lost 10.20.40.1
check "... and what there is" prints '^   rc-vrf set lost to one that is there: red; or write a stanza green' cat "$tap_dir/why"
service other 'vrf="red"' 'vrf_dns="no"'
check "... not with vrf_dns=no" cannot '^other cannot ask 10.20.30.1' other www.example.org
echo '10.20.40.1 printer' >>/etc/hosts
check "a name that /etc/hosts has" can '^web can reach 10.20.40.1 port 7 \(tcp\)' web printer:7

check "for programs" prints '^\{"can":true,"asked":"web","vrf":"red","running":true,' rc-vrf --json why web 10.20.40.1:7
check "... that it cannot" fails_with '^\{"can":false,.*"remedy":"write a table-route' rc-vrf --json why web 10.20.30.1:7
for wrong in "web" "web from" "web 10.20.40.1 x" "web 10.20.40.1:0" "web fe80::1" "web fe80::1%nowhere" "web 10.20.40.1/sctp" "web http://10.20.40.1" \
	"nobody 10.20.40.1" "red-and-many-more 10.20.40.1" "web from 10.20.40.1:7"; do
	# shellcheck disable=SC2086 # words
	check "wrong: why $wrong" status 2 rc-vrf why $wrong
done
check "only for root" status 2 as_user rc-vrf why web 10.20.40.1
ip link set red down
check "a VRF that is down" cannot '^web cannot reach 10.20.40.1: red is down: nothing passes' web 10.20.40.1
