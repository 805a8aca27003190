#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2086,SC2016 # $user is a command with its arguments; what others run is theirs to expand
#
# Control groups as they are in the field: each works or fails closed with a line that
# says what to do.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

lan management eth1 10.20.40.1/24
device_vrf red 10 eth1 10.20.40.40/24
from management probe tcp-echo 7
top=/sys/fs/cgroup

# below GROUP CMD...: started in this control group, by its path below the top
below() {
	below_group=$top/$1
	shift
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$below_group" "$@"
}

# service NAME: a service with this control group enters and reaches its network
service() {
	mkdir -p "$top/$1" &&
		prints "^0::/$1/vrf/red$" below "$1" vrf-exec red cat /proc/self/cgroup &&
		below "$1" vrf-exec red probe tcp 10.20.40.1 7 &&
		prints "^0::/$1$" below "$1" vrf-exec red vrf-exec default cat /proc/self/cgroup
}

for name in sshd openrc.sshd vrf-something vrfs my-vrf red.vrf red-ns user.slice/session; do
	check "a service $name" service $name
done
mkdir -p $top/vrf
check "a service vrf, as OpenRC 0.45 would call it" \
	prints '^0::/vrf/red$' below vrf vrf-exec red cat /proc/self/cgroup
check "... known to ip vrf identify" prints '^red$' below vrf vrf-exec red ip vrf identify
mkdir -p $top/sshd/vrf/red/session
check "from below the VRF's control group" \
	prints '^0::/sshd/vrf/red$' below sshd/vrf/red/session vrf-exec red cat /proc/self/cgroup
wait_for 5 rmdir $top/sshd/vrf/red/session
check "a directory left over from before" service sshd
check "... by ip vrf exec" sh -c "mkdir -p $top/left && echo \$\$ >$top/left/cgroup.procs && ip vrf exec red true"
check "... is used" service left

# A control group that belongs to a user: who may write there takes processes out again.
# delegated GROUP: as systemd, elogind or an administrator hands one over
delegated() {
	mkdir -p "$top/$1" && chown 65534 "$top/$1" "$top/$1"/cgroup.procs "$top/$1"/cgroup.threads \
		"$top/$1"/cgroup.subtree_control
}

# stays GROUP: its owner does not get a confined process back to it
stays() {
	sh -c 'echo $$ >"$0/cgroup.procs" && exec vrf-exec red sleep 1000' "$top/$1" &
	stays_pid=$!
	wait_for 10 grep -q /vrf/red /proc/$stays_pid/cgroup
	stays_status=0
	$user sh -c "echo $stays_pid >$top/$1/cgroup.procs" || stays_status=$?
	cat /proc/$stays_pid/cgroup
	grep -q '/vrf/red$' /proc/$stays_pid/cgroup && [ $stays_status != 0 ] || stays_status=0
	kill $stays_pid
	wait $stays_pid || :
	[ $stays_status != 0 ]
}
delegated user.slice/user-1000
mkdir -p $top/user.slice/user-1000/session/a
check "started in a user's control group: above it" prints '^0::/user.slice/vrf/red$' \
	below user.slice/user-1000 vrf-exec red cat /proc/self/cgroup
check "... also far below" prints '^0::/user.slice/vrf/red$' \
	below user.slice/user-1000/session/a vrf-exec red cat /proc/self/cgroup
check "... where the user does not get it back" stays user.slice/user-1000
check "... --attach, too" sh -c "sleep 9 & pid=\$!; echo \$pid >$top/user.slice/user-1000/cgroup.procs
	vrf-exec --attach red \$pid; grep -qx 0::/user.slice/vrf/red /proc/\$pid/cgroup; s=\$?; kill \$pid; exit \$s"
check "default stays in the user's" prints '^0::/user.slice/user-1000/session$' \
	below user.slice/user-1000/session vrf-exec default cat /proc/self/cgroup
mkdir -p $top/procs
chown 65534 $top/procs/cgroup.procs
check "a group of which the user has the list of processes alone" prints '^0::/vrf/red$' \
	below procs vrf-exec red cat /proc/self/cgroup
mkdir -p $top/handed/vrf/red
chown 65534 $top/handed/vrf $top/handed/vrf/cgroup.procs
check "a VRF's group that was handed to a user is refused" \
	fails_with '^vrf-exec: red: cannot make its control group .*belongs to a user, who could leave' \
	below handed vrf-exec red touch /run/ran
check "... and nothing ran" test ! -e /run/ran
rmdir $top/handed/vrf/red
check_fails "... where it is to be made as well" below handed vrf-exec red true
check "... and none is made" test ! -e $top/handed/vrf/red

