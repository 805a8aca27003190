/* SPDX-License-Identifier: ISC */
/*
 * executor/vrf.c - VRF devices and their members: vrf-table, vrf-member,
 * vrf-bind, vrf-mark, vrf-mark-local, vrf-loopback, vrf-unreachable, vrf-nameserver.  Stands in for
 * ifupdown-ng's executor of that name; a hook calls it with PHASE=leave.  Before its first request it checks
 * every vrf-, l3mdev- and table- value of the stanza.
 */
#include <stdlib.h>
#include <string.h>

#include "executor/apply/device.h"
#include "executor/apply/leave.h"
#include "executor/apply/lock.h"
#include "executor/apply/member.h"
#include "executor/apply/names.h"
#include "executor/apply/run.h"
#include "executor/apply/services.h"
#include "executor/apply/table-apply.h"
#include "executor/executor.h"
#include "executor/kernel/link.h"
#include "executor/stanza/env.h"
#include "executor/stanza/ip.h"
#include "executor/stanza/keyword.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/route-file.h"
#include "executor/stanza/stanza.h"

static int read_stanza(struct run *run, struct vrf_options *o)
{
	struct source own = { .iface = run->iface, .own = true };

	return stanza_vrf(&own, o, &run->failure);
}

/* Else ifup would find out at its end, with all else done. */
static int check_gateway(struct run *run, const struct vrf_options *o)
{
	const char *gateway = env_option("gateways");

	if (!o->member[0] || !gateway || ip_knows_vrf())
		return 0;
	return run_fail(run,
			"gateway \"%.64s\" of a member needs the ip of iproute2, and ip is busybox: "
			"write table-route default via %.64s",
			gateway, gateway);
}

/* All that the other executors will read later. */
static int check_stanza(struct run *run, const struct source *from, const struct vrf_options *o)
{
	struct l3mdev_options l3mdev;
	struct table_options table;
	int err = 0;

	if (stanza_l3mdev(from, &l3mdev, &run->failure))
		return -1;
	if (from->own && check_gateway(run, o))
		return -1;
	if (from->own && !stanza_has_table())
		return 0;
	if (stanza_table(from, o->table, &table, &run->failure))
		return -1;
	if (table.file)
		err = route_file_check(table.file, &run->failure);
	table_options_free(&table);
	return err;
}

static int locked(struct run *run, int (*work)(struct run *, const struct vrf_options *), const struct vrf_options *o)
{
	int lock, err;

	if (lock_take(run, &lock))
		return -1;
	err = work(run, o);
	lock_release(lock);
	return err;
}

/* What ifupdown-ng takes for a bridge: any keyword of `bridge`, or that executor by name. */
static bool bridge_stanza(void)
{
	const char *use = env_option("use");

	return env_any("bridge-") || (use && !strcmp(use, "bridge"));
}

static int create(struct run *run)
{
	struct source own = { .iface = run->iface, .own = true };
	struct vrf_options o;

	if (read_stanza(run, &o) || check_stanza(run, &own, &o))
		return -1;
	return o.is_vrf ? locked(run, device_create, &o) : 0;
}

static int device_come(struct run *run, const struct vrf_options *o)
{
	return device_create(run, o) || device_up(run, o) ? -1 : 0;
}

/* Its routes and rules; one that cannot be has its line, and keeps no member down. */
static int table_come(struct run *run, const struct vrf_options *o)
{
	const struct selection scope = { .vrf = run->iface, .may_wait = true };
	struct source from = { .iface = run->iface, .own = false };
	const bool failed = run->failed;
	struct table_options table;
	int err;

	if (stanza_table(&from, o->table, &table, &run->failure))
		return -1;
	err = table_apply(run, &table, &scope) || services_sync(run) ? -1 : 0;
	table_options_free(&table);
	run->failed = failed;
	return err;
}

/* Nobody else will do it: what its stanza says beside our lines is missing. */
static int vrf_come(struct run *run, const struct vrf_options *o)
{
	if (device_come(run, o) || table_come(run, o))
		return -1;
	run_warn(run,
		 "was not up, and a member needs it: set up, but for commands and addresses of its stanza "
		 "(ifup -f %s)",
		 run->iface);
	return 0;
}

/*
 * `depend` may not name a bridge's VRF, so that ifupdown-ng brings the bridge up first wherever
 * something else requires the VRF.  Its device comes now, by its own stanza; what else that stanza
 * says comes with its own ifup, which finds the device there.
 *
 * The VRF of any other member has been brought up, unless ifupdown-ng took it for up: after ifdown
 * of a VRF that it had counted more than once.  There is no ifup of its own to come.
 */
