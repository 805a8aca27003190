# shellcheck shell=dash disable=SC2154,SC2034,SC2317 # other parts have the rest
# SPDX-License-Identifier: ISC
#
# depend.sh - part of openrc.sh.  Dependencies: behind net, but for what net waits for.

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

# _vrf_before NAME [enabled]: true if that service, or one that provides it, has
# to wait for this one, by way of any service or of those in a runlevel.
_vrf_before()
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
			[ -z "${2-}" ] || _vrf_enabled "$name" || continue
			next="$next $name"
		done
		new=
		for name in $next; do
			case $reached in
			*" $name "*) ;;
			*) reached="$reached$name " new="$new $name" ;;
			esac
		done
		case $reached in *" $1 "*) return 0 ;; esac
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

# In runlevel sysinit, and nothing that provides net is: to want net would start that there, before
# what it waits for in boot.  Who wants net by himself has it so.
_vrf_too_early()
{
	local name

	_vrf_enabled "$RC_SVCNAME" sysinit && [ -z "$(_vrf_says 'need|use|want|after' net "$RC_SVCNAME")" ] || return 1
	for name in net $(_vrf_says provide net); do
		! _vrf_enabled "$name" sysinit || return 1
	done
}

# Sets _vrf to what counts, and _vrf_of_all if no file of the service's own says
# it: OpenRC reads rc.conf and rc.conf.d last here, and not all of it before this
# file, but first where services start.
_vrf_own_depends()
{
	local says

	_vrf_settings
	_vrf_of_all=
	_vrf_all_files
	# shellcheck disable=SC2086 # paths without blanks
	[ -n "$_vrf_general" ] && grep -qsE "$_vrf_sets" $_vrf_general || return 0
	says=$(
		exec 3>&1 >/dev/null 2>&1
		unset vrf rc_vrf
		for file in $_vrf_general; do
			# shellcheck disable=SC1090
			. "$file"
		done
		_vrf_settings
		all=$_vrf
		unset vrf rc_vrf
		# OpenRC is in the directory of the init scripts
		for file in "../conf.d/${RC_SVCNAME%%.*}" "../conf.d/$RC_SVCNAME"; do
			# shellcheck disable=SC1090
			[ ! -e "$file" ] || . "$file"
		done
		_vrf_settings
		[ -z "${vrf+set}${rc_vrf+set}" ] || all=$_vrf:
		echo "$all" >&3
	)
	_vrf=${says%:}
	[ "$_vrf" != "$says" ] || _vrf_of_all=yes
}

# For a VRF of all services: is it one of those that bring up the system, or
# take it down, and what net and cgroups wait for?
_vrf_brings_up()
{
	_vrf_enabled "$RC_SVCNAME" sysinit || _vrf_enabled "$RC_SVCNAME" shutdown || _vrf_before net || _vrf_before cgroups
}
