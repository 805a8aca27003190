#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The executors for VRFs and members, all at the same time, round after round:
# the same end state each time, no rule twice, no route lost.  In between some VRFs
# go and come back while the members of others come up.
# VRFS, MEMBERS and ROUNDS say how many (make check-all: 50, 200 and 20).
# timeout: 7000

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/executor.sh"

vrfs=${VRFS:-12}
members=${MEMBERS:-40}
rounds=${ROUNDS:-2}
at_once=25

vrf_numbers=$(seq 1 "$vrfs")
member_numbers=$(seq 1 "$members")
ip link set lo up
for n in $member_numbers; do
	echo "link add card$n type dummy"
done | ip -batch -

# VRF 1 and every tenth binds by mark; member M belongs to one of the others, in turn.
is_mark() {
	[ $(($1 % 10)) = 1 ]
}

vrf_of() {
	of=$(($1 % vrfs + 1))
	is_mark "$of" && of=$((of + 1))
	echo "$of"
}

for n in $vrf_numbers; do
	echo "iface vrf-$n"
	echo "    vrf-table $((100 + n))"
	is_mark "$n" && echo "    vrf-bind mark"
	echo "    table-route 172.16.$n.0/24 dev card1 onlink"
done >/tmp/stanzas
for n in $member_numbers; do
	echo "iface card$n"
	echo "    vrf-member vrf-$(vrf_of "$n")"
	echo "    address 10.$((n / 250)).$((n % 250)).1/24"
	echo "    table-route 192.168.$n.0/24 via 10.$((n / 250)).$((n % 250)).2 dev card$n"
done >>/tmp/stanzas
interfaces </tmp/stanzas

bind() {
	is_mark "$1" && echo mark || echo device
}

vrf_up() {
	for phase in create up; do
		executor vrf $phase "vrf-$1" IF_VRF_TABLE=$((100 + $1)) "IF_VRF_BIND=$(bind "$1")" || return
	done
}

vrf_down() {
	executor vrf destroy "vrf-$1" IF_VRF_TABLE=$((100 + $1)) "IF_VRF_BIND=$(bind "$1")"
}

member_up() {
	card=card$1
	net=10.$(($1 / 250)).$(($1 % 250))
	set -- "$1" "IF_VRF_MEMBER=vrf-$(vrf_of "$1")" "IF_TABLE_ROUTE=192.168.$1.0/24 via $net.2 dev $card"
	executor vrf pre-up "$card" "$2" "IF_ADDRESSES=$net.1/24 " &&
		ip link set "$card" up &&
		{ ip addr add "$net.1/24" dev "$card" 2>/dev/null || :; } &&
		executor vrf up "$card" "$2" &&
		executor table post-up "$card" "$2" "$3"
}

member_down() {
	card=card$1
	set -- "$1" "IF_VRF_MEMBER=vrf-$(vrf_of "$1")" \
		"IF_TABLE_ROUTE=192.168.$1.0/24 via 10.$(($1 / 250)).$(($1 % 250)).2 dev $card"
	executor table pre-down "$card" "$2" "$3" &&
		ip link set "$card" down &&
		ip addr flush dev "$card" &&
		executor vrf post-down "$card" "$2"
}

# each WORD NUMBER...: WORD NUMBER, as many at once as there is room for; fails if one of them did.
each() {
	word=$1
	shift
	rm -f /tmp/failed
	running=0
	pids=
	for number; do
		{ "$word" "$number" || echo "$word $number" >>/tmp/failed; } &
		pids="$pids $!"
		running=$((running + 1))
		if [ $running = $at_once ]; then
			# shellcheck disable=SC2086 # a list
			wait $pids
			running=0
			pids=
		fi
	done
	# shellcheck disable=SC2086 # a list
	[ -z "$pids" ] || wait $pids
	[ ! -e /tmp/failed ] || {
		cat /tmp/failed
		return 1
	}
}

# Two lists at once: each_both WORD WORD "NUMBER..." "NUMBER...".
each_both() {
	{
		# shellcheck disable=SC2086 # a list
		(cd /tmp && each "$2" $4) || echo "$2" >/tmp/failed.second
	} &
	second=$!
	# shellcheck disable=SC2086 # a list
	each "$1" $3 && wait $second && [ ! -e /tmp/failed.second ]
}

# Everything that the executors decide; what has no order, like rules of the same preference, sorted.
state() {
	ip rule | sort
	ip -6 rule | sort
	link_states | sort
	ip -o addr | sed '/fe80/d; s/^[0-9]*: //; s/ *valid_lft.*//' | sort
	for n in $vrf_numbers; do
		ip route show table $((100 + n)) | sed "s/ linkdown//; s/^/$n: /" | sort
	done
}

no_rule_twice() {
	for family in -4 -6; do
		[ -z "$(ip $family rule | sort | uniq -d)" ] || {
			ip $family rule | sort | uniq -d
			return 1
		}
		[ "$(ip $family rule | grep -c 'lookup local')" = 1 ] || return 1
		ip $family rule | head -n 1 | grep goto || return 1
	done
}

all_routes() {
	for n in $member_numbers; do
		ip route show table $((100 + $(vrf_of "$n"))) | grep -q "^192.168.$n.0/24 " || {
			echo "the route of card$n is missing"
			return 1
		}
	done
}

# shellcheck disable=SC2086 # lists, here and below
go_up() {
	each vrf_up $vrf_numbers && each member_up $member_numbers
}

# shellcheck disable=SC2086
go_down() {
	each_both member_down vrf_down "$member_numbers" "$vrf_numbers"
}

# Every third VRF goes and comes back while all members come up once more.
# shellcheck disable=SC2086
bounce() {
	some=$(seq 2 3 "$vrfs")
	each_both member_up vrf_up "$member_numbers" "$vrf_numbers" &&
		each vrf_down $some && each_both vrf_up vrf_up "$some" "$vrf_numbers"
}

fresh=$(ip rule; ip -6 rule)
as_fresh() {
	now=$(ip rule; ip -6 rule)
	[ "$fresh" = "$(printf '%s\n' "$now" | grep -v '^1000:')" ] || {
		printf '%s\n' "$now"
		return 1
	}
	! ip -o link show type vrf | grep .
}

for round in $(seq 1 "$rounds"); do
	check "round $round: up" go_up
	check "round $round: no rule twice" no_rule_twice
	check "round $round: every route is there" all_routes
	state >/tmp/state
	[ "$round" != 1 ] || cp /tmp/state /tmp/state.first
	check "round $round: the state of the first" diff -u /tmp/state.first /tmp/state
	if [ $((round % 5)) = 1 ]; then
		check "round $round: some bounce, all come up again" bounce
		check "round $round: every route is there again" all_routes
		state >/tmp/state
		check "round $round: the same state" diff -u /tmp/state.first /tmp/state
	fi
	check "round $round: down, VRFs and members at once" go_down
	check "round $round: rules as they were, no VRF" as_fresh
done
