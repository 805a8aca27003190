#!/bin/sh
# SPDX-License-Identifier: ISC
# timeout: 600
#
# Nameservers come to a VRF in which a service runs, and whoever brings them is killed on the
# way, after any system call: at every moment the service has its filters, and the next run
# finishes the work.  KILL_STEP says how many calls lie between two kills.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"
. "$(dirname "$0")/words/executor.sh"

step=${KILL_STEP:-23}
in_the_office
from office dnsmasq --conf-file=/dev/null --no-hosts --no-resolv --bind-interfaces --except-interface=lo --port=5353 \
	--listen-address=10.20.30.1 --pid-file= --user=root --address=/who.test/192.0.2.6 \
	--address=/who.test/2001:db8:dead::6
echo "nameserver 127.0.0.53" >/etc/resolv.conf
interfaces <<END
auto shared
iface shared
    vrf-table 2
    vrf-bind mark
    table-route 10.20.30.0/24 dev eth0
END
check "ifup" ifup shared
in_vrf shared sleep 10000 &
group=$(vrf_dir shared)
wait_for 10 grep -q . "$group/cgroup.procs"

up() {
	executor vrf up shared IF_VRF_TABLE=2 IF_VRF_BIND=mark "$@"
}
with() {
	up IF_VRF_NAMESERVER=10.20.30.1@5353
}
names_at() {
	attached -n "$group" | sed -n "s/^hook $1://p"
}
# guarded: the program that holds a socket to its binding is at each of its hooks
guarded() {
	for want in 10:vrf_con4 11:vrf_con6 14:vrf_snd4; do
		case $(names_at "${want%%:*}") in
		*" ${want#*:}"*) ;;
		*)
			attached -n "$group"
			return 1
			;;
		esac
	done
}
in_order() {
	[ "$(names_at 10)$(names_at 11)$(names_at 14)" = " vrf_nc4 vrf_con4 vrf_nc6 vrf_con6 vrf_ns4 vrf_snd4" ] || {
		attached -n "$group"
		return 1
	}
}
# at_any_moment CMD: kill it after each call, and let the next run finish the work
at_any_moment() {
	killed=0
	while KILLAT=$((killed * step + 1)) "$1"; do
		guarded || return
		killed=$((killed + 1))
		"$2" && guarded && "$3" || return
	done
	guarded && "$3" && [ $killed -gt 5 ] && echo "killed $killed times"
}
none() {
	case $(attached -n "$group") in *vrf_n*) return 1 ;; esac
}
check "it is guarded" guarded
come() {
	in_order && up && none
}
check "nameservers come, killed at any moment: then they are there" at_any_moment with with come
check "they come" with
check "... and are asked" prints '^192\.0\.2\.6$' in_vrf shared names who.test
go() {
	none && with && in_order
}
check "they go, killed at any moment: then they are away" at_any_moment up up go
