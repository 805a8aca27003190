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
_vrf_rc_vrf=@BINDIR@/rc-vrf
_vrf_newline='
'
# shellcheck source=openrc/hook/settings.sh
. @VRFLIBDIR@/settings.sh

_vrf_refuse()
{
	# The package is being removed: as in vrf.conf.
	[ "${RC_CMD-}" != healthcheck ] || [ -x "$_vrf_exec" ] || exit 0
	eerror "$RC_SVCNAME: ${RC_CMD:-start} refused: $*"
	if command -v cgroup2_remove >/dev/null; then
		cgroup2_remove
	fi
	_vrf_entered=
	exit 1
}

# OpenRC's own, but for what is done before and after in its place.
_vrf_source()
{
	# shellcheck disable=SC1090
	if ! . "$1"; then
		eerror "$RC_SVCNAME: error loading $1"
		exit 1
	fi
}

# Remembers which file said what, for the lines that refuse it.
_vrf_note()
{
	local file="$1" name now was

	# OpenRC up to 0.62 goes by the script's directory
	case $file in
	*/init.d/../*) file=${file%%/init.d/../*}/${file#*/init.d/../} ;;
	esac
	case $file in */conf.d/*) _vrf_conf_files="${_vrf_conf_files-} $file" ;; esac
	case ${file##*/conf.d/} in
	"$RC_SVCNAME" | "$RC_SVCNAME.${RC_RUNLEVEL-}") _vrf_file=$file ;;
	esac
	for name in vrf rc_vrf vrf_confine netns; do
		eval "now=\${$name+=}\${$name-} was=\${_vrf_was_$name-}"
		[ "$now" = "$was" ] || eval "_vrf_was_$name=\$now _vrf_by_$name=\$file"
	done
}

# _vrf_where KEYWORD...: sets _vrf_files to those that said it last
_vrf_where()
{
	local name now was by

	_vrf_files=
	for name; do
		eval "now=\${$name+=}\${$name-} was=\${_vrf_was_$name-} by=\${_vrf_by_$name-}"
		if [ "$now" != "$was" ]; then
			_vrf_script_file
			by=$_vrf_by
		fi
		case " and $_vrf_files and " in
		*" and $by and "*) ;;
		*) _vrf_files="$_vrf_files${_vrf_files:+${by:+ and }}$by" ;;
		esac
	done
}

# Sets _vrf_by to the file in which the script's words about VRFs stand: itself,
# or one that it reads.
_vrf_script_file()
{
	local file says='^[^#]*(^|[^A-Za-z0-9_])((rc_)?vrf|vrf_confine|netns)='

	_vrf_by=$RC_SERVICE
	! grep -qsE "$says" "$RC_SERVICE" || return 0
	# shellcheck disable=SC2013 # paths without blanks
	for file in $(sed -nE 's,^([^#]*[[:space:];&|{(])?(\.|source)[[:space:]]+["'"'"']?(/[^[:space:];&|)}"'"'"']+).*,\3,p' "$RC_SERVICE"); do
		if grep -qsE "$says" "$file"; then
			_vrf_by="$file (read by $RC_SERVICE)"
			return 0
		fi
	done
	_vrf_by="$RC_SERVICE (or a file that it reads)"
}

# With what is refused goes where that stands.
_vrf_judge()
{
	_vrf_cure=
	_vrf_settings
	if [ -n "$_vrf_refused" ]; then
		# shellcheck disable=SC2086 # words
		_vrf_where $_vrf_keywords
		_vrf_cure=", in $_vrf_files: $_vrf_remedy"
		# a carriage return of another system's editor
		case $_vrf_refused in
		*[[:cntrl:]]*) _vrf_refused=$(printf '%s\n' "$_vrf_refused" | sed 's/[[:cntrl:]]/?/g') ;;
		esac
	fi
}

