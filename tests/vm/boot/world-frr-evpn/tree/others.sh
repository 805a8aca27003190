# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# The other routers have the files of the page, with numbers of their own.

# other_leaf N: leaf2 or leaf3 comes up
other_leaf() {
	mkdir -p "/etc/leaf$1" "/etc/frr/leaf$1"
	sed "s/192\.0\.2\.1/192.0.2.$1/; s/10\.1\.0/10.$1.0/; s/fd00:1:/fd00:$1:/; s/\(02:00:00:50:.0\):01/\1:0$1/" \
		/etc/network/interfaces >"/etc/leaf$1/interfaces"
	# its neighbours are the two that it is not
	sed "s/neighbor 192\.0\.2\.$1 /neighbor 192.0.2.1 /; s/router-id 192\.0\.2\.1/router-id 192.0.2.$1/; s/leaf1/leaf$1/; s/frr\.log/leaf$1.log/" \
		/etc/frr/frr.conf >"/etc/frr/leaf$1/frr.conf"
	node_up "leaf$1" && node_frr "leaf$1" bgpd
}
