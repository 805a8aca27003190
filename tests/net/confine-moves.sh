#!/bin/sh
# SPDX-License-Identifier: ISC
#
# While a member, a VRF, a route or a rule changes, those who could send by it before try
# again right after every single change of the kernel, where the executor is killed: once it
# is no longer theirs, not a packet leaves by it.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/executor.sh"

lan one eth1 10.20.40.1/24 2001:db8:40::1/64
lan two eth2 10.20.50.1/24 2001:db8:50::1/64
ip link set lo up

# watch NET|- IFACE: what leaves to it
: >/run/wire
watch() {
	if [ "$1" = - ]; then
		tcpdump --immediate-mode -lnp -i "$2" udp port 99 >>/run/wire 2>/run/wire.log &
	else
		from "$1" tcpdump --immediate-mode -lnp -Q in -i "$2" udp port 99 >>/run/wire 2>/run/wire.log &
	fi
	wait_for 10 grep -q listening /run/wire.log
}
watch one lan
watch two lan
watch - lo

# What the stanzas say, with which variables.
interfaces <<-END
	iface red
	    vrf-table 1

	iface blue
	    vrf-table 2

	iface green
	    vrf-table 3
	    vrf-bind mark
	    table-route 10.20.50.0/24 dev eth2, 2001:db8:50::/64 dev eth2

	iface amber
	    vrf-table 4
	    table-route 10.20.40.0/24 dev red

	iface eth1
	    vrf-member red
END

red() {
	executor vrf "$1" red IF_VRF_TABLE=1
}
blue() {
	executor vrf "$1" blue IF_VRF_TABLE=2
}
green() {
	green_phase=$1
	shift
	executor vrf "$green_phase" green IF_VRF_TABLE=3 "$@"
}
# What the environment says has to stand in the file as well.
green_routes() {
	green_phase=$1
	sed -i "/table-route .* dev eth[12]/s;table-route .*;table-route $2;" /etc/network/interfaces
	executor table "$green_phase" green IF_VRF_TABLE=3 IF_VRF_BIND=mark "IF_TABLE_ROUTE=$2"
}
routes="10.20.50.0/24 dev eth2, 2001:db8:50::/64 dev eth2"
amber() {
	executor "$1" "$2" amber IF_VRF_TABLE=4 "IF_TABLE_ROUTE=10.20.40.0/24 dev red"
}
member() {
	executor vrf "$1" "$2" IF_VRF_MEMBER="$3"
}

# start NAME VRF [-o] IFACE ADDR...: one who sends when it is told to
start() {
	start_name=$1
	start_vrf=$2
	shift 2
	start_option=
	[ "$1" != -o ] || { start_option=-o && shift; }
	start_iface=$1
	shift
	mkfifo "/run/$start_name.go"
	vrf-exec "$start_vrf" sender $start_option "$start_iface" 99 "$@" <>"/run/$start_name.go" \
		>"/run/$start_name.said" 2>&1 3>&- &
	wait_for 10 grep -q ready "/run/$start_name.said"
}

# send NAME...
send() {
	for send_name; do
		send_count=$(grep -c '^end' "/run/$send_name.said") || :
		echo >"/run/$send_name.go"
		wait_for 10 sent "$send_name" $((send_count + 1)) >/dev/null || return
	done
	sleep 0.1
}
sent() {
	[ "$(grep -c '^end' "/run/$1.said")" = "$2" ]
}

# leaves NAME...: what they send is seen outside; stays NAME...: they tried, and nothing is.
leaves() {
	see "$@" && [ -s /run/seen ]
}
stays() {
	see "$@" && [ ! -s /run/seen ]
}
see() {
	see_before=$(wc -l </run/wire)
	send "$@" || return
	tail -n "+$((see_before + 1))" /run/wire | tee /run/seen
}

# changing BEFORE LEFT "NAME..." CMD...: CMD, killed after its first, second ... change: where LEFT holds these
# cannot send.  And when it was not killed.
changing() {
	changing_before=$1
	changing_left=$2
	changing_names=$3
	shift 3
	n=1
	seen=0
	while :; do
		$changing_before || { echo "state before"; return 1; }
		KILLAT="-c $n"
		"$@" && killed=1 || killed=0
		unset KILLAT
		if $changing_left; then
			seen=$((seen + 1))
			# shellcheck disable=SC2086 # names
			stays $changing_names || { echo "killed after change $n"; return 1; }
		fi
		[ "$killed" = 1 ] || break
		n=$((n + 1))
	done
	# The last one was not killed.
	echo "$((n - 1)) kills, $seen times changed"
	[ $n -gt 1 ] && [ $seen -gt 1 ] && $changing_left
}

of_red() {
	[ -e /sys/class/net/red/lower_eth1 ]
}
# Somebody else has a use for it.
not_of_red() {
	! of_red && addresses eth1 40 && wait_for 5 grep -q up /sys/class/net/eth1/operstate
}

# addresses IFACE N: up, and what is sent goes at once, without a question to the other end.
addresses() {
	ip -batch - <<-END
		link set $1 up
		addr replace 10.20.$2.40/24 dev $1
		addr replace 2001:db8:$2::40/64 dev $1 nodad
		neigh replace 10.20.$2.1 lladdr 02:00:00:00:00:$2 nud permanent dev $1
		neigh replace 2001:db8:$2::1 lladdr 02:00:00:00:00:$2 nud permanent dev $1
	END
}
from one ip link set lan address 02:00:00:00:00:40
from two ip link set lan address 02:00:00:00:00:50

