#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What tests/bench/run runs in the machine: the work of the executors by several means, in
# turns, in one run.
# shellcheck disable=SC2046,SC2086

PATH=/usr/sbin:/usr/bin:/sbin:/bin:/tests/bin
set -eu
rounds=${ROUNDS:-3}
modprobe vrf
modprobe veth
ip link set lo up
ip netns add peer
ip link add eth1 type veth peer name lan netns peer
ip -n peer addr add 10.20.40.1/24 dev lan
ip -n peer link set lan up
cat >/etc/network/interfaces <<EOF
iface vrf-red
    vrf-table 10

iface eth1
    vrf-member vrf-red
    address 10.20.40.40/24
EOF
ifup vrf-red
ifup eth1
cp /scratch/vrf-static /scratch/vrf-shared /scratch/true-static /run/

# lowest NAME N CMD...: the lowest of the rounds, in /run/NAME.
lowest() {
	name=$1
	shift
	now=$(repeat "$@")
	[ -s "/run/$name" ] && [ "$(cat "/run/$name")" -le "$now" ] || echo "$now" >"/run/$name"
}

# row TITLE NAME REFERENCE
row() {
	printf '  %-44s %9d us %7.2f x\n' "$1" "$(cat "/run/$2")" \
		"$(awk "BEGIN { print $(cat "/run/$2") / $(cat "/run/$3") }")"
}

# upstream's executor and ours do the same life of a VRF
cat >/run/life <<'EOF'
#!/bin/sh
for phase in create pre-up up post-up pre-down down post-down destroy; do
	env -i PATH=/usr/sbin:/usr/bin PHASE=$phase IFACE=vrf-bench IF_VRF_TABLE=99 \
		INTERFACES_FILE=/etc/network/interfaces "$1"
done
:
EOF
chmod +x /run/life
# what the kernel has to do in them, and no more
cat >/run/begin <<EOF
link add vrf-bench type vrf table 99
route add unreachable default metric 4278198272 table 99
route add unreachable ::/0 metric 4278198272 table 99
link set vrf-bench up
addr add 127.0.0.1/8 dev vrf-bench
addr add ::1/128 dev vrf-bench
EOF
cat >/run/end <<EOF
link del vrf-bench
route del unreachable default metric 4278198272 table 99
route del unreachable ::/0 metric 4278198272 table 99
EOF

i=0
while [ $i -lt $rounds ]; do
	lowest depend 20 env -i PHASE=depend IFACE=eth1 IF_VRF_MEMBER=vrf-red /run/vrf-shared
	lowest depend-true 20 env -i /bin/true
	lowest depend-static 20 env -i PHASE=depend IFACE=eth1 IF_VRF_MEMBER=vrf-red /run/vrf-static
	lowest depend-true-static 20 env -i /run/true-static
	lowest ours 2 /run/life /run/vrf-shared
	lowest ours-static 2 /run/life /run/vrf-static
	lowest idle 2 /run/life /run/true-static
	lowest kernel 2 sh -c 'ip -batch /run/begin && ip -batch /run/end'
	lowest no-kernel 2 sh -c 'ip -batch /dev/null && ip -batch /dev/null'
	[ ! -e /scratch/upstream-vrf ] || lowest theirs 2 /run/life /scratch/upstream-vrf
	i=$((i + 1))
done

echo "depend, as every ifup runs it for every stanza"
row "a dynamic /bin/true" depend-true depend-true
row "vrf depend, linked with shared libraries" depend depend-true
row "a static program that does nothing" depend-true-static depend-true-static
row "vrf depend" depend-static depend-true-static
echo
if [ -e /run/theirs ]; then
	echo "All phases of a VRF up and down, one process each"
	row "ifupdown-ng's own script with iproute2" theirs ours-static
	row "vrf" ours-static ours-static
	row "vrf, linked with shared libraries" ours ours-static
	row "a static program that does nothing, instead" idle ours-static
	echo "$(cat /run/kernel) $(cat /run/no-kernel)" | awk '{ print $1 - $2 }' >/run/kernel-alone
	row "the kernel's part of it, by ip -batch" kernel-alone ours-static
	echo
fi

