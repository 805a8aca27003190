#!/bin/sh
# SPDX-License-Identifier: ISC
# timeout: 7000
#
# rc-vrf why says what happens.  Worlds are made by chance from a seed (WHY_SEED): routes that leak, end
# nowhere or say no, rules of somebody else's, interfaces and VRFs that are down, reverse path filters,
# sysctls; with filters that know of it and without.  In each world questions of a VRF's processes, and of
# others that ask them: the packets say what is so, and rc-vrf why has to say the same of each.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

seed=${WHY_SEED:-20261130}
worlds=${WHY_WORLDS:-10}
echo "# seed $seed, $worlds worlds" >&3

# roll N: $rolled is one of 0 ... N-1
roll() {
	seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
	rolled=$(((seed >> 8) % $1))
}

# one WORD...: $picked is one of them
one() {
	roll $#
	shift $rolled
	picked=$1
}

# often N CMD...: once in N times
often() {
	often_n=$1
	shift
	roll "$often_n"
	[ "$rolled" != 0 ] || "$@"
}

# --- what there is in every world ---

# peer NAME CARD NUMBER: a network with a host that answers to whatever address it is asked at, so that what
# happens is this host's doing alone; itself it answers nothing
peer() {
	lan "$1" "$2" "10.20.$3.1/24" "2001:db8:$3::1/64" &&
		from "$1" sysctl -qw net.ipv6.conf.lan.keep_addr_on_down=1 net.ipv6.ip_nonlocal_bind=1 &&
		ip -n "$1" -batch - <<-EOP &&
			route add default via 10.20.$3.40
			route add default via 2001:db8:$3::40
		EOP
		for family in -4 -6; do
			ip -n "$1" $family -batch - <<-EOP || return
				rule add pref 10 lookup local
				rule add pref 5 iif lo lookup main
				rule add pref 6 iif lo unreachable
				rule del pref 0
				route add local default dev lo table local
			EOP
		done
}

peer office eth0 30
peer management eth1 40
peer lab eth2 50
peer plant eth3 60
ip link set lo up
card eth0 - 10.20.30.40/24 2001:db8:30::40/64
ip route add default via 10.20.30.1
ip -6 route add default via 2001:db8:30::1
device_vrf red 1 eth1 10.20.40.40/24 2001:db8:40::40/64
card eth3 red 10.20.60.40/24 2001:db8:60::40/64
device_vrf green 3 eth2 10.20.50.40/24 2001:db8:50::40/64
mark_vrf blue 2 eth0 10.20.30.0/24
ip -6 route add 2001:db8:30::/64 dev eth0 table 2
for card in eth0 eth1 eth2 eth3; do
	sysctl -qw "net.ipv6.conf.$card.keep_addr_on_down=1"
done
settled
for net in office management lab plant; do
	from $net sysctl -qw net.ipv4.ping_group_range="0 0"
	for port in 7 22 2200 2300; do
		from $net probe tcp-echo $port
		from $net probe udp-echo $port
	done
done
sysctl -qw net.ipv4.ping_group_range="0 0"
in_vrf red probe tcp-echo 22
in_vrf red probe udp-echo 22
in_vrf blue probe tcp-echo 2200
probe tcp-echo 2300
lab_ll=$(link_local lab lan)
management_ll=$(link_local management lan)
office_ll=$(link_local office lan)
own_ll=$(link_local - eth1)
own_ll0=$(link_local - eth0)

# --- a world ---

# gate FAMILY CARD: the router behind that card
gate() {
	case $2 in
	eth0) number=30 ;;
	eth1) number=40 ;;
	eth2) number=50 ;;
	eth3) number=60 ;;
	esac
	if [ "$1" = -4 ]; then
		echo "10.20.$number.1"
	else
		echo "2001:db8:$number::1"
	fi
}

# leads FAMILY TABLE PREFIX: a route that goes somewhere, or nowhere
leads() {
	one eth0 eth1 eth2 eth3 eth1 eth0 green red unreachable blackhole prohibit throw
	case $picked in
	eth*) leads_to="via $(gate "$1" "$picked") dev $picked onlink" ;;
	green | red) leads_to="dev $picked" ;;
	*)
		change ip "$1" route add "$picked" "$3" table "$2"
		return
		;;
	esac
	# shellcheck disable=SC2086 # words
	change ip "$1" route add "$3" $leads_to table "$2"
}

