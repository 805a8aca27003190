#!/bin/sh
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2086,SC2016 # $user is a command with its arguments; what others run is theirs to expand
#
# How vrf-exec starts and ends, what it leaves behind, and how it gets on with ip-vrf(8).

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

lan management eth1 10.20.40.1/24
device_vrf red 10 eth1 10.20.40.40/24
for vrf in blue:11 white:12 black:13; do
	ip link add "${vrf%:*}" type vrf table "${vrf#*:}"
	ip link set "${vrf%:*}" up
done
from management probe udp-echo 7
red=$(vrf_dir red)

in_background() {
	"$@" </dev/null >/dev/null 2>&1 &
}

# identified CMD...: by both tools, as a process of red.
identified() {
	prints '^red$' vrf-exec --identify "$1" && prints '^red$' ip vrf identify "$1" &&
		prints "^ *$1 " ip vrf pids red
}

# same CMD...: with and without vrf-exec CMD prints the same.
same() {
	with=$(vrf-exec red "$@") && without=$("$@") && echo "with $with, without $without" &&
		[ "$with" = "$without" ]
}

# outcome: exit statuses and messages
check "the status is the command's" status 7 vrf-exec red sh -c 'exit 7'
check "a command that cannot be found" status 127 vrf-exec red /nonexistent
check "a command that cannot be run" status 126 vrf-exec red /etc
check "options stop at the VRF" prints '^-V$' vrf-exec red echo -V
check "no argument" status 125 vrf-exec
check "no command" status 125 vrf-exec red
check "an unknown option" status 125 vrf-exec --frobnicate red true
check "help" prints '^usage: vrf-exec' vrf-exec --help
check "version" prints '^vrf-ng [0-9]' vrf-exec --version
check "no such VRF" status 125 vrf-exec green true
check "... in one line, with those that there are" \
	fails_with '^vrf-exec: green: cannot enter: there is no such VRF \(there is blue, white, black, red\)$' vrf-exec green true
check "... if any" fails_with '^vrf-exec: green: cannot enter: there is no such VRF$' unshare -n vrf-exec green true
check "an interface that is no VRF" \
	fails_with '^vrf-exec: eth1: cannot enter: this interface is not a VRF$' vrf-exec eth1 true
check "a name too long" status 125 vrf-exec a-name-of-sixteen true
check "a name that is a path" fails_with 'no such VRF' vrf-exec ../red true
check "... 125" status 125 vrf-exec ../red true
ip link set blue down
check "a VRF that is down" fails_with '^vrf-exec: blue: cannot enter: Network is down$' vrf-exec blue true
check "... 125" status 125 vrf-exec blue true
ip link set blue up
# A VRF of ours has its table in its number, and not much more is asked about it.
numbered() {
	ip link del numbered 2>/dev/null || :
	ip link add numbered index $((0x40000000 + 20)) type "$@" && ip link set numbered up
}
check "a VRF whose number is that of its table" eval 'numbered vrf table 20 && vrf-exec numbered probe sockets && vrf-exec numbered true'
ip link set numbered down
check "... that is down" fails_with '^vrf-exec: numbered: cannot enter: Network is down$' vrf-exec numbered true
check "one whose number is that of another table" eval 'numbered vrf table 21 && vrf-exec numbered true && vrf-exec numbered true'
check "... in the place of which comes something else" eval \
	'numbered bridge && fails_with "^vrf-exec: numbered: cannot enter: this interface is not a VRF$" vrf-exec numbered true'
ip link del numbered
no_module() {
	no_module_before=$(cut -d " " -f 1 /proc/modules)
	fails_with 'no such VRF' vrf-exec "$1" true && [ "$(cut -d " " -f 1 /proc/modules)" = "$no_module_before" ]
}
check "no module is loaded for a name" no_module ifb
check "not root" fails_with '^vrf-exec: red: cannot make .*only root can enter a VRF' as_user vrf-exec red true
check "... 125" status 125 as_user vrf-exec red true
check "nothing of it remains" not [ -e "$(vrf_dir green)" ]

# state: nothing of the caller's is changed
check "limits" same sh -c "ulimit -a"
check "descriptors" same ls /proc/self/fd
check "signals" same grep ^Sig /proc/self/status
check "capabilities, user and groups" same grep -E "^(Cap|[UG]id|Groups)" /proc/self/status
check "environment" same env

