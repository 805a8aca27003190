#!/bin/sh
# SPDX-License-Identifier: ISC
#
# rc-vrf show NAME: everything about one VRF or one service, as ip(8) has it, with a hundred
# thousand routes, as root and as a user.
# timeout: 900

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

ip link set lo up
lan office eth0 10.20.30.1/24
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
mkdir -p /etc/iproute2/rt_tables.d /etc/conf.d /etc/init.d
printf '77 elsewhere\n' >/etc/iproute2/rt_tables.d/show.conf
resolv_conf=$(cat /etc/resolv.conf 2>/dev/null || :)
echo 'nameserver 10.20.30.1' >/etc/resolv.conf

interfaces <<'END'
auto eth0
iface eth0
    address 10.20.30.40/24
    gateway 10.20.30.1

auto red
iface red
    vrf-table 10
    vrf-nameserver 10.20.40.1
    table-route default via 10.20.40.1 dev eth1
    table-route 198.51.100.0/24 via 10.20.40.1 dev eth1 metric 7
    table-route unreachable 203.0.113.0/24
    table-route default via 2001:db8:40::1 dev eth1
    table-rule from 192.0.2.7 pref 1500 table 77

auto blue
iface blue
    vrf-table 20
    vrf-bind mark
    table-route 10.20.30.0/24 dev eth0
    table-rule from 192.0.2.7 pref 700 table 77

auto eth1
iface eth1
    vrf-member red
    address 10.20.40.40/24
    address 2001:db8:40::40/64
END
ifup -a
ip route add 192.0.2.0/24 via 10.20.40.1 dev eth1 table 10 proto static
settled

service() {
	printf '#!/sbin/openrc-run\ncommand=/bin/sleep\n' >"/etc/init.d/$1"
	chmod +x "/etc/init.d/$1"
	printf '\n# where it is\nvrf="%s"\n' "$2" >"/etc/conf.d/$1"
}
service web red
service shared blue
printf '#!/sbin/openrc-run\ncommand=/bin/sleep\n' >/etc/init.d/plain
chmod +x /etc/init.d/plain

# The words of each line in order, and the lines: what ip says beside, of scope and preference, is left out.
in_order() {
	sed 's/ scope link//; s/ pref medium//; s/ linkdown//; s/ dead//; s/^ *//' |
		awk '{ n = split($0, w, " "); for (i = 2; i <= n; i++) for (j = i; j > 1 && w[j] < w[j - 1]; j--) { t = w[j]; w[j] = w[j - 1]; w[j - 1] = t }
			line = w[1]; for (i = 2; i <= n; i++) line = line " " w[i]; print line }' | sort
}
# part HEADING FILE: the lines below it; what goes on below is put together
part() {
	sed -n "/^$1/,/^\$/p" "$2" | sed '1d;/^$/d' | sed -e ':a' -e 'N;$!ba' -e 's/\n    \([^ ]\)/ \1/g'
}
of_ip() {
	{ ip -4 route show vrf "$1"; ip -6 route show vrf "$1" | grep -Ev '^(anycast|multicast|local)'; } | in_order
}
same_routes() {
	part ROUTES "$2" | in_order >/run/ours
	of_ip "$1" >/run/theirs
	[ -s /run/theirs ] && diff -u /run/theirs /run/ours
}
# Addresses of the VRF and its members: NAME ADDRESS.
same_addresses() {
	part INTERFACE "$2" | grep -v '(by a route)' | awk '{ for (i = 3; i <= NF; i++) print $1, $i }' | sed 's,/32$,,; s,/128$,,' | sort >/run/ours
	{ ip -o addr show dev "$1"; ip -o addr show master "$1"; } | awk '{ print $2, $4 }' | sed 's,/32$,,; s,/128$,,' | sort >/run/theirs
	[ -s /run/theirs ] && diff -u /run/theirs /run/ours
}
# Each rule with the table by the name that ip gives it, in ip's order; VRFs have none there.
same_rules() {
	for family in -4 -6; do
		ip $family rule show
	done | sed -n 's/^\([0-9]*\):.* lookup \([a-z0-9][a-z0-9]*\).*/\1 \2/p' | sed 's/ 10$/ red/; s/ 20$/ blue/' | sort -u >/run/theirs
	part RULES /run/all | sed -n 's/.*pref \([0-9]*\).* \(table\|vrf\) \([a-z0-9][a-z0-9]*\).*/\1 \3/p' | sort -u >/run/ours
	grep -q elsewhere /run/theirs && grep -q main /run/theirs && diff -u /run/theirs /run/ours
}

