# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# tests/net/lib.sh - the words of the test scripts.  Sourced by scripts of
# tests/net and by the stages of tests/vm/boot, in a machine or in a network
# namespace that is theirs alone; they begin with `. "$(dirname "$0")/lib.sh"` or
# `. /tests/net/lib.sh`.  A script's result is TAP on descriptor 3; what it
# prints otherwise is its log.
#
#      internet                      lan NAME IFACE ADDR...      a network with its router and hosts
#         |                          internet NAME ADDR...       hosts behind that router
#    .----'-----.   .-----------.    from NAME CMD               a command in such a network
#    |   NAME   |   |   NAME    |
#    '--- lan --'   '--- lan ---'    The guest's end of the cable, IFACE, is a
#          |              |          card as the machine finds it: down and
#    .-- eth0 -------- eth1 ---.     without an address.
#    '---------- guest --------'

# What fails outside a check ends the script: no check passes because what it
# is about was never set up.
set -e

# /tests/ip has an `ip` where the guest has no iproute2.
PATH=/tests/ip:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/tests/bin
export PATH

# Milliseconds that `probe` waits for an answer: one that is expected may take
# its time on a busy host, one that must not come is not waited for so long.
export PROBE_TIMEOUT=15000

# Outside the harness the result goes to standard output.  (A failed
# redirection of the builtin `:` would end the shell, hence a subshell.)
(: >&3) 2>/dev/null || exec 3>&1

tap_count=0
tap_dir=$(mktemp -d /run/tap.XXXXXX)
tap_failed=0

# A script that ends early has no plan, and without a plan nothing passes.
tap_end() {
	tap_status=$?
	rm -rf "$tap_dir"
	if [ $tap_status != 0 ]; then
		echo "# ended with status $tap_status after result $tap_count" >&3
		exit $tap_status
	fi
	echo "1..$tap_count" >&3
	[ $tap_failed = 0 ] || exit 1
}

# Only the script itself speaks TAP: the boot-time service `lan` borrows the words.
if [ "${RC_SVCNAME-}" = lan ]; then
	rm -rf "$tap_dir"
else
	trap tap_end EXIT
fi

# tap_result STATUS SENTENCE: one line of TAP; for a failure the output as well.
tap_result() {
	tap_count=$((tap_count + 1))
	[ ! -s "$tap_dir/output" ] || cat "$tap_dir/output"
	tap_line="ok $tap_count - $2"
	[ "$1" = 0 ] || tap_line="not $tap_line"
	echo "$tap_line"
	echo "$tap_line" >&3
	if [ "$1" != 0 ]; then
		tap_failed=$((tap_failed + 1))
		tail -n 40 "$tap_dir/output" | sed 's/^/# /' >&3
		echo "# status $1" >&3
	fi
}

# check SENTENCE CMD...: CMD succeeds.  It runs in this shell, so that it may be one of these words.
check() {
	tap_sentence=$1
	shift
	echo "> $*"
	if "$@" >"$tap_dir/output" 2>&1 </dev/null; then
		tap_result 0 "$tap_sentence"
	else
		tap_result $? "$tap_sentence"
	fi
}

# check_fails SENTENCE CMD...: CMD runs and fails.
check_fails() {
	tap_sentence=$1
	shift
	check "$tap_sentence" not "$@"
}

# not CMD...: a command that cannot be found has not failed, it has not run.
not() {
	PROBE_TIMEOUT=3000
	if "$@"; then tap_status=0; else tap_status=$?; fi
	PROBE_TIMEOUT=15000
	case $tap_status in
	0) echo "unexpected success: $*" ;;
	127) echo "did not run: $*" ;;
	*) return 0 ;;
	esac
	return 1
}

# prints PATTERN CMD...: CMD succeeds and a line of its output matches the extended regular expression.
prints() {
	tap_pattern=$1
	shift
	if tap_text=$("$@" 2>&1); then tap_status=0; else tap_status=$?; fi
	printf '%s\n' "$tap_text"
	[ $tap_status = 0 ] || return $tap_status
	printf '%s\n' "$tap_text" | grep -Eq -e "$tap_pattern" || {
		echo "no line matches $tap_pattern"
		return 1
	}
}

# fails_with PATTERN CMD...: CMD fails and says so in a line that matches.
fails_with() {
	tap_pattern=$1
	shift
	if tap_text=$(PROBE_TIMEOUT=3000 && "$@" 2>&1); then tap_status=0; else tap_status=$?; fi
	printf '%s\n' "$tap_text"
	case $tap_status in
	0 | 127)
		echo "status $tap_status"
		return 1
		;;
	esac
	printf '%s\n' "$tap_text" | grep -Eq -e "$tap_pattern" || {
		echo "no line matches $tap_pattern"
		return 1
	}
}

