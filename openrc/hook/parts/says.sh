# shellcheck shell=dash disable=SC2154,SC2034,SC2317 # other parts have the rest
# SPDX-License-Identifier: ISC
#
# says.sh - part of openrc.sh.  What a service's files and its script say, and where.

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
	for name in vrf rc_vrf vrf_confine vrf_dns netns; do
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
	local file says='^[^#]*(^|[^A-Za-z0-9_])((rc_)?vrf|vrf_confine|vrf_dns|netns)='

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

# A line that sets one of the two, and no comment.
_vrf_sets='^([^#]*[[:space:];&|({])?(rc_)?vrf='

# Sets _vrf_general to the files that speak of all services, in the order in which OpenRC reads them.
_vrf_all_files()
{
	local IFS=: dir dirs='' file

	for dir in ${RC_PATH:-@SYSCONFDIR@}; do
		dirs=$dir:$dirs
	done
	_vrf_general=
	for dir in $dirs; do
		for file in "$dir/rc.conf" "$dir"/rc.conf.d/*.conf; do
			case $file in */vrf.conf) continue ;; esac
			[ ! -f "$file" ] || _vrf_general="$_vrf_general $file"
		done
	done
}

# A service in no VRF: _vrf_slip of settings.sh with its files.
_vrf_find_slip()
{
	_vrf_all_files
	# shellcheck disable=SC2086 # paths without blanks
	_vrf_slip $_vrf_general $_vrf_conf_files
}

# True if only what speaks of all services names a VRF, and this is one of those
# that have to be there before any: they are not in it.
_vrf_exempt()
{
	local file

	# a file of its own may have read another one
	_vrf_where vrf rc_vrf
	for file in $_vrf_files; do
		case $file in and | */rc.conf | */rc.conf.d/*) ;; *) return 1 ;; esac
	done
	# shellcheck disable=SC2086 # paths without blanks
	[ -z "$_vrf_conf_files" ] || ! grep -qsE "$_vrf_sets" $_vrf_conf_files || return 1
	_vrf_marked
}

# What OpenRC reads nothing of, and says nothing about.
_vrf_doubt_place()
{
	local file

	for file in "$_vrf_file" "@SYSCONFDIR@/conf.d/$RC_SVCNAME${RC_RUNLEVEL:+.$RC_RUNLEVEL}"; do
		if [ -L "$file" ] && [ ! -e "$file" ]; then
			ewarn "$RC_SVCNAME: in no VRF: $file is a link to a file that is not there"
		elif [ -d "$file" ]; then
			ewarn "$RC_SVCNAME: in no VRF: $file is a directory"
		else
			continue
		fi
		return 0
	done
}

# The service would start outside of all VRFs: does it look as if it were meant
# otherwise?  rc-vrf check has the same from settings.sh.
_vrf_doubt()
{
	local kind line file text

	[ "$_vrf_does$_vrf_explicit" != start ] || _vrf_doubt_place
	[ -n "${_vrf_slip-}" ] || return 0
	kind=${_vrf_slip%% *} text=${_vrf_slip#* }
	line=${text%% *} text=${text#* }
	file=${text%% *} text=${text#* }
	case $kind:$file in
	# they speak of those as well without which nobody could change them
	*:*/rc.conf | *:*/rc.conf.d/* | like:*) ;;
	confine:*)
		# its instances may have VRFs
		for file in "$file".*; do
			[ ! -e "$file" ] || return 0
		done
		file=${file%.*} ;;
	empty:*) _vrf_refuse "line $line of $file names a VRF, and comes out empty: write vrf=\"NAME\", or vrf=\"default\" for none" ;;
	unreached:*) _vrf_refuse "line $line of $file names a VRF, and the shell that reads it has none in the end: write vrf=\"NAME\" to a line of its own that is always reached, or vrf=\"default\" for none" ;;
	replaced:*) _vrf_refuse "line $line of $file names a VRF, and OpenRC reads $file.$RC_RUNLEVEL in its place: write vrf=\"NAME\", or vrf=\"default\" for none, to that as well" ;;
	blank:*) _vrf_refuse "line $line of $file names a VRF as no shell understands it: write vrf=\"NAME\", without blanks" ;;
	blind:*) _vrf_refuse "nobody can tell whether its files name a VRF: there is no awk" ;;
	esac
	[ "$_vrf_does" != start ] || ewarn "$RC_SVCNAME: in no VRF, whatever line $line of $file says: $text"
}

# Once the service's own files are read, and before its script is: what the
# script or a file that it reads says later, say conf.d of another service, does
# not count.
_vrf_settle()
{
	[ -z "${_vrf_settled-}" ] || return 0
	_vrf_settled=yes
	_vrf_judge
	if [ -n "$_vrf$_vrf_refused" ]; then
		if _vrf_exempt; then
			unset vrf rc_vrf
			_vrf_judge
		fi
	else
		case ${RC_CMD:-start} in
		stop | status | describe | help | depend) ;;
		*) _vrf_find_slip ;;
		esac
	fi
	_vrf_explicit=${vrf+set}${rc_vrf+set}
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
	local own="$_vrf" confine="$_vrf_confine" dns="$_vrf_dns" refused="$_vrf_refused" cure="${_vrf_cure-}"

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
	_vrf=$own _vrf_confine=$confine _vrf_dns=$dns _vrf_refused=$refused _vrf_cure=$cure
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