rc-vrf >/run/all
cat /run/all
check "tables of rules have the names that ip has for them, and VRFs theirs" same_rules
check "a mark's rule" grep -E 'pref 900 .*fwmark 0x[0-9a-f]+ vrf blue$' /run/all

rc-vrf show red >/run/red
cat /run/red
check "routes of the VRF are ip's" same_routes red /run/red
check "with who made them" grep -E '^default via 10.20.40.1 dev eth1 proto 86' /run/red
check "by a name where there is one" grep -E '^192.0.2.0/24 via 10.20.40.1 dev eth1 proto static' /run/red
check "addresses are ip's" same_addresses red /run/red
check "rules that concern it: not main's, which it never comes to" not grep -E 'table main|blue' /run/red
check "its table has an answer to everything: nothing comes behind it" eval 'grep "pref 1000 l3mdev" /run/red && ! grep -e "pref 1500" -e "pref 2000" /run/red'
check "its nameserver" sh -c 'sed -n "/^NAMESERVERS/{n;p}" /run/red | grep -x 10.20.40.1'
check "the services that are to be in it" grep -E '^web +red +stopped' /run/red
check_fails "and no others" grep shared /run/red
check "not wider than 80 columns" [ "$(wc -L </run/red)" -le 80 ]
check "nobody has been confined to it" sh -c 'sed -n "/^POLICY/{n;p}" /run/red | grep nobody'

# A process in each, and what it may use.
vrf-exec red probe tcp-echo 7007
vrf-exec blue probe udp-echo 7008
rc-vrf show red >/run/red
check "the policy of the kernel has the member" grep -E '^interfaces  red eth1$|^interfaces  eth1 red$' /run/red
check "all networks" grep '^networks  *all to which a route leads' /run/red
check "and nobody's process" grep -E '^- +red +process [0-9]+ \(probe\)$' /run/red
rc-vrf show blue >/run/blue
cat /run/blue
check "routes of the VRF by mark are ip's" same_routes blue /run/blue
check "a rule of its own" grep 'from 192.0.2.7 pref 700 table elsewhere' /run/blue
check "an interface that it shares" grep -E '^eth0 +up +\(by a route\) 10.20.30.40/24' /run/blue
check "the network that passes" grep -E '^  10.20.30.0/24' /run/blue
check "the rules of the mark, and none behind them" sh -c 'grep "pref 901" /run/blue && ! grep -E "pref 1000|pref 2000|main" /run/blue'

# One service, with a process of its own, a listener and a connection.
from management probe tcp-echo 7
top=$(sed -n 's/^[^ ]* \([^ ]*\) cgroup2 .*/\1/p' /proc/mounts | head -n 1)
mkdir -p "$top/openrc.web"
(echo 0 >"$top/openrc.web/cgroup.procs" && exec vrf-exec red probe tcp-echo 7010)
rc-vrf show web >/run/web
cat /run/web
check "what says it" grep -x 'said by     line 3 of /etc/conf.d/web' /run/web
check "its process" grep -E '^ *[0-9]+  probe +red +/openrc.web/vrf/red$' /run/web
check "its listener, and what it is bound to" grep -E '^tcp .*:7010 +red$' /run/web
check "and its VRF's routes" same_routes red /run/web
check "not wider either" [ "$(wc -L </run/web)" -le 80 ]
(echo 0 >"$top/openrc.web/cgroup.procs" && exec vrf-exec red socat -u PIPE TCP:10.20.40.1:7) &
wait_for 10 sh -c 'rc-vrf show web | grep "to 10.20.40.1:7"'
rc-vrf show web >/run/web
check "a connection" grep -E '^tcp 10.20.40.40:[0-9]+ to 10.20.40.1:7 +red$' /run/web
mkdir -p "$top/openrc.shared"
(echo 0 >"$top/openrc.shared/cgroup.procs" && exec vrf-exec blue probe udp-echo 7009)
ip -n office addr add 198.18.0.1/32 dev lo
echo x | from office socat -u - UDP4-SENDTO:10.20.30.40:7009,bind=198.18.0.1
stopped() {
	rc-vrf show "$1" | sed '1,/^DROPS/d' | grep -E "$2"
}
check "what was stopped of it" wait_for 10 stopped shared '^ +in by eth0, udp from 198.18.0.1 for port 7009: '
check "and in its VRF" stopped blue ' shared +'
check "nothing of another" stopped web '^none$'
rc-vrf show plain >/run/plain
check "a service in no VRF" sh -c 'grep -x "vrf         none" /run/plain && ! grep ^VRF /run/plain'
service lost green
check "one whose VRF is not there" prints '^vrf +green, which is not there$' rc-vrf show lost

