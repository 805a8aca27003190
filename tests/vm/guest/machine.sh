# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# tests/vm/guest/machine.sh - what an init does before anything else, for the
# guests that run without OpenRC.  Sourced by process 1.

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/tests/bin
export HOME=/root TERM="${TERM:-linux}" LC_ALL=C

/tests/ports
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs tmp /tmp
mkdir -p /run/lock /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t cgroup2 cgroup2 /sys/fs/cgroup
hostname guest
/sbin/ip link set lo up

# End the machine: qemu runs with -no-reboot.  What was written to a
# virtio-serial port has left the guest when write(2) returned.
machine_off() {
	/tests/counts
	sync
	echo b >/proc/sysrq-trigger
	sleep 10
}
