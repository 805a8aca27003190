/* SPDX-License-Identifier: ISC */
/*
 * executor/l3mdev.c - the order of the l3mdev rules and of `local`, and the
 * *_l3mdev_accept and strict_mode sysctls: l3mdev-unreachable-pref, l3mdev-local-pref,
 * l3mdev-accept, l3mdev-strict, on `iface lo`.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "executor/apply/lock.h"
#include "executor/apply/rule-apply.h"
#include "executor/apply/run.h"
#include "executor/executor.h"
#include "executor/kernel/address.h"
#include "executor/kernel/link.h"
#include "executor/kernel/sysctl.h"
#include "executor/stanza/stanza.h"

static int read_stanza(struct run *run, struct l3mdev_options *o)
{
	struct source own = { .iface = run->iface, .own = true };

	return stanza_l3mdev(&own, o, &run->failure);
}

static int create(struct run *run)
{
	struct l3mdev_options o;

	return read_stanza(run, &o);
}

static int set_accept(struct run *run, unsigned int accept)
{
	static const struct {
		const char *name;
		unsigned int bit;
	} values[] = { { "net.ipv4.tcp_l3mdev_accept", ACCEPT_TCP },
		       { "net.ipv4.udp_l3mdev_accept", ACCEPT_UDP },
		       { "net.ipv4.raw_l3mdev_accept", ACCEPT_RAW } };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		int value = (accept & values[i].bit) != 0, err = sysctl_set(&run->nl, values[i].name, value);

		if (err)
			return run_fail(run, "cannot set %s to %d: %s", values[i].name, value, strerror(-err));
	}
	return 0;
}

/* Does a VRF have 127.0.0.1 inside? */
static bool is_inside(const struct addresses *all, const struct links *links)
{
	static const uint8_t loopback[] = { 127, 0, 0, 1 };

	for (size_t i = 0; i < all->count; i++) {
		const struct link *link = links_by_index(links, all->address[i].ifindex);

		if (link && link_is_vrf(link) && all->address[i].local.family == AF_INET &&
		    !memcmp(all->address[i].local.addr, loopback, sizeof(loopback)))
			return true;
	}
	return false;
}

/* Where no VRF is yet, the order is made when one comes up. */
static int apply(struct run *run, struct l3mdev_options *o)
{
	struct addresses all = { 0 };
	struct links links;
	bool any = false;

	if (links_get(&run->nl, &links) || addresses_get(&run->nl, 0, &all)) {
		links_free(&links);
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	}
	for (size_t i = 0; i < links.count; i++)
		any |= link_is_vrf(&links.link[i]);
	o->order.loopback = is_inside(&all, &links);
	addresses_free(&all);
	links_free(&links);
	return any ? rules_order_as(run, &o->order) : 0;
}

static int up(struct run *run)
{
	struct l3mdev_options o;
	int lock, err;

	if (read_stanza(run, &o))
		return -1;
	if ((o.set_accept && set_accept(run, o.accept)) || rules_strict(run, &o))
		return -1;
	if (lock_take(run, &lock))
		return -1;
	err = apply(run, &o);
	lock_release(lock);
	return err;
}

static const struct phase phases[] = { { "create", create }, { "up", up }, { 0 } };

const struct executor executor = { .name = "l3mdev", .phases = phases };
