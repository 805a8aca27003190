# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# What the page says of the switch and of its services, as words; each is asked again after every accident.

alerts=/var/log/suricata/fast.log
up_order="eth0 bridge0 vrf-ids ids0 vrf-web web0"
down_order="web0 vrf-web ids0 vrf-ids bridge0"

sensor() { rc-vrf exec suricata "$@"; }
web() { rc-vrf exec nginx "$@"; }
# ask ADDR: a page that no sensor lets pass unseen
ask() { printf 'GET /etc/passwd HTTP/1.0\r\n\r\n' | socat -t 5 - "TCP:$1:80"; }

# capture NAME IFACE FILTER: to /run/NAME, from now on; seen and unseen are about what was captured.
capture() {
	capture_name=$1
	shift
	: >"/run/$capture_name"
	"$@" >"/run/$capture_name" 2>"/run/$capture_name.log" &
	echo $! >"/run/$capture_name.pid"
	wait_for 20 grep -q 'listening on' "/run/$capture_name.log"
}
captured() {
	kill "$(cat "/run/$1.pid")"
	wait "$(cat "/run/$1.pid")" || :
	cat "/run/$1"
}

sensor_works() {
	wait_for 60 grep -q 'Engine started' /var/log/suricata/suricata.log
}

host_reaches_both() { probe tcp 10.0.100.3 80 && ping -c 1 -W 5 10.0.100.2; }
both_reach_host() { sensor probe tcp 10.0.100.1 22 && web probe tcp 10.0.100.1 22; }
each_other() { sensor probe tcp 10.0.100.3 80 && web ping -c 1 -W 5 10.0.100.2; }
sensor_out() { sensor probe tcp 8.8.8.8 53; }
web_stays() { fails_with 'ENETUNREACH|EHOSTUNREACH' web probe tcp 8.8.8.8 53; }
nobody_in() { not from office probe tcp 10.0.100.3 80 && not from office ping -c 1 -W 2 10.0.100.2; }
seen_ping() {
	: >$alerts
	ping -c 1 -W 5 10.0.100.2 && wait_for 20 grep -F 'somebody looks for the sensor' $alerts
}

all_holds() {
	sensor_works && host_reaches_both && both_reach_host && each_other && sensor_out && web_stays && nobody_in && seen_ping && rc-vrf check
}

# cables_down, cables_up: the network, in the order of the file; services are not asked
cables_down() {
	for iface in $down_order; do ifdown "$iface" || return; done
}
cables_up() {
	for iface in $up_order; do ifup "$iface" || return; done
}

# by_hand: what rc-vrf exec leaves where it was called, an empty control group, as the page says.
by_hand() {
	for group in /sys/fs/cgroup/vrf/*/ /sys/fs/cgroup/vrf; do
		[ ! -d "$group" ] || wait_for 5 rmdir "$group"
	done
}

# All that there is: devices, rules, routes but those of link-local addresses, which are new with each
# cable, control groups, programs, files.
snapshot() {
	by_hand
	ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | sort
	ip rule
	ip -6 rule
	for family in -4 -6; do
		ip $family route show table all
	done | grep -v fe80: | sort
	find /sys/fs/cgroup -type d -path '*vrf*' | sort
	find /sys/fs/cgroup -type d -name 'openrc.*' | sort
	loaded
	find /run ! -path '/run/tap*' ! -path '/run/openrc/*' ! -path '/run/w.*' ! -path '/run/snapshot*' | sort
	sort /run/ifstate
}
as_at_first() {
	snapshot >/run/snapshot.now
	diff -u /run/snapshot.up /run/snapshot.now
}

# left: whatever is there of it once all of it is down.  (What finds nothing fails: a shell without -e.)
left() (
	set +e
	by_hand
	ip -o link show type vrf
	ip -o link show type veth | grep -v ': eth0@'
	ip -o link show type bridge
	ip rule | grep -E 'proto 86|goto|unreachable'
	ip -6 rule | grep -E 'proto 86|goto|unreachable'
	ip route show table all | grep -E 'proto 86|10\.0\.100|table [23] '
	ip -6 route show table all | grep -E 'proto 86|table [23] '
	find /sys/fs/cgroup -type d -path '*vrf*'
	loaded | grep -v '^0 '
	pgrep -x 'nginx|Suricata-Main|suricata'
	true
)
nothing_left() {
	left >/run/w.left
	cat /run/w.left
	[ ! -s /run/w.left ]
}

services() {
	rc-service suricata "$1" && rc-service nginx "$1"
}

# round: both services and all that they stand on, down and up again
round() {
	services stop && cables_down && cables_up && services start
}
