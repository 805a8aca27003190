# shellcheck shell=dash disable=SC2154,SC2034,SC2317 # other parts have the rest
# SPDX-License-Identifier: ISC
#
# look.sh - part of openrc.sh.  What a start has left outside of its VRF, where that can be seen.

# Is there something that the start may have left outside of the service's
# control group?  Most services have a process in there, and no engine of
# containers; elsewhere is what is in no control group of OpenRC's.
_vrf_suspicious()
{
	local base dir pid name any=''

	[ -n "$_vrf" ] && [ -x "$_vrf_rc_vrf" ] && command -v cgroup2_find_path >/dev/null || return 1
	base=$(cgroup2_find_path)
	[ -n "$base" ] || return 1
	for dir in "$base/openrc.$RC_SVCNAME" "$base/$RC_SVCNAME"; do
		[ -r "$dir/cgroup.procs" ] || continue
		# outside, or a container of the service's name
		while read -r pid; do
			[ "$pid" = $$ ] || return 0
		done <"$dir/cgroup.procs"
		dir=$dir/vrf/$_vrf
		[ -r "$dir/cgroup.procs" ] || continue
		while read -r pid; do
			[ "$pid" != $$ ] || continue
			any=yes
			read -r name 2>/dev/null <"/proc/$pid/comm" || continue
			case $name in podman | conmon | crun | runc | lxc-start | dockerd | containerd) return 0 ;; esac
		done <"$dir/cgroup.procs"
		! grep -qsx 'populated 1' "$dir"/*/cgroup.events "$dir"/.[!.]*/cgroup.events || any=yes
	done
	[ -z "$any" ] || return 1
	[ -z "${pidfile-}" ] || [ ! -e "$pidfile" ] || return 0
	for dir in "$base"/*/; do
		dir=${dir%/}
		name=${dir##*/}
		case $name in openrc | openrc.* | vrf) continue ;; esac
		# as OpenRC up to 0.52 names them
		[ ! -e "${RC_SERVICE%/*}/$name" ] || continue
		! grep -qsx 'populated 1' "$dir/cgroup.events" || return 0
	done
	return 1
}

# _vrf_older PID: it is older than this shell
_vrf_older()
{
	local its

	_vrf_stat "$1" || return 1
	its=$_vrf_birth
	_vrf_stat $$
	[ "$its" -lt "$_vrf_birth" ]
}

# Says what the start has left outside of the VRF, where that can be seen.
_vrf_look()
{
	local found line pid status skip=''

	_vrf_suspicious || return 0
	status=0
	found=$(timeout 10 "$_vrf_rc_vrf" check "$RC_SVCNAME" 2>/dev/null </dev/null) || status=$?
	[ "$status" = 1 ] || return 0
	found=$found$_vrf_newline
	while [ -n "$found" ]; do
		line=${found%%"$_vrf_newline"*}
		found=${found#*"$_vrf_newline"}
		pid=${line#*: process }
		pid=${pid%% *}
		case $line in
		' * '*': process '*)
			# not this shell, and what it has asked
			skip=
			[ "$pid" != $$ ] && [ -e "/proc/$pid" ] || skip=yes
			case $line in *'may be of a container'*)
				# not one that was there before
				! _vrf_older "$pid" || skip=yes ;;
			esac ;;
		# what else does not hold rc-vrf check says to whoever asks
		' * '*) skip=yes ;;
		esac
		line=${line#' * '}
		[ -n "$skip" ] || ewarn "${line#   }"
	done
}
