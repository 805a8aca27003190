# shellcheck shell=dash disable=SC2154,SC2034,SC2317 # other parts have the rest
# SPDX-License-Identifier: ISC
#
# follow.sh - part of openrc.sh.  To where a service runs, for what is to reach it.

# _vrf_stat PID: sets _vrf_parent and _vrf_birth, fields 4 and 22 of its stat
_vrf_stat()
{
	local line

	read -r line 2>/dev/null <"/proc/$1/stat" || return 1
	# from the third on, counted from behind the name, which may have blanks
	# shellcheck disable=SC2086 # words
	set -- ${line##*) }
	_vrf_parent=$2 _vrf_birth=${20}
}

# _vrf_of_command PID: it is OpenRC's shell for another command of a service, or
# was started by one.  Before that enters the VRF it is in the service's cgroup,
# and nothing that runs outside.
_vrf_of_command()
{
	local pid="$1" name

	while [ "$pid" -gt 1 ]; do
		read -r name 2>/dev/null <"/proc/$pid/comm" || return 0
		[ "$name" != openrc-run.sh ] || return 0
		_vrf_stat "$pid" || return 0
		pid=$_vrf_parent
	done
	return 1
}

# Sets _vrf_at to the VRF in which the service runs, whatever its files say by
# now, or else to the one that they name; empty for a service that runs outside.
# Sessions may have outlived an earlier run in another VRF: then it is the one
# that its files name, or they do not tell, and _vrf_several lists them.
_vrf_find()
{
	local base dir group pid out=''

	_vrf_at='' _vrf_runs='' _vrf_several=''
	# Nobody cleans up after a script that OpenRC becomes.
	[ -n "$_vrf_refused${_vrf_lsb-}" ] || _vrf_at=$_vrf
	command -v cgroup2_find_path >/dev/null || return 0
	base=$(cgroup2_find_path)
	for dir in "$base/openrc.$RC_SVCNAME" "$base/$RC_SVCNAME"; do
		if [ -z "$base" ] || [ ! -r "$dir/cgroup.procs" ]; then
			continue
		fi
		for group in "$dir"/vrf/*/; do
			group=${group%/}
			! grep -qsx 'populated 1' "$group/cgroup.events" || _vrf_several="$_vrf_several ${group##*/}"
		done
		# not with grep, which would find itself
		while read -r pid; do
			[ "$pid" = $$ ] || { [ -n "$_vrf" ] && _vrf_of_command "$pid"; } || out=yes
		done <"$dir/cgroup.procs"
	done
	[ -n "$out$_vrf_several" ] || return 0
	_vrf_runs=yes
	case "$_vrf_several " in
	*" ${_vrf:-nothing/} "*) _vrf_at=$_vrf _vrf_several='' ;;
	' ') _vrf_at='' ;;
	*)
		_vrf_at=${_vrf_several# }
		_vrf_at=${_vrf_at%% *}
		if [ -z "$_vrf$_vrf_refused" ] && [ -n "$out" ]; then
			_vrf_at='' _vrf_several=''
		fi
		[ "$_vrf_several" != " $_vrf_at" ] || _vrf_several='' ;;
	esac
}

# Enters $_vrf_at.
_vrf_return()
{
	local other=no

	_vrf_own_cgroup
	_vrf_entered=yes
	! _vrf_attach "$_vrf_at" "$_vrf_confine" || return 0
	# vrf_confine may have been another when it started
	[ "$_vrf_confine" = yes ] || other=yes
	[ -n "$_vrf_runs" ] && _vrf_attach "$_vrf_at" "$other"
}

# Before a restart stops the service, which may be the one by which somebody is here: would its
# start be refused?  Then this is.  Sets _vrf_tried to the VRF in which this shell is now.
_vrf_foresee()
{
	local said

	_vrf_tried=
	case ${RC_CMD-} in *restart) ;; *) return 0 ;; esac
	_vrf_kept=yes
	if [ -n "$_vrf$_vrf_refused" ]; then
		_vrf_does=start
		_vrf_check
		_vrf_does=stop
		_vrf_own_cgroup
		if ! _vrf_attach "$_vrf" "$_vrf_confine"; then
			said=$_vrf_said
			# as it runs now it may be there, and will be as its files say when it has ended
			if [ -z "$_vrf_runs" ] || [ "$_vrf_at" != "$_vrf" ] || ! _vrf_return; then
				_vrf_refuse_vrf "$said"
			fi
		fi
		_vrf_entered=yes _vrf_tried=$_vrf
	else
		_vrf_doubt
	fi
	_vrf_kept=
}

# For stop and its like: where the service is, so that a control tool finds it
# on 127.0.0.1.  They are never refused.
_vrf_visit()
{
	_vrf_find
	_vrf_foresee
	# Only root can, and everybody may ask for the status.
	if [ -z "$_vrf_at" ] || [ "$(id -u)" != 0 ]; then
		_vrf_free
		return 0
	fi
	[ "$_vrf_tried" != "$_vrf_at" ] || return 0
	! _vrf_return || return 0
	ewarn "$RC_SVCNAME: ${RC_CMD:-stop} runs outside of VRF $_vrf_at: $_vrf_said"
	_vrf_free
}

# A service of no VRF is not in that of the shell that starts it, say a login
# shell of a confined sshd.  OpenRC moves the service to a cgroup of its own,
# but not everywhere: see _vrf_own_cgroup, and it may have none.
_vrf_free()
{
	local line

	while read -r line; do
		case $line in
		0::*/vrf/*)
			if [ "$_vrf_does" = stop ]; then
				"$_vrf_exec" --attach default $$ 2>/dev/null || :
			else
				_vrf_own_cgroup
				_vrf_entered=yes
				"$_vrf_exec" --attach default $$
			fi ;;
		esac
	done <"/proc/$$/cgroup"
	return 0
}

# A command for a service that runs goes to where it runs, and its control tools
# find it, whatever its files say by now.  False: to where they say.
_vrf_follow()
{
	local says="VRF $_vrf"

	case $_vrf_does:${RC_CMD-} in
	# which is a restart, in scripts with LSB headers
	other:force-reload) return 1 ;;
	other:*) service_started || return 1 ;;
	*) return 1 ;;
	esac
	_vrf_find
	if [ -n "$_vrf_several" ]; then
		_vrf_refuse "its processes are in several VRFs,$_vrf_several, and its files name none of these: restart it"
	fi
	[ -n "$_vrf_runs" ] || return 1
	if [ -z "$_vrf_at" ]; then
		# Outside of a VRF that is named goes what asks the daemon,
		# not what may start another one.
		[ -n "$_vrf" ] && [ -z "$_vrf_refused${_vrf_lsb-}${_vrf_any_time-}" ] || return 1
	fi
	if [ -n "$_vrf_refused" ]; then
		says=$_vrf_refused
	elif [ -z "$_vrf" ]; then
		says='no VRF'
	fi
	case $RC_CMD in
	# every few seconds
	healthcheck | unhealthy) ;;
	*)
		[ "$_vrf_at:$_vrf_refused" = "$_vrf:" ] ||
			ewarn "$RC_SVCNAME: $RC_CMD runs in ${_vrf_at:+VRF }${_vrf_at:-no VRF}, where the service was started; its files say otherwise since: $says" ;;
	esac
	if [ -z "$_vrf_at" ]; then
		_vrf_free
	elif ! _vrf_return; then
		_vrf_refuse "cannot enter VRF $_vrf_at, where it runs: $_vrf_said"
	fi
}

# Takes this shell to where the command belongs.
_vrf_go()
{
	case $_vrf_does in
	none) ;;
	stop) _vrf_visit ;;
	*)
		! _vrf_follow || return 0
		_vrf_differs
		if [ -n "$_vrf" ]; then
			_vrf_enter
		else
			case $_vrf_does${_vrf_any_time-} in start | otheryes) _vrf_doubt ;; esac
			_vrf_free
		fi ;;
	esac
}

# Commands that never come to verify_boot, healthcheck and unhealthy of
# supervise-daemon among them.
_vrf_extra()
{
	local name

	case ${RC_CMD:-start} in
	start | restart | stop | pause | status | describe | help | depend | cgroup_cleanup) return 0 ;;
	esac
	for name in ${extra_commands:-${opts-}} ${extra_stopped_commands-}; do
		[ "$name" = "$RC_CMD" ] || continue
		_vrf_no_prefix
		_vrf_does=other
		case $name in
		*stop*) _vrf_does=stop ;;
		healthcheck | unhealthy) ;;
		*) _vrf_any_time=yes ;;
		esac
		_vrf_go
		_vrf_there=${_vrf_entered-}
		return 0
	done
}

# RC_VRF_EXEC is never exported, and Alpine's OpenRC has set it.
_vrf_no_prefix()
{
	[ -n "$_vrf" ] || return 0
	unset RC_VRF_EXEC
	RC_VRF_EXEC=
}
