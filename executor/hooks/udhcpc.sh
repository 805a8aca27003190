#!/bin/sh
# vrf-ng: udhcpc's default.script runs this from post-bound and post-renew; it changed $interface.
table=@EXECUTOR_PATH@/table
[ -x "$table" ] || exit 0
# Below udhcpc-script.sh that one does it.
[ -z "${VRF_NG_LEASE-}" ] || exit 0
# shellcheck disable=SC2154 # udhcpc sets them
LEASE_ROUTERS=$router LEASE_ROUTES=$staticroutes LEASE_NAMESERVERS=$dns IFACE=$interface PHASE=lease \
	INTERFACES_FILE=@SYSCONFDIR@/network/interfaces exec "$table"
