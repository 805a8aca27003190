#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Passes: it meets nothing of the script before it.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

check_fails "no device" ip link show leftover
check_fails "no file in /etc" test -e /etc/leftover
check_fails "no file in /run" test -e /run/leftover
check_fails "no cgroup" test -e /sys/fs/cgroup/leftover
check_fails "no process" pgrep -f 1-good
