# shellcheck shell=dash disable=SC2154,SC2034,SC2317 # other parts have the rest
# SPDX-License-Identifier: ISC
#
# replace.sh - part of openrc.sh.  In the place of functions of OpenRC's own.

# OpenRC removes the cgroup of a service that stops, and of no other.
_vrf_exit()
{
	local status=$?

	if [ "${_vrf_does-}$status" = start0 ]; then
		# whatever comes of it, and with set -e, too
		[ -z "${_vrf_begun-}" ] || _vrf_look || :
		return 0
	fi
	[ -n "${_vrf_entered-}" ] || return 0
	if [ "$_vrf_does" = start ]; then
		_vrf_failed=yes
		[ -z "$_vrf" ] || [ -z "${_vrf_hidden-}" ] ||
			ewarn "$RC_SVCNAME: its script calls \`ip vrf exec': it is in VRF $_vrf without, and \$vrf is empty for it"
	fi
	if command -v cgroup2_remove >/dev/null; then
		cgroup2_remove
	fi
}

# Calls a function of rc-cgroup.sh that is replaced below.  Sourcing brings all
# of them back, so all are replaced again.
_vrf_stock()
{
	local status

	# shellcheck disable=SC1091
	. "$RC_LIBEXECDIR/sh/rc-cgroup.sh"
	"$@"
	status=$?
	_vrf_replace_cgroup
	_vrf_replace_cleanup
	return $status
}

_vrf_replace_cgroup()
{
	cgroup2_set_limits()
	{
		# From 0.63 on commands that never come to verify_boot come
		# here, and are where they belong already.
		[ -z "${_vrf_there-}" ] || return 0
		_vrf_stock cgroup2_set_limits
		_vrf_in_own=yes
		if [ -n "${_vrf_lsb-}" ]; then
			_vrf_enter_lsb
		fi
	}

	cgroup2_remove()
	{
		_vrf_entered=''
		# they may be gone when OpenRC looks, but their cgroup is not
		_vrf_leave || return 0
		_vrf_stock cgroup2_remove
		_vrf_sweep
		_vrf_in_own=''
	}
}

# With rc_cgroup_cleanup OpenRC kills whoever is in the service's cgroup, this
# shell as well.
_vrf_replace_cleanup()
{
	command -v cgroup_cleanup >/dev/null || return 0
	cgroup_cleanup()
	{
		[ -z "${_vrf-}${_vrf_entered-}" ] || _vrf_out
		# shellcheck disable=SC1091
		. "$RC_LIBEXECDIR/sh/rc-cgroup.sh"
		# it removes the cgroup, too
		_vrf_replace_cgroup
		cgroup_cleanup
		_vrf_replace_cleanup
	}
}

_vrf_enter_lsb()
{
	_vrf_lsb=yes
	_vrf_settle
	_vrf_command
	_vrf_go
}

_vrf_replace()
{
	_vrf_file=@SYSCONFDIR@/conf.d/$RC_SVCNAME _vrf_conf_files=
	# what was read so far
	_vrf_note @SYSCONFDIR@/rc.conf

	# The first file that has to be there comes after conf.d, the last one
	# is the script.
	sourcex()
	{
		if [ "$1" = -e ]; then
			[ -e "$2" ] || return 1
			_vrf_source "$2"
			[ -n "${_vrf_settled-}" ] || _vrf_note "$2"
			return 0
		fi
		_vrf_settle
		_vrf_source "$1"
		if [ "$1" = "$RC_SERVICE" ]; then
			_vrf_script_read
			_vrf_extra
		fi
	}

	# The last thing before start_pre, and before the commands that need a
	# started service.
	verify_boot()
	{
		# what OpenRC's own does: a replaced function cannot be called
		if ! yesno "${RC_USER_SERVICES-}" && [ ! -e "$RC_SVCDIR/softlevel" ]; then
			eerror "OpenRC did not boot this system; touch $RC_SVCDIR/softlevel to use it all the same"
			exit 1
		fi
		_vrf_no_prefix
		_vrf_command
		# OpenRC says itself what has not been started.
		[ "$_vrf_does" != other ] || service_started || return 0
		_vrf_go
		if [ "$_vrf_does" = start ] && [ -n "$_vrf" ]; then
			RC_VRF_EXEC=$_vrf_exec
			[ "$_vrf_confine" = yes ] || RC_VRF_EXEC="$RC_VRF_EXEC --no-confine"
			[ "$_vrf_dns" = yes ] || RC_VRF_EXEC="$RC_VRF_EXEC --no-names"
			RC_VRF_EXEC="$RC_VRF_EXEC $_vrf"
		fi
		return 0
	}

	# Debian: a script with LSB headers is exec'ed and never comes to
	# verify_boot.  What lsb2rcconf prints is evaluated before that.
	lsb2rcconf()
	{
		local conf

		conf=$(command lsb2rcconf "$@")
		[ -z "$conf" ] || printf '%s\n_vrf_enter_lsb\n' "$conf"
	}

	# Later versions may have the file, or its functions, no more.
	if [ -r "$RC_LIBEXECDIR/sh/rc-cgroup.sh" ] &&
		command -v cgroup2_set_limits >/dev/null &&
		command -v cgroup2_remove >/dev/null; then
		_vrf_replace_cgroup
		_vrf_replace_cleanup
	fi
}