# Whoever can open a file can flock(2) it.
# held FILE CMD...: CMD comes to its end while a user holds a lock there
held() {
	held_file=$1
	shift
	$user flock "$held_file" sh -c 'echo ready; exec sleep 1000' >/run/held &
	held_pid=$!
	wait_for 5 grep -q ready /run/held || return
	held_status=0
	below "" timeout 15 "$@" || held_status=$?
	pkill -x sleep || :
	wait $held_pid || :
	return $held_status
}
mkdir -p $top/plain
below plain ip vrf exec red true
check "a lock on what ip vrf exec made keeps nobody" held $top/plain/vrf/red sh -c "echo \$\$ >$top/plain/cgroup.procs; exec vrf-exec red true"
check "... nor rc-vrf sync" held $top/plain/vrf/red rc-vrf sync
mkdir -p $top/user.slice/user-1000/vrf/red
chown 65534 $top/user.slice/user-1000/vrf/red
check "... nor one on a group of the user's" held $top/user.slice/user-1000/vrf/red rc-vrf sync
check_fails "a user does not open what we make" $user ls $top/sshd/vrf/red
check_fails "who has a lock on what we made is waited for" \
	flock $top/sshd/vrf/red sh -c "echo \$\$ >$top/sshd/cgroup.procs; exec timeout 2 vrf-exec red touch /run/entered"
check "... without anything run" test ! -e /run/entered
check "a user does not open what is locked elsewhere" fails_with 'ermission denied' $user flock -n $top/sshd/vrf/red/cgroup.kill true

# Controllers can be had only where no process is, thus not below where this script is.
outside() {
	apart "$@"
}

# controlled GROUP CMD...: as `below`, in a hierarchy whose groups have controllers
controlled() {
	below_group=$top/$1
	shift
	outside sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$below_group" "$@"
}

outside sh -e -c "echo +pids >$top/cgroup.subtree_control
	mkdir -p $top/ctl/leaf/vrf/red
	echo +pids >$top/ctl/cgroup.subtree_control"
check "a leaf below controllers" prints '^0::/ctl/leaf/vrf/red$' \
	controlled ctl/leaf vrf-exec red cat /proc/self/cgroup
outside sh -e -c "echo +pids >$top/ctl/leaf/cgroup.subtree_control
	echo +pids >$top/ctl/leaf/vrf/cgroup.subtree_control"
check "controllers in the group that holds the VRFs" prints '^0::/ctl/leaf/vrf/red$' \
	outside sh -c "mkdir -p $top/ctl/leaf/main; echo \$\$ >$top/ctl/leaf/vrf/red/cgroup.procs; vrf-exec red cat /proc/self/cgroup"
outside sh -e -c "echo +pids >$top/ctl/leaf/vrf/red/cgroup.subtree_control"
check "controllers in the VRF's own group" \
	fails_with '^vrf-exec: red: cannot join .*turn off the controllers in cgroup.subtree_control.*: (Device or r|R)esource busy$' \
	outside sh -c "mkdir -p $top/ctl/leaf/vrf/red/a; echo \$\$ >$top/ctl/leaf/vrf/red/a/cgroup.procs; vrf-exec red true"
check "... 125" status 125 \
	outside sh -c "echo \$\$ >$top/ctl/leaf/vrf/red/a/cgroup.procs; vrf-exec red true"
outside find $top/ctl -depth -type d -exec rmdir {} +

mkdir -p $top/threads/part
echo threaded >$top/threads/part/cgroup.type
check "a threaded control group" \
	fails_with '^vrf-exec: red: cannot join .*threaded.*: (Operation|Not) ' below threads vrf-exec red true
check "... 125" status 125 below threads vrf-exec red true

# Programs of others.  with WHERE FLAGS [IFINDEX]: a program on the control group `other` or on the VRF's in it
with() {
	with_dir=$top/other
	[ "$1" = above ] || with_dir=$top/other/vrf/red
	mkdir -p "$with_dir"
	shift
	foreign "$with_dir" "$@"
}

# ours WHERE FLAGS [IFINDEX]: confined all the same
ours() {
	with "$@" && below other vrf-exec red probe tcp 10.20.40.1 7 &&
		fails_with EPERM below other vrf-exec red probe unspec 127.0.0.1 9 &&
		prints 'tcp4 device=red' below other vrf-exec red probe sockets
}

# refused PATTERN WHERE FLAGS [IFINDEX]: one line, and the command does not run
refused() {
	refused_pattern=$1
	shift
	with "$@" && fails_with "$refused_pattern" below other vrf-exec red touch /run/ran && not [ -e /run/ran ] &&
		status 125 below other vrf-exec red true
}

# nothing of it is left for the next
forget() {
	wait_for 5 rmdir "$top/other/vrf/red" "$top/other/vrf" "$top/other"
}
for flags in multi override; do
	check "a program above, $flags" ours above $flags
	forget
