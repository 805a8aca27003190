#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2016,SC2086 # what others run is theirs to expand; words
#
# What the filters stop, for each reason, in both modes and families: `rc-vrf drops` says who it was,
# what, and why; and what found no route, while somebody watches.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan office eth0 10.20.30.1/24 2001:db8:30::1/64
lan side eth2 10.20.60.1/24 2001:db8:60::1/64
card eth0 - 10.20.30.40/24 2001:db8:30::40/64
card eth2 - 10.20.60.40/24 2001:db8:60::40/64
device_vrf red 10 eth1 10.20.40.40/24 2001:db8:40::40/64
settled
from management probe udp-echo 7
top=/sys/fs/cgroup

# begin NAME VRF ARG...: a service of that name, in which somebody strays.
begin() {
	begin_name=$1
	begin_vrf=$2
	shift 2
	printf '#!/sbin/openrc-run\n' >"/etc/init.d/$begin_name"
	chmod 755 "/etc/init.d/$begin_name"
	mkdir -p "$top/$begin_name"
	rm -f "/run/$begin_name.go" "/run/$begin_name.said"
	mkfifo "/run/$begin_name.go"
	sh -c 'echo $$ >"$0/cgroup.procs" && exec vrf-exec "$@"' "$top/$begin_name" "$begin_vrf" stray "$@" \
		<>"/run/$begin_name.go" >"/run/$begin_name.said" 2>&1 3>&- &
	echo $! >"/run/$begin_name.pid"
	wait_for 10 grep -q ready "/run/$begin_name.said"
}

# tell NAME [WORD]: it tries, and is done.
tell() {
	tell_ends=$(grep -c '^end' "/run/$1.said" || :)
	echo "${2-}" >"/run/$1.go"
	wait_for 10 done_again "$1" "$tell_ends"
}
done_again() {
	[ "$(grep -c '^end' "/run/$1.said")" -gt "$2" ]
}

end() {
	for end_name; do
		kill "$(cat "/run/$end_name.pid")" 2>/dev/null || :
		wait_for 10 not_there "$(cat "/run/$end_name.pid")"
	done
}
not_there() { ! kill -0 "$1" 2>/dev/null; }

# field NAME VALUE: as JSON has it; a number as it is
field() {
	case $2 in
	'#'*) echo "\"$1\":${2#?}[,}]" ;;
	*) echo "\"$1\":\"$2\"[,}]" ;;
	esac
}

