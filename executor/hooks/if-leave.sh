#!/bin/sh
# vrf-ng: an interface may be in a VRF that its stanza no longer names, and no
# executor of ours runs for such a stanza.  For if-create.d, before addresses, and
# if-post-down.d.
vrf=@EXECUTOR_PATH@/vrf
[ -x "$vrf" ] && [ -z "${IF_VRF_MEMBER-}" ] && [ -e "/sys/class/net/$IFACE/master" ] || exit 0
PHASE=leave exec "$vrf"
