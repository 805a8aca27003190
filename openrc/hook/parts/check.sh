# shellcheck shell=dash disable=SC2154,SC2034,SC2317 # other parts have the rest
# SPDX-License-Identifier: ISC
#
# check.sh - part of openrc.sh.  What cannot be kept, and what kind of command this is.

# Refuses what cannot be kept.
_vrf_check()
{
	[ -z "$_vrf_refused" ] || _vrf_refuse "$_vrf_refused$_vrf_cure"
	if yesno "${RC_USER_SERVICES-}"; then
		_vrf_refuse "a user service cannot be put in VRF $_vrf"
	fi
	# These only tell a process outside of the VRF to start the daemon.
	case ${supervisor-} in
	s6 | runit) _vrf_refuse "supervisor=$supervisor cannot start a service in VRF $_vrf" ;;
	esac
	if [ "$_vrf_does" = start ] && _vrf_marked; then
		_vrf_trace
		[ -n "$_vrf_why" ] || ! _vrf_too_early || _vrf_why='it is in runlevel sysinit'
		_vrf_refuse "it has to come before net${_vrf_why:+ ($_vrf_why)}, and VRF $_vrf comes with net: write vrf=\"default\" to $_vrf_file"
	fi
}

# True if OpenRC's dependencies have the keyword that is set at the end of this file.
_vrf_marked()
{
	grep -qs "'vrf-before-net'" "$RC_SVCDIR/deptree" &&
		sed -n "/_service='$RC_SVCNAME'\$/,/_service='/p" "$RC_SVCDIR/deptree" | grep -q "'vrf-before-net'"
}

# Up to OpenRC 0.47 `--nodeps restart` is one shell that runs stop, then start,
# while the service's state stays what it was.  True for its first half.
_vrf_stop_half()
{
	[ -z "${_vrf_stop_seen-}" ] || return 1
	case $(tr -d '\000' <"/proc/$$/cmdline") in
	*"$RC_SERVICE"stopstart) _vrf_stop_seen=yes ;;
	*) return 1 ;;
	esac
}

# Sets _vrf_does to start, stop (what has to work without the VRF, too), none or
# other (reload and its like).  RC_CMD is "restart" in both halves of one.
_vrf_command()
{
	case ${RC_CMD:-start} in
	describe | help | depend) _vrf_does=none ;;
	*start)
		_vrf_does=start
		if service_stopping || _vrf_stop_half; then
			_vrf_does=stop
		fi ;;
	*stop* | pause | status) _vrf_does=stop ;;
	*) _vrf_does=other ;;
	esac
}
