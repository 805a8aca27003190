# shellcheck shell=sh disable=SC2154 # the client sets them
# vrf-ng: dhcpcd-run-hooks(8) sources this.  dhcpcd knows of no table but main,
# and takes the prefix's route from the VRF as well; so for a member of a VRF
# dhcpcd.conf says `noconfigure`, and the address is put on $interface here.
vrf_ng_address() {
	[ "${if_configured-}" = false ] && IFACE=$interface PHASE=member @EXECUTOR_PATH@/table 2>/dev/null || return 0
	if [ -n "${old_ip_address-}" ] && [ "$old_ip_address" != "$1" ]; then
		ip -4 addr del "$old_ip_address/$old_subnet_cidr" dev "$interface" || :
	fi
	[ -z "$1" ] || ip -4 addr replace "$1/$new_subnet_cidr" \
		${new_broadcast_address:+broadcast $new_broadcast_address} dev "$interface"
}

if [ -x @EXECUTOR_PATH@/table ]; then
	case $reason in
	BOUND | RENEW | REBIND | REBOOT | TIMEOUT | BOUND6 | RENEW6 | REBIND6 | ROUTERADVERT)
		[ -z "${new_ip_address-}" ] || vrf_ng_address "$new_ip_address"
		# A hook for IPv6 carries no lease of IPv4.
		if [ -n "${new_ip_address-}" ]; then
			vrf_ng_phase=lease
		else
			vrf_ng_phase=reapply
		fi
		LEASE_ROUTERS=${new_routers-} LEASE_ROUTES=${new_classless_static_routes-} IFACE=$interface \
			PHASE=$vrf_ng_phase INTERFACES_FILE=@SYSCONFDIR@/network/interfaces @EXECUTOR_PATH@/table || :
		;;
	EXPIRE | NAK | FAIL | RELEASE | STOP | NOCARRIER)
		vrf_ng_address ""
		# A VRF that goes takes the carrier of its members.
		[ "$reason" = NOCARRIER ] || IFACE=$interface PHASE=unlease @EXECUTOR_PATH@/table || :
		;;
	esac
fi
