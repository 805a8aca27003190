#!/bin/sh
# SPDX-License-Identifier: ISC
#
# vrf-listen: listeners of one VRF, or several, for a command that runs in another.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

ip link set lo up
lan office eth0 10.20.30.1/24 2001:db8:30::1/64
lan management eth1 10.20.40.1/24 2001:db8:40::1/64
lan production eth2 10.20.50.1/24 2001:db8:50::1/64
card eth0 - 10.20.30.40/24 2001:db8:30::40/64
device_vrf management 1 eth1 10.20.40.40/24 2001:db8:40::40/64
device_vrf production 2 eth2 10.20.50.40/24 2001:db8:50::40/64
for net in office management production; do
	from $net probe tcp-echo 99
	from $net probe udp-echo 99
done
settled

# Results go to descriptor 3, which is the first that a command is handed.
chain() {
	"$@" 3>&-
}
# listen LISTENER... -- COMMAND: listeners of management for a command
listen() {
	chain vrf-exec management vrf-listen "$@"
}
# As somebody without any privilege, as the daemon would be.
nobody='setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all'

# start SAYS COMMAND...: in the background, until it has said that line
start() {
	says=$1
	shift
	: >/run/said
	(exec "$@") >/run/said 2>&1 3>&- &
	daemon=$!
	wait_for 10 grep -qxE -e "$says" /run/said || {
		cat /run/said
		return 1
	}
}
end() {
	kill "$daemon"
	! wait "$daemon" || return 1
}

# shellcheck disable=SC2086 # words
check "a command in production is handed four listeners of management" start '4 web:web6:management:management' \
	vrf-exec management vrf-listen web=tcp:10.20.40.40:80 'web6=tcp:[::]:80' udp:0.0.0.0:53 'udp:[2001:db8:40::40]:53' -- \
	vrf-exec production $nobody handed serve
check "it runs in production" [ "$(vrf-exec --identify "$daemon")" = production ]
for address in 10.20.40.40 2001:db8:40::40; do
	check "management reaches it by TCP, at $address" from management probe tcp $address 80
	check "and by UDP" from management probe udp $address 53
done
for address in 10.20.50.40 2001:db8:50::40; do
	check_fails "production does not by TCP, at $address" from production probe tcp $address 80
	check_fails "nor by UDP" from production probe udp $address 53
done
check_fails "the office does not" from office probe tcp 10.20.30.40 80
check_fails "nor this host by itself" probe tcp 127.0.0.1 80
check "a second one cannot have the same" fails_with '^vrf-listen: tcp:10.20.40.40:80: cannot bind: Address.* in use$' \
	listen tcp:10.20.40.40:80 -- true
check "ifdown and up of the VRF's card is survived" ip link set eth1 down
ip link set eth1 up
check "it is reached again" wait_for 10 from management probe tcp 10.20.40.40 80
end

# of several VRFs, and of none
# shellcheck disable=SC2086 # words
check "each VRF of a chain adds its own" start '3 management:default:production' \
	vrf-exec management vrf-listen tcp:10.20.40.40:80 -- vrf-exec default vrf-listen tcp:0.0.0.0:80 -- \
	vrf-exec production vrf-listen 'tcp:[::]:80' -- $nobody handed serve
check "it runs where the last one put it" [ "$(vrf-exec --identify "$daemon")" = production ]
check "management reaches it" from management probe tcp 10.20.40.40 80
check "the office as well" from office probe tcp 10.20.30.40 80
check "production too" from production probe tcp 2001:db8:50::40 80
check_fails "where nothing was made nobody does" from production probe tcp 10.20.50.40 80
end