done
check "one that binds, override" ours above override 1
forget
check "one that binds and has the last word, multi" \
	refused "^vrf-exec: red: cannot enter \\(sockets are not bound to it: see bpftool cgroup tree\\)$" above multi 1
forget
check "one that allows no other" \
	refused '^vrf-exec: red: cannot attach .*a program there or further up allows no other: see bpftool.*: Operation not permitted$' above alone
forget
check "one on the same control group, multi" ours on multi 1
forget
check "... override" refused 'allows no other: see bpftool cgroup tree' on override
forget
check "... that of ip vrf exec" ours on alone 1
forget

# namespaces and mounts
mkdir -p $top/container
check "a control group namespace" below container unshare -C -m sh -c \
	"umount $top && mount -t cgroup2 none $top && vrf-exec red probe tcp 10.20.40.1 7 && vrf-exec red cat /proc/self/cgroup && test -d $top/vrf/red"
check "... with the mount of outside" \
	fails_with '^vrf-exec: red: cannot find .*outside of the control groups mounted here' \
	below container unshare -C vrf-exec red true
check "a part of the hierarchy mounted" below container unshare -m sh -c \
	"mount --bind $top/container /mnt && umount $top && mount --move /mnt $top && vrf-exec red true && test -d $top/vrf/red"
check "another part of it" \
	fails_with 'outside of the control groups mounted here' unshare -m sh -c \
	"mount --bind $top/container /mnt && umount $top && mount --move /mnt $top && vrf-exec red true"
check "a read-only mount" fails_with '^vrf-exec: red: cannot find .*mount cgroup2 read-write.*: Read-only file system$' \
	unshare -m sh -c "mount -o remount,ro,bind $top && vrf-exec red true"
check "... is no matter for an executor that finds nothing to change there" unshare -n -m sh -c \
	"mount -o remount,ro,bind $top && PHASE=destroy IFACE=lab IF_VRF_TABLE=77 INTERFACES_FILE=/dev/null /usr/libexec/ifupdown-ng/vrf"
check "... and a read-write one elsewhere" unshare -m sh -c \
	"mount -o remount,ro,bind $top && mount -t cgroup2 none /mnt && vrf-exec red probe tcp 10.20.40.1 7"
check "the hybrid layout of OpenRC" unshare -m sh -c \
	"umount $top && mount -t tmpfs none $top && mkdir $top/unified && mount -t cgroup2 none $top/unified &&
		vrf-exec red probe tcp 10.20.40.1 7 && test -d $top/unified/vrf/red"
check "a mount that another one hides" unshare -m sh -c \
	"mount -t tmpfs none $top && mount -t cgroup2 none /mnt && vrf-exec red true"
check "none mounted" unshare -m sh -c \
	"umount $top && vrf-exec red probe tcp 10.20.40.1 7 && ! grep -q ' $top ' /proc/mounts && test -d /var/run/cgroup2/vrf/red"
check "no /proc" status 125 unshare -m sh -c "umount -l /proc && vrf-exec red true"

# A named network namespace has the same VRF once more, and control groups of its own.
ip netns add other
ip -n other link set lo up
ip -n other link add red type vrf table 10
ip -n other link set red up
check "a named network namespace" prints '^0::/other-ns/vrf/red$' \
	from other vrf-exec red cat /proc/self/cgroup
check "... as ip vrf exec has it" prints '^0::/ip/other-ns/vrf/red$' sh -c \
	"mkdir $top/ip; echo \$\$ >$top/ip/cgroup.procs; nsenter --net=/run/netns/other ip vrf exec red cat /proc/self/cgroup"
check "... back" prints '^0::/vrf/red$' from other vrf-exec red nsenter --net=/proc/$$/ns/net vrf-exec red cat /proc/self/cgroup
check "... nested" prints '^0::/other-ns/vrf/red$' from other vrf-exec red vrf-exec red cat /proc/self/cgroup
check "one that gets its name later keeps the group that it has" prints '^0::/late/vrf/red$' unshare -n sh -e -c '
	ip link set lo up; ip link add red type vrf table 10; ip link set red up
	mkdir "$0"; echo $$ >"$0/cgroup.procs"; vrf-exec red true
	ip netns attach late $$; exec vrf-exec red cat /proc/self/cgroup' $top/late
vrf-exec red sleep 1000 &
sleeper=$!
wait_for 5 grep -q /vrf/red /proc/$sleeper/cgroup
check "an unnamed one may not use a control group that is in use" \
	fails_with 'confined in another way' unshare -n sh -c \
	"ip link set lo up && ip link add red type vrf table 10 && ip link set red up && vrf-exec red true"
check "... which still works" vrf-exec red probe tcp 10.20.40.1 7
kill $sleeper
