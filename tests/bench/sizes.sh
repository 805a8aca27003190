#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What tests/bench/run runs in a machine of each C library: of every program the highest
# resident set and the time of a start that does nothing, and vrf-exec's of one that
# enters.  Lines of PROGRAM, FILE, KiB, microseconds.

PATH=/usr/sbin:/usr/bin:/sbin:/bin:/tests/bin
set -eu
cat >/etc/network/interfaces <<END
iface red
    vrf-table 10
END
ifup red

# measure TITLE FILE COMMAND...
measure() {
	title=$1 file=$2
	shift 2
	"$@" >/dev/null 2>&1 # once, so that all is in memory
	memory=$(peak 1000000 "$@" 2>/dev/null | sed -n 's/ KiB$//p' | tail -n 1)
	printf '%s\t%s\t%s\t%s\n' "$title" "$file" "$memory" "$(repeat 20 "$@")"
}

executors=/usr/libexec/ifupdown-ng
for name in vrf l3mdev table; do
	measure $name $executors/$name env -i PHASE=depend IFACE=red $executors/$name
done
measure rc-vrf /usr/sbin/rc-vrf rc-vrf --version
measure "rc-vrf show" /usr/sbin/rc-vrf rc-vrf
measure vrf-exec /usr/sbin/vrf-exec vrf-exec --version
measure "vrf-exec red true" /usr/sbin/vrf-exec vrf-exec red true

# every route of every VRF is read
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "unreachable 10.%d.%d.%d/32\n", i / 65536, i / 256 % 256, i % 256 }' >/tmp/routes
cat >>/etc/network/interfaces <<END

iface many
    vrf-table 77
    vrf-bind mark
    table-route-file /tmp/routes
END
ifup many
measure "rc-vrf show, 100000 routes" /usr/sbin/rc-vrf rc-vrf
measure "rc-vrf check, 100000 routes" /usr/sbin/rc-vrf rc-vrf check