# What a daemon could make of it that somebody has broken into
# shellcheck disable=SC2086 # words
tries() {
	listener=$1
	shift
	listen "$listener" -- vrf-exec production $nobody handed "$@"
}
refused='^connect: Operation not permitted$'
check "its own sockets go to production" vrf-exec production probe tcp 10.20.50.1 99
check_fails "and not to management" vrf-exec production probe tcp 10.20.40.1 99
check "a listener cannot be made a client of its VRF" fails_with "$refused" tries tcp:0.0.0.0:80 listener 10.20.40.1 99
check "nor of the command's" fails_with "$refused" tries tcp:0.0.0.0:80 listener 10.20.50.1 99
check "nor by IPv6" fails_with "$refused" tries 'tcp:[::]:80' listener 2001:db8:40::1 99
check "nor one of UDP" fails_with '^(dis)?connect: Operation not permitted$' tries udp:0.0.0.0:53 listener 10.20.40.1 99
accepted() {
	(wait_for 10 from management probe tcp 10.20.40.40 80) &
	tries tcp:0.0.0.0:80 accepted 10.20.40.1 99
}
check "nor can a connection that it accepts" fails_with "$refused" accepted
check "vrf-exec itself can still connect there" vrf-exec management probe tcp 10.20.40.1 99
check "a listener cannot be made to listen at another port either" fails_with '^bind: Invalid argument$' \
	tries tcp:0.0.0.0:80 again 8080


# --- what connections are made into --------------------------------------------------

