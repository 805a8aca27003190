#!/bin/sh
# vrf-ng: a script for udhcpc -s, for members of a VRF (dhcp-script in their
# stanzas).  The distribution's own script does the work, but knows of no table
# but main: what the server says of routes is kept from it and handed to the VRF.
# shellcheck disable=SC2154 # udhcpc sets them
table=@EXECUTOR_PATH@/table
for script in /usr/share/udhcpc/default.script @SYSCONFDIR@/udhcpc/default.script; do
	[ ! -x "$script" ] || break
done
case ${1-} in
deconfig | leasefail | nak) IFACE=$interface PHASE=unlease "$table" ;;
esac
if ! IFACE=$interface PHASE=member "$table" 2>/dev/null; then
	exec "$script" "$@"
fi

export VRF_NG_LEASE=1
LEASE_ROUTERS=${router-}
LEASE_ROUTES=${staticroutes-}
unset router staticroutes msstaticroutes
"$script" "$@"
status=$?
case ${1-} in
bound | renew)
	export LEASE_ROUTERS LEASE_ROUTES
	IFACE=$interface PHASE=lease INTERFACES_FILE=@SYSCONFDIR@/network/interfaces "$table"
	;;
esac
exit $status
