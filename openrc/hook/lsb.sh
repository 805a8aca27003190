# shellcheck shell=dash disable=SC2154
# SPDX-License-Identifier: ISC
#
# 50-vrf-ng - Debian's /lib/lsb/init-functions sources this in every init script
# with LSB headers.  Such a script may be run by itself, past OpenRC: by
# service(8), by invoke-rc.d(8) when a package is upgraded, by rc-service of
# OpenRC 0.45.  If its service is to be in a VRF it is handed to OpenRC, whose
# shell enters the VRF and runs the script again.

# Those that OpenRC reads for a service, in its order.
_vrf_files()
{
	local IFS=: dir dirs='' level=''

	read -r level </run/openrc/softlevel || :
	# before 0.64 it is /etc alone, and the others are not there
	for dir in ${RC_PATH:-/etc/rc:/etc:/usr/lib/rc:/run/openrc}; do
		dirs=$dir:$dirs
	done
	for dir in $dirs; do
		echo "$dir/rc.conf"
	done
	for dir in $dirs; do
		if [ -n "$level" ] && [ -e "$dir/conf.d/$1.$level" ]; then
			echo "$dir/conf.d/$1.$level"
		else
			echo "$dir/conf.d/$1"
		fi
	done
}

# true if OpenRC has to run this script: whatever names a VRF, as in vrf.conf, or looks as if it did
_vrf_past_openrc()
{
	[ -e /run/openrc/softlevel ] || return 1
	[ "${RC_SVCNAME-}" != "$1" ] || return 1
	[ -x "/etc/init.d/$1" ] || return 1
	case $2 in
	# one that OpenRC did not start would not be stopped by it
	stop | status) [ -e "/run/openrc/started/$1" ] || return 1 ;;
	esac
	# shellcheck disable=SC2046 # paths without blanks
	grep -qis vrf $(_vrf_files "$1") || return 1
	# A file that cannot be read to its end says nothing.
	[ "$(
		unset vrf rc_vrf RC_SERVICE
		for file in $(_vrf_files "$1"); do
			# shellcheck disable=SC1090
			[ ! -r "$file" ] || . "$file" >/dev/null 2>&1
		done
		case ${vrf-}:${rc_vrf-} in : | default: | :default | default:default) ;; *) exit ;; esac
		# What only looks as if it named one is for OpenRC to speak of, or to refuse.
		RC_SVCNAME=$1
		read -r RC_RUNLEVEL </run/openrc/softlevel || :
		# shellcheck source=openrc/hook/settings.sh
		. @VRFLIBDIR@/settings.sh 2>/dev/null
		# shellcheck disable=SC2046
		_vrf_slip $(_vrf_files "$1")
		[ -n "$_vrf_slip" ] || echo none
	)" != none ]
}

# init-d-script(5) leaves its own name in $0
_vrf_script=${__init_d_script_name:-$0}
if _vrf_past_openrc "${_vrf_script##*/}" "${1-}"; then
	# service(8) marks it as started before it runs the script, and OpenRC would do nothing
	[ "$1" != start ] || /sbin/openrc-run "/etc/init.d/${_vrf_script##*/}" zap >/dev/null 2>&1
	exec /sbin/openrc-run "/etc/init.d/${_vrf_script##*/}" "$@"
fi
unset _vrf_script