# more than fit into a control group, did they stack up
hundred() {
	for _ in $(seq 100); do
		vrf-exec red true || return
	done
}
check "100 starts" hundred
# what the kernel says of such a link takes more than the first piece has room for
names() {
	for number in $(seq 40); do
		ip link property add dev blue altname "$(printf 'blue%0100d' "$number")" || return
	done
	vrf-exec blue true
}
check "a VRF with many names" names
check "nested: stays" prints '/vrf/red$' vrf-exec red vrf-exec red cat /proc/self/cgroup
check "nested in another VRF: a sibling" prints '^0::/vrf/blue$' vrf-exec red vrf-exec blue cat /proc/self/cgroup
check "... whose sockets are bound" prints 'tcp4 device=blue' vrf-exec red vrf-exec blue probe sockets
check "nested without privilege: stays" vrf-exec red $user vrf-exec red true
check "nested as root without capabilities: stays" vrf-exec red setpriv --bounding-set=-all --inh-caps=-all -- vrf-exec red true
check_fails "nested without privilege in another VRF" vrf-exec red $user vrf-exec blue true
check "default leaves" prints '^0::/$' vrf-exec red vrf-exec default cat /proc/self/cgroup
check "... unbound" prints 'tcp4 device= ' vrf-exec red vrf-exec default probe sockets

# ip-vrf(8)
in_background vrf-exec red sleep 1000
sleeper=$!
wait_for 5 grep -q /vrf/red /proc/$sleeper/cgroup
check "ip vrf identify and pids see our processes" identified $sleeper
check "ip vrf exec does not replace ours" fails_with 'Operation not permitted' ip vrf exec red true
check "... which still holds" fails_with EPERM vrf-exec red probe unspec 127.0.0.1 9
check "... also for MPTCP" prints 'mptcp4 Protocol not supported' vrf-exec red probe sockets
check "ip vrf exec elsewhere works" ip vrf exec white true
in_background ip vrf exec white sleep 1000
other=$!
wait_for 5 grep -q /vrf/white /proc/$other/cgroup
check "its control group becomes ours" fails_with EPERM vrf-exec white probe unspec 127.0.0.1 9
check "ip vrf exec in a VRF of ours leaves it" prints 'tcp4 device=black' \
	vrf-exec red ip vrf exec black probe sockets

# --attach
in_background sleep 1000
victim=$!
check "--attach moves a process" vrf-exec --attach red $victim
check "... whole" identified $victim
check "... again" vrf-exec --attach red $victim
check "--attach to default" vrf-exec --attach default $victim
check "... moves it out" prints '^0::/$' cat /proc/$victim/cgroup
check "--attach without a process" status 125 vrf-exec --attach red 999999999
check "--attach to nonsense" fails_with 'not a process id' vrf-exec --attach red 12x
check "--attach to a VRF that is missing" status 125 vrf-exec --attach green $victim
check "... leaves it where it was" prints '^0::/$' cat /proc/$victim/cgroup
in_background unshare -n sleep 1000
stranger=$!
wait_for 5 not cmp -s /proc/$stranger/environ /dev/null
wait_for 5 not [ "$(readlink /proc/self/ns/net)" = "$(readlink /proc/$stranger/ns/net)" ]
check "--attach a process of another network namespace" \
	fails_with 'another network namespace' vrf-exec --attach red $stranger

# without the filters
kill $sleeper $victim
wait_for 5 grep -q 'populated 0' "$red/cgroup.events"
check "--no-confine binds" prints 'tcp4 device=red' vrf-exec --no-confine red probe sockets
check "... refuses MPTCP" prints 'mptcp4 Protocol not supported' vrf-exec --no-confine red probe sockets
check_fails "... and lets out who wants" fails_with EPERM vrf-exec --no-confine red probe -t 500 unspec 127.0.0.1 9
in_background vrf-exec red sleep 1000
sleeper=$!
wait_for 5 grep -q 'populated 1' "$red/cgroup.events"
check "--no-confine does not loosen what runs" \
	fails_with 'confined in another way' vrf-exec --no-confine red true
check "... it still holds" fails_with EPERM vrf-exec red probe unspec 127.0.0.1 9
kill $sleeper $other $stranger
