# shellcheck shell=dash disable=SC2034 # for those that read it
# SPDX-License-Identifier: ISC
#
# settings.sh - what a service's settings mean, once its files have been read.
# Sourced by openrc.sh, by 50-vrf-ng and by rc-vrf, so that all of them agree;
# vrf.conf, which outlives this file, refuses what names a VRF at all.
# tests/contract/vrf-settings.table has the cases.

# Sets _vrf (empty: none), _vrf_confine (yes or no) and _vrf_refused (why a
# service with these settings does not start, or nothing); with it _vrf_keywords
# (which say so) and _vrf_remedy.
_vrf_settings()
{
	local a="${vrf-}" b="${rc_vrf-}"

	_vrf_confine=yes _vrf_refused=
	[ "$a" != default ] || a=
	[ "$b" != default ] || b=
	_vrf=${b:-$a}
	# It has to be there before any VRF is, and no socket; rc.conf may name one for all services.
	[ "${RC_SVCNAME-}" != cgroups ] || _vrf=
	[ -n "$_vrf" ] || return 0

	if [ "$a" != "$b" ] && [ -n "${vrf+set}" ] && [ -n "${rc_vrf+set}" ]; then
		_vrf_refused="vrf=\"$vrf\" and rc_vrf=\"$rc_vrf\" differ"
		_vrf_keywords='vrf rc_vrf' _vrf_remedy='take one of them out'
		return 0
	fi
	case $_vrf in
	-* | . | .. | *[!A-Za-z0-9_.@+-]* | ????????????????*)
		_vrf_refused="vrf=\"$_vrf\" is not the name of a VRF"
		_vrf_keywords='vrf rc_vrf' _vrf_remedy='write one, or vrf="default"'
		return 0 ;;
	esac
	# Alpine's `ip netns exec` leaves the cgroup of the VRF.
	if [ -n "${netns-}" ]; then
		_vrf_refused="vrf=\"$_vrf\" and netns=\"$netns\" exclude each other"
		_vrf_keywords='vrf rc_vrf netns' _vrf_remedy='take one of them out'
	fi
	case ${vrf_confine-} in
	'' | [Yy][Ee][Ss] | [Tt][Rr][Uu][Ee] | [Oo][Nn] | 1) ;;
	[Nn][Oo] | [Ff][Aa][Ll][Ss][Ee] | [Oo][Ff][Ff] | 0) _vrf_confine=no ;;
	*)
		_vrf_refused="vrf_confine=\"$vrf_confine\" is neither yes nor no"
		_vrf_keywords=vrf_confine _vrf_remedy='write one of these' ;;
	esac
}
_vrf_settings_complete=yes
