# shellcheck shell=sh disable=SC2154 # the client and the enter hook set them
# vrf-ng: dhclient-script(8) sources this; it changed $interface.

# RFC 3442 as the client has it: a prefix's length, as many octets of it as
# that takes, four octets of a gateway, and so on.
vrf_ng_pairs() {
	while [ $# -ge 5 ]; do
		vrf_ng_length=$1
		vrf_ng_octets=$((($1 + 7) / 8))
		shift
		vrf_ng_net=
		for vrf_ng_i in 1 2 3 4; do
			if [ "$vrf_ng_i" -le "$vrf_ng_octets" ]; then
				vrf_ng_net=$vrf_ng_net.$1
				shift
			else
				vrf_ng_net=$vrf_ng_net.0
			fi
		done
		[ $# -ge 4 ] || break
		echo "${vrf_ng_net#.}/$vrf_ng_length $1.$2.$3.$4"
		shift 4
	done
}

case $reason in
BOUND | RENEW | REBIND | REBOOT | TIMEOUT | BOUND6 | RENEW6 | REBIND6)
	if [ -x @EXECUTOR_PATH@/table ]; then
		# A hook for IPv6 carries no lease of IPv4; its nameservers may be a router's to tell.
		case $reason in
		*6)
			vrf_ng_names=${vrf_ng_names6-}
			vrf_ng_phase=${vrf_ng_names:+lease6}
			vrf_ng_phase=${vrf_ng_phase:-reapply} ;;
		*) vrf_ng_phase=lease ;;
		esac
		# shellcheck disable=SC2086 # octets
		LEASE_ROUTERS=${vrf_ng_routers-${new_routers-}} LEASE_ROUTES=$(vrf_ng_pairs ${vrf_ng_routes-} | tr '\n' ' ') \
			LEASE_NAMESERVERS=${vrf_ng_names-${new_domain_name_servers-}} \
			IFACE=$interface PHASE=$vrf_ng_phase INTERFACES_FILE=@SYSCONFDIR@/network/interfaces @EXECUTOR_PATH@/table || :
	fi
	;;
EXPIRE | FAIL | RELEASE | STOP)
	[ ! -x @EXECUTOR_PATH@/table ] || IFACE=$interface PHASE=unlease @EXECUTOR_PATH@/table || :
	;;
EXPIRE6 | RELEASE6 | STOP6)
	[ ! -x @EXECUTOR_PATH@/table ] || IFACE=$interface PHASE=unlease6 @EXECUTOR_PATH@/table || :
	;;
esac