# change CMD...: done, and said; what the kernel refuses is not so
change() {
	echo "  $*"
	"$@" || echo "  (refused)"
}

more_routes() {
	one 1 2
	table=$picked
	one 10.99.0.0/24 10.99.0.1/32 10.98.0.1/32 default
	leads -4 "$table" "$picked"
	one 2001:db8:99::/64 2001:db8:99::1/128 default
	leads -6 "$table" "$picked"
}

foreign_rule() {
	one "to 10.99.0.0/24" "" "iif lo" "oif red" "ipproto tcp dport 7" "from 10.20.40.40" "uidrange 0-0" "not fwmark 0x56000002" "fwmark 0x56000002" "not to 10.99.0.0/24"
	what=$picked
	one 100 500 950 1500 5000
	pref=$picked
	one "lookup 77" "lookup 77" unreachable prohibit blackhole "lookup main"
	# shellcheck disable=SC2086 # words
	change ip rule add pref "$pref" $what $picked
	case $what in
	*10.*) what=${what%10.*}2001:db8:99::/64 ;;
	esac
	[ "${what#from}" = "$what" ] || what="from 2001:db8:40::40"
	# shellcheck disable=SC2086 # words
	change ip -6 rule add pref "$pref" $what $picked
	one 10.99.0.0/24 default
	leads -4 77 "$picked"
	leads -6 77 default
}

# The way back that an administrator makes on purpose.
forwarded() {
	one main 3
	change ip route add 10.20.40.0/24 dev red table "$picked"
	change ip -6 route add 2001:db8:40::/64 dev red table "$picked"
	one 0 1
	change sysctl -qw net.ipv4.ip_forward="$picked" net.ipv6.conf.all.forwarding="$picked"
}

filters() {
	one 0 1
	change sysctl -qw net.ipv4.conf.all.rp_filter="$picked"
	one eth0 eth1 eth2
	filters_dev=$picked
	one 0 1 2
	change sysctl -qw "net.ipv4.conf.$filters_dev.rp_filter=$picked"
}

something_down() {
	one eth0 eth1 eth3 red "management lan" "office lan" blue
	case $picked in
	*\ *) change ip -n "${picked% *}" link set "${picked#* }" down ;;
	*) change ip link set "$picked" down ;;
	esac
}

accept() {
	change sysctl -qw net.ipv4.tcp_l3mdev_accept=1
}

local_first() {
	change ip rule add pref 0 table local
	change ip -6 rule add pref 0 table local
}

main_elsewhere() {
	change ip route add 10.20.30.0/24 dev eth1 metric 0
	change ip route add 10.99.0.0/24 via 10.20.30.77 dev eth0 onlink
}

# undo: as it was in the beginning; most of what it deletes is not there
undo() {
	for card in eth0 eth1 eth2 eth3 red blue green; do
		ip link set $card up
	done
	for net in management office; do
		ip -n $net link set lan up
		ip -n $net route add default via "$(gate -4 eth1 | sed "s/40.1/$([ $net = office ] && echo 30 || echo 40).40/")"
		ip -n $net -6 route add default via "2001:db8:$([ $net = office ] && echo 30 || echo 40)::40"
	done
	for family in -4 -6; do
		for pref in 0 100 500 950 1500 5000; do
			while ip $family rule del pref $pref; do :; done
		done
		ip $family rule del pref 899
		ip $family route flush table 77
		for prefix in 10.99.0.0/24 10.99.0.1/32 10.98.0.1/32 default 2001:db8:99::/64 2001:db8:99::1/128; do
			for table in 1 2; do
				for kind in unicast blackhole prohibit throw unreachable; do
					while ip $family route del $kind "$prefix" table $table; do :; done
				done
			done
		done
		for table in main 3; do
			ip $family route del 10.20.40.0/24 dev red table $table
			ip $family route del 2001:db8:40::/64 dev red table $table
		done
		for table in 1 2; do
			ip $family route add unreachable default metric 4278198272 table $table
		done
	done
	ip route del 10.20.30.0/24 dev eth1
	ip route del 10.99.0.0/24 via 10.20.30.77
	ip route add default via 10.20.30.1
	ip -6 route add default via 2001:db8:30::1
	ip route add 10.20.30.0/24 dev eth0 table 2
	ip -6 route add 2001:db8:30::/64 dev eth0 table 2
	sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0 \
		net.ipv4.tcp_l3mdev_accept=0
	for card in eth0 eth1 eth2 eth3; do
		sysctl -qw "net.ipv4.conf.$card.rp_filter=0"
	done
}

