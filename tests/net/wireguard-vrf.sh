#!/bin/sh
# SPDX-License-Identifier: ISC
#
# interfaces.d/wireguard-vrf with a real tunnel: its services have the tunnel and its nameserver, all
# others go by the host's card and ask the host's; without the tunnel nothing of the first is sent.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/vrf.sh"

lan office eth0 10.20.30.1/24
internet office 8.8.8.8/32

# The peer, in the office: what is behind it is not the office's.
umask 077
for who in ours theirs; do
	wg genkey >/run/$who.key
	wg pubkey </run/$who.key >/run/$who.pub
done
modprobe -q wireguard
ip netns add provider
ip -n office link add wg1 type wireguard
from office wg set wg1 listen-port 51820 private-key /run/theirs.key peer "$(cat /run/ours.pub)" allowed-ips 10.66.0.2/32
ip -n office link set wg1 netns provider
ip -n provider -batch - <<-END
	link set lo up
	addr add 10.66.0.1/24 dev wg1
	addr add 198.51.100.7/32 dev lo
	link set wg1 up
END
mkdir -p /etc/wireguard
cat >/etc/wireguard/wg0.conf <<-END
	[Interface]
	PrivateKey = $(cat /run/ours.key)
	[Peer]
	PublicKey = $(cat /run/theirs.pub)
	Endpoint = 10.20.30.1:51820
	AllowedIPs = 0.0.0.0/0
END

# nameserver NET NUMBER ADDRESS: there who.test is 192.0.2.NUMBER
nameserver() {
	from "$1" dnsmasq --conf-file=/dev/null --no-hosts --no-resolv --bind-interfaces --except-interface=lo \
		--listen-address="$3" --pid-file= --user=root --address="/who.test/192.0.2.$2" --address="/who.test/2001:db8:dead::$2"
}
nameserver office 1 10.20.30.1
nameserver provider 2 10.66.0.1
rm -f /etc/resolv.conf
echo "nameserver 10.20.30.1" >/etc/resolv.conf

cp /usr/share/doc/vrf-ng/interfaces.d/wireguard-vrf /etc/network/interfaces
check "ifup -a" ifup -a
settled
answered() {
	who=$1
	shift
	prints "^192\.0\.2\.$who\$" "$@" names who.test
}
check "what is behind the tunnel is reached from the VRF" in_vrf vrf-vpn ping -c 1 -W 10 198.51.100.7
check_fails "not from outside" ping -c 1 -W 1 198.51.100.7
check "the host goes by its own card" ping -c 1 -W 10 8.8.8.8
check_fails "the VRF does not" in_vrf vrf-vpn ping -c 1 -W 1 10.20.30.1
check "the VRF asks the tunnel's nameserver" wait_for 10 answered 2 in_vrf vrf-vpn
check "the host its own" answered 1
check "rc-vrf check --config" rc-vrf check --config
check "the tunnel goes" ifdown wg0
check_fails "what is behind it is not reached any more" in_vrf vrf-vpn ping -c 1 -W 1 198.51.100.7
check_fails "nor is the nameserver" answered '[12]' in_vrf vrf-vpn
check "the host goes on" answered 1
check "it comes back" ifup wg0
settled
check "... with the nameserver" wait_for 20 answered 2 in_vrf vrf-vpn
