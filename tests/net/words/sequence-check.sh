# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2154
#
# tests/net/words/sequence-check.sh - what has to hold after each step of a sequence, whatever it was.
# It knows what stanzas mean, and shares nothing with the programs that carry them out.  Sourced after
# sequence.sh.  What does not hold is a line `WRONG KIND ...`.

wrong() {
	echo "WRONG $*"
	wrongs=$((wrongs + 1))
}

# --- what there is ---

# look: links, rules and tables of now, in /run/now
look() {
	mkdir -p /run/now
	ip -d -o link >/run/now/links
	ip -o addr >/run/now/addresses
	{ ip rule && echo v6 && ip -6 rule; } >/run/now/rules
	for table in 10 11 12 main; do
		{ ip -4 route show table $table 2>/dev/null && ip -6 route show table $table 2>/dev/null; } >/run/now/table.$table || :
	done
}

link_line() {
	grep -E "^[0-9]+: $1(@[^:]*)?: " /run/now/links
}

master_of() {
	link_line "$1" | sed -n 's/.* master \([^ ]*\) .*/\1/p'
}

# in_vrf_now CARD: under whatever name it has by now
in_vrf_now() {
	echo "$(master_of "$1")$(master_of "old-$1")"
}

# paths: which service may be seen where, as a pattern for the lines of a watcher: NETWORK PATTERN
paths() {
	look
	for path in "eth1 management" "eth2 lab"; do
		case $(in_vrf_now "${path% *}") in
		red) echo "${path#* } ^1 " ;;
		green) echo "${path#* } ^2 " ;;
		esac
	done
	! grep -q '^10\.20\.30\.' /run/now/table.12 || echo 'office ^3 [a-z]* 10\.20\.30\.'
}

# others_state: what is not ours
others_state() {
	ip rule show | grep -E '^(0|60|32766|32767|1000):' | sed 's/^0:/&/' || :
	ip -6 rule show | grep -E '^(60|32766|1000):' || :
	for family in -4 -6; do
		ip $family route show table all proto bird
		ip $family route show table 77
	done
	ip -o -d link show theirs | sed 's/^[0-9]*://; s/promiscuity.*//'
	ip -o link show their-card | sed 's/^[0-9]*://'
	ip -o addr show dev their-card | sed 's/^[0-9]*://; s/valid_lft.*//'
	attached /sys/fs/cgroup/theirs
	sysctl net.ipv4.ip_forward net.ipv4.tcp_l3mdev_accept net.ipv4.udp_l3mdev_accept net.ipv4.conf.all.rp_filter
}

# --- what the files say ---

# is_up INTERFACE: ifupdown-ng takes it for up
is_up() {
	grep -q "^$1=" /run/ifstate 2>/dev/null
}

# differs INTERFACE: a line for each thing that is not as ifup's state and the file say
differs() {
	if is_up "$1"; then
		case $1 in
		red) vrf_differs red 10 && is_up eth1 && [ "$eth1_in" = red ] && route_differs 10 "$red_to via 10.20.40.1 dev eth1" ;;
		green) vrf_differs green 11 && is_up eth2 && [ "$eth2_in" = green ] && route_differs 11 "$green_to via 10.20.50.1 dev eth2" ;;
		blue) mark_vrf_differs ;;
		eth0) card_differs eth0 none 30 ;;
		eth1) card_differs eth1 "$eth1_in" 40 ;;
		eth2) card_differs eth2 "$eth2_in" 50 ;;
		esac
	else
		case $1 in
		red) gone_differs red 10 ;;
		green) gone_differs green 11 ;;
		blue) gone_differs blue 12 ;;
		eth1 | eth2) [ -z "$(master_of "$1")" ] || echo "$1 is down, and still a member" ;;
		esac
	fi || :
}

# These go on to what else may differ.
vrf_differs() {
	link_line "$1" | grep -q "[<,]UP[,>].* vrf table $2 " || echo "no VRF $1 with table $2 that is up"
	[ "$(grep -c '^unreachable default' "/run/now/table.$2")" = 2 ] || echo "table $2 does not end"
	[ "$(grep -c '^1000:.*l3mdev-table' /run/now/rules)" = 2 ] || echo "no rule l3mdev in both families"
	[ "$(grep -c '^2000:.*unreachable' /run/now/rules)" = 2 ] || echo "no rule l3mdev unreachable in both families"
}