again() {
	undo >/dev/null 2>&1 || :
	settled
	wait_for 5 carriers
	rc-vrf sync
}

carriers() {
	for card in eth0 eth1 eth2 eth3; do
		[ "$(cat /sys/class/net/$card/carrier)" = 1 ] || return
	done
}

world() {
	echo "world $1"
	more_routes
	often 2 more_routes
	often 2 foreign_rule
	often 4 forwarded
	often 3 filters
	often 4 something_down
	often 3 accept
	often 4 mark_local 2
	often 6 local_first
	often 4 main_elsewhere
	settled
	one yes yes yes no
	[ "$picked" = no ] || rc-vrf sync
	echo "  sync $picked"
}

# --- questions ---

# noted FILE CMD...: what it prints, and its status
noted() {
	noted_file=$tap_dir/$1
	shift
	if "$@" >"$noted_file" 2>&1; then noted_status=0; else noted_status=$?; fi
	echo "status $noted_status" >>"$noted_file"
}

# inside N VRF CMD...: the command of a process that is in the VRF before the world changes; go N lets it run
inside() {
	inside_n=$1
	inside_vrf=$2
	shift 2
	echo vrf-exec "$inside_vrf" "$@" >"$tap_dir/c.$inside_n"
	# shellcheck disable=SC2016 # its own
	noted "r.$inside_n" vrf-exec "$inside_vrf" sh -c ': >"$0.in"; read -r _ <"$0"; exec "$@"' "$tap_dir/go.$inside_n" "$@"
}

outside() {
	outside_n=$1
	shift
	echo "$@" >"$tap_dir/c.$outside_n"
	: >"$tap_dir/go.$outside_n.in"
	read -r _ <"$tap_dir/go.$outside_n"
	noted "r.$outside_n" "$@"
}

# ask N: what is asked, into the file q.N; how it is, into r.N
ask() {
	one red red blue blue green default
	vrf=$picked
	one tcp udp icmp
	protocol=$picked
	one 10.99.0.1 10.99.0.2 10.98.0.1 10.20.30.1 10.20.40.1 10.20.50.1 10.20.60.1 10.20.40.40 10.20.30.40 127.0.0.1 \
		2001:db8:99::1 2001:db8:99::2 2001:db8:30::1 2001:db8:40::1 2001:db8:50::1 2001:db8:60::1 \
		2001:db8:40::40 2001:db8:30::40 ::1 "$management_ll%eth1" "$office_ll%eth0" "$lab_ll%eth2" "$own_ll%eth1"
	address=$picked
	port=7
	case $address in
	10.20.40.40 | 2001:db8:40::40 | 127.0.0.1 | ::1 | "$own_ll"*) port=22 ;;
	10.20.30.40 | 2001:db8:30::40) one 2200 2300 && port=$picked ;;
	esac
	target=$address
	if [ "$protocol" = icmp ]; then
		target=$address/icmp
	else
		case $address in
		*:*) target="[$address]:$port/$protocol" ;;
		*) target="$address:$port/$protocol" ;;
		esac
	fi
	echo "$vrf $target" >"$tap_dir/q.$1"
	if [ "$protocol" = icmp ] && [ "$address" = "$own_ll%eth1" ]; then
		# of such the answer comes to a socket that is bound to the member
		inside "$1" "$vrf" ping -c 1 -W 2 -I eth1 "$own_ll"
	elif [ "$protocol" = icmp ]; then
		inside "$1" "$vrf" probe -t 2500 ping "$address"
	else
		inside "$1" "$vrf" probe -t 2500 "$protocol" "$address" "$port"
	fi
}

