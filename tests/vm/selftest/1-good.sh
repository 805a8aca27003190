#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Passes, and leaves what the next script must not find.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

hang() {
	while :; do sleep 1; done
}

check "true" true
ip link add leftover type dummy
echo leftover >/etc/leftover
echo leftover >/run/leftover
mkdir /sys/fs/cgroup/leftover
hang >/dev/null 2>&1 3>&- &
echo $! >/sys/fs/cgroup/leftover/cgroup.procs
