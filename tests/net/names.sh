#!/bin/sh
# SPDX-License-Identifier: ISC
# timeout: 600
# shellcheck disable=SC2086 # $resolver is a word, $user a command with its arguments
#
# Who is confined to a VRF with vrf-nameserver asks that one for names, by whichever
# resolver, although resolv.conf is everybody's.  Each nameserver has an address of its
# own for who.test: the last number tells which one answered.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

in_the_office
lan management eth1 10.20.40.1/24 10.20.40.2/24 2001:db8:40::1/64

# nameserver NET NUMBER ADDR [OPTION...]: who.test is 192.0.2.NUMBER and 2001:db8:dead::NUMBER there; long.test does not
# fit in a datagram.
nameserver() {
	net=$1
	number=$2
	address=$3
	shift 3
	long=
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		long="$long --host-record=long.test,192.0.2.$i,2001:db8:beef:beef:beef:beef:0:$i"
	done
	# shellcheck disable=SC2086 # options
	from "$net" dnsmasq --conf-file=/dev/null --no-hosts --no-resolv --bind-interfaces --except-interface=lo \
		--listen-address="$address" --pid-file= --user=root --address="/who.test/192.0.2.$number" \
		--address="/who.test/2001:db8:dead::$number" $long "$@"
}

nameserver office 1 10.20.30.1
nameserver office 1 2001:db8:30::1
nameserver management 2 10.20.40.1
nameserver management 3 10.20.40.2
nameserver management 4 2001:db8:40::1
nameserver management 5 10.20.40.1 --port=5353
nameserver office 6 10.20.30.1 --port=5353

resolv_conf() {
	rm -f /etc/resolv.conf
	for address; do
		echo "nameserver $address"
	done >/etc/resolv.conf
}
resolv_conf 10.20.30.1

vrfs() {
	interfaces <<-END
		auto red
		iface red
		    vrf-table 1
		    vrf-nameserver $1

		auto eth1
		iface eth1
		    address 10.20.40.40/24
		    address 2001:db8:40::40/64
		    vrf-member red

		auto shared
		iface shared
		    vrf-table 2
		    vrf-bind mark
		    table-route 10.20.30.0/24 dev eth0
		    table-route 2001:db8:30::/64 dev eth0
		    vrf-nameserver $2
	END
}

# of glibc, where it is the machine's; of musl; of busybox
glibc=
! command -v getent >/dev/null || glibc=glibc
resolvers="${glibc:+glibc} musl busybox"

# answered NUMBER RESOLVER [COMMAND...]: by this nameserver
answered() {
	who=$1
	resolver=$2
	shift 2
	[ "$resolver" != glibc_or_musl ] || resolver=${glibc:-musl}
	case $resolver in
	glibc) set -- "$@" getent ahosts who.test ;;
	musl) set -- "$@" names who.test ;;
	busybox) set -- "$@" busybox nslookup who.test ;;
	esac
	"$@" >/run/answer 2>&1 || [ "$resolver" = busybox ] || { cat /run/answer; return 1; }
	cat /run/answer
	grep -q "192\.0\.2\.$who\>" /run/answer
}

# A kernel without the programs
interfaces <<-END
	iface green
	    vrf-table 3
	    vrf-nameserver 10.20.60.1

	iface eth9
	    vrf-member green
	    address 10.20.60.40/24
END
ip link add eth9 type dummy
check "no programs for control groups: it comes up all the same, and says so" prints \
	'^vrf: green: vrf-nameserver has no effect: the kernel lacks BPF programs' refuse cgroup-bpf ifup green
check "... and so does its member" refuse cgroup-bpf ifup eth9
check "... and both go" eval 'refuse cgroup-bpf ifdown eth9 && refuse cgroup-bpf ifdown green'
ip link del eth9

vrfs 10.20.40.1 "10.20.30.1@5353"
check "ifup" ifup -a
settled
for resolver in $resolvers; do
	check "$resolver: outside the host's nameserver answers" answered 1 $resolver
	check "... in the VRF its own" answered 2 $resolver in_vrf red
	check "... as a user" answered 2 $resolver in_vrf red $user
	check "... by mark, at another port" answered 6 $resolver in_vrf shared
	check "... as a user" answered 6 $resolver in_vrf shared $user
	check "... outside still the host's" answered 1 $resolver
