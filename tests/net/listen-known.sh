#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What rc-vrf knows of listeners that vrf-listen has handed to a service in another VRF: why, map, check.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"
. "$(dirname "$0")/words/why.sh"

ip link set lo up
lan office eth0 10.20.30.1/24 2001:db8:30::1/64
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan production eth2 10.20.50.1/24 2001:db8:50::1/64
card eth0 - 10.20.30.40/24 2001:db8:30::40/64
device_vrf management 1 eth1 10.20.40.40/24 2001:db8:40::40/64
device_vrf production 2 eth2 10.20.50.40/24 2001:db8:50::40/64
settled
interfaces <<-END
	iface management
	    vrf-table 1
	iface production
	    vrf-table 2
END
printf 'management=management 1\nproduction=production 1\n' >/run/ifstate

# The script of doc/worlds/socket-activation, and what runs by it
mkdir -p /etc/init.d /etc/conf.d
cat >/etc/init.d/web <<'END'
#!/sbin/openrc-run
supervisor=supervise-daemon
command=/usr/sbin/vrf-exec
command_args="$listen_vrf vrf-listen $listen -- vrf-exec $vrf handed serve"
END
chmod 755 /etc/init.d/web
conf() {
	printf '%s\n' 'vrf="production"' "$@" >/etc/conf.d/web
}
conf 'listen_vrf="management"' 'listen="tcp:10.20.40.40:80 udp:0.0.0.0:53"'
runs() {
	group=/sys/fs/cgroup/openrc.$1
	shift
	mkdir -p "$group"
	(sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$group" "$@") >/run/said 2>&1 3>&- &
}
runs web vrf-exec management vrf-listen tcp:10.20.40.40:80 udp:0.0.0.0:53 -- \
	vrf-exec default vrf-listen tcp:0.0.0.0:81 -- vrf-exec production handed serve
wait_for 10 grep -q '^3 ' /run/said
runs web vrf-exec production probe tcp-echo 82
wait_for 10 vrf-exec production probe tcp 10.20.50.40 82

can() {
	can_pattern=$1
	shift
	rc-vrf why "$@" >"$tap_dir/why" || { cat "$tap_dir/why"; return 1; }
	cat "$tap_dir/why"
	head -n 1 "$tap_dir/why" | grep -Eq -e "$can_pattern"
}
steps() {
	grep -Eq -e "^ [ !] $1" "$tap_dir/why"
}

check "packets: management reaches it" from management probe tcp 10.20.40.40 80
check "... as is said" can '^10.20.40.1 by tcp can reach web at tcp 10.20.40.40:80$' web from 10.20.40.1/tcp
check "... that it was handed" steps 'bound +a listener of VRF management, handed over by vrf-listen$'
check "... bound to that" steps 'bound +sockets are bound to device management'
check "... and that the filter there lets the answers out" steps 'filter +lets it out by eth1'
check "packets: by UDP too" from management probe udp 10.20.40.40 53
check "... as is said" can '^10.20.40.1 by udp can reach web at udp 0.0.0.0:53$' web from 10.20.40.1/udp
check "packets: the office reaches one of no VRF" from office probe tcp 10.20.30.40 81
check "... as is said" can '^10.20.30.1 can reach web at tcp 0.0.0.0:81$' web from 10.20.30.1
check "... of no VRF" steps 'bound +a listener of no VRF, handed over by vrf-listen$'
check "packets: production reaches its own" from production probe tcp 10.20.50.40 82
check "... as is said" can '^10.20.50.1 by tcp can reach web at tcp \[::\]:82$' web from 10.20.50.1/tcp
check_fails "packets: and the office nothing by UDP" from office probe -t 1000 udp 10.20.30.40 53
check "... as is said" cannot 'cannot reach web' web from 10.20.30.1/udp
check "of the VRF somebody listens there" can '^10.20.40.1 can reach VRF management at ' management from 10.20.40.1
check "packets: what this host sends to itself the one of no VRF hears" probe tcp 10.20.30.40 81

# box NAME: what the picture has in the box of that VRF
box() {
	rc-vrf map | awk -v name="$1" '/^\+- / { in_it = index($0, "+- " name " ") == 1 || index($0, "+- " name ":") == 1 } /^\| / && in_it'
}
check "map: what listens in management" prints '^\| web +listens here, runs in VRF production +\|$' box management
check "... with its listeners" prints '^\|   tcp 10\.20\.40\.40:80 ' box management
check "... by UDP too" prints '^\|   udp 0\.0\.0\.0:53 ' box management
check "... in no VRF" prints '^\|   tcp 0\.0\.0\.0:81 ' box default
check "... where everybody else is too" prints '^\| everybody else ' box default
check "... it runs in production" prints '^\| web +(stopped|started) ' box production
check_fails "... which has none of them" prints '10\.20\.40\.40:80' box production

# found PATTERN: what check says of the service
found() {
	rc-vrf check web >"$tap_dir/found" || :
	cat "$tap_dir/found"
	grep -Eq -e "$1" "$tap_dir/found"
}
check_fails "check: no socket is outside" found 'does not belong to VRF'
check_fails "... nor are listeners refused" found 'listeners'
ip link del management
check "the VRF is away: somebody misses it" found '^ [*] there is no VRF management, which ifupdown-ng takes for up: web is not reached there'
check_fails "... and no socket is outside" grep -q 'does not belong to VRF' "$tap_dir/found"
check "why: nobody reaches what listens there" cannot 'there is no VRF management$' web from 10.20.40.1/udp
check "map: it is missing" prints '^\| web +listens here, runs in VRF production +\|$' box management
ip link add management index $((0x40000001)) type vrf table 1
ip link set management up
ip link set eth1 master management
check "it is back" wait_for 10 from management probe tcp 10.20.40.40 80
check_fails "... no socket is outside" found 'does not belong to VRF'

# The VRF of the service is away, and the listener's is there.
ip link del production
check "packets: it answers management all the same" from management probe tcp 10.20.40.40 80
check "... as is said" can '^10.20.40.1 by tcp can reach web at tcp 10.20.40.40:80$' web from 10.20.40.1/tcp

# --- what is written wrongly -----------------------------------------------------------
conf 'listen_vrf="managment"' 'listen="tcp:10.20.40.40:80"'
check "a VRF that no stanza declares" found '^ [*] there is no VRF managment, and no stanza declares it: web gets no listeners of it'
check "... what to write" grep -q '^   write the name of a VRF to listen_vrf=: there is management' "$tap_dir/found"
conf 'listen_vrf="management"' 'listen="tcp:10.20.40.40:80 tpc:[::]:80"'
check "a protocol" found '^ [*] web: vrf-listen makes no listeners for it: tpc:\[::\]:80 has a protocol that is neither tcp nor udp \['
check "... where to write it" grep -q '^   write listen="tcp:ADDRESS:PORT" in line 3 of /etc/conf.d/web' "$tap_dir/found"
conf 'listen_vrf="management"'
check "none at all" found '^ [*] web: vrf-listen makes no listeners for it: listen is empty \['
conf 'listen_vfr="management"' 'listen="tcp:10.20.40.40:80"'
check "the name of the variable" found '^ [*] web: vrf-listen makes no listeners for it: listen_vrf is empty \['
conf 'listen_vrf="default"' 'listen="tcp:0.0.0.0:80"'
check_fails "no VRF is right" found 'listeners'
# shellcheck disable=SC2016 # for the script
sed -i 's/^supervisor=/: ${listen_vrf:=management} ${listen:=tcp:0.0.0.0:80}\n&/' /etc/init.d/web
conf
check_fails "what the script sets itself is" found 'listeners'
