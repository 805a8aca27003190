# shellcheck shell=dash disable=SC2154,SC2034,SC2317 # other parts have the rest
# SPDX-License-Identifier: ISC
#
# leave.sh - part of openrc.sh.  Out of the control groups, and without a trace.

# _vrf_rmdir GROUP: with all that are below
_vrf_rmdir()
{
	local group

	for group in "$1"/*/ "$1"/.[!.]*/; do
		[ ! -d "$group" ] || _vrf_rmdir "${group%/}" || :
	done
	rmdir "$1" 2>/dev/null
}

# Moves this shell out of the service's cgroup.
_vrf_out()
{
	local base dir

	base=$(cgroup2_find_path)
	for dir in "$base/openrc.$RC_SVCNAME" "$base/$RC_SVCNAME"; do
		if [ -n "$base" ] && grep -qsx $$ "$dir/cgroup.procs" "$dir"/vrf/*/cgroup.procs; then
			printf 0 >"$base/cgroup.procs"
		fi
	done
	_vrf_in_own=
}

# Takes the cgroups of all VRFs out of the service's own, which OpenRC could
# not remove otherwise.  False if somebody is still in there.
_vrf_leave()
{
	local base dir tries=1

	base=$(cgroup2_find_path)
	[ -n "$base" ] || return 0
	# who was told to stop, or killed, is there for a moment
	if [ "${_vrf_does-}" = stop ] || [ -n "${_vrf_failed-}" ] || service_stopping; then
		tries=10
	fi
	for dir in "$base/openrc.$RC_SVCNAME" "$base/$RC_SVCNAME"; do
		[ -d "$dir/vrf" ] || continue
		if grep -qsx $$ "$dir"/vrf/*/cgroup.procs; then
			printf 0 >"$base/cgroup.procs"
		fi
		while [ -d "$dir/vrf" ] && [ "$tries" -gt 0 ]; do
			grep -qsx 'populated 1' "$dir/vrf/cgroup.events" || _vrf_rmdir "$dir/vrf" || :
			tries=$((tries - 1))
			[ ! -d "$dir/vrf" ] || [ "$tries" -eq 0 ] || sleep 0.1
		done
		[ ! -d "$dir/vrf" ] || return 1
	done
	return 0
}

# A process that has ended is in its cgroup for a moment more (Linux 6.19), and OpenRC, which finds it
# populated, leaves that for good.  One that has others below is nobody's to remove.
_vrf_sweep()
{
	local base dir below tries=10

	base=$(cgroup2_find_path)
	[ -n "$base" ] || return 0
	for dir in "$base/openrc.$RC_SVCNAME" "$base/$RC_SVCNAME"; do
		for below in "$dir"/*/; do
			[ ! -d "$below" ] || continue 2
		done
		while [ -d "$dir" ] && [ "$tries" -gt 0 ] && ! grep -qs . "$dir/cgroup.procs"; do
			! rmdir "$dir" 2>/dev/null || break
			tries=$((tries - 1))
			sleep 0.1
		done
	done
}
