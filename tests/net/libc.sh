#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The machine has one C library, and what we install is linked with that: on a
# machine with musl no program, no library and no file is glibc's.

. "$(dirname "$0")/lib.sh"

loader=$(elf "$(readlink -f /bin/sh)" | cut -d ' ' -f 2)
elf /usr >/run/elf
check "the shell has a loader" [ -x "$loader" ]
check "there are programs" [ "$(wc -l </run/elf)" -gt 50 ]
strangers() {
	# shellcheck disable=SC2016 # awk's
	awk -v loader="$loader" '$2 != "-" && $2 != loader' /run/elf
}
check "each is loaded by that or by nobody" [ -z "$(strangers)" ]

case $loader in
*musl*)
	check_fails "nothing asks for a library of glibc" grep -E ' (ld-linux|libc\.so\.[0-9]|lib(m|dl|rt|pthread|resolv|util)\.so)' /run/elf
	check "no file is glibc's" [ -z "$(find /usr /lib* /etc /var -name 'ld-linux*' -o -name 'libc.so.6*')" ]
	;;
esac

# loads PROGRAM...: everything that they need is there
loads() {
	for program; do
		"$loader" --list "$program" || return
	done
}

ours="/usr/libexec/ifupdown-ng/vrf /usr/libexec/ifupdown-ng/l3mdev /usr/libexec/ifupdown-ng/table /usr/sbin/rc-vrf"
for program in $ours; do
	check "$program is loaded by it, with libnl" prints " $loader .*libnl-3\\.so\\." elf "$program"
done
# shellcheck disable=SC2086 # words
check "all that they need is there" loads $ours
for program in vrf-exec vrf-listen; do
	check "$program needs no library" prints "^/usr/sbin/$program -\$" elf "/usr/sbin/$program"
done