check "a name of nobody: what there is" fails_with \
	'^rc-vrf: nosuch: there is neither a VRF nor a service of that name; VRFs: red, blue; services in them: lost, shared, web$' rc-vrf show nosuch
ifdown -f blue
check "a VRF that a stanza alone has" fails_with '^rc-vrf: blue: a stanza declares that VRF, and it is not up: ifup blue$' rc-vrf show blue
ifup blue
check "one name too many" fails_with '"blue" is one argument too many' rc-vrf show red blue
check "no option" fails_with 'there is no option --nosuch' rc-vrf show --nosuch
check "a name beside a service's" fails_with '^rc-vrf: sharde: there is no such service; shared may be meant$' rc-vrf check sharde
check "a VRF where a service is meant" fails_with '^rc-vrf: red is a VRF, and this is for a service$' rc-vrf check red
check "an unknown service comes before its VRF" fails_with '^rc-vrf: nosuch: there is no such service$' rc-vrf set nosuch 'no/vrf'

# For programs.
rc-vrf --json show red >/run/json
cat /run/json
check "for programs: routes" grep -F '{"route":"192.0.2.0/24 via 10.20.40.1 dev eth1 proto static","protocol":"static"}' /run/json
check "rules as ip takes them" prints 'pref 700 table 77"' rc-vrf --json show blue
check "nameservers" grep -F '"nameservers":["10.20.40.1"]' /run/json
check "policy" grep -E '"policy":\{"interfaces":\[\{"ifindex":[0-9]+,"name":"(red|eth1)","own":true\}' /run/json
check "drops" prints '"stopped":\{"vrfs":\[\{"vrf":"blue","stopped":1,' rc-vrf --json show blue
check "no service was asked for" grep -F '"service":null,"services":[{"name":"web"' /run/json
check "a service" prints '"service":\{"name":"web","vrf":"red","confine":true,"names":true,"state":"[a-z]+","files":\["/etc/rc.conf","/etc/conf.d/web"\],"processes":\[\{"pid":[0-9]+,"command":"' rc-vrf --json show web

# The kernel's VRFs and OpenRC's services for the completion of shells, which busybox' has not.
check "completion knows VRFs" prints '^blue$' rc-vrf --complete set web b
check "and services" prints '^shared$' rc-vrf --complete set sh
check "nothing else begins so" [ "$(rc-vrf --complete set web b)" = blue ]

# As a user: no maps, and not the sockets of others.
setpriv --reuid 65534 --clear-groups rc-vrf show web >/run/user
cat /run/user
check "a user sees the same routes" same_routes red /run/user
check "no policy" sh -c 'sed -n "/^POLICY/{n;p}" /run/user | grep "only root"'
check "no nameservers" sh -c 'sed -n "/^NAMESERVERS/{n;p}" /run/user | grep "only root"'
check "no drops" sh -c 'sed -n "/^DROPS/{n;p}" /run/user | grep "only root"'
check "no sockets of others" grep "only root sees those of other users' processes" /run/user
check "what is not known is null" prints '"nameservers":null,"policy":null' setpriv --reuid 65534 --clear-groups rc-vrf --json show red

