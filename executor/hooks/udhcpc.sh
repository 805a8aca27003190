#!/bin/sh
# vrf-ng: udhcpc's default.script runs this from post-bound and post-renew; it changed $interface.
table=@EXECUTOR_PATH@/table
[ -x "$table" ] || exit 0
# shellcheck disable=SC2154 # udhcpc sets it
IFACE=$interface PHASE=reapply INTERFACES_FILE=@SYSCONFDIR@/network/interfaces exec "$table"