# knock NETWORK ADDRESS PORT: until somebody has accepted, who may hang up at once
knock() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		from "$1" probe -t 3000 tcp "$2" "$3" >/run/knocked 2>&1 || :
		grep -q ECONNREFUSED /run/knocked || break
		sleep 0.2
	done
}
# turned KNOCK "LISTENER..." ADDRESS PORT [DEVICE]: an accepted connection listens there
turned() {
	knocked=$1 listeners=$2
	shift 2
	# shellcheck disable=SC2086 # words
	knock ${knocked% [0-9]*} ${knocked##* } &
	# shellcheck disable=SC2086 # words
	start 'listens( [0-9]*)?' vrf-exec management vrf-listen $listeners -- vrf-exec production $nobody handed turned "$@"
}
at4='management 10.20.40.40 8000' at6='management 2001:db8:40::40 8000'
ip addr add 10.20.40.41/24 dev eth1
for host in 40 41; do # the card has been down
	ip addr add "2001:db8:40::$host/64" dev eth1 nodad
done

check "what it accepts can be made a listener at the same port" turned "$at4" tcp:0.0.0.0:8000 10.20.40.41 8000
check "which is heard" from management probe tcp 10.20.40.41 8000
end
check "at another port" turned "$at4" tcp:0.0.0.0:8000 0.0.0.0 8080
check_fails "nobody hears it" from management probe tcp 10.20.40.40 8080
end
check "at any port, without bind" turned "$at4" tcp:0.0.0.0:8000 - -
check_fails "nor there" from management probe tcp 10.20.40.40 "$(sed -n 's/^listens //p' /run/said)"
end
check "at that of another listener" turned "$at4" 'tcp:0.0.0.0:8000 tcp:10.20.40.40:8080' 10.20.40.41 8080
check_fails "nor there" from management probe tcp 10.20.40.41 8080
end
check "at another address, of one that has one" turned "$at4" tcp:10.20.40.40:8000 10.20.40.41 8000
check_fails "nor there" from management probe tcp 10.20.40.41 8000
check_fails "nor inside of the VRF" vrf-exec management probe tcp 10.20.40.41 8000
end
check "at all addresses" turned "$at4" tcp:10.20.40.40:8000 0.0.0.0 8000
check_fails "nor there" from management probe tcp 10.20.40.41 8000
check "but at its own" from management probe tcp 10.20.40.40 8000
end
check "of IPv6, at the same port" turned "$at6" 'tcp:[::]:8000' :: 8000
check "it is heard" from management probe tcp 2001:db8:40::41 8000
check_fails "but by IPv4, which it takes as well" from management probe tcp 10.20.40.40 8000
end
check "as an address of IPv4" turned "$at6" 'tcp:[::]:8000' ::ffff:10.20.40.40 8000
check_fails "nobody hears that" from management probe tcp 10.20.40.40 8000
end
check "of IPv6, at another port" turned "$at6" 'tcp:[::]:8000' :: 8080
check_fails "nobody hears it by IPv6" from management probe tcp 2001:db8:40::40 8080
check_fails "nor by IPv4" from management probe tcp 10.20.40.40 8080
end
check "at another address of IPv6" turned "$at6" 'tcp:[2001:db8:40::40]:8000' 2001:db8:40::41 8000
check_fails "nobody hears it" from management probe tcp 2001:db8:40::41 8000
end
check "who has a link-local address is heard" turned "management $(link_local - eth1)%lan 8000" 'tcp:[::]:8000' :: 8000
check "and again" from management probe tcp "$(link_local - eth1)%lan" 8000
end

# shellcheck disable=SC2086 # words
check "one at one address of each family" start '2 management:management' vrf-exec management \
	vrf-listen 'tcp:[2001:db8:40::40]:8000' tcp:10.20.40.40:8000 -- vrf-exec production $nobody handed serve
check "packets with extension headers are heard" from management probe headers 2001:db8:40::40 8000
check "and with options of IPv4" from management probe headers 10.20.40.40 8000
end
# shellcheck disable=SC2086 # words
check "one at a link-local address" start '1 management' vrf-exec management vrf-listen \
	"tcp:[$(link_local - eth1)%eth1]:8000" -- vrf-exec production $nobody handed serve
check "is heard" from management probe tcp "$(link_local - eth1)%lan" 8000
end

# without connect(2), with an option
fast() {
	knock management 10.20.40.40 8000 &
	tries tcp:0.0.0.0:8000 fast 10.20.40.1 99
}
check "nor is it a client by sending at once" prints '^sendto: Operation not permitted$' not fast
check "nor by connecting later" fails_with "$refused" fast
options() {
	knock "$1" "$2" 8000 &
	shift 2
	tries "$@" options
}
refuses_options() {
	options "$@" >/run/options
	cat /run/options
	[ "$(grep -c ': ' /run/options)" = 12 ] && ! grep 'can be set' /run/options
}
for listener in tcp:0.0.0.0:8000 'tcp:[::]:8000'; do
	address=10.20.40.40
	[ "$listener" = tcp:0.0.0.0:8000 ] || address=2001:db8:40::40
	check "no option makes something else of it" refuses_options management $address "$listener"
done

# --- listeners of no VRF, handed into one --------------------------------------------

# default SAYS LISTENER ARG...: the same of no VRF
default() {
	says=$1 listener=$2
	shift 2
	# shellcheck disable=SC2086 # words
	start "$says" vrf-exec default vrf-listen "$listener" -- vrf-exec production $nobody handed "$@"
}
default_turned() {
	# shellcheck disable=SC2086 # words
	knock office $1 8000 &
	shift
	default listens "$1" turned "$2" 8000 ${3+"$3"}
}
check "one of no VRF can be bound to a VRF" default moved tcp:0.0.0.0:8000 moved management
check_fails "and is not heard there" from management probe tcp 10.20.40.40 8000
end
check "nor at its card" default moved 'tcp:[::]:8000' moved eth1
check_fails "it is not heard there" from management probe tcp 2001:db8:40::40 8000
check_fails "from no link-local address either" from management probe tcp "$(link_local - eth1)%lan" 8000
end
check "nor what it accepts, at the VRF" default_turned 10.20.30.40 tcp:0.0.0.0:8000 0.0.0.0 management
check_fails "it is not heard there" from management probe tcp 10.20.40.40 8000
end
check "nor at its card" default_turned 2001:db8:30::40 'tcp:[::]:8000' :: eth1
check_fails "it is not heard there" from management probe tcp 2001:db8:40::40 8000
check_fails "from no link-local address either" from management probe tcp "$(link_local - eth1)%lan" 8000
end
own() {
	default_turned 2001:db8:30::40 'tcp:[::]:8000' "$(link_local - eth1)%eth1"
}
if bpf_lsm; then
	check "nor by the card's own address" fails_with '^bind: Operation not permitted$' own
else
	check "nor by the card's own address" own
	check_fails "it is not heard there" from management probe tcp "$(link_local - eth1)%lan" 8000
	end
fi
# how many connections this host has accepted
passive() {
	awk '$1 == "Tcp:" && $7 + 0 == $7 { print $7 }' /proc/net/snmp
}
# what was a connection of a link-local address' still has that, and has been bound to the VRF
stale() {
	knock office "$(link_local - eth0)%lan" 8000 &
	default listens 'tcp:[::]:8000' stale management 8000
}
if bpf_lsm; then
	check "nor by an address of the VRF that nobody has" fails_with '^bind: Operation not permitted$' stale
else
	check "nor by an address of the VRF that nobody has" stale
	was=$(passive)
	check_fails "it is not heard there" from management probe tcp 2001:db8:40::40 8000
	check_fails "nor by what runs there" vrf-exec management probe tcp 2001:db8:40::40 8000
	check "(nothing was connected)" [ "$(passive)" = "$was" ]
	end
fi
check "nor one of UDP" default moved udp:0.0.0.0:53 moved management
check_fails "it is not heard there" from management probe udp 10.20.40.40 53
end
check "the office is heard by IPv6" default '1 default' 'tcp:[::]:8000' serve
check "from an address" from office probe tcp 2001:db8:30::40 8000
check "and from a link-local one" from office probe tcp "$(link_local - eth0)%lan" 8000
check "and this host itself" probe tcp 2001:db8:30::40 8000
check_fails "but not by its link-local address" probe tcp "$(link_local - eth0)%eth0" 8000
end
check "the same once more" default '1 default' 'tcp:[::]:8000' serve
sysctl -qw net.ipv4.tcp_l3mdev_accept=1
# Data that comes with the packet which makes the connection would be heard before anything is bound.
was=$(passive)
check_fails "what it would accept in VRFs by l3mdev-accept is not heard" from management probe tcp 2001:db8:40::40 8000
check_fails "nor from a link-local address" from management probe tcp "$(link_local - eth1)%lan" 8000
check "(nothing was connected)" [ "$(passive)" = "$was" ]
check "(the office is)" from office probe tcp 2001:db8:30::40 8000
check "(which counts)" [ "$(passive)" = $((was + 1)) ]
sysctl -qw net.ipv4.tcp_l3mdev_accept=0
end
check "one at a link-local address of no VRF" default '1 default' "tcp:[$(link_local - eth0)%eth0]:8000" serve
check "is heard as well" from office probe tcp "$(link_local - eth0)%lan" 8000
end

# --- the filter itself ---------------------------------------------------------------

filters() {
	attached -n "$(vrf_dir "$1")/listen" | tail -n +2
}
both='hook 0: vrf_lin
hook 1: vrf_lout
hook 10: vrf
hook 11: vrf'
anew() {
	for dir in management default; do
		[ ! -d "$(vrf_dir $dir)/listen" ] || rmdir "$(vrf_dir $dir)/listen" || return
	done
}

at_once() {
	ports='8001 8002 8003 8004 8005 8006' daemons=
	anew || return
	for port in $ports; do
		# shellcheck disable=SC2086 # words
		(exec vrf-exec default vrf-listen tcp:0.0.0.0:$port -- vrf-exec production $nobody handed serve) 3>&- &
		daemons="$daemons $!"
	done
	status=0
	for port in $ports; do
		wait_for 20 from office probe -t 3000 tcp 10.20.30.40 "$port" || status=1
	done
	# shellcheck disable=SC2086 # words
	kill $daemons || status=1
	# shellcheck disable=SC2086 # words
	wait $daemons || :
	return $status
}
check "what starts at one time is heard, each one" at_once
check "and shares one filter" [ "$(filters default)" = "$both" ]

# Those are its requests to bpf(2), some of which attach something.
killed() {
	n=1
	while anew && chain vrf-exec default killat -b $n /usr/sbin/vrf-listen tcp:0.0.0.0:8000 -- /bin/true; do
		chain vrf-exec default vrf-listen tcp:0.0.0.0:8000 -- true || return
		filters default
		[ "$(filters default)" = "$both" ] || return
		n=$((n + 1))
	done
	echo "$n requests"
	[ $n -gt 12 ]
}
check "if one is killed, wherever it is, the next one completes the filter" killed
refused_by_kernel() {
	n=1
	until anew && status 0 chain vrf-exec default killat -e $n /usr/sbin/vrf-listen tcp:0.0.0.0:8000 -- /bin/true; do
		[ "$vrf_status" = 125 ] || return
		n=$((n + 1))
	done
	echo "$n requests"
	[ $n -gt 12 ]
}
check "if the kernel refuses one of its requests nothing is run" refused_by_kernel

anew
check "a filter of another version" turned "$at4" tcp:0.0.0.0:8000 0.0.0.0 8080
older "$(vrf_dir management)/listen"
check "lets in whatever it does" from management probe tcp 10.20.40.40 8080
check "is replaced by the next start" listen tcp:0.0.0.0:8002 -- true
check_fails "as those see that are there" from management probe tcp 10.20.40.40 8080
end
# shellcheck disable=SC2086 # words
check "a listener" start '1 management' \
	vrf-exec management vrf-listen tcp:0.0.0.0:8000 -- vrf-exec production $nobody handed serve
older "$(vrf_dir management)/listen"
check "is there when another start replaces the filter" listen tcp:0.0.0.0:8002 -- true
check "and heard" from management probe tcp 10.20.40.40 8000
end
anew
mkdir -m 711 "$(vrf_dir management)/listen"
older -s "$(vrf_dir management)/listen"
check "one of a version that keeps something else is left as it is" \
	fails_with '^vrf-listen: self: its control group has the filter of another version: end what that has listen$' \
	listen tcp:0.0.0.0:8002 -- true
anew

# --- what is refused -----------------------------------------------------------------

refuses() {
	line=$1
	shift
	check "refused: $line" fails_with "^vrf-listen: $line\$" listen "$@"
	# but for what vrf-exec says of this kernel
	lines=$(listen "$@" 2>&1 | grep -vc '^vrf-exec: .*the bpf LSM is not active')
	check "in one line" [ "$lines" = 1 ]
}
refuses 'tcp:10.20.40.40: not PROTOCOL:ADDRESS:PORT' tcp:10.20.40.40 -- true
refuses 'sctp:0.0.0.0:80: the protocol is neither tcp nor udp' sctp:0.0.0.0:80 -- true
refuses 'tcp:::80: not an address.*' tcp:::80 -- true
refuses 'tcp:localhost:80: not an address.*' tcp:localhost:80 -- true
refuses 'tcp:\[::ffff:10.20.40.40\]:80: not an address.*' 'tcp:[::ffff:10.20.40.40]:80' -- true
refuses 'tcp:\[fe80::1%none\]:80: not an address.*' 'tcp:[fe80::1%none]:80' -- true
refuses 'tcp:0.0.0.0:0: not a port' tcp:0.0.0.0:0 -- true
refuses 'tcp:0.0.0.0:65536: not a port' tcp:0.0.0.0:65536 -- true
refuses '=tcp:0.0.0.0:80: its name is empty.*' =tcp:0.0.0.0:80 -- true
refuses 'tcp:10.20.50.40:80: cannot bind: .*' tcp:10.20.50.40:80 -- true
missing() {
	status=0
	listen tcp:0.0.0.0:80 -- /no/such || status=$?
	[ "$status" = 127 ]
}
check "a command that is not there is status 127, as with vrf-exec" missing
busy() {
	vrf-exec management vrf-listen tcp:0.0.0.0:80 -- true 3</dev/null
}
check "a descriptor that is open is left alone" fails_with '^vrf-listen: 3: this descriptor has to be free, and is open$' busy
check "without -- nothing is run"  fails_with '^usage: ' listen tcp:0.0.0.0:80 true
# shellcheck disable=SC2086 # words
check "who is not root cannot" fails_with '^vrf-listen: self: only root can make listeners$' \
	chain vrf-exec management $nobody vrf-listen tcp:0.0.0.0:8080 -- true
# others' LISTEN_FDS are not the command's
check "what was handed to somebody else does not count" prints '^1 management$' sh -c \
	'LISTEN_PID=1 LISTEN_FDS=2 timeout 2 vrf-exec management vrf-listen tcp:0.0.0.0:80 -- vrf-exec production handed serve 3>&-; true'
empty() {
	not grep -qs 'populated 1' /sys/fs/cgroup/vrf/*/listen/cgroup.events
}
check "nobody lives in the control group of listeners" empty
