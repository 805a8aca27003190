#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A VRF that is down leaves nothing in /sys/fs/cgroup/vrf-ng, also when something else comes and
# goes while a process of the VRF's is still there, or has just ended.

. "$(dirname "$0")/lib.sh"

lan office eth0 10.20.30.1/24
lan management eth1 10.20.40.1/24
ip link set lo up
interfaces <<'END'
iface eth0
    address 10.20.30.40/24

iface red
    vrf-table 10

iface eth1
    vrf-member red
    address 10.20.40.40/24
END
home=/sys/fs/cgroup/vrf-ng/$(stat -Lc %i /proc/self/ns/net)

check "up" ifup eth0 red eth1
vrf-exec red sleep 1000 3>&- &
wait_for 10 test -d "$home/red"
check "control: a VRF that is up has its home" test -d "$home/red"
check "the VRF goes" sh -c 'ifdown eth1 && ifdown red'
check_fails "its home has gone" test -d "$home/red"
check "another interface goes and comes" sh -c 'ifdown -f eth0 && ifup -f eth0'
check_fails "that has not brought the home back, although a process has the VRF's set" test -d "$home"
check "the VRF comes back" sh -c 'ifup red && ifup eth1'
from management probe tcp-echo 80
check "and that process's group has its set again" sh -c "echo \$\$ >$(sed -n 's,^0::,/sys/fs/cgroup,p' /proc/$!/cgroup)/cgroup.procs && exec probe tcp 10.20.40.1 80"
kill $!