# ask_from N: somebody outside asks who listens in a VRF
ask_from() {
	one management management office plant lab
	net=$picked
	case $net in
	office) number=30 ;;
	management) number=40 ;;
	lab) number=50 ;;
	plant) number=60 ;;
	esac
	one red red blue default
	vrf=$picked
	one tcp tcp udp icmp
	protocol=$picked
	case $vrf in
	red) port=22 ;;
	blue) port=2200 ;;
	default) port=2300 ;;
	esac
	[ "$vrf" = red ] || [ "$protocol" != udp ] || protocol=tcp
	one -4 -6 -6 link
	if [ "$picked" = link ] && [ "$net" = management ]; then
		address=$management_ll%eth1
		own=$own_ll%lan
	elif [ "$picked" = link ] && [ "$net" = office ]; then
		address=$office_ll%eth0
		own=$own_ll0%lan
	elif [ "$picked" = -4 ]; then
		address=10.20.$number.1
		own=10.20.$number.40
	else
		address=2001:db8:$number::1
		own=2001:db8:$number::40
	fi
	# of the networks of other VRFs a VRF may have routes to others with the same addresses
	case $vrf,$net in
	red,management | red,plant | blue,office | default,office) ;;
	*)
		# and a ping there is another VRF's
		[ "$protocol" != icmp ] || protocol=tcp
		echo "eth$((number / 10 - 3))" >"$tap_dir/e.$1"
		;;
	esac
	echo "$vrf from $address/$protocol" >"$tap_dir/q.$1"
	if [ "$protocol" = icmp ]; then
		outside "$1" from "$net" probe -t 2500 ping "$own"
	else
		outside "$1" from "$net" probe -t 2500 "$protocol" "$own" "$port"
	fi
}

# answer N: what rc-vrf why says
answer() {
	read -r vrf rest <"$tap_dir/q.$1"
	# shellcheck disable=SC2086 # words
	noted "a.$1" rc-vrf why "$vrf" $rest
}

# meant_elsewhere N: who asks is in another VRF's network, and rc-vrf why has answered of one whose packets come
# in by the VRF's own way to that address
meant_elsewhere() {
	[ -e "$tap_dir/e.$1" ] && [ "$(tail -n 1 "$tap_dir/a.$1")" = "status 0" ] &&
		! grep -q "^   packets .* by $(cat "$tap_dir/e.$1") " "$tap_dir/a.$1"
}

can=0 cannot=0
# right: all answers of this world are what has happened
right() {
	wrong=0
	for n in $(seq 1 $questions); do
		is=$(tail -n 1 "$tap_dir/r.$n")
		says=$(tail -n 1 "$tap_dir/a.$n")
		# on a busy host an answer may take its time, and one that never comes does not come then
		if [ "$is $says" = "status 1 status 0" ]; then
			# shellcheck disable=SC2046 # words
			noted "r.$n" $(sed 's/-t [0-9]*/-t 20000/; s/-W [0-9]*/-W 20/' "$tap_dir/c.$n")
			is=$(tail -n 1 "$tap_dir/r.$n")
		fi
		# who cannot enter a VRF that is down reaches nobody
		! grep -q 'cannot enter: Network is down' "$tap_dir/r.$n" || is="status 1"
		# ping's for what could not be sent
		[ "$is" != "status 2" ] || is="status 1"
		# that another one with this address, elsewhere, can: this one cannot
		! meant_elsewhere "$n" || says="status 1"
		if [ "$is" = "status 0" ]; then can=$((can + 1)); else cannot=$((cannot + 1)); fi
		if [ "$is" != "$says" ]; then
			wrong=$((wrong + 1))
			echo "WRONG: $(cat "$tap_dir/q.$n"): happened: $(tr '\n' ' ' <"$tap_dir/r.$n")"
			cat "$tap_dir/a.$n"
		fi
	done
	[ $wrong = 0 ] || {
		cat "$tap_dir/world"
		return 1
	}
}

# inside_all: every question waits for its go
inside_all() {
	for n in $(seq 1 $questions); do
		[ -e "$tap_dir/go.$n.in" ] || return
	done
}

questions=12
cases=0
for number in $(seq 1 "$worlds"); do
	started=$seed
	for n in $(seq 1 $questions); do
		roll 5
		how=ask
		[ "$rolled" != 0 ] || how=ask_from
		# each its own seed, since it is a process of its own
		roll 1000000
		rm -f "$tap_dir/q.$n" "$tap_dir/e.$n"
		mkfifo "$tap_dir/go.$n"
		(
			seed=$((rolled * 2003 + n))
			$how "$n"
		) &
	done
	wait_for 60 inside_all
	world "$number" >"$tap_dir/world" 2>&1 || :
	for n in $(seq 1 $questions); do
		echo >"$tap_dir/go.$n"
	done
	wait
	rm "$tap_dir"/go.*
	for n in $(seq 1 $questions); do
		answer "$n"
	done
	cases=$((cases + questions))
	check "world $number, seed $started" right
	again
done

echo "# $cases cases, $can can, $cannot cannot" >&3
check "enough of both kinds" [ $can -ge $((cases / 6)) ]
check "enough cases" [ $cases -ge $((worlds * 12)) ]
