# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2154
#
# tests/net/words/sequence.sh - a world with three VRFs and services in them, the steps that may be
# done to it, sequences of them by chance, and the shortest one that still fails.  Sourced after lib.sh.
#
#     eth0  office       everybody's; blue (table 12) shares it by mark
#     eth1  management   as edited a member of red (table 10), of green (table 11), or of none
#     eth2  lab          the same; green at first

targets="10.20.30.1 10.20.40.1 10.20.50.1 8.8.8.8 2001:db8:40::1"
interfaces_all="eth0 red green blue eth1 eth2"
services_all="in-red in-green in-blue"
executors=$(dirname "$(find /usr/libexec /usr/lib -name l3mdev -path '*ifupdown*' 2>/dev/null | head -n 1)")

# --- what there is before any step ---

number_of() {
	case $1 in *red) echo 1 ;; *green) echo 2 ;; *blue) echo 3 ;; esac
}

# cable NETWORK CARD NUMBER: a card as after a boot, to a network that is there
cable() {
	ip link add "$2" type veth peer name lan netns "$1" &&
		sysctl -qw "net.ipv6.conf.$2.keep_addr_on_down=0" &&
		ip -n "$1" addr add "10.20.$3.1/24" dev lan &&
		ip -n "$1" addr add "2001:db8:$3::1/64" dev lan nodad &&
		ip -n "$1" link set lan up
}

cable_of() {
	case $1 in
	eth1) cable management eth1 40 ;;
	eth2) cable lab eth2 50 ;;
	esac
}

# writable DIR: changes are this script's alone
writable() {
	mkdir -p "/run/over$1/files" "/run/over$1/work" &&
		mount -t overlay -o "lowerdir=$1,upperdir=/run/over$1/files,workdir=/run/over$1/work" over "$1"
}

world() {
	lan office eth0 10.20.30.1/24 2001:db8:30::1/64
	internet office
	lan management eth1 10.20.40.1/24 2001:db8:40::1/64
	lan lab eth2 10.20.50.1/24 2001:db8:50::1/64
	ip link set lo up
	sysctl -qw net.ipv4.ping_group_range="0 2147483647" net.ipv4.ip_forward=1
	mkdir -p /etc/conf.d /etc/init.d /etc/network /run/seen
	for state in started starting stopping stopped inactive wasinactive failed scheduled exclusive options daemons tmp; do
		mkdir -p /run/openrc/$state
	done
	echo default >/run/openrc/softlevel
	for program in /usr/sbin "$executors"; do
		writable "$program"
	done
	# OpenRC's own that ours need: all of that is there
	for done in cgroups sysfs; do
		[ -e /etc/init.d/$done ] || printf '#!/sbin/openrc-run\nstart() { :; }\n' >/etc/init.d/$done
		chmod 755 /etc/init.d/$done
		ln -sf /etc/init.d/$done /run/openrc/started/
	done
	for service in $services_all; do
		printf '%s\n' '#!/sbin/openrc-run' 'command=/tests/bin/beacon' \
			"command_args=\"send $(number_of "$service") $targets\"" \
			'command_background=yes' "pidfile=/run/$service.pid" >"/etc/init.d/$service"
		chmod 755 "/etc/init.d/$service"
		echo "vrf=\"${service#in-}\"" >"/etc/conf.d/$service"
	done
	for network in office management lab; do
		beacon watch "/run/netns/$network" "/run/seen/$network"
	done
	others
}

# What belongs to somebody else
others() {
	ip link add theirs type vrf table 77
	ip link add their-card type dummy
	ip link set their-card master theirs
	ip link set theirs up
	ip link set their-card up
	ip addr add 10.77.0.1/24 dev their-card
	ip rule add pref 60 from 203.0.113.9 lookup 77 protocol 188
	ip -6 rule add pref 60 from 2001:db8:9::9 lookup 77 protocol 188
	for table in 254 10 11 12; do
		ip route add blackhole 198.51.100.0/24 table $table proto bird
		ip -6 route add blackhole 2001:db8:bad::/48 table $table proto bird
	done
	mkdir -p /sys/fs/cgroup/theirs
	foreign /sys/fs/cgroup/theirs multi
}

# --- stanzas ---

# as_first: what the files say before any step
as_first() {
	eth1_in=red eth2_in=green red_to=172.16.0.0/16 green_to=172.18.0.0/16 blue_to=10.20.30.0/24
	write_stanzas
}

member_line() {
	[ "$1" = none ] || echo "    vrf-member $1"
}

write_stanzas() {
	interfaces <<-END
		auto eth0
		iface eth0
		    address 10.20.30.40/24
		    address 2001:db8:30::40/64
		    gateway 10.20.30.1

		auto red
		iface red
		    vrf-table 10
		    table-route $red_to via 10.20.40.1 dev eth1

		auto green
		iface green
		    vrf-table 11
		    table-route $green_to via 10.20.50.1 dev eth2

		auto blue
		iface blue
		    vrf-table 12
		    vrf-bind mark
		    table-route $blue_to dev eth0

		auto eth1
		iface eth1
		$(member_line "$eth1_in")
		    address 10.20.40.40/24
		    address 2001:db8:40::40/64

		auto eth2
		iface eth2
		$(member_line "$eth2_in")
		    address 10.20.50.40/24
		    address 2001:db8:50::40/64
	END
}

