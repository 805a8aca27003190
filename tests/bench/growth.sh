#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What tests/bench/run runs in a second machine: what a start and an update cost when there is more of
# everything.  Prints lines for tests/bench/report: growth, WHAT, of WHICH, how many, microseconds.

PATH=/usr/sbin:/usr/bin:/sbin:/bin:/tests/bin
export PATH
set -eu
modprobe -a vrf dummy
cp /scratch/vrf-exec-musl /run/
ip link set lo up
for n in 0 1; do
	ip link add eth$n type dummy
	ip link set eth$n up
	ip addr add 10.20.${n}0.40/24 dev eth$n
done
executors=/usr/libexec/ifupdown-ng
: >/run/interfaces

# vrf PHASE IFACE [VARIABLE=VALUE...]
vrf() {
	phase=$1 iface=$2
	shift 2
	env -i PATH="$PATH" PHASE="$phase" IFACE="$iface" INTERFACES_FILE=/run/interfaces "$@" $executors/vrf
}
vrf create red IF_VRF_TABLE=10
vrf up red IF_VRF_TABLE=10
vrf pre-up eth1 IF_VRF_MEMBER=red
vrf create green IF_VRF_TABLE=11 IF_VRF_BIND=mark
vrf up green IF_VRF_TABLE=11 IF_VRF_BIND=mark
ip route add 10.20.0.0/24 dev eth0 table 11

# what an executor does for what services may use, at the end of whatever it changed
cat >/run/update <<-END
	#!/bin/sh
	PHASE=up IFACE=green INTERFACES_FILE=/run/interfaces IF_VRF_TABLE=11 IF_VRF_BIND=mark exec $executors/vrf
END
chmod +x /run/update

# row WHAT WHICH N CMD...
row() {
	row_what=$1 row_which=$2 row_n=$3
	shift 3
	printf 'growth\t%s\t%s\t%s\t%s\n' "$row_what" "$row_which" "$row_n" "$(repeat 5 "$@")"
}

# all WHICH N: each of what may grow with it, for both kinds of VRF
all() {
	for name in red green; do
		mode=device
		[ $name = red ] || mode=mark
		/run/vrf-exec-musl $name /bin/true
		row "start, set up, $mode" "$1" "$2" /run/vrf-exec-musl $name /bin/true
		printf 'growth\t%s\t%s\t%s\t%s\n' "start, new group, $mode" "$1" "$2" \
			"$(repeat -b "rmdir /sys/fs/cgroup/vrf/$name" 5 /run/vrf-exec-musl $name /bin/true)"
	done
	row "update, nothing changed" "$1" "$2" /run/update
	printf 'growth\t%s\t%s\t%s\t%s\n' "update, one route" "$1" "$2" "$(repeat -b "$one_route" 5 /run/update)"
}
one_route='ip route del 10.99.0.0/24 dev eth0 table 11 2>/dev/null || ip route add 10.99.0.0/24 dev eth0 table 11'

# routes FROM TO: so many more, in both tables
routes() {
	awk -v from="$1" -v to="$2" 'BEGIN {
		for (i = from; i < to; i++) {
			prefix = 100 + int(i / 65536) "." int(i / 256) % 256 "." i % 256 ".0/24"
			print "route add " prefix " dev eth1 table 10"
			if (i < 60000)
				print "route add " prefix " dev eth0 table 11"
		}
	}' | ip -batch -
	vrf up green IF_VRF_TABLE=11 IF_VRF_BIND=mark
	vrf up red IF_VRF_TABLE=10
}

all links 10
n=4
while [ $n -lt 1000 ]; do
	echo "link add more$n type dummy"
	n=$((n + 1))
done | ip -batch -
all links 1000
ip -o link show type dummy | sed -n 's/^[0-9]*: \(more[0-9]*\).*/link del \1/p' | ip -batch -

mkdir -p /sys/fs/cgroup/many
all groups 10
(cd /sys/fs/cgroup/many && seq 10000 | xargs mkdir)
all groups 10000
find /sys/fs/cgroup/many -depth -type d -exec rmdir {} +

all routes 10
was=10
for n in 1000 10000 100000; do
	routes $was $n
	was=$n
	all routes $n
done
