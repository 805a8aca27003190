# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# tests/vm/boot/power/power.sh - what is done until the power is cut, and what has to hold then.

# shellcheck source=../packages/tree/packages.sh
. /packages.sh

# as an administrator has it, who does without --force-unsafe-io
dpkg() {
	command dpkg "$@"
}

# processes: the number of the last one
processes() {
	sed 's/.* //' /proc/loadavg
}

# vrf_of SERVICE: as its file says
vrf_of() {
	sed -n 's/^\(rc_\)\{0,1\}vrf="\(.*\)"$/\2/p' "/etc/conf.d/$1"
}

# in_vrf_of SERVICE VRF: rc-vrf set; which one it may be then, whenever the power goes, is on the disk
set_to() {
	echo "$2" >"/var/$1.next"
	sync "/var/$1.next"
	rc-vrf set "$1" "$2" && cp "/var/$1.next" "/var/$1.last" && sync "/var/$1.last"
}

work() {
	check "declarative, to another VRF" set_to declarative vrf-service
	check "the metrics" rc-vrf metrics /var/metrics.prom
	check "the upgrade" dpkg -i /packages/later.deb
	check "the new metrics" rc-vrf metrics /var/metrics.prom
	check "a VRF anew" ifup -f vrf-management
	check "declarative, and back" set_to declarative vrf-management
}
