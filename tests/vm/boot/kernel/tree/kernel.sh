# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# What a machine whose kernel lacks something does, and what it says.

# next_boot WORD...: of the kernel
next_boot() {
	mkdir -p /boot
	echo "$*" >/boot/words
}

works() {
	check "$1: the office reaches sshd" from_lan office tcp 10.20.30.40 22
	check_fails "$1: the Internet does not" from internet probe tcp 10.20.30.40 22
	check "$1: a service without vrf= answers the Internet" from internet probe udp 10.20.30.40 7007
	check "$1: everything holds" prints '^$' sh -c 'rc-vrf check 2>&1 && echo'
	check "$1: nothing that is needed is missing" rc-vrf check --kernel
}

# fails_closed WHAT FEATURE LINE: sshd is not there, all else is, and it is said
fails_closed() {
	check_fails "$1: sshd is not started" rc-service sshd status
	check_fails "$1: nothing listens" from_lan office tcp 10.20.30.40 22
	check "$1: a service without vrf= answers the Internet" from internet probe udp 10.20.30.40 7007
	said=$(rc-service sshd start 2>&1) && status=0 || status=$?
	printf '%s\n' "$said" >/run/said
	check "$1: sshd does not start" [ "$status" != 0 ]
	check "$1: one line says why" [ "$(grep -cE "$3" /run/said)" = 1 ]
	check "$1: rc-vrf check finds it" fails_with "^ \\* this kernel lacks $2: " rc-vrf check
	check "$1: and lists it" fails_with "^$2 +no " rc-vrf check --kernel
}