# --- steps ---

# do_step WORD...: its status is what the program said, 0 for what is done by hand
do_step() {
	verb=$1
	shift
	case $verb in
	ifup | ifdown) "$verb" "$@" ;;
	edit)
		case $1 in
		eth1) eth1_in=$2 ;;
		eth2) eth2_in=$2 ;;
		red) red_to=$2 ;;
		green) green_to=$2 ;;
		blue) blue_to=$2 ;;
		esac
		write_stanzas
		ifup -f "$1"
		;;
	bounce) ifdown -f "$1" && ifup -f "$1" ;;
	service) rc-service "$1" "$2" ;;
	upgrade) other_version ;;
	*) by_hand "$verb" "$@" 2>&1 || : ;;
	esac
}

# by_hand: what cannot be done, as a link is gone by now, is not done
by_hand() {
	case $1 in
	delete) ip link del "$2" ;;
	back) ip link show "$2" || cable_of "$2" ;;
	move)
		if [ "$3" = none ]; then ip link set "$2" nomaster; else ip link set "$2" master "$3"; fi
		;;
	down | up) ip link set "$2" "$1" ;;
	rename)
		if ip link show "$2"; then
			ip link set "$2" down && ip link set "$2" name "old-$2" && ip link set "old-$2" up
		elif ip link show "old-$2"; then
			ip link set "old-$2" down && ip link set "old-$2" name "$2" && ip link set "$2" up
		fi
		;;
	esac
}

# other_version: the programs put in the place of ours by a package of another version, and back by the next step of
# this kind.  The number is the one from which FNV begins: the names of programs for control groups are made by it.
other_version() {
	for program in "$(command -v vrf-exec)" "$executors/vrf" "$executors/table" "$executors/l3mdev" "$(command -v rc-vrf)"; do
		cp "$program" "$program.new" || return
		if [ -e /run/other-version ]; then
			beacon version "$program.new" 0x84222329 0x84222325 || :
		else
			beacon version "$program.new" 0x84222325 0x84222329 || :
		fi
		mv -f "$program.new" "$program" || return
	done
	if [ -e /run/other-version ]; then rm /run/other-version; else : >/run/other-version; fi
}

# --- by chance ---

# roll N: $rolled is one of 0 ... N-1
roll() {
	dice=$(((dice * 1103515245 + 12345) & 0x7fffffff))
	rolled=$(((dice >> 8) % $1))
}

one() {
	roll $#
	shift $rolled
	picked=$1
}

# generate SEED LENGTH: that many steps, a line each
generate() (
	dice=$(($1 * 7919))
	roll 7
	left=$2
	while [ "$left" -gt 0 ]; do
		left=$((left - 1))
		roll 100
		what=$rolled
		# shellcheck disable=SC2086 # words
		if [ $what -lt 14 ]; then
			one $interfaces_all && echo "ifup -f $picked"
		elif [ $what -lt 20 ]; then
			one $interfaces_all && echo "ifup $picked"
		elif [ $what -lt 26 ]; then
			one $interfaces_all && echo "ifdown -f $picked"
		elif [ $what -lt 32 ]; then
			one $interfaces_all && echo "ifdown $picked"
		elif [ $what -lt 50 ]; then
			one "eth1 red" "eth1 green" "eth1 none" "eth2 red" "eth2 green" "eth2 none" \
				"red 172.17.0.0/16" "red 172.16.0.0/16" "green 172.19.0.0/16" \
				"blue 10.20.30.1/32" "blue 10.99.0.0/24" "blue 10.20.30.0/24" && echo "edit $picked"
		elif [ $what -lt 56 ]; then
			one eth1 eth2 red green blue && echo "delete $picked"
		elif [ $what -lt 60 ]; then
			one eth1 eth2 && echo "back $picked"
		elif [ $what -lt 66 ]; then
			one "eth1 none" "eth1 green" "eth2 red" "eth2 none" "eth1 red" "eth2 theirs" && echo "move $picked"
		elif [ $what -lt 70 ]; then
			one "down eth1" "up eth1" "down red" "up red" "down eth2" "down blue" && echo "$picked"
		elif [ $what -lt 75 ]; then
			one eth1 eth2 && echo "rename $picked"
		elif [ $what -lt 80 ]; then
			one red green blue && echo "bounce $picked"
		elif [ $what -lt 83 ]; then
			echo upgrade
		else
			one $services_all
			service=$picked
			one start start restart stop
			echo "service $service $picked"
		fi
	done
)

# shrink FILE KIND: leave out of its steps what can be left out so that it still fails in this way
shrink() {
	size=$(($(wc -l <"$1") / 2))
	[ $size -gt 0 ] || return 0
	while :; do
		from=1
		while [ $from -le "$(wc -l <"$1")" ]; do
			sed "$from,$((from + size - 1))d" "$1" >"$1.less"
			echo "# without $from to $((from + size - 1)): $(tr '\n' ';' <"$1.less")"
			if ! run_steps "$1.less" >"$1.said" 2>&1 && grep -q "^WRONG $2 " "$1.said"; then
				mv "$1.less" "$1"
			else
				from=$((from + size))
			fi
		done
		[ $size != 1 ] || break
		size=$((size / 2))
	done
}
