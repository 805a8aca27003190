#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What tests/bench/run runs in a third machine: what a lookup of a name costs by several means, and
# what those who ask for none pay for it.  Prints lines for tests/bench/report, as start.sh does.

PATH=/usr/sbin:/usr/bin:/sbin:/bin:/tests/bin
export PATH
set -eu
rounds=${ROUNDS:-3}
. /tests/net/words/vrf.sh
. /tests/net/words/bench.sh
modprobe -a vrf veth
ip link set lo up
cp /scratch/vrf-exec-musl /scratch/load /run/

# peer: two nameservers and a listener, on two cards of ours
ip netns add peer
ip -n peer link set lo up
for n in 0 1; do
	ip link add eth$n type veth peer name lan$n netns peer
	ip -n peer link set lan$n up
	ip -n peer addr add 10.20.$((30 + n * 10)).1/24 dev lan$n
done
card eth0 - 10.20.30.40/24
for n in 0 1; do
	nsenter --net=/run/netns/peer dnsmasq --conf-file=/dev/null --no-hosts --no-resolv --bind-interfaces --except-interface=lo \
		--listen-address=10.20.$((30 + n * 10)).1 --pid-file= --user=root --address=/who.test/192.0.2.1
done
nsenter --net=/run/netns/peer /run/load serve

# vrf PHASE IFACE [VARIABLE=VALUE...]
vrf() {
	phase=$1 iface=$2
	shift 2
	env -i PATH="$PATH" PHASE="$phase" IFACE="$iface" INTERFACES_FILE=/run/interfaces "$@" /usr/libexec/ifupdown-ng/vrf
}
: >/run/interfaces
vrf create red IF_VRF_TABLE=10
vrf up red IF_VRF_TABLE=10
card eth1 red 10.20.40.40/24
vrf up red IF_VRF_TABLE=10

# asks ADDRESS: whom resolv.conf names, for everybody
umount /etc/resolv.conf 2>/dev/null || :
rm -f /etc/resolv.conf
asks() {
	echo "nameserver $1" >/etc/resolv.conf
}

# of a network namespace, as ip-netns(8) does it: with a resolv.conf of its own mounted
routed
mkdir -p /etc/netns/routed
echo "nameserver 10.20.30.1" >/etc/netns/routed/resolv.conf

i=0
while [ $i -lt "$rounds" ]; do
	i=$((i + 1))
	vrf up red IF_VRF_TABLE=10
	asks 10.20.30.1
	number lookup "nothing" /run/load lookup who.test 300
	number lookup "ip netns exec, resolv.conf of its own" ip netns exec routed /run/load lookup who.test 300
	asks 10.20.40.1
	number lookup "VRF, resolv.conf names its nameserver" vrf-exec red /run/load lookup who.test 300
	vrf-exec red dnsmasq --conf-file=/dev/null --no-hosts --no-resolv --cache-size=0 --server=10.20.40.1 --bind-interfaces \
		--listen-address=127.0.0.1 --pid-file=/run/between.pid --user=root
	asks 127.0.0.1
	number lookup "VRF, a dnsmasq between" vrf-exec red /run/load lookup who.test 300
	kill "$(cat /run/between.pid)"
	asks 10.20.30.1
	number point "nothing" /run/load point 10.20.30.1 6000
	number point "VRF" vrf-exec red /run/load point 10.20.40.1 6000
	number send "nothing" /run/load send 10.20.30.1 6000
	number send "VRF" vrf-exec red /run/load send 10.20.40.1 6000
	vrf up red IF_VRF_TABLE=10 IF_VRF_NAMESERVER=10.20.40.1
	number lookup "VRF with vrf-nameserver" vrf-exec red /run/load lookup who.test 300
	number point "no VRF, where one has a nameserver" /run/load point 10.20.30.1 6000
	number point "VRF with vrf-nameserver" vrf-exec red /run/load point 10.20.40.1 6000
	number send "no VRF, where one has a nameserver" /run/load send 10.20.30.1 6000
	number send "VRF with vrf-nameserver" vrf-exec red /run/load send 10.20.40.1 6000
done