# eth1 in red, amber leads there
in_red() {
	red create && red up && member pre-up eth1 red && addresses eth1 40 && amber table post-up && rc-vrf sync
}
check "VRFs" eval 'amber vrf create && amber vrf up && blue create && blue up && in_red'
start red red eth1 10.20.40.1 2001:db8:40::1
start amber amber eth1 10.20.40.1
check "the member's VRF sends by it" leaves red
check "... by IPv6, too" grep -q 2001:db8:40::1.99 /run/seen
check "one that leads there as well" leaves amber
check "a member moves to another VRF" changing in_red not_of_red "red amber" member pre-up eth1 blue
check "a member is released" changing in_red not_of_red "red amber" member post-down eth1 red
check "a VRF goes" changing in_red not_of_red "red amber" red destroy

deleted_by_hand() {
	in_red && ip link del red && addresses eth1 40 && ! of_red
}
there_again() {
	ip link show red >/dev/null
}
check "a VRF that was deleted by hand comes back" changing deleted_by_hand there_again "red amber" red create

# bpf_fails_from N: the sets cannot be changed from the N-th call on.
bpf_fails_from() {
	PHASE=pre-up IFACE=eth1 IF_VRF_MEMBER=blue INTERFACES_FILE=/etc/network/interfaces \
		killat -e "$1" /usr/libexec/ifupdown-ng/vrf
}
check "as it was" in_red
check "what cannot be taken out does not move" fails_with 'cannot lessen what the services of .* may use' bpf_fails_from 1
check "... it stays where it was" of_red
fails_anywhere() {
	n=1
	while in_red && ! bpf_fails_from $n; do
		of_red || { not_of_red && stays red amber; } || { echo "failed from call $n on"; return 1; }
		n=$((n + 25))
	done
	[ $n -gt 30 ]
}
check "a member moves and its executor fails" fails_anywhere

# A VRF by mark shares eth2.
in_green() {
	member post-down eth2 blue && addresses eth2 50 && green create IF_VRF_BIND=mark &&
		green up IF_VRF_BIND=mark ${local:+IF_VRF_MARK_LOCAL=yes} && ip route flush proto 86 table 3 &&
		ip -6 route flush proto 86 table 3 && green_routes post-up "$routes" && rc-vrf sync
}
local=
check "a VRF by mark" in_green
start green green eth2 10.20.50.1 2001:db8:50::1
start four green eth2 10.20.50.1
start old green -o eth2 10.20.50.1 2001:db8:50::1
check "it sends by the card that it shares" leaves green
check "... by IPv6, too" grep -q 2001:db8:50::1.99 /run/seen

shared_no_more() {
	[ -e /sys/class/net/eth2/master ] && addresses eth2 50
}
check "the shared card becomes a member" changing in_green shared_no_more green member pre-up eth2 blue

no_route() {
	[ -z "$(ip route show table 3 exact 10.20.50.0/24 dev eth2)" ]
}
check "a route goes from its stanza" changing in_green no_route four green_routes post-up "10.20.50.128/25 dev eth2"
check "a route leads elsewhere" changing in_green no_route four green_routes post-up "10.20.50.0/24 dev eth1"
no_routes() {
	no_route && [ -z "$(ip -6 route show table 3 exact 2001:db8:50::/64)" ]
}
check "a VRF's routes go" changing in_green no_routes green green_routes pre-down "$routes"

forbidden() {
	ip route show table 3 | grep -q unreachable
}
check "what was allowed is unreachable" changing in_green forbidden four green_routes post-up \
	"$routes, unreachable 10.20.50.1"

no_mark() {
	! ip rule | grep -q 'iif lo lookup 3'
}
check "it has a device from now on" changing in_green no_mark old green up

local=yes
check "it may use the host's own addresses" in_green
start local green lo 127.0.0.1
check "it does" leaves local
no_local() {
	! ip rule show pref 899 | grep -q local
}
check "it may not any more" changing in_green no_local local green up IF_VRF_BIND=mark
local=

# The whole of ifup: whoever was there before tries at every step of it, and the last one fails.
check "as it was" in_red
check "... they send" leaves red amber
interfaces <<-END
	iface blue
	    vrf-table 2

	iface eth1
	    vrf-member blue
	    address 10.20.40.40/24
	    pre-up /run/try
	    up /run/try
	    post-up /run/try
	    post-up false
END
cat >/run/try <<-END
	#!/bin/sh
	for name in red amber; do
		echo >/run/\$name.go
	done
	sleep 0.3
END
chmod +x /run/try
moves() {
	before=$(wc -l </run/wire)
	ends=$(grep -c ^end /run/red.said)
	ifup -f eth1
	sleep 0.2
	tail -n "+$((before + 1))" /run/wire
	[ "$(wc -l </run/wire)" = "$before" ] && [ "$(grep -c ^end /run/red.said)" = $((ends + 3)) ]
}
check "a member moves by ifup -f, which fails at its end" moves
check_fails "... it has moved" of_red
check "... and nobody of old sends by it" stays red amber
