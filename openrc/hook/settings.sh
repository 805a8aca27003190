# shellcheck shell=dash disable=SC2034 # for those that read it
# SPDX-License-Identifier: ISC
#
# settings.sh - what a service's settings mean, once its files have been read,
# and which of their lines were meant to name a VRF and do not.
# Sourced by openrc.sh, by 50-vrf-ng and by rc-vrf, so that all of them agree;
# vrf.conf, which outlives this file, refuses what names a VRF at all.
# tests/contract/vrf-settings.table and vrf-slips.table have the cases.

# Sets _vrf (empty: none), _vrf_confine, _vrf_dns (yes or no) and _vrf_refused (why a
# service with these settings does not start, or nothing); with it _vrf_keywords
# (which say so) and _vrf_remedy.
_vrf_settings()
{
	local a="${vrf-}" b="${rc_vrf-}"

	_vrf_confine=yes _vrf_dns=yes _vrf_refused=
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
	*[![:cntrl:]][[:cntrl:]])
		_vrf_refused="vrf=\"${_vrf%?}\" has a carriage return, or the like, behind it"
		_vrf_keywords='vrf rc_vrf' _vrf_remedy='take it out, as dos2unix does'
		return 0 ;;
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
	case ${vrf_dns-} in
	'' | [Yy][Ee][Ss] | [Tt][Rr][Uu][Ee] | [Oo][Nn] | 1) ;;
	[Nn][Oo] | [Ff][Aa][Ll][Ss][Ee] | [Oo][Ff][Ff] | 0) _vrf_dns=no ;;
	*)
		_vrf_refused="vrf_dns=\"$vrf_dns\" is neither yes nor no"
		_vrf_keywords=vrf_dns _vrf_remedy='write one of these' ;;
	esac
}

# The lines of files are looked at without what stands in quotes and comments,
# since vrf=red is a setting where a command may begin, and nowhere else.  What
# says that there is none, last, is right.
# shellcheck disable=SC2016 # for awk
_vrf_slips='
function is_name(v) { return v != "" && v !~ /[^A-Za-z0-9_.@+-]/ && length(v) <= 15 }

# Quotes are gone, and what stood in them is one word; so is a comment.
function bare(line,    i, c, b)
{
	b = quote != "" || more ? "Q" : ""
	more = 0
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\\" && quote != "\047") {
			more = i++ == length(line)
			b = b "Q"
		} else if (quote != "") {
			if (c == quote)
				quote = ""
			else
				b = b (c ~ /[A-Za-z0-9_.@+$=-]/ ? c : "Q")
		} else if (c == "\"" || c == "\047") {
			quote = c
		} else if (c == "#" && (i == 1 || substr(line, i - 1, 1) ~ /[ \t;]/)) {
			break
		} else {
			b = b c
		}
	}
	return b
}

# Does somebody read a variable of that name?
function used(name,    i, at, rest)
{
	for (i = 1; i <= texts; i++)
		for (rest = text[i]; at = index(rest, name); rest = substr(rest, at + 1))
			if (at > 1 && substr(rest, at - 1, 1) ~ /[${]/ && substr(rest, at + length(name), 1) !~ /[A-Za-z0-9_]/)
				return 1
	return 0
}

# It names one in another way, or says how to be in one.
function is_like(b,    t, marked, builtin, name, exact, rest)
{
	match(b, /^[^A-Za-z0-9]*/)
	marked = substr(b, 1, RLENGTH) ~ /[^ \t]/
	b = substr(b, RLENGTH + 1)
	if (match(b, /^(export|readonly|declare|typeset|local|let|env|alias|set)[ \t]+[^A-Za-z0-9]*/)) {
		builtin = b !~ /^export/
		b = substr(b, RLENGTH + 1)
	}
	t = tolower(b)
	if (!match(t, /^(rc[-_]?)?vrfs?([-_](confine|dns))?/))
		return ""
	name = substr(b, 1, RLENGTH)
	exact = name ~ /^(rc_)?vrf(_(confine|dns))?$/
	rest = substr(b, RLENGTH + 1)
	if (rest ~ /^[:.]/ || rest ~ /^[+}]=/)
		return "like"
	if (rest ~ /^[ \t]+=/)
		return marked ? "" : "like"
	if (rest ~ /^[ \t]+[A-Za-z0-9_.@+-]+[ \t\r]*([;&|)]|$)/)
		return exact && !marked ? "like" : ""
	if (rest !~ /^=/)
		return ""
	sub(/^=/, "", rest)
	sub(/[ \t\r;&|()].*/, "", rest)
	if (marked || builtin || name ~ /-/)
		return rest == "" || rest == "default" ? "" : "like"
	if (exact)
		return tolower(name) ~ /confine|dns/ ? "confine" : ""
	return is_name(rest) && rest != "default" && !used(name) ? "like" : ""
}

function found(kind, number, file, line)
{
	if (kind == "" || (kind == "set" && explicit == "default") || (kind == "confine" && file ~ "/rc[.]conf([.]d/|$)"))
		return
	last[kind] = kind " " number " " file " " line
}

function judge(b, number, file, line,    s, value, any)
{
	if (substr(b, 1, 3) == "\357\273\277")
		b = substr(b, 4)
	sub(/^[ \t\r]+/, "", b)
	for (s = b; match(s, begin "(rc_)?vrf="); any = 1) {
		s = substr(s, RSTART + RLENGTH)
		match(s, /^[^ \t\r;&|()]*/)
		value = substr(s, 1, RLENGTH)
		s = substr(s, RLENGTH + 1)
		if (value == "" && s ~ /^[ \t]+[^ \t\r;&|()=]+([ \t\r;&|]|$)/)
			found("blank", number, file, line)
		else if (value == "" || value == "default")
			split("", last)
		else
			found("set", number, file, line)
	}
	if (b ~ /(^|[ \t;&|])unset[ \t]([^;&|]*[ \t])?(rc_)?vrf([ \t;&|]|$)/)
		split("", last)
	else if (b ~ begin "(rc_)?vrf[ \t]+(=|[A-Za-z0-9_.@+-]+[ \t\r]*([;&|)]|$))")
		found("blank", number, file, line)
	else if (!any)
		found(is_like(b), number, file, line)
}

# A line of its own that would name one, and is a piece of a text of several lines.
function hidden(line)
{
	sub(/[ \t\r]+([;#].*)?$/, "", line)
	gsub(/["\047]/, "", line)
	return line ~ /^[ \t]*(export[ \t]+)?(rc_)?vrf=[A-Za-z0-9_.@+-]+$/ && line !~ /=default$/
}

# False: a quote stays open, which no shell would have read; so it was none.
function look(file, from, to, quotes,    i, b, here, inside)
{
	quote = more = here = ""
	for (i = from; i <= to; i++) {
		if (here != "") {
			b = text[i]
			sub(/^\t+/, "", b)
			if (b == here)
				here = ""
			else
				judge(b, i - from + 1, file, text[i])
			continue
		}
		inside = quote != "" || more
		b = bare(text[i])
		if (!quotes)
			quote = ""
		judge(b, i - from + 1, file, text[i])
		if (inside && hidden(text[i]))
			found("set", i - from + 1, file, text[i])
		if (match(b, /<<-?[ \t]*[A-Za-z_]+/)) {
			here = substr(b, RSTART, RLENGTH)
			sub(/^<<-?[ \t]*/, "", here)
		}
	}
	return quote == ""
}

BEGIN {
	word = "[A-Za-z_][A-Za-z0-9_]*=[^ \t;&|()]*"
	begin = "(^|[;&|(){])[ \t]*((then|do|else|export|readonly|command|eval)[ \t]+)*(" word "[ \t]+)*"
	ARGV[0] = script
	for (i = 0; i < ARGC; i++) {
		from[i] = texts + 1
		while (ARGV[i] != "" && (getline line < ARGV[i]) > 0)
			text[++texts] = line
		to[i] = texts
		close(ARGV[i])
	}
	for (i = 1; i < ARGC; i++)
		look(ARGV[i], from[i], to[i], 1) || look(ARGV[i], from[i], to[i], 0)
	n = split("set blank like confine", kinds, " ")
	for (i = 1; i <= n; i++)
		if (kinds[i] in last) {
			print last[kinds[i]]
			exit
		}
}'

# _vrf_slip FILE...: the service is in no VRF, and these are its files in the
# order in which they were read.  Sets _vrf_slip to nothing, or to the KIND, the
# number and the file of a line which looks as if it was to be in one, and the
# line:
#
#	empty		vrf=..., which came to nothing
#	unreached	vrf=..., where the shell has not come, or which it has forgotten
#	replaced	vrf=..., in a file in whose place another one was read
#	blank		vrf = red and the like, which a shell takes for a command
#	like		VRF=red, vrf: red and the like
#	confine		vrf_confine= or vrf_dns=, and no VRF
#	blind		nobody can look
_vrf_slip()
{
	local file files='' given=" $* " explicit='' kind

	_vrf_slip=
	[ "${RC_SVCNAME-}" != cgroups ] || return 0
	for file; do
		# What the file for the runlevel took the place of is still what somebody has said.
		[ -z "${RC_RUNLEVEL-}" ] || case $file in
		*/conf.d/*".$RC_RUNLEVEL") files="$files ${file%".$RC_RUNLEVEL"}" ;;
		esac
		files="$files $file"
	done
	# shellcheck disable=SC2086 # paths without blanks
	[ -n "$files" ] && grep -qis vrf $files || return 0
	case ${vrf-}:${rc_vrf-} in default:* | *:default) explicit=default ;; esac
	# shellcheck disable=SC2086
	if ! _vrf_slip=$(LC_ALL=C awk -v explicit="$explicit" -v script="${RC_SERVICE-}" "$_vrf_slips" $files 2>/dev/null); then
		_vrf_slip="blind 0 $file there is no awk"
		return 0
	fi
	case $_vrf_slip in 'set '*) ;; *) return 0 ;; esac
	_vrf_slip=${_vrf_slip#set }
	file=${_vrf_slip#* }
	case $given in
	*" ${file%% *} "*)
		kind=unreached
		[ -z "${vrf+set}${rc_vrf+set}" ] || [ -n "$explicit" ] || kind=empty ;;
	*) kind=replaced ;;
	esac
	_vrf_slip="$kind $_vrf_slip"
}
_vrf_settings_complete=yes