# ifup -a as a whole: every executor of every stanza, depend included
ip link del vrf-bench 2>/dev/null || :
for name in /usr/libexec/ifupdown-ng/*; do
	mkdir -p /run/path/ours /run/path/ours-shared /run/path/theirs /run/path/floor
	name=${name##*/}
	cp "/usr/libexec/ifupdown-ng/$name" /run/path/ours/
	cp "/usr/libexec/ifupdown-ng/$name" /run/path/ours-shared/
	cp "/usr/libexec/ifupdown-ng/$name" /run/path/theirs/
	cp /run/true-static "/run/path/floor/$name"
done
cp /run/vrf-static /run/path/ours/vrf
cp /run/vrf-shared /run/path/ours-shared/vrf
rm -f /run/path/theirs/l3mdev /run/path/theirs/table
[ ! -e /scratch/upstream-vrf ] || cp /scratch/upstream-vrf /run/path/theirs/vrf
# interfaces N: so many VRFs, each with a member
interfaces() {
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++) {
			printf "auto many%d\niface many%d\n\tvrf-table %d\n\n", i, i, 1000 + i
			printf "auto card%d\niface card%d\n\tvrf-member many%d\n\taddress 10.%d.%d.40/24\n\n", \
				i, i, i, 100 + int(i / 250), i % 250
		}
	}' >/run/many
}
cat >/run/all <<'EOF'
#!/bin/sh
exec "$1" -a -i /run/many -S /run/many-state -E "$2"
EOF
chmod +x /run/all
n=0
for want in 1 10 100; do
	seq $((n + 1)) $want | sed 's/.*/link add card& type dummy/' | ip -batch -
	n=$want
	interfaces $want
	# thousands of programs start: what they take together hardly differs from round to round
	[ $want -lt 100 ] || ALL_ROUNDS=1
	rm -f /run/all-*
	for path in ours ours-shared theirs floor; do
		i=0
		while [ $i -lt "${ALL_ROUNDS:-2}" ]; do
			lowest all-$path 1 /run/all ifup /run/path/$path
			lowest down-$path 1 /run/all ifdown /run/path/$path
			i=$((i + 1))
		done
	done
	echo "ifup -a of $want VRFs with a member each"
	[ ! -e /scratch/upstream-vrf ] || row "ifupdown-ng's own scripts with iproute2" all-theirs all-floor
	row "vrf" all-ours all-floor
	row "vrf, linked with shared libraries" all-ours-shared all-floor
	row "executors that do nothing" all-floor all-floor
	echo
done
ip -o link show type dummy | sed -n 's/^[0-9]*: \(card[0-9]*\).*/link del \1/p' | ip -batch -

routes=${ROUTES:-20000}
awk "BEGIN { for (i = 0; i < $routes; i++) printf \"100.%d.%d.%d/32 via 10.20.40.1\n\", 64 + int(i / 65536), int(i / 256) % 256, i % 256 }" >/run/routes
sed 's/^/route add /; s/$/ table 10/' /run/routes >/run/batch
cat >/run/load <<'EOF'
#!/bin/sh
env -i PHASE=$1 IFACE=eth1 IF_VRF_MEMBER=vrf-red IF_TABLE_ROUTE_FILE=/run/routes \
	INTERFACES_FILE=/run/interfaces /usr/libexec/ifupdown-ng/table
EOF
chmod +x /run/load
printf 'iface vrf-red\n    vrf-table 10\n\niface eth1\n    vrf-member vrf-red\n    table-route-file /run/routes\n' >/run/interfaces
head -n 50 /run/batch | sed 's/^/ip /' >/run/each
rm -f /run/file /run/ip-batch /run/each-time /run/again
i=0
while [ $i -lt 3 ]; do
	lowest file 1 /run/load post-up
	lowest again 1 /run/load post-up
	/run/load pre-down
	lowest ip-batch 1 ip -batch /run/batch
	ip route flush table 10 proto boot
	lowest each-time 1 sh /run/each
	ip route flush table 10 proto boot
	i=$((i + 1))
done
echo "$routes routes into a VRF's table (lowest of 3)"
rate() {
	printf '  %-44s %9d routes/s\n' "$1" "$(awk "BEGIN { printf \"%d\", $3 * 1000000 / $(cat "/run/$2") }")"
}
rate "table-route-file" file "$routes"
rate "table-route-file, all there already" again "$routes"
rate "ip -batch" ip-batch "$routes"
rate "one ip for each (50)" each-time 50