done

# Nothing else is touched: an address asked explicitly, the VRF's own, other ports.
check "who asks one of the VRF's by its address gets that one" prints '192\.0\.2\.3' in_vrf red busybox nslookup who.test 10.20.40.2
check "... its answers come from there" prints 'Address:.*10\.20\.40\.2' in_vrf red busybox nslookup who.test 10.20.40.2
check "... the first as well" prints '192\.0\.2\.2' in_vrf red busybox nslookup who.test 10.20.40.1
check "another port of the host's nameserver is no way out" \
	fails_with 'E(HOST|NET)UNREACH' in_vrf red $user probe udp 10.20.30.1 7
check "port 53 of a stranger is none" fails_with 'E(HOST|NET)UNREACH' in_vrf red $user probe udp 8.8.8.8 53
check "... nor by TCP" fails_with 'E(HOST|NET)UNREACH' in_vrf red $user probe tcp 8.8.8.8 53
check "... nor by mark" fails_with 'E(HOST|NET)UNREACH' in_vrf shared $user probe udp 8.8.8.8 53
if [ -n "$glibc" ]; then
	check "an answer that does not fit in a datagram comes by TCP" prints '2001:db8:beef:beef:beef:beef:0:30' \
		in_vrf red getent ahostsv6 long.test
	check "questions by TCP" answered 2 glibc in_vrf red env RES_OPTIONS=use-vc
	check "... by mark" answered 6 glibc in_vrf shared env RES_OPTIONS=use-vc
fi

for resolver in $resolvers; do
	check "--no-names: $resolver asks the host's" answered 1 $resolver in_vrf --no-names shared
	check "... not without it" answered 6 $resolver in_vrf shared
done

# A process that runs while everything changes
again() {
	vrf=$1
	shift
	in_vrf "$vrf" sh -c 'while :; do names who.test >/run/again.$$ 2>&1; mv /run/again.$$ /run/again; sleep 0.1; done' &
	again=$!
}
says() {
	grep -q "192\.0\.2\.$1\>" /run/again
}
# The rewriting comes before the filter, which would refuse this address.
resolv_conf 127.0.0.53
vrfs 10.20.40.1 none
check "by mark, none: ifup -f" ifup -f shared
again shared
check "a service has no answer" wait_for 30 grep -q . /run/again
check_fails "... from anybody" grep 192 /run/again
vrfs 10.20.40.1 10.20.30.1@5353
check "one comes: ifup -f" ifup -f shared
check "... the service asks it, although its filters were there before" wait_for 30 says 6
check "vrf-exec --no-names" vrf-exec --no-names shared true
check "... is for all there" wait_for 30 grep -qv 192 /run/again
check "vrf-exec" vrf-exec shared true
check "... too" wait_for 30 says 6

kill $again

resolv_conf 10.20.30.1
check "ifup -f" ifup -f red
again red
check "a service runs" wait_for 30 says 2
check "ifdown" ifdown red
check "... the service has no answer" wait_for 30 grep -qv 192 /run/again
check "ifup" ifup -f red eth1
check "... it asks as before" wait_for 60 says 2

vrfs "10.20.40.2 10.20.40.1" none
check "another nameserver: ifup -f" ifup -f red
check "... the service asks that one" wait_for 30 says 3
for resolver in $resolvers; do
	check "... $resolver" answered 3 $resolver in_vrf red
done
check "vrf-nameserver none" ifup -f shared
check "... asks the host's" answered 1 glibc_or_musl in_vrf shared

resolv_conf 2001:db8:30::1
vrfs 2001:db8:40::1 10.20.30.1@5353
check "IPv6: ifup -f" ifup -f red
settled
for resolver in $resolvers; do
	check "... $resolver outside" answered 1 $resolver
	check "... in the VRF" answered 4 $resolver in_vrf red
done
[ -z "$glibc" ] || check "... by TCP" answered 4 glibc in_vrf red env RES_OPTIONS=use-vc
check "... the service" wait_for 30 says 4
check "no nameserver of that family: it is said" prints 'no nameserver with an IPv4 address' ifup -f shared

