#!/bin/sh
# vrf-ng: no executor of ours runs for a stanza that says nothing of VRFs any
# more, and what it said before would stay: an interface in a VRF, a rule.  For
# if-create.d, before addresses, and if-post-down.d.
vrf=@EXECUTOR_PATH@/vrf
table=@EXECUTOR_PATH@/table
# what waits for its VRF has that number
waits() {
	case $(cat "/proc/sys/net/ipv4/conf/$IFACE/tag" 2>/dev/null) in 86 | 87) ;; *) false ;; esac
}
if [ -x "$vrf" ] && [ -z "${IF_VRF_MEMBER-}" ] && { [ -e "/sys/class/net/$IFACE/master" ] || waits; }; then
	PHASE=leave "$vrf" || exit
fi
[ "$PHASE" = post-down ] && [ -x "$table" ] || exit 0
PHASE=sweep exec "$table"
