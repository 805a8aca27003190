# SPDX-License-Identifier: ISC
# tests/matrix.mk - which tests run on which machine (tests/vm/README.md).  Part of the Makefile.

# What `make check` runs in machines; check-all runs everything on every release.
comma         = ,
empty         =
NET           = $(patsubst tests/net/%.sh,net/%,$(filter-out tests/net/lib.sh,$(wildcard tests/net/*.sh)))
LATER         = net/contract net/show net/map net/bind-changes net/names-escape net/names-kill net/names-lease net/confine-set net/confine-states net/dhcp-member net/dhcp6-member net/ifupdown-ng net/libc net/srv6 net/unit net/leaf-bridge net/lo-options net/member-lines net/members-back net/not-up net/ppp-scripts net/routes-wait net/scale net/table-lines net/setup-interfaces net/why-choice net/why-ways net/wireguard-later net/check-routes
# The longest come first, so that none of them is the last one.  What runs on musl has forky's kernel.
CELLS        ?= musl:boot/rc-vrf,boot/services \
		bookworm:$(subst $(empty) $(empty),$(comma),$(filter-out $(LATER),$(NET))),boot/demo,boot/vrf-missing,boot/all-services,boot/cgroup-modes,boot/packages \
		trixie:net/recipe,net/table,boot/daemons,boot/resolvers,boot/world-socket-activation,boot/world-two-providers \
		forky:net/why,net/show,net/wireguard-later,net/confine-members,net/grammar,net/check-routes \
		bookworm-nolsm:net/confine-escape \
		musl:net/libc,net/unit,net/contract,net/names,net/dhcp-renewal,net/leaf-bridge,net/members-back,net/not-up,net/ppp-scripts,net/table,net/vrf-deleted,net/confine-mark,net/setup-interfaces,net/names-lease,boot/shared-nic,boot/own-nic,boot/tutorial \
		musl-iproute2-lsm:net/recipe,net/stanza,net/confine-device,net/wireguard-vrf
# Those that need no more of ip(8) than testip has.
ALPINE_LIKE   = net/bad-input,net/kill,net/leaf-bridge,net/lo-options,net/members-back,net/not-up,net/parallel,net/ppp-scripts,net/routes-wait,net/table,net/traps,net/vrf-deleted,net/dhcp-renewal,net/dhcp-member,boot/plain,boot/vrf-missing,boot/all-services,boot/services,boot/scripts,boot/shared-nic,boot/own-nic

# Those that need besides no program that musl's machine lacks.
MUSL          = net/libc,net/listen,net/home-gone,net/contract,net/drops,net/bind-changes,net/names-kill,net/confine-mark,net/confine-members,net/vrf-deleted,net/unit,net/names,net/bad-input,net/kill,net/leaf-bridge,net/lo-options,net/members-back,net/not-up,net/parallel,net/ppp-scripts,net/routes-wait,net/table,net/traps,net/dhcp-renewal,net/dhcp-member,boot/plain,boot/vrf-missing,boot/all-services,boot/demo,boot/cgroup-modes,boot/scripts,boot/services,boot/rc-vrf,boot/shared-nic,boot/own-nic,boot/tutorial,boot/readme,boot/kernel,boot/diskless,boot/aport,net/setup-interfaces,net/names-lease

# Those that need iproute2's or iputils' words, on musl as well, or do more where there is dhcpcd.
MUSL_IPROUTE2 = net/check-routes,net/sequences,net/listen-known,net/confine-cgroup,net/confine-device,net/confine-escape,net/confine-links,net/confine-moves,net/confine-set,net/confine-start,net/confine-states,net/confine-traffic,net/dhcp-member,net/dhcp6-member,net/faults,net/grammar,net/ifupdown-ng,net/ipsec,net/lifecycle,net/many-routes,net/map,net/memory,net/member-lines,net/names-escape,net/names-lease,net/recipe,net/rules-probed,net/scale,net/show,net/srv6,net/stanza,net/table-lines,net/vrf-by-hand,net/why,net/why-choice,net/why-services,net/why-ways,net/wireguard-first,net/wireguard-later,net/wireguard-vrf,boot/world-dhcp-in-vrfs,boot/world-own-network,boot/world-two-providers

# On processors with words or bytes of another kind: what the kernel is told and says, in its own order and sizes.
OTHER         = net/unit,net/confine-device,net/confine-escape,net/confine-mark,net/drops,net/listen,net/listen-known,net/names,net/recipe,boot/demo,boot/shared-nic
OTHER_MACHINES = bookworm-i386:$(OTHER)

# Booted with ipv6.disable=1.
WITHOUT_IPV6  = net/members-back

# Where a program of the LSM has a part in it.
WITHOUT_LSM   = net/confine-device,net/confine-mark,net/confine-members,net/confine-start,net/confine-traffic,net/confine-states,net/confine-escape,boot/services,boot/rc-vrf
