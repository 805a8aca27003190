#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What we rest on in ifupdown-ng (doc/architecture.md, "The contract with ifupdown-ng"), asked of the one
# that is installed; or with IFUPDOWN_NG=DIR of a source tree that was built:
#
#	git clone https://github.com/ifupdown-ng/ifupdown-ng build/vm/scratch/ng
#	make -C build/vm/scratch/ng
#	tests/vm/shell forky -- 'IFUPDOWN_NG=/scratch/ng sh /host/tests/net/ifupdown-ng.sh'
#
# (Of e42da09, February 2026, all of it holds.)

. "$(dirname "$0")/lib.sh"

ng=${IFUPDOWN_NG:+$IFUPDOWN_NG/}
executors=${IFUPDOWN_NG:+$IFUPDOWN_NG/executors/linux}
executors=${executors:-/usr/libexec/ifupdown-ng}
"${ng}ifup" -V 2>&1 | head -1

# Executors that note by whom and how they are called. (One word of the shell's own is more than it may need.)
mkdir -p /tmp/noted
for name in link vrf static table l3mdev; do
	cat >"/tmp/noted/$name" <<-'END'
		#!/bin/sh
		name=${0##*/}
		case $name-$PHASE in
		vrf-depend) [ -z "$IF_VRF_MEMBER" ] || echo "$IF_VRF_MEMBER" ;;
		*-depend) ;;
		*) echo "$IFACE $PHASE $name" >>/tmp/calls ;;
		esac
		[ "$name-$PHASE" != "vrf-create" ] || env >"/tmp/env.$IFACE"
		[ ! -e "/tmp/fail.$IFACE.$PHASE.$name" ]
	END
	chmod +x "/tmp/noted/$name"
done

interfaces <<-END
	iface red
	    vrf-table 10
	    table-route unreachable 10.1.0.0/16
	    table-route unreachable 10.2.0.0/16, unreachable 10.3.0.0/16
	    table-id 10
	    table-id 11

	iface eth1
	    address 10.20.40.40/24
	    address fd00:40::40/64
	    gateway 10.20.40.1
	    gateway fd00:40::1
	    vrf red
	    pre-up echo "eth1 pre-up command" >>/tmp/calls
	    post-up echo "eth1 post-up command" >>/tmp/calls
