# shellcheck shell=dash disable=SC2154,SC2034
# SPDX-License-Identifier: ISC
#
# openrc.sh - puts an OpenRC service into the VRF that its conf.d file names,
# or keeps it from starting; see vrf-openrc(7).
#
# /etc/rc.conf.d/vrf.conf sources this file in two places.  In openrc-run.sh
# conf.d comes later: `vrf` is not known yet, but the functions defined so far
# can be replaced.  In gendepends.sh conf.d came before: dependencies are added.
# Runs in dash, bash and busybox ash.  The last command must be a true one:
# OpenRC takes a false one for a file that cannot be read.

_vrf_exec=@BINDIR@/vrf-exec
_vrf_newline='
'

# Sets _vrf.  False for a service that is in no VRF, which is left alone.
_vrf_wanted()
{
	_vrf=${rc_vrf:-${vrf-}}
	case $_vrf in '' | default) return 1 ;; esac
}

_vrf_refuse()
{
	eerror "$RC_SVCNAME: ${RC_CMD:-start} refused: $*"
	if command -v cgroup2_remove >/dev/null; then
		cgroup2_remove
	fi
	exit 1
}

# Refuses what cannot be kept.  Sets _vrf_options.
_vrf_check()
{
	if [ -n "${vrf-}" ] && [ -n "${rc_vrf-}" ] && [ "$vrf" != "$rc_vrf" ]; then
		_vrf_refuse "vrf=\"$vrf\" and rc_vrf=\"$rc_vrf\" differ"
	fi
	case $_vrf in
	-* | . | .. | *[!A-Za-z0-9_.@+-]* | ????????????????*)
		_vrf_refuse "vrf=\"$_vrf\" is not the name of a VRF" ;;
	esac
	if yesno "${RC_USER_SERVICES-}"; then
		_vrf_refuse "a user service cannot be put in VRF $_vrf"
	fi
	# These only tell a process outside of the VRF to start the daemon.
	case ${supervisor-} in
	s6 | runit) _vrf_refuse "supervisor=$supervisor cannot start a service in VRF $_vrf" ;;
	esac
	# Alpine's `ip netns exec` leaves the cgroup of the VRF.
	if [ -n "${netns-}" ]; then
		_vrf_refuse "vrf=\"$_vrf\" and netns=\"$netns\" exclude each other"
	fi
	case ${vrf_confine-} in
	'' | [Yy][Ee][Ss] | [Tt][Rr][Uu][Ee] | [Oo][Nn] | 1) _vrf_options= ;;
	[Nn][Oo] | [Ff][Aa][Ll][Ss][Ee] | [Oo][Ff][Ff] | 0) _vrf_options=--no-confine ;;
	*) _vrf_refuse "vrf_confine=\"$vrf_confine\" is neither yes nor no" ;;
	esac
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

# Sets _vrf_does to start, stop (or something else that needs no network) or
# other (reload and its like).  RC_CMD is "restart" in both halves of one.
_vrf_command()
{
	case ${RC_CMD:-start} in
	*start)
		_vrf_does=start
		if service_stopping || _vrf_stop_half; then
			_vrf_does=stop
		fi ;;
	stop | pause | status | describe | help | depend) _vrf_does=stop ;;
	*) _vrf_does=other ;;
	esac
}

