#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What interfaces-vrf(5) says to write for pppd, which is played by hand: its interface appears when
# everything else is up, a script runs before it is set up and another one afterwards.

. "$(dirname "$0")/lib.sh"

ip link set lo up
interfaces <<END
auto vrf-red
iface vrf-red
    vrf-table 10
    table-route default dev ppp0

iface ppp0
    vrf-member vrf-red
END

# The page's lines
mkdir -p /etc/ppp
cat >/etc/ppp/ip-pre-up <<'END'
#!/bin/sh
[ -z "$6" ] || IFACE=$1 PHASE=pre-up IF_VRF_MEMBER=$6 /usr/libexec/ifupdown-ng/vrf ||
	kill -KILL "$PPPD_PID"
END
cat >/etc/ppp/ip-up <<'END'
#!/bin/sh
IFACE=${PPP_IFACE:-$1} PHASE=reapply INTERFACES_FILE=/etc/network/interfaces \
	/usr/libexec/ifupdown-ng/table
END
chmod 755 /etc/ppp/ip-pre-up /etc/ppp/ip-up

# pppd IPPARAM: with a cleared environment
pppd() {
	ip link add ppp0 type dummy && ip addr add 10.64.64.64/32 dev ppp0 || return
	sleep 1000 &
	pppd_pid=$!
	env -i PPPD_PID=$pppd_pid /etc/ppp/ip-pre-up ppp0 /dev/null 0 10.64.64.64 10.112.112.112 "$1"
	kill -0 "$pppd_pid" || return
	ip link set ppp0 up && env -i /etc/ppp/ip-up ppp0 /dev/null 0 10.64.64.64 10.112.112.112 "$1"
}

hangs_up() {
	kill "$pppd_pid" 2>/dev/null || :
	ip link del ppp0
}

inside() {
	ip route show table 10
	[ -e /sys/class/net/vrf-red/lower_ppp0 ] && prints '^default dev ppp0' ip route show table 10 &&
		! ip route show table local | grep 'local 10.64.64.64 '
}

check "the VRF comes up, its member is to come" ifup -a
check "pppd" pppd vrf-red
check "its interface is in the VRF, with the VRF's route" inside
check "ifdown and ifup of the VRF" eval 'ifdown -f vrf-red && ifup -f vrf-red'
check "it is back" inside
hangs_up
check "pppd again" pppd vrf-red
check "its interface is in the VRF" inside
hangs_up
check_fails "a VRF that is not there: pppd ends" pppd vrf-blue
hangs_up
check "without ipparam it is nobody's business" pppd ""
check "... it is in no VRF" test ! -e /sys/class/net/ppp0/master