route_differs() {
	grep -q "^$2 " "/run/now/table.$1" || echo "table $1 has no route $2"
}

mark_vrf_differs() {
	link_line blue | grep -q "[<,]UP[,>].* vrf table 12 " || echo "no VRF blue with table 12 that is up"
	for rule in "900:.*fwmark 0x5600000c .*lookup 12" "901:.*fwmark 0x5600000c .*unreachable"; do
		[ "$(grep -c "^$rule" /run/now/rules)" = 2 ] || echo "no rule $rule in both families"
	done
	grep -q "^${blue_to%/32} dev eth0 " /run/now/table.12 || echo "table 12 has no route $blue_to"
}

card_differs() {
	link_line "$1" | grep -q "[<,]UP[,>]" || echo "$1 is not up"
	[ "$(master_of "$1")" = "$(echo "$2" | sed 's/^none$//')" ] || echo "$1 is not in $2, but in $(master_of "$1")"
	grep -qE "^[0-9]+: $1 +inet 10\.20\.$3\.40/24" /run/now/addresses || echo "$1 has no address"
}

gone_differs() {
	[ -z "$(link_line "$1")" ] || echo "$1 is down, and its device is there"
	! grep 'proto 86 ' "/run/now/table.$2" || echo "$1 is down, and its table has routes"
	[ "$1" != blue ] || ! grep '^900:' /run/now/rules
}

# --- after a step ---

# judge STATUS PATHS-BEFORE: of the step that has just been
judge() {
	wrongs=0
	{
		cat "$2"
		paths
	} | sort -u >/run/paths
	packets
	agreement "$1"
	for each in $services_all; do
		service_holds "$each"
	done
	others_state >/run/others.now
	diff /run/others.before /run/others.now || wrong others "what is not ours has changed"
	[ $wrongs = 0 ]
}

packets() {
	for network in office management lab; do
		sed -n "s/^$network //p" /run/paths >/run/allowed
		sort -u "/run/seen/$network" | if [ -s /run/allowed ]; then grep -Evf /run/allowed; else cat; fi >/run/outside || :
		[ ! -s /run/outside ] || wrong packet "seen in $network: $(tr '\n' ';' </run/outside)"
	done
}

agreement() {
	for name in $interfaces_all; do
		differs "$name" >/run/differs
		[ -s /run/differs ] || continue
		echo "# differs: $name: $(tr '\n' ';' </run/differs)"
		[ "$1" = 0 ] || continue
		[ -n "$said_check" ] || {
			rc-vrf check >/run/check 2>&1 && said_check=nothing || said_check=something
		}
		if [ "$said_check" = nothing ] || ! grep -qwE "$(names_of "$name")" /run/check; then
			wrong silent "$name: $(tr '\n' ';' </run/differs) rc-vrf check: $(tr '\n' ';' </run/check)"
		fi
	done
}

# names_of INTERFACE: any of these in a finding says it
names_of() {
	case $1 in
	red) echo "red|eth1|table 10" ;;
	green) echo "green|eth2|table 11" ;;
	blue) echo "blue|table 12" ;;
	eth1) echo "eth1|$eth1_in" ;;
	eth2) echo "eth2|$eth2_in" ;;
	*) echo "$1" ;;
	esac
}

service_holds() {
	pids=$(pgrep -f "^/tests/bin/beacon send $(number_of "$1") ") || pids=
	if [ -e "/run/openrc/started/$1" ]; then
		[ -n "$pids" ] || { wrong service "$1 is started, and does not run"; return; }
		for pid in $pids; do
			grep -qE "^0::(/openrc\.$1)?/vrf/${1#in-}\$" "/proc/$pid/cgroup" ||
				wrong service "$1: process $pid is in $(cat "/proc/$pid/cgroup")"
		done
		group=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
		case $1 in
		in-red) bound "$group" red 1073741834 ;;
		in-green) bound "$group" green 1073741835 ;;
		in-blue) bound "$group" 0x5600000c ;;
		esac >/run/bound 2>&1 || wrong service "$1: $(grep -v mark /run/bound; grep WRONG /run/bound)"
	elif [ -n "$pids" ]; then
		wrong service "$1 is not started, and runs"
	fi
}