# Moves this shell, and so all that it starts, to <its cgroup>/vrf/NAME.  No
# flag remembers that it is there: vrf-exec looks.
_vrf_enter()
{
	local said

	_vrf_check
	# Some versions put only a starting service in its own cgroup.
	if [ -z "${_vrf_own_cgroup-}" ] && command -v cgroup2_set_limits >/dev/null; then
		_vrf_stock cgroup2_set_limits
		_vrf_own_cgroup=yes
	fi
	# shellcheck disable=SC2086 # one option or none
	if ! said=$("$_vrf_exec" $_vrf_options --attach "$_vrf" $$ 2>&1); then
		# its last line, should there be a warning before
		said=${said##*"$_vrf_newline"}
		_vrf_refuse "cannot enter VRF $_vrf: ${said:-$_vrf_exec failed}"
	fi
	[ -z "$said" ] || ewarn "$RC_SVCNAME: $said"
}

# A service of no VRF is not in that of the shell that starts it, say a login
# shell of a confined sshd.  OpenRC moves the service to a cgroup of its own,
# but not everywhere: see _vrf_enter, and it may have none.
_vrf_free()
{
	local line

	case ${RC_CMD:-start} in
	*start) ;;
	*) return 0 ;;
	esac
	! service_stopping || return 0
	while read -r line; do
		case $line in
		0::*/vrf/*)
			if command -v cgroup2_set_limits >/dev/null; then
				_vrf_stock cgroup2_set_limits
			fi
			"$_vrf_exec" --attach default $$ ;;
		esac
	done <"/proc/$$/cgroup"
	return 0
}

# Takes the cgroups of all VRFs out of the service's own, which OpenRC could
# not remove otherwise.  False if somebody is still in there.
_vrf_leave()
{
	local base dir tries=1

	base=$(cgroup2_find_path)
	[ -n "$base" ] || return 0
	# who was told to stop, or killed, is there for a moment
	if [ "${_vrf_does-}" = stop ] || service_stopping; then
		tries=10
	fi
	for dir in "$base/openrc.$RC_SVCNAME" "$base/$RC_SVCNAME"; do
		[ -d "$dir/vrf" ] || continue
		if grep -qsx $$ "$dir"/vrf/*/cgroup.procs; then
			printf 0 >"$base/cgroup.procs"
		fi
		while [ -d "$dir/vrf" ] && [ "$tries" -gt 0 ]; do
			rmdir "$dir"/vrf/* "$dir/vrf" 2>/dev/null && break
			tries=$((tries - 1))
			[ "$tries" -eq 0 ] || sleep 0.1
		done
		[ ! -d "$dir/vrf" ] || return 1
	done
	return 0
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
	return $status
}

_vrf_replace_cgroup()
{
	cgroup2_set_limits()
	{
		if _vrf_wanted; then
			# From 0.63 on commands that never come to verify_boot come here.
			RC_VRF_EXEC=
			_vrf_command
			# 0.63 and later stop the service inside its own cgroup,
			# and rc_cgroup_cleanup then kills the very shell.
			if [ "$_vrf_does" = stop ] && yesno "${rc_cgroup_cleanup-}"; then
				return 0
			fi
		fi
		_vrf_stock cgroup2_set_limits
		_vrf_own_cgroup=yes
		if [ -n "${_vrf_lsb-}" ]; then
			_vrf_enter_lsb
		fi
	}

	cgroup2_remove()
	{
		# they may be gone when OpenRC looks, but their cgroup is not
		_vrf_leave || return 0
		_vrf_stock cgroup2_remove
	}
}

_vrf_enter_lsb()
{
	_vrf_lsb=yes
	if ! _vrf_wanted; then
		_vrf_free
		return 0
	fi
	_vrf_command
	[ "$_vrf_does" = stop ] || _vrf_enter
}

_vrf_replace()
{
	# The last thing before start_pre, and before the commands that need a
	# started service.
	verify_boot()
	{
		# what OpenRC's own does: a replaced function cannot be called
		if ! yesno "${RC_USER_SERVICES-}" && [ ! -e "$RC_SVCDIR/softlevel" ]; then
			eerror "OpenRC did not boot this system; touch $RC_SVCDIR/softlevel to use it all the same"
			exit 1
		fi
		if ! _vrf_wanted; then
			_vrf_free
			return 0
		fi

		_vrf_command
		# Never exported; over what Alpine's OpenRC sets.
		unset RC_VRF_EXEC
		RC_VRF_EXEC=
		case $_vrf_does in
		start)
			_vrf_enter
			RC_VRF_EXEC="$_vrf_exec${_vrf_options:+ $_vrf_options} $_vrf" ;;
		other)
			# its daemon may be started anew, its control tool
			# talks to 127.0.0.1 inside the VRF
			if service_started; then
				_vrf_enter
			fi ;;
		esac
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
	fi
}

# Adds a dependency to that form of rc_need (and its like) which OpenRC takes:
# it looks at these four and stops at the first.
_vrf_depend()
{
	local name

	name=$(shell_var "$RC_SVCNAME")
	eval "rc_${name}_$1=\"\${rc_${name}_$1:-\${rc_$1:-\${RC_${name}_$2:-\${RC_$2-}}}} $3\""
}

if command -v verify_boot >/dev/null; then
	_vrf_replace
elif _vrf_wanted && yesno "${RC_USER_SERVICES-}"; then
	# openrc-run.sh does not come here for the services of a user.  What
	# OpenRC says of a service that is not there says it all.
	_vrf_depend need NEED VRFs-are-not-for-user-services
elif _vrf_wanted; then
	_vrf_depend need NEED cgroups
	# not need: a restart of networking must not stop the service
	_vrf_depend want WANT net
	_vrf_depend after AFTER net
fi
:
