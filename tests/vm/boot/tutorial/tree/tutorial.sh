# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# What a text has one do, step by step; how texts are marked is said in tests/README.md.

# The person's PATH: no program of the tests takes part.
login_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# typed COMMAND: at the console
typed() {
	env -i PATH=$login_path HOME=/root TERM=dumb sh -c "reboot() { : >/run/reboot; }
$1" 2>&1
}

# as_shown COMMAND: exit status and output are those that the text shows, in /run/shown.  Whose last
# line begins with the name of a program of the command has failed.
as_shown() {
	typed "$1" >/run/printed && status=0 || status=$?
	cat /run/printed
	said=$(tail -n 1 /run/shown | sed -n 's/^\([a-z-]*\):.*/\1/p')
	expected=0
	case " $1 " in
	*" ${said:-/} "*) expected=1 ;;
	esac
	[ "$status" = 0 ] || status=1
	[ "$status" = "$expected" ] || {
		echo "status $status"
		return 1
	}
	awk -f /matches.awk /run/shown /run/printed || {
		echo "and not"
		cat /run/shown
		return 1
	}
}

# written PATH: what the text shows, in /run/shown, is in that file
written() {
	mkdir -p "${1%/*}"
	touch "$1"
	awk -f /merge.awk /run/shown "$1" >/run/merged && cp /run/merged "$1"
	cat "$1"
}

# follow TEXT [STEPS]: from where one was, up to a reboot, so many steps, or its end
follow() {
	awk -f /steps.awk "/texts/$1" >/run/steps
	total=$(steps_of "$1")
	at=$(cat "/var/at.$1" 2>/dev/null) || at=0
	check "$1: there is something to do" [ "$total" -gt "$at" ]
	[ -z "${2-}" ] || total=$((at + $2))
	rm -f /run/reboot
	while [ "$at" -lt "$total" ] && [ ! -e /run/reboot ]; do
		at=$((at + 1))
		awk -v at=$at '/^[fr]/ { n++ } n == at' /run/steps >/run/step
		read -r kind step </run/step
		sed '1d; s/^ //' /run/step >/run/shown
		case $kind in
		file) check "$1: $step" written "$step" ;;
		run) check "$1: # $step" as_shown "$step" ;;
		esac
		echo $at >"/var/at.$1"
	done
}

# The text has come to its end.
followed() {
	[ "$(cat "/var/at.$1")" = "$(steps_of "$1")" ]
}

steps_of() {
	awk -f /steps.awk "/texts/$1" | grep -c '^[fr]'
}

silent() {
	"$@" >/run/said 2>&1 && [ ! -s /run/said ] && return
	cat /run/said
	return 1
}
