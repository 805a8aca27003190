#!/bin/sh
# vrf-ng: a script for udhcpc -s (dhcp-script in a stanza): for members of a VRF, and for other
# interfaces where the distribution's own script has no hooks.  That one does the work, but knows of
# no table but main: what the server says of routes is kept from it and handed to the VRF.
# shellcheck disable=SC2154 # udhcpc sets them
table=@EXECUTOR_PATH@/table
for script in /usr/share/udhcpc/default.script @SYSCONFDIR@/udhcpc/default.script; do
	[ ! -x "$script" ] || break
done
case ${1-} in
deconfig | leasefail | nak) IFACE=$interface PHASE=unlease "$table" ;;
esac
export VRF_NG_LEASE=1
if ! IFACE=$interface PHASE=member "$table" 2>/dev/null; then
	"$script" "$@"
	status=$?
	# Routes of VRFs that lead through it, and what follows from it.
	case ${1-} in
	bound | renew) IFACE=$interface PHASE=reapply INTERFACES_FILE=@SYSCONFDIR@/network/interfaces "$table" ;;
	esac
	exit $status
fi

LEASE_ROUTERS=${router-}
LEASE_ROUTES=${staticroutes-}
LEASE_NAMESERVERS=${dns-}
unset router staticroutes msstaticroutes
# Nameservers for the VRF alone: some scripts empty resolv.conf then, which is everybody's.
resolv=
case ${1-} in
bound | renew)
	if ! IFACE=$interface PHASE=names "$table" 2>/dev/null; then
		unset dns
		export IF_PEER_DNS=no
		resolv=$(cat /etc/resolv.conf 2>/dev/null)
	fi
	;;
esac
"$script" "$@"
status=$?
if [ -n "$resolv" ] && [ "$(cat /etc/resolv.conf 2>/dev/null)" != "$resolv" ]; then
	printf '%s\n' "$resolv" >/etc/resolv.conf
fi
case ${1-} in
bound | renew)
	export LEASE_ROUTERS LEASE_ROUTES LEASE_NAMESERVERS
	IFACE=$interface PHASE=lease INTERFACES_FILE=@SYSCONFDIR@/network/interfaces "$table"
	;;
esac
exit $status