# The service starts outside of all VRFs, and no file of its own says so: do
# those that it has look as if it were meant otherwise?  rc-vrf check knows more.
_vrf_doubt()
{
	local line file blank='[[:space:]]' name='(rc_)?vrf'

	if [ -L "$_vrf_file" ] && [ ! -e "$_vrf_file" ]; then
		ewarn "$RC_SVCNAME: in no VRF: $_vrf_file is a link to a file that is not there"
	elif [ -d "$_vrf_file" ]; then
		ewarn "$RC_SVCNAME: in no VRF: $_vrf_file is a directory"
	fi
	# shellcheck disable=SC2086 # paths without blanks
	if line=$(grep -nsE "^$blank*$name($blank+[^[:space:]#;&|]|=$blank+[^[:space:]#;&|])" /dev/null $_vrf_conf_files); then
		file=${line%%:*} line=${line#*:}
		_vrf_refuse "line ${line%%:*} of $file names a VRF as no shell understands it: write vrf=\"NAME\", without blanks"
	elif line=$(grep -nisE "^$blank*((rc[-_])?vrf(_confine)?|vrf-confine)=" /dev/null $_vrf_conf_files) &&
		! grep -qsiE '[$][{]?(rc_)?vrf' "$RC_SERVICE" $_vrf_conf_files; then
		line=${line%%"$_vrf_newline"*} file=${line%%:*}
		line=${line#*:}
		ewarn "$RC_SVCNAME: in no VRF, whatever line ${line%%:*} of $file says: ${line#*:}"
	fi
}

# Once the service's own files are read, and before its script is: what the
# script or a file that it reads says later, say conf.d of another service, does
# not count.
_vrf_settle()
{
	[ -z "${_vrf_settled-}" ] || return 0
	_vrf_settled=yes
	_vrf_explicit=${vrf+set}${rc_vrf+set}
	_vrf_judge
	# A script that calls `ip vrf exec "$vrf"` would have ip attach a program
	# of its own to the group that the service is in already, which fails.
	# With "default" it would be for nothing, and only iproute2's ip can.
	if [ -n "${vrf-}" ] && grep -qs 'vrf exec' "$RC_SERVICE"; then
		_vrf_hidden=$vrf _vrf_was_vrf=''
		unset vrf
	fi
	# Before the script, which may have one of its own.
	trap _vrf_exit EXIT
}

# Sets _vrf_other to what the script says, if that is something else.
_vrf_script_read()
{
	local own="$_vrf" confine="$_vrf_confine" refused="$_vrf_refused" cure="${_vrf_cure-}"

	if [ -n "${_vrf_hidden-}" ] && [ -z "${vrf-}" ]; then
		vrf=$_vrf_hidden
		_vrf_judge
		unset vrf
	else
		_vrf_judge
	fi
	if [ "$_vrf:$_vrf_confine" = "$own:$confine" ]; then
		[ -z "$refused" ] || _vrf_refused=$refused _vrf_cure=$cure
		return 0
	fi
	_vrf_other=$_vrf_refused
	if [ -z "$_vrf_other" ]; then
		[ "$_vrf" = "$own" ] || _vrf_other="vrf=\"$_vrf\""
		[ "$_vrf_confine" = "$confine" ] ||
			_vrf_other="$_vrf_other${_vrf_other:+ and }vrf_confine=\"$_vrf_confine\""
	fi
	_vrf=$own _vrf_confine=$confine _vrf_refused=$refused _vrf_cure=$cure
}

# If none of the service's own files says anything nobody has said where it belongs.
_vrf_differs()
{
	[ -n "${_vrf_other-}" ] && [ -z "$_vrf_refused" ] || return 0
	_vrf_script_file
	if [ -z "$_vrf_explicit" ]; then
		_vrf_refuse "$_vrf_other in $_vrf_by, and no word of it in a file of its own: write what is to be, or vrf=\"default\", to $_vrf_file"
	fi
	if [ "$_vrf_does" = start ]; then
		ewarn "$RC_SVCNAME: in ${_vrf:+VRF }${_vrf:-no VRF}, as ${_vrf_by_rc_vrf:-${_vrf_by_vrf-}} says, whatever $_vrf_by says: $_vrf_other"
	fi
}

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
	local option=

	[ "$2" = yes ] || option=--no-confine
	# shellcheck disable=SC2086 # one option or none
	if ! _vrf_said=$("$_vrf_exec" $option --attach "$1" $$ 2>&1); then
		# its last line, should there be a warning before
		_vrf_said=${_vrf_said##*"$_vrf_newline"}
		_vrf_said=${_vrf_said:-$_vrf_exec failed}
		return 1
	fi
}

_vrf_enter()
{
	_vrf_check
	_vrf_own_cgroup
	_vrf_entered=yes
	# OpenRC itself leaves the cgroup of a script that has no command=
	[ "$_vrf_does" != start ] || _vrf_begun=yes
	if ! _vrf_attach "$_vrf" "$_vrf_confine"; then
		_vrf_where vrf rc_vrf
		[ "$_vrf_files" != "@SYSCONFDIR@/conf.d/$RC_SVCNAME" ] || _vrf_files=
		_vrf_refuse "cannot enter VRF $_vrf${_vrf_files:+ of $_vrf_files}: $_vrf_said"
	fi
	# What it warns of holds for as long as the service runs.
	[ -z "$_vrf_said" ] || [ "$_vrf_does" != start ] || ewarn "$RC_SVCNAME: $_vrf_said"
}

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

# For stop and its like: where the service is, so that a control tool finds it
# on 127.0.0.1.  They are never refused.
_vrf_visit()
{
	_vrf_find
	# Only root can, and everybody may ask for the status.
	if [ -z "$_vrf_at" ] || [ "$(id -u)" != 0 ]; then
		_vrf_free
		return 0
	fi
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
			[ "$_vrf_does$_vrf_explicit" != start ] || _vrf_doubt
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
			RC_VRF_EXEC="$_vrf_exec $_vrf"
			[ "$_vrf_confine" = yes ] || RC_VRF_EXEC="$_vrf_exec --no-confine $_vrf"
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

# Adds a dependency to that form of rc_need (and its like) which OpenRC takes:
# it looks at these four and stops at the first.
_vrf_depend()
{
	local name

	name=$(shell_var "$RC_SVCNAME")
	eval "rc_${name}_$1=\"\${rc_${name}_$1:-\${rc_$1:-\${RC_${name}_$2:-\${RC_$2-}}}} $3\""
}

# _vrf_says VERBS WORDS [SERVICE]: the names of the init scripts (or of that
# one, if so) whose depend() says it; both are alternatives of an expression
_vrf_says()
{
	local pattern dir

	pattern="(^|[{;])[[:space:]]*($1)([[:space:]]|[[:space:]].*[[:space:]])($2)([[:space:];}]|\$)"
	for dir in ${RC_SCRIPTDIRS:-@SYSCONFDIR@ /usr/etc /usr/local/etc}; do
		[ -d "$dir/init.d" ] || continue
		# shellcheck disable=SC2086 # the pattern
		grep -lsE "$pattern" "$dir"/init.d/${3:-*} | sed 's,.*/,,'
	done
}

# _vrf_names SERVICE [VERBS]: what its depend() says that it provides and comes before
_vrf_names()
{
	local dir

	for dir in ${RC_SCRIPTDIRS:-@SYSCONFDIR@ /usr/etc /usr/local/etc}; do
		[ ! -r "$dir/init.d/$1" ] ||
			sed -nE -e 's/^(.*[{;])?[[:space:]]*('"${2:-before|provide}"')[[:space:]]+([^;}]*).*/\3/' -e 't found' -e d \
				-e ':found' -e 's/[*]/net/g' -e p "$dir/init.d/$1"
	done
}

# _vrf_steps SERVICE: lines with a name, and the words by which it waits for SERVICE
_vrf_steps()
{
	local verb name pattern

	for verb in before provide; do
		for name in $(_vrf_names "$1" "$verb"); do
			echo "$name $1: $verb $name"
		done
	done
	pattern=$(printf %s "$1" | sed 's/[^A-Za-z0-9_-]/[&]/g')
	for verb in need use want after; do
		for name in $(_vrf_says "$verb" "$pattern"); do
			! _vrf_enabled "$name" || echo "$name $name: $verb $1"
		done
	done
}

# Sets _vrf_why to the words of init scripts by which net waits for this service.
_vrf_trace()
{
	local seen=" $RC_SVCNAME " queue="$RC_SVCNAME$_vrf_newline" line steps name words IFS

	_vrf_why=
	while [ -n "$queue" ]; do
		unset IFS
		line=${queue%%"$_vrf_newline"*}
		queue=${queue#*"$_vrf_newline"}
		steps=$(_vrf_steps "${line%% *}")
		words=${line#"${line%% *}"}
		IFS=$_vrf_newline
		for line in $steps; do
			name=${line%% *}
			case $seen in *" $name "*) continue ;; esac
			seen="$seen$name "
			line=$words${words:+,}${line#"$name"}
			if [ "$name" = net ]; then
				_vrf_why=${line# }
				return 0
			fi
			queue="$queue$name$line$_vrf_newline"
		done
	done
}

# In that runlevel, or in any.
_vrf_enabled()
{
	local link

	for link in @SYSCONFDIR@/runlevels/${2:-*}/"$1"; do
		[ ! -L "$link" ] || return 0
	done
	return 1
}

# _vrf_before_net [enabled]: true if net, or a service that provides it, has to
# wait for this one, by way of any service or of those in a runlevel.
_vrf_before_net()
{
	local reached=" $RC_SVCNAME " new="$RC_SVCNAME" next name pattern

	[ -z "$(_vrf_says 'need|use|want|after' net "$RC_SVCNAME")" ] || return 1
	while [ -n "$new" ]; do
		next='' pattern=''
		for name in $new; do
			next="$next $(_vrf_names "$name")"
			pattern="$pattern|$(printf %s "$name" | sed 's/[^A-Za-z0-9_-]/[&]/g')"
		done
		for name in $(_vrf_says 'need|use|want|after' "${pattern#|}"); do
			[ -z "${1-}" ] || _vrf_enabled "$name" || continue
			next="$next $name"
		done
		new=
		for name in $next; do
			case $reached in
			*" $name "*) ;;
			*) reached="$reached$name " new="$new $name" ;;
			esac
		done
		case $reached in *' net '*) return 0 ;; esac
	done
	return 1
}

# Does it start with the system, in a runlevel in which net may not be there yet?
_vrf_early()
{
	local level name

	for level in sysinit boot $(_vrf_says provide net); do
		case $level in
		sysinit | boot) ! _vrf_enabled "$RC_SVCNAME" "$level" || return 0 ;;
		"$RC_SVCNAME") ;;
		*)
			for name in @SYSCONFDIR@/runlevels/*/"$level"; do
				name=${name%/*}
				! _vrf_enabled "$RC_SVCNAME" "${name##*/}" || return 0
			done ;;
		esac
	done
	return 1
}

if command -v _vrf_only_look >/dev/null; then
	# vrf.conf, and rc-vrf check, ask whether this file can be read to its end
	:
elif command -v verify_boot >/dev/null; then
	_vrf_replace
else
	_vrf_settings
	if [ -z "$_vrf" ]; then
		:
	elif yesno "${RC_USER_SERVICES-}"; then
		# openrc-run.sh does not come here for the services of a user.
		# What OpenRC says of a service that is not there says it all.
		_vrf_depend need NEED VRFs-are-not-for-user-services
	else
		_vrf_depend need NEED cgroups
		# Behind net what net waits for would make a loop, which OpenRC
		# breaks anywhere, or waits a minute for.
		if ! _vrf_before_net; then
			# not need: a restart of networking must not stop the service
			_vrf_depend want WANT net
			_vrf_depend after AFTER net
		elif _vrf_early && _vrf_before_net enabled; then
			# OpenRC knows no such keyword and keeps it: see _vrf_marked.
			_vrf_depend keyword KEYWORD vrf-before-net
		fi
	fi
fi
# this file and settings.sh were there to the end
_vrf_complete=${_vrf_settings_complete-}
