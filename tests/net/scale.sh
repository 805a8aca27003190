#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Many: 100 VRFs by one ifup -a; VRFS with a member and ten routes each, driven
# directly (make check-all: 1000); ROUTES in one file, within 32 MiB of memory; rc-vrf with as many
# in a VRF's table, within 64.
# timeout: 7000

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/executor.sh"

vrfs=${SCALE_VRFS:-30}
by_ifup=${SCALE_IFUP:-20}
routes=${SCALE_ROUTES:-100000}
ip link set lo up

count() {
	[ "$(ip -o link show type vrf | wc -l)" = "$1" ]
}

for n in $(seq 1 "$by_ifup"); do
	printf 'auto vrf-%s\niface vrf-%s\n    vrf-table %s\n' "$n" "$n" $((100 + n))
	[ $((n % 4)) != 0 ] || printf '    vrf-bind mark\n'
done >/tmp/stanzas
interfaces </tmp/stanzas
check "ifup -a with $by_ifup VRFs" ifup -a
check "all are there" count "$by_ifup"
check "local's rule is there once" [ "$(ip rule | grep -c 'lookup local')" = 1 ]
check "ifdown -a" ifdown -a
check "none is left" count 0
check "no rule of ours" sh -c '! ip rule | grep -E "goto|proto 86"'

for n in $(seq 1 "$vrfs"); do
	echo "link add card$n type dummy"
done | ip -batch -
ten_routes() {
	list=
	for r in 1 2 3 4 5 6 7 8 9 10; do
		list="$list${list:+, }192.168.$r.0/24 dev card$1"
	done
	echo "$list"
}

for n in $(seq 1 "$vrfs"); do
	printf 'iface vrf-%s\n    vrf-table %s\n' "$n" $((1000 + n))
	printf 'iface card%s\n    vrf-member vrf-%s\n    table-route %s\n' "$n" "$n" "$(ten_routes "$n")"
done >/tmp/stanzas
interfaces </tmp/stanzas

one_up() {
	executor vrf create "vrf-$1" IF_VRF_TABLE=$((1000 + $1)) &&
		executor vrf up "vrf-$1" IF_VRF_TABLE=$((1000 + $1)) &&
		executor vrf pre-up "card$1" "IF_VRF_MEMBER=vrf-$1" &&
		ip link set "card$1" up &&
		executor vrf up "card$1" "IF_VRF_MEMBER=vrf-$1" &&
		executor table post-up "card$1" "IF_VRF_MEMBER=vrf-$1" "IF_TABLE_ROUTE=$(ten_routes "$1")"
}

all_up() {
	for n in $(seq 1 "$vrfs"); do
		one_up "$n" || {
			echo "vrf-$n"
			return 1
		}
	done
}

all_down() {
	for n in $(seq 1 "$vrfs"); do
		executor vrf destroy "vrf-$n" IF_VRF_TABLE=$((1000 + n)) || return
	done
}

all_routes() {
	[ "$(ip route show table all proto 86 | grep -c '^192.168')" = $((vrfs * 10)) ]
}

check "$vrfs VRFs, each with a member and ten routes" all_up
check "all are there" count "$vrfs"
check "and all routes" all_routes
check "rules stay few" [ "$(ip rule | wc -l)" -le 6 ]
check "all go" all_down
check "none is left" count 0
check "no route is left" sh -c '! ip route show table all proto 86 | grep .'

awk -v n="$routes" 'BEGIN {
	for (i = 0; i < n; i++)
		printf "10.%d.%d.%d/32 via 192.0.2.1\n", int(i / 65536), int(i / 256) % 256, i % 256
}' >/tmp/routes
ip link add eth7 type dummy
ip addr add 192.0.2.40/24 dev eth7
ip link set eth7 up

table() {
	peak 32768 env -i PHASE="$1" IFACE=eth7 INTERFACES_FILE=/etc/network/interfaces IF_TABLE_ID=77 \
		IF_TABLE_ROUTE_FILE=/tmp/routes /usr/libexec/ifupdown-ng/table
}

loaded() {
	[ "$(ip route show table 77 | wc -l)" = "$1" ]
}

interfaces <<'EOF'
iface eth7
    table-id 77
    table-route-file /tmp/routes
EOF
check "$routes routes of one file, within 32 MiB" table post-up
check "all are there" loaded "$routes"
check "once more, nothing to do, within 32 MiB" table post-up
sed -i '5d' /tmp/routes
check "one less, within 32 MiB" table post-up
check "it is gone" loaded $((routes - 1))
check "down, within 32 MiB" table pre-down
check "none is left" loaded 0

interfaces <<'EOF'
iface many
    vrf-table 77

iface eth7
    vrf-member many
    address 192.0.2.40/24
    table-route-file /tmp/routes
EOF
check "a VRF, and its member with that file" sh -c 'ifup many && ifup eth7'
# one less, but its network's and that of 127.0.0.1
counted() {
	rc-vrf | grep -qE "^many +77 +device +up +$((routes + 1)) "
}
check "rc-vrf counts them" counted
check "within 64 MiB" peak 65536 rc-vrf
check "rc-vrf check finds nothing, within 64 MiB" peak 65536 rc-vrf check
