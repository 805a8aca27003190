#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The grammar of table-route and table-rule against its oracle: each line of grammar.table is told to ip(8)
# in one network namespace and to us in another, and what the kernels then have is the same.

. "$(dirname "$0")/lib.sh"
lines=$(dirname "$0")/grammar.table

for module in mpls_router mpls_iptunnel; do
	modprobe $module 2>/dev/null || :
done

# What getprotobyname() reads is no part of the machine.
[ -e /etc/protocols ] || printf '%s %s\n' icmp 1 tcp 6 udp 17 ipv6-icmp 58 sctp 132 >/etc/protocols

# things IP...: devices, addresses and nexthop objects that the lines speak of; IP is ip, in whichever namespace
things() {
	"$@" -batch - <<-END
		link set lo up
		link add lab0 type dummy
		link add lab1 type dummy
		link add lab2 type dummy
		link add red type vrf table 10
		link set lab2 master red
		link set red up
		link set lab0 up
		link set lab1 up
		link set lab2 up
		addr add 10.1.0.1/16 dev lab0
		addr add 10.2.0.1/16 dev lab1
		addr add 10.3.0.1/16 dev lab2
		addr add fd01::1/64 dev lab0 nodad
		addr add fd02::1/64 dev lab1 nodad
		addr add fd03::1/64 dev lab2 nodad
		nexthop add id 7 via 10.1.0.2 dev lab0
		nexthop add id 8 via fd01::2 dev lab0
		nexthop add id 9 group 7
	END
}

# An ip(8) that is older than the word knows nothing of it.
without=x^
ip rule help 2>&1 | grep -q dscp || without='dscp'

# Each route has a table of its own, 30001 and on, unless it says one, and each rule a preference.
# numbered PROGRAM: the lines as that awk program prints them, which has kind, head, rest and number
numbered() {
	awk -v without="$without" -v types=' unicast local broadcast anycast multicast unreachable blackhole prohibit throw ' '
		/^#/ || !NF || $0 ~ without { next }
		{
			kind = $1
			number++
			head = ""
			if (kind == "route") {
				head = $2 (index(types, " " $2 " ") ? " " $3 : "")
				rest = substr($0, length(kind " " head) + 1)
				if (!(rest ~ / (table|vrf) [^ ]+$/))
					head = head " table " 30000 + number
			} else {
				rest = " " substr($0, length(kind) + 2)
				if (!(rest ~ / (pref|priority|preference|prio|order) /))
					head = "pref " 10000 + number
			}
		}
		'"$1" "$lines"
}

# ip(8) knows no VRF's name in the place of a table, and with musl, whose list of protocols is its own, no sctp.
for_ip() {
	numbered '{
		sub(/ table red/, " table 10", rest)
		sub(/ ipproto sctp/, " ipproto 132", rest)
		if (kind == "route")
			print "route add " head rest
		else {
			if (kind != "rule6")
				print "rule add " head rest
			if (kind != "rule4")
				print "-6 rule add " head rest
		}
	}'
}

stanza() {
	printf 'iface red\n    vrf-table 10\n'
	printf 'iface lab0\n'
	numbered '{ print "    table-" (kind == "route" ? "route" : "rule") " " head rest }'
}

# dump IP...: what the kernel has in these tables and at these preferences, in one line each
dump() {
	{
		"$@" -d -o -4 route show table all
		"$@" -d -o -6 route show table all
		"$@" -d -4 rule show | sed 's/^/4: /'
		"$@" -d -6 rule show | sed 's/^/6: /'
	} | sed 's/ proto \(boot\|86\|unspec\|vrf-ng\)//; s/  */ /g; s/ $//' |
		grep -E ' table (30[0-9]{3}|2099[0-9]|10 |10$)|: (1[0-9]{4}|2000[0-9]):' | grep -v 'proto kernel' | sort
}

ip netns add oracle
things ip
things ip -n oracle
for net in "" "ip netns exec oracle"; do
	$net sysctl -qw net.vrf.strict_mode=1
done
for_ip >/tmp/for-ip
# One by one: a word that it does not know ends a batch.
while read -r line; do
	# shellcheck disable=SC2086 # words
	ip -n oracle $line 2>&1 || echo "refused: $line" | tee -a /tmp/refused
done </tmp/for-ip
stanza | interfaces
ifup -f lab0 2>/tmp/ours || :
cat /tmp/ours
# refused FILE: the tables and preferences of what could not be
refused() { grep -E '^refused|cannot add' "$1" | grep -Eo '(table|pref) [0-9]{5}' | sort; }
check "what the kernel refuses ip(8) is reported" [ "$(refused /tmp/ours)" = "$(refused /tmp/refused)" ]
check "... and is something" [ "$(refused /tmp/ours | wc -l)" -ge 6 ]
dump ip >/tmp/ours.dump
dump ip -n oracle >/tmp/oracle.dump
count=$(wc -l </tmp/oracle.dump)
echo "$count routes and rules, of $(wc -l </tmp/for-ip) lines"

check "the kernel has what it has from ip(8)" diff -u /tmp/oracle.dump /tmp/ours.dump
check "of 200 lines at least" [ "$count" -ge 200 ]

# Again: all that is there is known again; what was refused is tried once more.
again() {
	ifup -v -f lab0 >/tmp/again 2>&1 || :
	sed -n 's/^+ ip .*\(route\|rule\) \(add\|replace\|del\) //p' /tmp/again >/tmp/tried
	while read -r line; do
		grep -qF "cannot add route $line: " /tmp/again || { echo "tried: $line"; return 1; }
	done </tmp/tried
}
check "they are known again" unchanged again

rules() { printf 'iface lab0\n    table-rule from 10.0.0.1 pref 10001 table 7\n'; }
rules | interfaces
check "the lines removed: ifup -f" ifup -f lab0
one_rule() { [ "$(dump ip | grep -c '^[46]: ')" = 1 ]; }
check "... no rule is left but what is said" one_rule
stanza | interfaces
ifup -f lab0 2>/dev/null || :
check "they are back" eval 'dump ip >/tmp/back; diff -u /tmp/oracle.dump /tmp/back'
check "ifdown" ifdown -f lab0
gone() {
	dump ip >/tmp/gone
	diff /dev/null /tmp/gone
}
check "... nothing is left" gone
