# shellcheck shell=dash disable=SC2154
# SPDX-License-Identifier: ISC
#
# 50-vrf-ng - Debian's /lib/lsb/init-functions sources this in every init script
# with LSB headers.  Such a script may be run by itself, past OpenRC: by
# service(8), by invoke-rc.d(8) when a package is upgraded, by rc-service of
# OpenRC 0.45.  If its service is to be in a VRF it is handed to OpenRC, whose
# shell enters the VRF and runs the script again.

# true if OpenRC has to run this script
_vrf_past_openrc()
{
	[ -e /run/openrc/softlevel ] || return 1
	[ "${RC_SVCNAME-}" != "$1" ] || return 1
	[ -x "/etc/init.d/$1" ] && [ -r "/etc/conf.d/$1" ] || return 1
	case $2 in
	status) return 1 ;;
	# one that OpenRC did not start would not be stopped by it
	stop) [ -e "/run/openrc/started/$1" ] || return 1 ;;
	esac
	(
		unset vrf rc_vrf
		# shellcheck disable=SC1090
		. "/etc/conf.d/$1"
		case ${rc_vrf:-${vrf-}} in '' | default) exit 1 ;; esac
	)
}

# init-d-script(5) leaves its own name in $0
_vrf_script=${__init_d_script_name:-$0}
if _vrf_past_openrc "${_vrf_script##*/}" "${1-}"; then
	# service(8) marks it as started before it runs the script, and OpenRC would do nothing
	[ "$1" != start ] || /sbin/openrc-run "/etc/init.d/${_vrf_script##*/}" zap >/dev/null 2>&1
	exec /sbin/openrc-run "/etc/init.d/${_vrf_script##*/}" "$@"
fi
unset _vrf_script
