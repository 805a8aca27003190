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

# vrf_ng_six OLD|NEW COMMAND...: run it for each address of DHCPv6 that dhcpcd tells by that prefix, with
# how long the address is good for in $vrf_ng_valid and $vrf_ng_preferred.
vrf_ng_six() {
	vrf_ng_prefix=$1_dhcp6_ia_na
	shift
	for vrf_ng_na in 1 2 3 4 5 6 7 8; do
		for vrf_ng_i in 1 2 3 4 5 6 7 8; do
			vrf_ng_name=$vrf_ng_prefix${vrf_ng_na}_ia_addr$vrf_ng_i
			eval "vrf_ng_value=\${$vrf_ng_name-} vrf_ng_valid=\${${vrf_ng_name}_vltime-} \
				vrf_ng_preferred=\${${vrf_ng_name}_pltime-}"
			[ -z "$vrf_ng_value" ] || "$@" "$vrf_ng_value"
		done
	done
}

vrf_ng_six_add() {
	# busybox's knows of no lifetimes; the address goes with EXPIRE6.
	ip -6 addr replace "$1/128" dev "$interface" ${vrf_ng_valid:+valid_lft "$vrf_ng_valid"} \
		${vrf_ng_preferred:+preferred_lft "$vrf_ng_preferred"} 2>/dev/null ||
		ip -6 addr replace "$1/128" dev "$interface" || :
	vrf_ng_kept="$vrf_ng_kept $1 "
}

vrf_ng_six_del() {
	case $vrf_ng_kept in
	*" $1 "*) ;;
	*) ip -6 addr del "$1/128" dev "$interface" 2>/dev/null || : ;;
	esac
}

# As above; the prefix's route is not DHCPv6's, the kernel has it from a router.
vrf_ng_addresses6() {
	[ "${if_configured-}" = false ] && IFACE=$interface PHASE=member @EXECUTOR_PATH@/table 2>/dev/null || return 0
	vrf_ng_kept=
	case $reason in
	BOUND6 | RENEW6 | REBIND6 | REBOOT6) vrf_ng_six new vrf_ng_six_add ;;
	*) vrf_ng_six new vrf_ng_six_del ;;
	esac
	vrf_ng_six old vrf_ng_six_del
}

# dhcpcd has the kernel make no link-local address, since it sets one itself; with noconfigure it does not.
vrf_ng_link_local() {
	[ "${if_configured-}" = false ] && IFACE=$interface PHASE=member @EXECUTOR_PATH@/table 2>/dev/null || return 0
	vrf_ng_mode=/proc/sys/net/ipv6/conf/$interface/addr_gen_mode
	if [ -w "$vrf_ng_mode" ] && [ "$(cat "$vrf_ng_mode")" = 1 ]; then
		echo 0 >"$vrf_ng_mode"
	fi
}

if [ -x @EXECUTOR_PATH@/table ]; then
	case $reason in
	PREINIT | CARRIER) vrf_ng_link_local ;;
	BOUND6 | RENEW6 | REBIND6 | REBOOT6 | EXPIRE6 | RELEASE6 | STOP6) vrf_ng_addresses6 ;;
	esac
	case $reason in
	BOUND | RENEW | REBIND | REBOOT | TIMEOUT | BOUND6 | RENEW6 | REBIND6 | REBOOT6 | ROUTERADVERT)
		[ -z "${new_ip_address-}" ] || vrf_ng_address "$new_ip_address"
		# A hook for IPv6 carries no lease of IPv4.
		if [ -n "${new_ip_address-}" ]; then
			vrf_ng_phase=lease
			vrf_ng_names=${new_domain_name_servers-}
		else
			# from the server, or from the first two routers
			vrf_ng_names="${new_dhcp6_name_servers-} ${nd1_rdnss1_servers-} ${nd2_rdnss1_servers-}"
			vrf_ng_phase=lease6
			case $vrf_ng_names in *[!\ ]*) ;; *) vrf_ng_phase=reapply vrf_ng_names= ;; esac
		fi
		LEASE_ROUTERS=${new_routers-} LEASE_ROUTES=${new_classless_static_routes-} \
			LEASE_NAMESERVERS=$vrf_ng_names IFACE=$interface \
			PHASE=$vrf_ng_phase INTERFACES_FILE=@SYSCONFDIR@/network/interfaces @EXECUTOR_PATH@/table || :
		;;
	EXPIRE | NAK | FAIL | RELEASE | STOP | NOCARRIER)
		vrf_ng_address ""
		# A VRF that goes takes the carrier of its members.
		[ "$reason" = NOCARRIER ] || IFACE=$interface PHASE=unlease @EXECUTOR_PATH@/table || :
		;;
	EXPIRE6 | RELEASE6 | STOP6)
		IFACE=$interface PHASE=unlease6 @EXECUTOR_PATH@/table || :
		;;
	esac
fi