# watch: again when something changes, and at rest nothing.
watched() {
	grep -c "$1" /run/watched
}
shown() {
	[ "$(watched "$1")" -ge "$2" ]
}
rc-vrf watch red >/run/watched 2>&1 &
watcher=$!
check "watch shows it once" wait_for 20 shown '^VRF red' 1
sleep 5
check "and not again while nothing changes" [ "$(watched '^VRF red')" = 1 ]
ip route add 192.0.2.128/25 via 10.20.40.1 dev eth1 table 10
check "a route" wait_for 20 shown '^192.0.2.128/25 ' 1
check "stands below the time" grep -E '^--- [0-9]+-[0-9]+-[0-9]+ [0-9:]+$' /run/watched
ip rule del pref 1000
check "a rule" wait_for 20 shown 'pref 2000 l3mdev unreachable' 1
ip rule add pref 1000 l3mdev
ip addr add 10.20.40.41/24 dev eth1
check "an address" wait_for 20 shown '^eth1 .* 10.20.40.41/24' 1
ip link add dummy7 type dummy
ip link set dummy7 master red
check "a member" wait_for 20 shown '^dummy7 ' 1
(exec vrf-exec red sleep 777) &
sleeper=$!
check "a process, of which nobody tells" wait_for 20 shown '^- .*process [0-9]* (sleep)$' 1
kill $sleeper
ip link del dummy7
ip addr del 10.20.40.41/24 dev eth1
ip route del 192.0.2.128/25 table 10
# Jiffies of it and of its readings, and how often it has waited.
cost() {
	awk '{ sub(/.*\) /, ""); print $12 + $13 + $14 + $15 }' /proc/$watcher/stat
}
wait_for 20 sh -c '! tail -n 60 /run/watched | grep dummy7'
sleep 3
waits() { sed -n 's/^voluntary_ctxt_switches:[^0-9]*//p' /proc/$watcher/status; }
waits_before=$(waits)
sleep 10
check "at rest it waits" [ $(($(waits) - waits_before)) -le 40 ]
cost_before=$(cost)
began=$(cut -d. -f1 /proc/uptime)
while [ $(($(cut -d. -f1 /proc/uptime) - began)) -lt 10 ]; do
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		echo "route add 192.0.2.200/32 via 10.20.40.1 dev eth1 table 10"
		echo "route del 192.0.2.200/32 via 10.20.40.1 dev eth1 table 10"
	done | ip -batch -
done
check "in a flood of changes it takes less than half of a processor" [ $(($(cost) - cost_before)) -le 500 ]
kill -INT $watcher
ended=0
wait $watcher || ended=$?
check "SIGINT ends it, which is no failure" [ $ended = 0 ]
check "without a word of trouble" not grep '^rc-vrf:' /run/watched
timeout -s INT 5 rc-vrf --json watch red >/run/watched || :
objects() {
	[ "$(wc -l </run/watched)" -ge 1 ] && not grep -v '^{.*}$' /run/watched
}
check "for programs: a line each time" objects
check "it ends when nobody reads on" timeout 30 sh -c 'rc-vrf watch red | head -n 1'
ended=0
rc-vrf watch nosuch >/run/watched 2>&1 || ended=$?
check "a name of nobody ends it at once" [ $ended = 2 ]
cat >/run/pty <<'END'
stty rows 20 cols 80 2>/dev/null
TERM=vt100 timeout -s INT 6 rc-vrf watch red
END
timeout 60 socat -u EXEC:'sh /run/pty',pty,ctty,setsid,stderr CREATE:/run/typescript </dev/null || :
tr '\033' '@' </run/typescript >/run/drawn
check "a terminal is drawn again, line over line" sh -c 'grep -q "@\[H" /run/drawn && grep -q "@\[K" /run/drawn'
check "as many lines as it has" grep -E '[0-9]+ lines more' /run/typescript

# Many: the rest is counted, in seconds.
awk 'BEGIN { for (i = 0; i < 100000; i++)
	printf "route add 100.%d.%d.%d/32 via 10.20.40.1 dev eth1 table 10\n", int(i / 65536), int(i / 256) % 256, i % 256 }' |
	ip -batch -
for i in $(seq 1 300); do
	printf 'link add many%d type vrf table %d\nlink set many%d up\n' "$i" $((3000 + i)) "$i"
done | ip -batch -
quick() {
	read -r began _ </proc/uptime
	"$@" || return
	read -r ended _ </proc/uptime
	echo "${ended%.*} - ${began%.*}"
	[ $((${ended%.*} - ${began%.*})) -le 60 ]
}
check "a hundred thousand routes and three hundred VRFs, in seconds" quick sh -c 'rc-vrf show red >/run/red'
total=$(ip -4 route show vrf red | wc -l)
check "what is not shown is counted" grep -x "and $((total - 20)) more: ip route show table 10" /run/red
check "on a screen or two" [ "$(wc -l </run/red)" -le 90 ]
echo "$resolv_conf" >/etc/resolv.conf

# The picture: sockets stand where they can be reached, and what is missing has a box as well.
mkdir -p "$top/openrc.web"
(echo 0 >"$top/openrc.web/cgroup.procs" && exec vrf-exec red probe tcp-echo 7021)
(echo 0 >"$top/openrc.web/cgroup.procs" && exec probe tcp-echo 7022)
LC_ALL=C rc-vrf map >/run/map
awk '/^[+]- / { on = $2 == "red:" } on' /run/map | tee /run/box
check "in its VRF" grep ':7021' /run/box
check_fails "not what listens elsewhere" grep 7022 /run/box
check "a VRF that is missing, with its service" sh -c 'grep -A 1 "^+- green: missing -" /run/map | grep "| lost "'
