# shellcheck shell=sh disable=SC2154,SC2034 # the client sets them, dhclient-script reads them
# vrf-ng: dhclient-script(8) sources this before it acts.  It knows of no table
# but main, so what the server says of routes is kept from it if $interface is a
# member of a VRF; the exit hook hands it to the VRF.
vrf_ng_routers=
vrf_ng_routes=
vrf_ng_names=${new_domain_name_servers-}
vrf_ng_names6=${new_dhcp6_name_servers-}
case $reason in
BOUND | RENEW | REBIND | REBOOT | TIMEOUT)
	if [ -x @EXECUTOR_PATH@/table ] && IFACE=$interface PHASE=member @EXECUTOR_PATH@/table 2>/dev/null; then
		vrf_ng_routers=$new_routers
		vrf_ng_routes=${new_rfc3442_classless_static_routes-}
		unset new_routers new_static_routes new_rfc3442_classless_static_routes
		IFACE=$interface PHASE=names @EXECUTOR_PATH@/table 2>/dev/null || unset new_domain_name_servers
	fi
	;;
BOUND6 | RENEW6 | REBIND6)
	if [ -x @EXECUTOR_PATH@/table ] && ! IFACE=$interface PHASE=names @EXECUTOR_PATH@/table 2>/dev/null; then
		unset new_dhcp6_name_servers
	fi
	;;
esac