# dropped [FIELD=VALUE...]: one entry has them all.
dropped() {
	rc-vrf drops --json | tr '{' '\n' >/run/entries
	cp /run/entries /run/left
	for dropped_field; do
		grep -E "$(field "${dropped_field%%=*}" "${dropped_field#*=}")" /run/left >/run/left.new || :
		mv /run/left.new /run/left
	done
	[ "$(grep -c '"reason"' /run/left)" = 1 ] || {
		cat /run/entries
		echo "no such entry, or several: $*"
		return 1
	}
}

# total VRF: how many were stopped
total() {
	rc-vrf drops --json | tr '{' '\n' | sed -n "s/.*\"vrf\":\"$1\",\"stopped\":\([0-9]*\).*/\1/p"
}

# strays VRF NAME ARGS [FIELD=VALUE...]: the service tries, and all that is said of it is right.
strays() {
	strays_vrf=$1
	strays_name=$2
	strays_args=$3
	shift 3
	begin "$strays_name" "$strays_vrf" $strays_args && tell "$strays_name" || return
	cat "/run/$strays_name.said"
	dropped vrf="$strays_vrf" service="$strays_name" pid="#$(cat "/run/$strays_name.pid")" command=stray "$@"
}

# --- by device ---------------------------------------------------------------

check "nothing was stopped" prints '^none$' rc-vrf drops
check "a start" vrf-exec red true
check "another, as a user who is inside" vrf-exec red setpriv --reuid=65534 --clear-groups vrf-exec red true
check "their tests are nothing that was stopped" prints '^none$' rc-vrf drops
check "nor what passes" vrf-exec red probe udp 10.20.40.1 7
check "... neither" prints '^none$' rc-vrf drops

out='direction=out'
udp='protocol=udp'
check "UDP by IPv6, bound to another device" strays red a "-d eth0 -n 3 udp 2001:db8:30::1 99" \
	$out $udp peer=2001:db8:30::1 port=#99 interface=eth0 'reason=not bound' count=#3
check "... by IPv4, before there is a packet" strays red b "-d eth0 -n 2 udp 10.20.30.1 98" \
	direction=call $udp peer=10.20.30.1 port=#98 interface=#null 'reason=not bound' count=#2
for address in 10.20.30.1 2001:db8:30::1; do
	check "a connection, too, to $address" strays red "tcp-${address%%[.:]*}" "-d eth0 tcp $address 97" \
		direction=call protocol=tcp peer=$address port=#97 interface=#null 'reason=not bound'
done
check "a datagram by another interface" strays red c "-i eth2 udp 10.20.60.1 96" \
	$out $udp peer=10.20.60.1 port=#96 interface=eth2 'reason=other interface' count=#1
check "a service alone" eval 'rc-vrf drops c | tee /dev/stderr | grep -q 10.20.60.1:96 && ! rc-vrf drops c | grep 10.20.30.1'
check "... with how many of the VRF's are its own" prints '^c: 1 of the last 8 that VRF red stopped$' rc-vrf drops c
check "a VRF alone" prints 'out by eth2, udp to 10.20.60.1:96: other interface' rc-vrf drops red
check "... with who it was" prints "^20[0-9-]* [0-9:]* +1  c +$(cat /run/c.pid) \(stray\)$" rc-vrf drops red
check "what nobody is called" fails_with 'neither a VRF nor a service of that name' rc-vrf drops nobody
check "only for root" fails_with 'only root can' as_user rc-vrf drops
check "not wider than a terminal" eval '! rc-vrf drops | grep -E "^.{81}"'

# A leak that the set does not know yet.
ip route add 10.20.60.0/24 dev eth2 table 10
ip -6 route add 2001:db8:60::/64 dev eth2 table 10
for address in 10.20.60.1 2001:db8:60::1; do
	check "a route by another interface, to $address" strays red "leak-${address%%[.:]*}" "udp $address 95" \
		$out $udp peer=$address port=#95 interface=eth2 'reason=other interface' count=#1
done
end a b c tcp-10 tcp-2001 leak-10 leak-2001
ip route del 10.20.60.0/24 dev eth2 table 10
ip route add 10.20.60.0/25 dev eth2 table 10
check "the leak is let in" rc-vrf sync
# outside of it, by the same interface
ip -6 route del 2001:db8:60::/64 dev eth2 table 10
ip -6 route add 2001:db8:61::/64 dev eth2 table 10
check "a new set begins anew" eval 'dropped vrf=red; [ $? = 1 ]'
check "outside the prefixes" strays red prefix4 "-i eth2 udp 10.20.60.200 94" \
	$out $udp peer=10.20.60.200 port=#94 interface=eth2 'reason=outside the prefixes'
check "... by IPv6" strays red prefix6 "udp 2001:db8:61::1 94" \
	$out $udp peer=2001:db8:61::1 port=#94 interface=eth2 'reason=outside the prefixes'

# Somebody from outside
check "who listens on all interfaces" begin ear red -d - listen 93
for address in 10.20.30.40 2001:db8:30::40; do
	check_fails "hears nobody at $address" from office probe -t 300 udp $address 93
done
check "... which is said" dropped vrf=red service=ear direction=in $udp peer=10.20.30.1 port=#93 interface=eth0 'reason=other interface'
check "... of IPv6 as well" dropped vrf=red service=ear direction=in $udp peer=2001:db8:30::1 port=#93 interface=eth0 'reason=other interface'
end ear prefix4 prefix6

# More than there is room for
check "a hundred" strays red many "-n 100 -i eth0 udp 10.20.30.1 92" $out peer=10.20.30.1 port=#92 'count=#32'
before=$(total red)
check "are counted" [ "$before" -ge 100 ]
check "... of those that are not there the number is said" \
	prints "^VRF red: $before stopped, of $((before - 32)) only the number is known$" rc-vrf drops
check "a hundred more" tell many
check "... are counted, too" [ "$(total red)" = $((before + 100)) ]

check "... and whose the others were nobody knows" \
	prints "^many: 32 of the last 32 that VRF red stopped, of $(($(total red) - 32)) before only the number is known$" rc-vrf drops many

# Who is gone
check "killed" eval 'kill -9 $(cat /run/many.pid); wait_for 10 not_there $(cat /run/many.pid)'
check "its service is known, it is not" eval \
	'dropped service=many port=#92 && ! grep -q "\"pid\"" /run/left && rc-vrf drops | grep -Eq "  many +-$"'
check "its control group goes" eval 'rmdir $top/many/vrf/red $top/many/vrf $top/many'
check "... and with it who it was" eval 'dropped service=#null port=#92'

# A name that a terminal would obey
check "a strange name" eval 'cp "$(command -v stray)" "/run/x$(printf "\033[31m")y" &&
	{ sleep 3; echo; sleep 3; } 3>&- | vrf-exec red "/run/x$(printf "\033[31m")y" -i eth0 udp 10.20.30.1 91 >/run/strange.said 2>&1 &
	wait_for 10 eval "rc-vrf drops | grep -F \"(x\\x1b[31my)\""'
check "... in JSON" eval 'rc-vrf drops --json | grep -qF "x\u001b[31my" && ! rc-vrf drops --json | grep "$(printf "\033")"'

# In a namespace of its own no socket is made.
check_fails "another network namespace" vrf-exec red unshare -n probe udp 10.20.30.1 7
if [ "$(uname -r | cut -d. -f1)" -gt 5 ]; then
	check "... is said" dropped vrf=red direction=socket $udp 'reason=other network namespace'
fi

# A protocol that no filter sees
check "who asks for MPTCP" begin proto red udp 10.20.40.1 90
check "... is refused, with the errno that makes it take TCP" eval 'tell proto mptcp; cat /run/proto.said; grep -qx 93 /run/proto.said'
check "... which is said" dropped vrf=red service=proto direction=socket protocol=mptcp 'reason=unfiltered protocol' \
	pid="#$(cat /run/proto.pid)" peer=#null interface=#null count=#1
check "... in words" prints '^    a socket for mptcp, IPv4: unfiltered protocol$' rc-vrf drops proto
end proto

# The VRF goes.
check "two that stay" eval 'begin down4 red udp 10.20.40.1 90 && begin down6 red udp 2001:db8:40::1 90'
ip link del red
check "an update without the VRF" rc-vrf sync
check "nothing is sent" eval 'tell down4; tell down6'
check "... not by IPv4, before there is a packet" dropped vrf=red service=down4 $udp peer=10.20.40.1 port=#90 'reason=the VRF is down'
check "no socket" eval 'tell down4 socket; dropped vrf=red service=down4 direction=socket protocol=tcp "reason=the VRF is down" pid=#$(cat /run/down4.pid)'
check "a VRF that is gone can be asked for" prints 'a socket for tcp, IPv6: the VRF is down' rc-vrf drops red
end down4 down6

# --- by mark -----------------------------------------------------------------

mark_vrf green 11 eth0 10.20.30.0/24 2001:db8:30::/64
check "a VRF by mark" vrf-exec green true
check "has nothing that was stopped" eval '! rc-vrf drops | grep "VRF green"'
for address in 10.20.60.1 2001:db8:60::1; do
	check "a connection without the mark, to $address" strays green "mark-${address%%[.:]*}" "-m 0 tcp $address 89" \
		vrf=green $out protocol=tcp peer=$address port=#89 interface=eth2 'reason=not bound'
	check "a datagram outside of the prefixes, to $address" fails_with UNREACH vrf-exec green probe udp $address 88
	check "... is said, which its routes never saw" \
		dropped vrf=green direction=call $udp peer=$address port=#88 'reason=outside the prefixes'
done
ip route add 10.20.60.0/24 dev eth2 table 11
ip -6 route add 2001:db8:60::/64 dev eth2 table 11
ip route add 10.20.99.0/24 via 10.20.30.1 table 11
ip -6 route add 2001:db8:99::/64 via 2001:db8:30::1 table 11
for address in 10.20.60.1 2001:db8:60::1; do
	check "by another interface, to $address" strays green "iface-${address%%[.:]*}" "tcp $address 87" \
		$out protocol=tcp peer=$address port=#87 interface=eth2 'reason=other interface'
done
for address in 10.20.99.1 2001:db8:99::1; do
	check "outside the prefixes, to $address" strays green "prefix-${address%%[.:]*}" "tcp $address 86" \
		$out protocol=tcp peer=$address port=#86 interface=eth0 'reason=outside the prefixes'
done
end mark-10 mark-2001 iface-10 iface-2001 prefix-10 prefix-2001
check "who listens" begin ear2 green listen 85
for address in 10.20.60.40 2001:db8:60::40; do
	check_fails "hears nobody from outside at $address" from side probe -t 300 udp $address 85
done
check "... which is said" dropped vrf=green service=ear2 direction=in $udp peer=10.20.60.1 port=#85 interface=eth2 'reason=other interface'
check "... of IPv6 as well" dropped vrf=green service=ear2 direction=in $udp peer=2001:db8:60::1 port=#85 interface=eth2 'reason=other interface'
end ear2
check "who sends by IPv6" begin gone green tcp 2001:db8:30::1 84
check "who sends" begin gone4 green tcp 10.20.30.1 84
before=$(total green)
sysctl -qw net.ipv4.ping_group_range="0 70000"
check "a ping that looks like the test of a start" eval 'begin looks green ping 0.0.0.0 && tell looks'
check "... is said" dropped vrf=green service=looks $out protocol=icmp peer=127.0.0.1 interface=lo 'reason=other interface' count=#1
check "... is counted" [ "$(total green)" = $((before + 1)) ]
end looks
# Strangers
check "who listens there" begin ear3 green listen 78
ip -n office addr add 10.20.99.77/32 dev lo
check "a stranger sends forty, from where the VRF has no route to" eval \
	'for i in 1 2 3 4 5 6 7 8 9 10; do for j in 1 2 3 4; do echo x | from office socat -u - UDP4-SENDTO:10.20.30.40:78,bind=10.20.99.77; done; done; dropped vrf=green service=ear3 direction=in peer=10.20.99.77'
check "... which push out all others" eval '! rc-vrf drops green | grep icmp'
check "... but not from the number" [ "$(total green)" = $((before + 41)) ]
end ear3
ip link del green
check "an update without it" rc-vrf sync
check "nothing is sent" eval 'tell gone; tell gone4; cat /run/gone.said'
check "... as the VRF is gone" dropped vrf=green service=gone 'reason=the VRF is down'
check "... by IPv4 as well" dropped vrf=green service=gone4 'reason=the VRF is down'
end gone gone4

# --- as it comes -------------------------------------------------------------

ip addr flush dev eth1
device_vrf blue 12 eth1 10.20.40.40/24 2001:db8:40::40/64
settled
check "a VRF more" vrf-exec blue true
# watch NAME ARG...: what is said is in /run/NAME
watch() {
	watch_name=$1
	shift
	rc-vrf drops "$@" --watch >"/run/$watch_name" 2>&1 3>&- &
	echo $! >"/run/$watch_name.pid"
	sleep 1.5
}
mkdir -p /run/tracefs
mount -t tracefs none /run/tracefs
instances() {
	set -- /run/tracefs/instances/vrf-ng*
	[ -e "$1" ] || shift
	echo $#
}
# what is a service is read once
cp /etc/init.d/gone /etc/init.d/w
cp /etc/init.d/gone /etc/init.d/flood
watch seen
check "it has an instance of tracefs" [ "$(instances)" = 1 ]
check "which is mounted for nobody else" eval '[ "$(grep -c tracefs /proc/mounts)" = 1 ]'
watch json --json
check "a service" begin w-one blue -n 3 udp 10.20.99.8 81
watch one w-one
check "what nobody is called cannot be watched" fails_with 'neither a VRF nor a service of that name' rc-vrf drops nobody --watch
check "what the filter stops" strays blue w "-n 2 -i eth0 udp 10.20.30.1 83" port=#83
check "... is seen" wait_for 5 grep -q "blue w $(cat /run/w.pid) (stray): out by eth0, udp to 10.20.30.1:83: other interface\(, 2 times\)*$" /run/seen
mkdir -p /etc/conf.d
echo 'vrf="blue"' >/etc/conf.d/w-one
check "of whom none was stopped" prints '^w-one: 0 of the last 2 that VRF blue stopped$' rc-vrf show w-one
for address in 10.20.99.9 2001:db8:99::9; do
	check "no route to $address" fails_with UNREACH vrf-exec blue probe udp $address 82
	check "... by TCP" fails_with UNREACH vrf-exec blue probe tcp $address 82
done
check "... is seen" wait_for 5 grep -Eq 'blue - [0-9]+ \(probe\): out, udp to 10.20.99.9:82: no route in table 12 \((No route to host|Host is unreachable)\)$' /run/seen
check "... is seen by TCP" wait_for 5 grep -Eq 'blue - [0-9]+ \(probe\): out, tcp to 10.20.99.9:82: no route' /run/seen
check "... is seen by IPv6" wait_for 5 grep -Eq 'blue - [0-9]+ \(probe\): out, udp to \[2001:db8:99::9\]:82: no route' /run/seen
check "... is seen by IPv6 and TCP" wait_for 5 grep -Eq 'blue - [0-9]+ \(probe\): out, tcp to \[2001:db8:99::9\]:82: no route' /run/seen
check "... once" eval 'cat /run/seen; [ "$(grep -c "tcp to 10.20.99.9:82" /run/seen)" = 1 ]'
check "each an object on a line of its own" eval 'cat /run/json; wait_for 5 grep -q "\"table\":12,\"errno\":" /run/json &&
	[ "$(grep -c "^{\"vrf\":\"blue\".*}$" /run/json)" = "$(grep -c . /run/json)" ] && grep -q "\"port\":83,.*\"count\":[12]," /run/json'
# Who only asks.  A copy that has the name of ip and stays is no ip.
check_fails "ip asks" ip route get 10.20.99.70 vrf blue
check_fails "... of IPv6" ip -6 route get 2001:db8:99::70 vrf blue
check_fails "rc-vrf asks" rc-vrf why blue 10.20.99.71:82/udp
check "somebody called ip" eval 'mkdir -p /run/false && cp "$(command -v stray)" /run/false/stray && ln -sf stray /run/false/ip &&
	{ sleep 1; echo; sleep 3; } 3>&- | vrf-exec blue /run/false/ip udp 10.20.99.72 82 >/run/false.said 2>&1 &
	wait_for 10 grep -Eq "\(ip\): out, udp to 10.20.99.72:82: no route" /run/seen'
check "... and nobody who asked" eval 'cat /run/seen; ! grep -E "10.20.99.7[01]|2001:db8:99::70" /run/seen'
check "what has a route is not seen" eval 'vrf-exec blue probe udp 10.20.40.1 7; sleep 1; ! grep -E "10.20.40.1[: ]" /run/seen'
check "of one service" tell w-one
check "... is seen who it was" wait_for 5 grep -q "blue w-one $(cat /run/w-one.pid) (stray): out, udp to 10.20.99.8:81: no route" /run/one
check "... and nothing else" eval 'cat /run/one; ! grep -v w-one /run/one'
check "as many as do not fit" strays blue flood "-n 200 -i eth0 udp 10.20.30.1 80" port=#80
check "... are counted" wait_for 5 grep -Eq '^VRF blue: of [0-9]+ more that were stopped only the number is known$' /run/seen
seen_all() {
	seen_lost=$(sed -n 's/^VRF blue: of \([0-9]*\) more.*/\1/p' /run/seen | awk '{ n += $1 } END { print n + 0 }')
	seen_shown=$(sed -n 's/.*10.20.30.1:80: other interface\(, \([0-9]*\) times\)*$/\2/p' /run/seen | awk '{ n += $1 ? $1 : 1 } END { print n + 0 }')
	[ $((seen_lost + seen_shown)) = 200 ]
}
check "... all of them" wait_for 5 seen_all
check "three have an instance each" [ "$(instances)" = 3 ]

# However it ends
kill "$(cat /run/json.pid)"
check "ended, an instance less" wait_for 5 eval '[ "$(instances)" = 2 ]'
kill -9 "$(cat /run/seen.pid)" "$(cat /run/one.pid)"
wait_for 5 not_there "$(cat /run/one.pid)"
check "two that were killed leave theirs" [ "$(instances)" = 2 ]
check "... with its events" grep -q 1 /run/tracefs/instances/vrf-ng-*/events/fib/fib_table_lookup/enable
check "what has been stopped is shown" prints '^VRF blue:' rc-vrf drops
check "... and they are gone" [ "$(instances)" = 0 ]
watch dead
kill -9 "$(cat /run/dead.pid)"
wait_for 5 not_there "$(cat /run/dead.pid)"
watch again
check "the next one that watches removes it, too" [ "$(instances)" = 1 ]
check "who shows leaves it" eval 'rc-vrf drops >/dev/null; [ "$(instances)" = 1 ]'
check "... and no one else's" eval 'mkdir /run/tracefs/instances/mine && { watch more; [ -e /run/tracefs/instances/mine ]; }'
check "two at once have one each" [ "$(instances)" = 2 ]
kill -INT "$(cat /run/again.pid)"
kill -HUP "$(cat /run/more.pid)"
check "interrupted, nothing is left" wait_for 5 eval '[ "$(instances)" = 0 ]'
rmdir /run/tracefs/instances/mine
check "nobody reads it any more: it ends, and nothing is left" eval \
	'rc-vrf drops --watch | head -n 1 & { sleep 1.5; tell flood; sleep 1; tell flood; } && wait_for 5 eval "[ \$(instances) = 0 ]"'

check "... even if there is nothing to say" eval 'timeout 10 sh -c "rc-vrf drops --watch; echo \$? >/run/status" | true
	[ "$(cat /run/status)" = 0 ] && [ "$(instances)" = 0 ]'

# Without tracefs: a kernel that knows none says so as this does.
check "without tracefs a line says so" eval \
	'timeout 2 refuse fsopen rc-vrf drops --watch >/run/without 2>&1 || :; cat /run/without; grep -q "what finds no route is not shown" /run/without'

stopped=$(rc-vrf --json drops | sed 's/.*"vrf":"blue","stopped":\([0-9]*\),.*/\1/')
check "there were some" [ "$stopped" -gt 0 ]
check "rc-vrf --json counts as many" prints "\"name\":\"blue\",[^{]*\"drops\":$stopped," rc-vrf --json
check "... and rc-vrf metrics" prints "^vrf_ng_drops_total\{vrf=\"blue\"\} $stopped\$" rc-vrf metrics
check_fails "who is not root is not told" prints '"drops"' setpriv --reuid 65534 --clear-groups rc-vrf --json

# Later than 32 bits of seconds can say
now=$(date +%s)
check "the clock is set" date -s @2208988800
check "what is stopped then" tell flood
check "... has its date" prints '^2040-01-01 00:0[0-9]:[0-9]* .* flood ' rc-vrf drops flood
check "... in JSON" prints '"last":22089888[0-9]{2}[,}]' rc-vrf --json drops flood
rc-vrf watch blue >/run/watched 2>&1 3>&- &
wait_for 10 grep -q '^VRF blue' /run/watched
ip route add 10.20.98.0/24 dev eth1 table 12
check "... and what rc-vrf watch shows then" wait_for 10 grep -q '^--- 2040-01-01 00:0' /run/watched
kill $!
date -s "@$((now + 5))"
end w w-one flood
