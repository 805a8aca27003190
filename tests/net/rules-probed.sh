#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Rules that a kernel takes and that are not what they say: dscp where it is not known, and iif and oif
# with a VRF's name where they never match.  What the kernel does is asked here in another way.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/ifup.sh"

lan management eth1 10.20.40.1/24
ip link set lo up
stanzas() {
	{
		printf 'iface eth1\n    vrf-member red\n    address 10.20.40.40/24\n'
		printf 'iface red\n    vrf-table 10\n    vrf-unreachable rule\n'
		[ $# = 0 ] || printf '    %s\n' "$@"
	} | interfaces
}

stanzas
check "a VRF" ifup red eth1
matches=no
ip rule add pref 1500 oif red to 198.51.100.1 prohibit
ip route get 198.51.100.1 vrf red 2>&1 | tee /tmp/answer
! grep -q 'Permission denied' /tmp/answer || matches=yes
ip rule del pref 1500
echo "oif of a VRF matches: $matches"
namespaces() { find /proc/[0-9]*/ns/net -exec readlink {} + 2>/dev/null | sort -u; }
namespaces >/tmp/before

stanzas 'table-rule oif red to 198.51.100.1 pref 1500 prohibit'
check "a rule with the VRF's name" eval 'ifup -f red 2>/tmp/said'
cat /tmp/said
check "... is there" prints '^1500:.* oif red prohibit' ip rule
warned() { grep -q 'oif red prohibit matches nothing: on this kernel' /tmp/said; }
if [ $matches = yes ]; then
	check "... no word of it, since it matches" eval '! grep -q . /tmp/said'
else
	check "... a line says that it matches nothing" warned
fi
check "... check --config is content" eval 'rc-vrf check --config >/tmp/judged'
cat /tmp/judged
if [ $matches = yes ]; then
	check "... without a word" eval '! grep -q "matches nothing" /tmp/judged'
else
	check "... and warns" grep 'warning: red: rule .* oif red prohibit matches nothing: on this kernel' /tmp/judged
fi
check "... nothing of the trial is left" eval 'namespaces >/tmp/after; diff /tmp/before /tmp/after'
stanzas 'table-rule oif eth1 to 198.51.100.1 pref 1500 prohibit'
check "one with a member's name" eval 'ifup -f red 2>/tmp/said; cat /tmp/said; ! grep -q . /tmp/said'

known=no
ip rule add pref 4000 to 198.51.100.1 table 77
ip rule del pref 4000
case $(uname -r) in [1-5].*|6.[0-9].*|6.1[01].*) ;; *) known=yes ;; esac
stanzas 'table-rule to 198.51.100.1 dscp 10 table 77 pref 4000'
if [ $known = yes ]; then
	check "dscp where the kernel knows it" ifup -f red
	check "... is there" prints '^4000:' ip rule
	check "... and known again" unchanged ifup -f red
else
	check "dscp where the kernel does not know it" ifup_fails 'red: cannot add rule .* dscp 10 .*: this kernel knows no dscp' -f red
	check "... is not there" eval '! ip rule | grep "^4000:"'
	check "... check --config refuses it" fails_with 'red: rule .* dscp 10 .* cannot be added' rc-vrf check --config
fi
