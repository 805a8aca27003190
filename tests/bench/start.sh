#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What tests/bench/run runs in the machine: starting a command, and the data path, by several
# means, in turns.  Prints lines for tests/bench/report: WHAT, HOW and a number, with tabs between.

PATH=/usr/sbin:/usr/bin:/sbin:/bin:/tests/bin
export PATH
set -eu
rounds=${ROUNDS:-3}
. /tests/net/words/vrf.sh
. /tests/net/words/bench.sh
modprobe -a vrf veth macvlan
ip link set lo up
cp /scratch/vrf-exec-dynamic /scratch/vrf-exec-musl /scratch/load /scratch/hollow /run/

# peer: who answers, on two cards of ours
ip netns add peer
ip -n peer link set lo up
for n in 0 1; do
	ip link add eth$n type veth peer name lan$n netns peer
	ip -n peer link set lan$n up
done
ip -n peer addr add 10.20.30.1/24 dev lan0
ip -n peer addr add 10.20.40.1/24 dev lan1
card eth0 - 10.20.30.40/24
device_vrf red 10 eth1 10.20.40.40/24
mark_vrf green 11 eth0 10.20.30.0/24
# ip(8) may not replace the programs of a confined control group
ip link add blue type vrf table 12
ip link set blue up

# isolated by a network namespace: with a veth that is routed, with a macvlan
routed
ip netns add bridged
ip link add macvlan0 link eth0 type macvlan mode bridge
ip link set macvlan0 netns bridged
ip -n bridged addr add 10.20.30.50/24 dev macvlan0
ip -n bridged link set macvlan0 up

# as deep as that of a VRF: what the kernel counts for a group it counts for all above
mkdir -p /sys/fs/cgroup/matched/deep /sys/fs/cgroup/plain/deep /sys/fs/cgroup/hollow/deep
nft() {
	LD_LIBRARY_PATH=/scratch/nft/lib /scratch/nft/nft "$@"
}
matched=
if [ -x /scratch/nft/nft ]; then
	cat >/run/ruleset <<-EOF
		table inet isolation {
			chain output {
				type filter hook output priority 0
				socket cgroupv2 level 1 "matched" oifname != "eth0" drop
			}
			chain input {
				type filter hook input priority 0
				socket cgroupv2 level 1 "matched" iifname != "eth0" drop
			}
		}
	EOF
	matched=matched
fi

# A command of each: the programs are there, or the control group is new.
start() {
	number start "nothing" repeat 10 /bin/true
	number start "vrf-exec" repeat 10 vrf-exec red /bin/true
	number start "vrf-exec, static with musl" repeat 10 /run/vrf-exec-musl red /bin/true
	number start "vrf-exec, dynamic" repeat 10 /run/vrf-exec-dynamic red /bin/true
	number start "ip vrf exec" repeat 10 ip vrf exec blue /bin/true
	number start "ip netns exec" repeat 10 ip netns exec routed /bin/true
	new='rmdir /sys/fs/cgroup/vrf/red'
	number new "nothing" repeat 10 /bin/true
	number new "vrf-exec" repeat -b "$new" 10 vrf-exec red /bin/true
	number new "vrf-exec, static with musl" repeat -b "$new" 10 /run/vrf-exec-musl red /bin/true
	number new "vrf-exec, dynamic" repeat -b "$new" 10 /run/vrf-exec-dynamic red /bin/true
	number new "ip vrf exec" repeat -b 'rmdir /sys/fs/cgroup/vrf/blue' 10 ip vrf exec blue /bin/true
}

# in_group GROUP CMD...
in_group() {
	# shellcheck disable=SC2016 # the inner shell's
	sh -c 'echo $$ >/sys/fs/cgroup/$0/cgroup.procs && exec "$@"' "$@"
}

# data WHAT N: a load by every means
data() {
	number "$1" "nothing" in_group plain/deep /run/load "$1" 10.20.30.1 "$2"
	number "$1" "VRF, not confined" vrf-exec --no-confine loose /run/load "$1" 10.20.60.1 "$2"
	number "$1" "VRF, empty programs" in_group hollow/deep /run/load "$1" 10.20.40.1 "$2"
	number "$1" "VRF, confined" vrf-exec red /run/load "$1" 10.20.40.1 "$2"
	number "$1" "mark, confined" vrf-exec green /run/load "$1" 10.20.30.1 "$2"
	number "$1" "netns with a veth, routed" in_group plain/deep ip netns exec routed /run/load "$1" 10.20.30.1 "$2"
	number "$1" "netns with a macvlan" in_group plain/deep ip netns exec bridged /run/load "$1" 10.20.30.1 "$2"
	[ -z "$matched" ] || {
		nft -f /run/ruleset
		number "$1" "nftables, by control group" in_group matched/deep /run/load "$1" 10.20.30.1 "$2"
		nft delete table inet isolation
	}
}

# A VRF of the same kind for what is not confined: its programs must not meet the others'.
ip link add eth2 type veth peer name lan2 netns peer
ip -n peer link set lan2 up
ip -n peer addr add 10.20.60.1/24 dev lan2
device_vrf loose 13 eth2 10.20.60.40/24
nsenter --net=/run/netns/peer /run/load serve
vrf-exec red true
/run/hollow /sys/fs/cgroup/vrf/red /sys/fs/cgroup/hollow/deep
i=0
while [ $i -lt "$rounds" ]; do
	i=$((i + 1))
	start
	# long enough that a tick of the clock more or less is no tenth of a difference
	data stream 32
	data request 2000
	data connect 600
	data datagram 6000
	number stopped "nothing" in_group plain/deep /run/load stopped 10.20.30.1%eth0 6000
	number stopped "VRF, not confined" vrf-exec --no-confine loose /run/load stopped 10.20.30.1%eth0 6000
	number stopped "VRF, confined" vrf-exec red /run/load stopped 10.20.30.1%eth0 6000
done