# wait_for SECONDS CMD...: until CMD succeeds, at most so long.
wait_for() {
	read -r tap_now _ </proc/uptime
	tap_deadline=$((${tap_now%.*} + $1))
	shift
	until "$@" >"$tap_dir/wait" 2>&1; do
		read -r tap_now _ </proc/uptime
		[ "${tap_now%.*}" -le "$tap_deadline" ] || break
		sleep 0.1
	done
	cat "$tap_dir/wait"
	[ "${tap_now%.*}" -le "$tap_deadline" ]
}

# Every rule, link, address and route of both families; no counters and no clocks.
network_state() {
	for tap_family in -4 -6; do
		ip "$tap_family" rule
		ip "$tap_family" addr
		ip "$tap_family" route show table all
	done | sed 's/ expires [0-9]*sec//; /valid_lft/d'
	ip -d link
}

# unchanged CMD...: CMD succeeds and leaves the network as it was (`unchanged not CMD`: it fails and does).
unchanged() {
	settled
	network_state >"$tap_dir/before"
	if "$@"; then tap_unchanged=0; else tap_unchanged=$?; fi
	settled
	network_state >"$tap_dir/after"
	diff -u "$tap_dir/before" "$tap_dir/after" && return $tap_unchanged
}

# from NAME CMD...: run CMD in the network NAME.
from() {
	tap_net=$1
	shift
	nsenter --net="/run/netns/$tap_net" -- "$@"
}

# lan NAME IFACE ADDR...: a network with hosts and a router at these addresses, on the guest's card IFACE.
# (One ip for many commands: starting a program is what costs time in an emulated machine.)
lan() {
	tap_net=$1
	tap_iface=$2
	shift 2
	ip netns add "$tap_net" &&
		ip link add "$tap_iface" type veth peer name lan netns "$tap_net" &&
		ip -n "$tap_net" -batch - <<-EOF
			link set lo up
			$(tap_addresses lan "$@")
			link set lan up
		EOF
}

# internet NAME [ADDR...]: hosts behind the router of the network NAME.
internet() {
	tap_net=$1
	shift
	[ $# != 0 ] || set -- 8.8.8.8/32 2001:4860:4860::8888/128
	ip netns add internet &&
		ip -n "$tap_net" link add uplink type veth peer name downlink netns internet &&
		ip -n "$tap_net" -batch - <<-EOF &&
			$(tap_addresses uplink 192.0.2.1/30 2001:db8:ffff::1/64)
			link set uplink up
			route add default via 192.0.2.2
			route add default via 2001:db8:ffff::2
		EOF
		ip -n internet -batch - <<-EOF &&
			link set lo up
			$(tap_addresses lo "$@")
			$(tap_addresses downlink 192.0.2.2/30 2001:db8:ffff::2/64)
			link set downlink up
			route add default via 192.0.2.1
			route add default via 2001:db8:ffff::1
		EOF
		from "$tap_net" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# tap_addresses IFACE ADDR/LENGTH...: lines for ip -batch.
tap_addresses() {
	tap_iface=$1
	shift
	for tap_address; do
		case $tap_address in
		*:*) echo "addr add $tap_address dev $tap_iface nodad" ;;
		*) echo "addr add $tap_address dev $tap_iface" ;;
		esac
	done
}

# guest_address NAME: the guest's first IPv4 address that the network NAME reaches without a router.
guest_address() {
	for tap_address in $(ip -4 -o addr show | sed -n 's/.* inet \([0-9.]*\).*/\1/p'); do
		case $(from "$1" ip -4 route get "$tap_address" 2>/dev/null) in
		*" via "* | local* | "") ;;
		*) echo "$tap_address" && return ;;
		esac
	done
	return 1
}

# from_lan NAME tcp|udp|mptcp [ADDR] PORT: an answer comes back to a host of the network NAME.
from_lan() {
	tap_net=$1
	tap_protocol=$2
	shift 2
	[ $# = 2 ] || set -- "$(guest_address "$tap_net")" "$1"
	from "$tap_net" probe "$tap_protocol" "$1" "$2"
}

# in_vrf NAME CMD...
in_vrf() {
	vrf-exec "$@"
}

# bpf_lsm: this kernel has been started with the bpf LSM, as it is by default where nobody says lsm=.
bpf_lsm() {
	! grep -q 'lsm=' /proc/cmdline || grep -q 'lsm=[^ ]*bpf' /proc/cmdline
}

# interfaces <<EOF: the interfaces file.
interfaces() {
	mkdir -p /etc/network
	cat >/etc/network/interfaces
}

# settled: no address is tentative any more.
settled() {
	wait_for 5 no_tentative || :
}

no_tentative() {
	[ -z "$(ip -6 addr show tentative)" ]
}
