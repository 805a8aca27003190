# shellcheck shell=sh disable=SC2154 # the client sets them
# vrf-ng: dhcpcd-run-hooks(8) sources this; it changed $interface.
case $reason in
BOUND | RENEW | REBIND | REBOOT | TIMEOUT | BOUND6 | RENEW6 | REBIND6 | ROUTERADVERT)
	if [ -x @EXECUTOR_PATH@/table ]; then
		IFACE=$interface PHASE=reapply INTERFACES_FILE=@SYSCONFDIR@/network/interfaces @EXECUTOR_PATH@/table || :
	fi
	;;
esac