resolv_conf 10.20.30.1 2001:db8:30::1
vrfs "10.20.40.1 2001:db8:40::1" none
check "both families: ifup -f" ifup -f red
for resolver in $resolvers; do
	check "... $resolver" answered '[24]' $resolver in_vrf red
done

# resolv.conf changes while services run.
vrfs 10.20.40.1 none
resolv_conf 10.20.30.1
check "resolv.conf changes: ifup -f" ifup -f red
check "... the service asks" wait_for 30 says 2
found() {
	fails_with "$1" rc-vrf check
}
resolv_conf 10.20.30.9
check_fails "a nameserver that nobody leads to the VRF's" answered 2 musl in_vrf red
check "... check finds it" found 'red: resolv.conf has changed, and its services ask whom it lists now'
check "... rc-vrf sync" rc-vrf sync
check "... leads it there" answered 2 musl in_vrf red
check "... check does not find it" not found 'red: resolv.conf has changed'
resolv_conf 10.20.30.10
check "what the hook of OpenRC calls" env IFACE=red PHASE=names /usr/libexec/ifupdown-ng/vrf
check "... leads another one there" answered 2 musl in_vrf red
check "... and keeps a copy" cmp /etc/resolv.conf /run/vrf-ng.resolv
resolv_conf 10.20.30.11
check "what a DHCP client's hook calls" env IFACE=eth0 PHASE=lease INTERFACES_FILE=/etc/network/interfaces \
	/usr/libexec/ifupdown-ng/table
check "... the same" answered 2 musl in_vrf red
resolv_conf 10.20.30.12
check "ifup of something else" ifup -f eth1
check "... the same" answered 2 musl in_vrf red
rm /etc/resolv.conf
check "no resolv.conf: rc-vrf sync" rc-vrf sync
for resolver in $resolvers; do
	check "... $resolver" answered 2 $resolver in_vrf red
done
resolv_conf 10.20.30.1
printf 'nameserver 10.20.30.1\n' >/run/elsewhere
ln -sf /run/elsewhere /etc/resolv.conf
check "a link" rc-vrf sync
check "... is followed" answered 2 musl in_vrf red
rm /etc/resolv.conf

resolv_conf 10.20.30.1
vrfs "10.20.40.1 10.20.40.2" none
check "more than resolv.conf: ifup -f" ifup -f red
check "... check finds it" found 'red: its nameserver 10.20.40.2 is never asked: resolv.conf lists fewer than the VRF has'
vrfs "10.20.40.1 2001:db8:40::1" 203.0.113.9
check "another family: ifup -f" ifup -f red
check "... check finds it" found 'red: its nameserver 2001:db8:40::1 is never asked: resolv.conf lists none of its family'
check "by mark, where no route leads: ifup -f" ifup -f shared
check "... check finds it" found 'shared: it has no route to its nameserver 203.0.113.9'
vrfs "203.0.113.9 2001:db8:99::1" none
resolv_conf 10.20.30.1 2001:db8:30::1
check "by device: ifup -f" ifup -f red
check "... check finds it" found 'red: it has no route to its nameserver 203.0.113.9'
check "... IPv6" found 'red: it has no route to its nameserver 2001:db8:99::1'
check "vrf-nameserver none for all" ifup -f shared
vrfs none none
check "... ifup -f" ifup -f red
check "... nothing is kept" [ ! -e /run/vrf-ng.resolv ]
vrfs 10.20.40.1 none
check "one again: ifup -f" ifup -f red
check "... the service asks" wait_for 30 says 2

# No server at its first address
resolv_conf 10.20.30.1 10.20.30.2
vrfs "10.20.40.77 10.20.40.2" none
check "the first is dead: ifup -f" ifup -f red
for resolver in $resolvers; do
	check "... $resolver asks the second" answered 3 $resolver in_vrf red
done
check "50 threads" in_vrf red names who.test 50
kill $again

# The example
ifdown red eth1
cp /usr/share/doc/vrf-ng/interfaces.d/own-nameserver /etc/network/interfaces
resolv_conf 10.20.30.1
check "own-nameserver: ifup" ifup -f vrf-management eth1
for resolver in $resolvers; do
	check "... $resolver" answered 2 $resolver in_vrf vrf-management
	check "... outside" answered 1 $resolver
done