# --- a sequence ---

# run_steps FILE: from a fresh state, with a look after each step; then back to what the stanzas say, and down
run_steps() {
	fresh || return 1
	while read -r words; do
		paths >/run/paths.before
		for network in office management lab; do
			: >"/run/seen/$network"
		done
		said_check=''
		status=0
		# shellcheck disable=SC2086 # words
		do_step $words >/run/step 2>&1 </dev/null || status=$?
		# long enough for a round of each service
		sleep 0.6
		echo "> $words: $status"
		sed 's/^/    /' /run/step
		judge $status /run/paths.before || {
			echo "# the step before this line"
			down
			return 1
		}
	done <"$1"
	come_back && down && nothing_left
}

# fresh: all is up as the files say, services run
fresh() {
	as_first
	for word in $interfaces_all; do
		ifup -f "$word" >/run/step 2>&1 || { cat /run/step; wrong fresh "ifup -f $word"; return 1; }
	done
	for word in $services_all; do
		rc-service "$word" start >/run/step 2>&1 || { cat /run/step; wrong fresh "start $word"; return 1; }
	done
	others_state >/run/others.before
}

# repaired: the cards are there as after a boot, and the files as at first
repaired() {
	for word in eth1 eth2; do
		! ip link show "old-$word" >/dev/null 2>&1 || by_hand rename "$word"
		by_hand back "$word" >/dev/null 2>&1
	done
	as_first
}

# come_back: whatever was done, ifup -f of all brings everything back
come_back() {
	repaired
	paths >/run/paths.before
	wrongs=0
	for word in $interfaces_all; do
		ifup -f "$word" >/run/step 2>&1 || { cat /run/step; wrong back "ifup -f $word fails"; }
	done
	for word in $services_all; do
		rc-service "$word" restart >/run/step 2>&1 || { cat /run/step; wrong back "restart of $word fails"; }
	done
	[ $wrongs = 0 ] || return 1
	said_check=nothing
	: >/run/check
	for network in office management lab; do
		: >"/run/seen/$network"
	done
	# what must be seen, is
	for path in "management 1" "lab 2" "office 3"; do
		for how in udp tcp ping; do
			wait_for 10 grep -q "^${path#* } $how" "/run/seen/${path% *}" || wrong back "no $how of service ${path#* } in ${path% *}"
		done
	done
	judge 0 /run/paths.before
}

# down: everything, by whatever means
down() {
	for word in $services_all; do
		rc-service "$word" stop >/dev/null 2>&1 || rc-service "$word" zap >/dev/null 2>&1 || :
	done
	pkill -f '^/tests/bin/beacon send' || :
	repaired
	for word in eth2 eth1 blue green red eth0; do
		ifdown -f "$word" >/dev/null 2>&1 || :
	done
	rm -f /run/ifstate
	for word in red green blue eth1 eth2; do
		ip link del "$word" 2>/dev/null || :
	done
	cable_of eth1
	cable_of eth2
	ip addr flush dev eth0
	ip link set eth0 down
	for word in $services_all; do
		find /sys/fs/cgroup -path "*openrc.$word*" -type d 2>/dev/null | sort -r | xargs -r rmdir 2>/dev/null || :
	done
}

left_state() {
	ip rule
	ip -6 rule
	for table in main 10 11 12; do
		ip route show table $table
		ip -6 route show table $table
	done
	ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/\1/'
	# Where it is that others look for them is iproute2's, and stays.
	find /sys/fs/cgroup -name 'openrc.in-*'
}

nothing_left() {
	left_state >/run/left.now
	diff /run/left.before /run/left.now && return
	wrong left "something is left once all is down"
	return 1
}

# whole_round: the first one, after which what stays for good is there
whole_round() {
	fresh && come_back && down && left_state >/run/left.before && loaded
}
