# shellcheck shell=dash disable=SC2154,SC2034,SC2317 # other parts have the rest
# SPDX-License-Identifier: ISC
#
# enter.sh - part of openrc.sh.  Into the VRF, with all that this shell starts.

# Some versions put only a starting service in its own cgroup.  A shell that the
# service itself has started, for healthcheck, is in there and stays.
_vrf_own_cgroup()
{
	local line

	while read -r line; do
		case $line in
		"0::/openrc.$RC_SVCNAME/vrf/"* | "0::/$RC_SVCNAME/vrf/"*) return 0 ;;
		esac
	done <"/proc/$$/cgroup"
	if [ -z "${_vrf_in_own-}" ] && command -v cgroup2_set_limits >/dev/null; then
		_vrf_stock cgroup2_set_limits
		_vrf_in_own=yes
	fi
}

# _vrf_attach VRF yes|no: moves this shell, and so all that it starts, to
# <its cgroup>/vrf/VRF.  No flag remembers that it is there: vrf-exec looks.
# Sets _vrf_said.
_vrf_attach()
{
	local option='' line

	[ "$2" = yes ] || option=--no-confine
	[ "${_vrf_dns-}" != no ] || option="$option --no-names"
	# a shell takes an empty file for a script that has done its work
	if [ ! -s "$_vrf_exec" ]; then
		_vrf_said="$_vrf_exec is missing or empty: install vrf-ng again"
		return 1
	fi
	# shellcheck disable=SC2086 # options or none
	if ! _vrf_said=$("$_vrf_exec" $option --attach "$1" $$ 2>&1); then
		# its last line, should there be a warning before
		_vrf_said=${_vrf_said##*"$_vrf_newline"}
		_vrf_said=${_vrf_said:-$_vrf_exec failed}
		return 1
	fi
	# Who says so need not have done it, a script in its place for one.
	while read -r line; do
		case $line in 0::*"/vrf/$1") return 0 ;; esac
	done <"/proc/$$/cgroup"
	_vrf_said="$_vrf_exec has done nothing: install vrf-ng again"
	return 1
}

# VRFs with nameservers were told of a resolv.conf that may be another one by now.
_vrf_nameservers()
{
	local said

	[ "$_vrf_does" = start ] && [ -e /run/vrf-ng.resolv ] || return 0
	! cmp -s /etc/resolv.conf /run/vrf-ng.resolv || return 0
	said=$(IFACE=$_vrf PHASE=names "@EXECUTOR_PATH@/vrf" 2>&1) || ewarn "$RC_SVCNAME: $said"
}

# _vrf_refuse_vrf SAID: vrf-exec has
_vrf_refuse_vrf()
{
	_vrf_where vrf rc_vrf
	[ "$_vrf_files" != "@SYSCONFDIR@/conf.d/$RC_SVCNAME" ] || _vrf_files=
	_vrf_refuse "cannot enter VRF $_vrf${_vrf_files:+ of $_vrf_files}: $1"
}

_vrf_enter()
{
	_vrf_check
	_vrf_nameservers
	_vrf_own_cgroup
	_vrf_entered=yes
	# OpenRC itself leaves the cgroup of a script that has no command=
	[ "$_vrf_does" != start ] || _vrf_begun=yes
	_vrf_attach "$_vrf" "$_vrf_confine" || _vrf_refuse_vrf "$_vrf_said"
	# What it warns of holds for as long as the service runs.
	[ -z "$_vrf_said" ] || [ "$_vrf_does" != start ] || ewarn "$RC_SVCNAME: $_vrf_said"
}