static int bring_vrf(struct run *run, const char *name)
{
	struct source from = { .iface = name, .own = false };
	const char *own = run->iface;
	struct vrf_options o;
	struct link link;
	int err = 0;

	if (!link_get(&run->nl, name, &link) && (link.flags & IFF_UP || !link_is_vrf(&link)))
		return 0;
	run->iface = name;
	if (stanza_vrf(&from, &o, &run->failure))
		err = -1;
	/* What is no VRF, or has no members, member_enslave() has a word for. */
	else if (o.is_vrf && !o.by_mark)
		err = check_stanza(run, &from, &o) || locked(run, bridge_stanza() ? device_come : vrf_come, &o) ? -1
														: 0;
	if (err)
		run_report(run, "%s", run->failure.text);
	run->iface = own;
	return err ? run_fail(run, "cannot enslave to %s: it does not come up", name) : 0;
}

static int pre_up(struct run *run)
{
	struct vrf_options o;
	int err;

	if (read_stanza(run, &o))
		return -1;
	err = o.member[0] ? bring_vrf(run, o.member) : 0;
	if (!err && o.member[0])
		err = member_enslave(run, o.member, false);
	/* `bridge` has set its bridge up already; it would take an address from the first router. */
	if (err && bridge_stanza())
		member_keep_down(run);
	return err;
}

static int up(struct run *run)
{
	struct vrf_options o;
	int err;

	if (read_stanza(run, &o))
		return -1;
	if (o.is_vrf)
		return locked(run, device_up, &o);
	if (!o.member[0])
		return 0;
	err = member_enslave(run, o.member, true);
	/* ifupdown-ng 0.11 came here although pre-up failed, and `link` has set the interface up. */
	if (err)
		member_keep_down(run);
	return err;
}

/* What the VRF's stanza says of routes through this member can be done now. */
static int post_up(struct run *run)
{
	struct vrf_options o;
	struct link vrf;
	int lock, err;

	if (read_stanza(run, &o))
		return -1;
	/* Where there is more to do in this phase, `table` says so when it is done. */
	if (o.is_vrf && !o.by_mark)
		return stanza_has_table() ? 0 : members_report(run);
	if (!o.member[0])
		return 0;
	if (link_get(&run->nl, o.member, &vrf) || !link_is_vrf(&vrf))
		return run_fail(run, "cannot add the routes of %s: no such VRF", o.member);
	if (lock_take(run, &lock))
		return -1;
	err = table_apply_of(run, o.member, o.member, vrf.table, run->iface) || services_sync(run) ? -1 : 0;
	lock_release(lock);
	return err;
}

static int post_down(struct run *run)
{
	struct vrf_options o;

	/* What the stanza says now may be wrong or gone: the kernel knows what has to go. */
	if (read_stanza(run, &o) || !o.member[0])
		return 0;
	return member_release(run);
}

/* For the hook of OpenRC: resolv.conf has changed. */
static int names(struct run *run)
{
	int lock, err;

	if (lock_take(run, &lock))
		return -1;
	err = names_again(run);
	lock_release(lock);
	return err;
}

/* For the hooks: the line vrf-member has gone from the stanza.  It may have waited for its VRF by then. */
static int leave(struct run *run)
{
	struct link link;
	bool waits = !link_get(&run->nl, run->iface, &link) && link.waits && !link.master;

	return waits || leave_wanted(run) ? member_release(run) : 0;
}

static int destroy(struct run *run)
{
	struct vrf_options o;
	bool readable = !read_stanza(run, &o);

	if (readable && !o.is_vrf)
		return 0;
	if (!readable && !env_option("vrf-table"))
		return 0;
	return locked(run, device_destroy, &o);
}

/*
 * A bridge's ports are taken from what `depend` prints (ifupdown-ng #236): the
 * VRF would become a port.  bring_vrf() stands in for that.
 */
static const char *depend(void)
{
	for (const struct keyword *k = keywords; k->name; k++) {
		const char *value = k->requires ? env_option(k->name) : NULL;

		if (value && !bridge_stanza() && parse_vrf_name(value))
			return value;
	}
	return NULL;
}

static const struct phase phases[] = { { "create", create },   { "pre-up", pre_up },       { "up", up },
				       { "post-up", post_up }, { "post-down", post_down }, { "destroy", destroy },
				       { "leave", leave },     { "names", names },         { 0 } };

const struct executor executor = { .name = "vrf", .depend = depend, .phases = phases };
