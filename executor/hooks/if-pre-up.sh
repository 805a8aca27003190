#!/bin/sh
# vrf-ng: what a pre-up command or another script here has made, Alpine's bridges
# for one, did not exist when the executors of pre-up ran.  It joins its VRF
# before it gets addresses.  Named to come behind `bridge`.
vrf=@EXECUTOR_PATH@/vrf
[ -x "$vrf" ] && [ -n "${IF_VRF_MEMBER-}" ] || exit 0
[ -e "/sys/class/net/$IFACE" ] && [ ! -e "/sys/class/net/$IFACE/master" ] || exit 0
exec "$vrf"