END
for phase in pre-up post-up post-down; do
	mkdir -p /etc/network/if-$phase.d
	rm -f /etc/network/if-$phase.d/*
	cat >/etc/network/if-$phase.d/note <<-'END'
		#!/bin/sh
		echo "$IFACE $PHASE hook" >>/tmp/calls
	END
	chmod +x /etc/network/if-$phase.d/note
done

noted() {
	command=$1
	shift
	: >/tmp/calls
	STRANGER=1 "$ng$command" -E /tmp/noted -S /tmp/state "$@"
}
# calls_are LINE...: of eth1, in this order
calls_are() {
	printf 'eth1 %s\n' "$@" >/tmp/expected
	grep '^eth1 ' /tmp/calls | diff /tmp/expected -
}
# environment_has IFACE LINE...
environment_has() {
	file=/tmp/env.$1
	shift
	cat "$file"
	for line; do
		grep -qxF "$line" "$file" || { echo "not there: $line"; return 1; }
	done
}

check "ifup of a member" noted ifup eth1
check "... the VRF that it depends on comes up before" eval 'grep -n " post-up \| create " /tmp/calls | sed -n 1p | grep "red create"'
check "... phases and executors in order; commands, then scripts behind them" calls_are \
	'create link' 'create static' 'create vrf' \
	'pre-up link' 'pre-up static' 'pre-up vrf' 'pre-up command' 'pre-up hook' \
	'up link' 'up static' 'up vrf' 'post-up link' 'post-up static' 'post-up vrf' 'post-up command' 'post-up hook'
check "... the environment of the member" environment_has eth1 IFACE=eth1 PHASE=create \
	INTERFACES_FILE=/etc/network/interfaces IF_VRF_MEMBER=red 'IF_ADDRESSES=10.20.40.40/24 fd00:40::40/64 ' \
	'IF_GATEWAYS=10.20.40.1 fd00:40::1 '
check "... of the VRF: of several lines the last" environment_has red IFACE=red IF_VRF_TABLE=10 IF_TABLE_ID=11 \
	'IF_TABLE_ROUTE=unreachable 10.2.0.0/16, unreachable 10.3.0.0/16'
check_fails "... and nothing of the caller's" grep STRANGER /tmp/env.red
check "ifdown of the member" noted ifdown eth1
check "... the way back" calls_are 'pre-down vrf' 'pre-down static' 'pre-down link' 'down vrf' 'down static' 'down link' \
	'post-down vrf' 'post-down static' 'post-down link' 'post-down hook' 'destroy vrf' 'destroy static' 'destroy link'

routes_of_red() { "${ng}ifquery" -E /dev/null -i /etc/network/interfaces -p table-route red; }
both_lines() {
	routes_of_red >/tmp/lines
	cat /tmp/lines
	printf '%s\n' 'unreachable 10.1.0.0/16' 'unreachable 10.2.0.0/16, unreachable 10.3.0.0/16' | diff - /tmp/lines
}
check "ifquery -p has every line, runs no executor and takes no lock" both_lines
listed() {
	"${ng}ifquery" -E /dev/null -i /etc/network/interfaces -L -P >/tmp/lines
	cat /tmp/lines
	grep -qx 'iface red' /tmp/lines && grep -qx '  table-route unreachable 10.1.0.0/16' /tmp/lines &&
		grep -qx '  vrf-member red' /tmp/lines
}
check "ifquery -L -P has all stanzas, aliases as what they stand for" listed
names() {
	# 0.13 has a template of that name, which is empty.
	"${ng}ifquery" -E /dev/null -i /etc/network/interfaces -L | grep -vx defaults | sort >/tmp/lines
	printf '%s\n' eth1 lo red | diff - /tmp/lines
}
check "ifquery -L has their names" names
check_fails "ifquery of what is not there" "${ng}ifquery" -E /dev/null -i /etc/network/interfaces -p table-route eth9

# An executor that fails: 0.11 takes no notice.
codes=heeded
! "${ng}ifup" -V 2>&1 | grep -q 'ifupdown-ng 0\.11' || codes=ignored
touch /tmp/fail.eth1.pre-up.vrf
rm -f /tmp/state
if noted ifup eth1; then status=0; else status=$?; fi
if [ $codes = heeded ]; then
	check "an executor that fails fails ifup" [ $status != 0 ]
	check "... and no later phase comes" eval '! grep "eth1 up " /tmp/calls'
else
	check "an executor that fails is not noticed by 0.11" [ $status = 0 ]
fi
rm /tmp/fail.eth1.pre-up.vrf
check "ifdown -f of what did not come up runs all phases down" eval 'noted ifdown -f eth1 && grep "eth1 destroy vrf" /tmp/calls'

# With the executors as they are, but for ours: a gateway on a member.
mkdir -p /tmp/real
ln -sf "$executors"/* /tmp/real/
for name in vrf table l3mdev; do
	ln -sf /usr/libexec/ifupdown-ng/$name /tmp/real/
done
rm -f /etc/network/if-*.d/note /tmp/state
lan management eth1 10.20.40.1/24 fd00:40::1/64
ip link set lo up
real() { "$ng$1" -E /tmp/real -S /tmp/state "$2"; }
check "a gateway on a member: ifup" real ifup eth1
check "... its route is in the VRF's table" prints '^default via 10.20.40.1 dev eth1' ip -4 route show table 10
check "... IPv6, too" prints '^default via fd00:40::1 dev eth1' ip -6 route show table 10
check "... and not in main" eval '! ip -4 route show table main | grep . && ! ip -6 route show table main | grep default'
check "... the VRF reaches it" wait_for 10 in_vrf red ping -c 1 -W 5 10.20.40.1
check "... ifdown" real ifdown eth1
check "... nothing is left" eval '! ip -4 addr show dev eth1 | grep inet && ! ip -4 route show table 10 | grep "via 10.20.40.1"'
