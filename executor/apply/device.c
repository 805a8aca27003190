/* SPDX-License-Identifier: ISC */
/* executor/apply/device.c - the life of a VRF device; see device.h. Every function runs under the machine's lock. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/apply/device.h"
#include "executor/apply/member.h"
#include "executor/apply/names.h"
#include "executor/apply/route-bulk.h"
#include "executor/apply/rule-apply.h"
#include "executor/apply/run.h"
#include "executor/apply/services.h"
#include "executor/kernel/address.h"
#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/model/lack.h"
#include "executor/stanza/interfaces.h"
#include "helpers/base/vrf.h"
#include "helpers/confine/groups.h"

static int list_links(struct run *run, struct links *links)
{
	return links_get(&run->nl, links) ? run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl))
					  : 0;
}

static int cannot_add(struct run *run, const struct vrf_options *o, const char *detail)
{
	return run_fail(run, "cannot add VRF with table %u: %s (%s)", o->table, strerror(EEXIST), detail);
}

/* What is there already must be what was asked for. */
static int check_existing(struct run *run, const struct vrf_options *o, const struct links *links)
{
	const struct link *own = links_by_name(links, run->iface);
	const struct link *other = links_by_table(links, o->table);
	struct failure detail;

	if (own && !link_is_vrf(own)) {
		fail(&detail, "%s is %s%s", own->name, own->kind[0] ? "of type " : "a network device", own->kind);
		return cannot_add(run, o, detail.text);
	}
	if (own && own->table != o->table) {
		fail(&detail, "%s has table %u: ifdown -f %s, then ifup -f %s", own->name, own->table, own->name,
		     own->name);
		return cannot_add(run, o, detail.text);
	}
	if (other && strcmp(other->name, run->iface)) {
		fail(&detail, interfaces_have(other->name) ? "%s has it" : "%s has it, and no stanza: rc-vrf check",
		     other->name);
		return cannot_add(run, o, detail.text);
	}
	for (size_t i = 0; own && o->by_mark && i < links->count; i++)
		if (links->link[i].master == own->ifindex)
			return run_fail(run, "cannot bind by mark: %s is a member", links->link[i].name);
	return 0;
}

static int check_mark(struct run *run, const struct vrf_options *o)
{
	uint32_t table;

	if (!o->by_mark)
		return 0;
	if (rules_table_of(run, o->mark, &table))
		return -1;
	return !table || table == o->table ? 0
					   : run_fail(run, "cannot use mark 0x%x: %s (it leads to table %u)", o->mark,
						      strerror(EEXIST), table);
}

/* The derived index, or the kernel's choice with a warning if somebody has it. */
static int add_device(struct run *run, const struct vrf_options *o)
{
	uint32_t wish = o->table < VRF_IFINDEX_BASE ? VRF_IFINDEX_BASE + o->table : 0;
	struct link taken;
	int err = link_add_vrf(&run->nl, run->iface, o->table, wish);

	/* rtnl_newlink() answers EEXIST for a taken index as for a taken name, register_netdevice() EBUSY. */
	if (wish && (err == -EEXIST || err == -EBUSY) && link_get(&run->nl, run->iface, &taken)) {
		err = link_add_vrf(&run->nl, run->iface, o->table, 0);
		if (!err)
			run_warn(run, "ifindex %u is taken: running services do not survive ifdown of this VRF", wish);
	}
	if (err == -EOPNOTSUPP)
		return run_fail(run, "cannot add VRF with table %u: %s (is the kernel module vrf there?)", o->table,
				netlink_words(&run->nl));
	return err ? run_fail(run, "cannot add VRF with table %u: %s", o->table, netlink_words(&run->nl)) : 0;
}

static const uint8_t families[] = { AF_INET, AF_INET6 };

static struct route unreachable_default(uint8_t family, uint32_t table)
{
	return (struct route){ .type = RTN_UNREACHABLE,
			       .protocol = VRF_PROTOCOL,
			       .table = table,
			       .metric = VRF_UNREACHABLE_METRIC,
			       .dst = { .family = family } };
}

/*
 * The table's last word.  Not for a mark VRF: its rules end in an unreachable
 * one, which answers ENETUNREACH, this route would answer EHOSTUNREACH first.
 */
int device_end_table(struct run *run, const struct vrf_options *o)
{
	for (size_t i = 0; !o->by_mark && !o->unreachable_rule && i < 2; i++) {
		struct route route = unreachable_default(families[i], o->table);
		int err = route_add(&run->nl, &route);
		char text[ROUTE_TEXT];

		if (families[i] == AF_INET6 && (err == -EOPNOTSUPP || err == -EAFNOSUPPORT))
			continue;
		if (err && err != -EEXIST)
			return run_fail(run, "cannot add route %s: %s", route_text(&route, text),
					netlink_words(&run->nl));
	}
	return 0;
}

static int drop_last_word(struct run *run, uint32_t table)
{
	for (size_t i = 0; i < 2; i++) {
		struct route route = unreachable_default(families[i], table);
		int err = route_del(&run->nl, &route);

		if (err && err != -ESRCH && err != -EOPNOTSUPP && err != -EAFNOSUPPORT && err != -ENOENT)
			return run_fail(run, "cannot delete the unreachable default: %s", netlink_words(&run->nl));
	}
	return 0;
}

static void find_last_word(const struct route *route, void *found)
{
	*(bool *)found |= route->type == RTN_UNREACHABLE && !route->dst.len && route->metric == VRF_UNREACHABLE_METRIC;
}

/*
 * Bound by device before, by mark now: what the first has beside the rules goes, or services would
 * have a way to 127.0.0.0/8 by the table.  The last word, of which there is no other, tells that it
 * was so, and goes last.
 */
static int leave_device_mode(struct run *run, const struct link *vrf, const struct links *links)
{
	static const char *const loopback[] = { "127.0.0.1/8", "::1/128" };
	bool was = false;

	if (routes_visit(&run->nl, AF_INET, vrf->table, RTN_UNREACHABLE, links, find_last_word, &was))
		return run_fail(run, "cannot list the routes: %s", netlink_words(&run->nl));
	for (size_t i = 0; was && i < 2; i++)
		if (address_del(&run->nl, vrf, loopback[i]) && run->nl.error != EADDRNOTAVAIL &&
		    run->nl.error != EOPNOTSUPP && run->nl.error != EAFNOSUPPORT)
			return run_fail(run, "cannot delete %s: %s", loopback[i], netlink_words(&run->nl));
	return was ? drop_last_word(run, vrf->table) : 0;
}

/* What the rule says then.  By now it is there, unless lo's stanza wants none, or stands behind main. */
static int leave_last_word(struct run *run, const struct vrf_options *o)
{
	bool end;

	if (!o->unreachable_rule)
		return 0;
	if (rules_end(run, &end))
		return -1;
	/* Better the route that was not asked for than none of the two. */
	if (!end && device_end_table(run, &(struct vrf_options){ .table = o->table }))
		return -1;
	if (!end)
		return run_fail(run,
				"vrf-unreachable \"rule\" needs the rule l3mdev unreachable, and there is none: "
				"what table %u has no route for would leak",
				o->table);
	return drop_last_word(run, o->table);
}

int device_create(struct run *run, const struct vrf_options *o)
{
	struct links links;
	int err;

	if (list_links(run, &links))
		return -1;
	err = check_existing(run, o, &links) || check_mark(run, o) ? -1 : 0;
	/* One that was deleted by hand left its number and its members in the sets. */
	if (!err && !links_by_name(&links, run->iface))
		err = services_sync(run) || add_device(run, o) ? -1 : 0;
	if (!err)
		err = device_end_table(run, o);
	links_free(&links);
	return err;
}

static int add_loopback(struct run *run, const struct link *vrf)
{
	if (address_add(&run->nl, vrf, "127.0.0.1/8"))
		return run_fail(run, "cannot add 127.0.0.1/8: %s", netlink_words(&run->nl));
	/* EACCES: disable_ipv6=1; EOPNOTSUPP, EAFNOSUPPORT: booted without IPv6 */
	if (address_add(&run->nl, vrf, "::1/128") && run->nl.error != EACCES && run->nl.error != EOPNOTSUPP &&
	    run->nl.error != EAFNOSUPPORT)
		return run_fail(run, "cannot add ::1/128: %s", netlink_words(&run->nl));
	return 0;
}

/*
 * Rules by which this VRF was reached by mark.  `mark` is what its stanza says,
 * 0: nothing; a run that was killed may have left the unreachable rule alone,
 * which names no table.
 */
static int drop_marking(struct run *run, uint32_t table, uint32_t mark, bool keep_unreachable)
{
	struct marking none = { .table = table, .unreachable = keep_unreachable };

	if (rules_mark_of(run, table, &none.mark))
		return -1;
	if (!none.mark)
		none.mark = mark;
	return none.mark ? rules_mark(run, &none) : 0;
}

static int bind_rules(struct run *run, const struct vrf_options *o)
{
	struct marking marking = {
		.table = o->table, .mark = o->mark, .local = o->mark_local, .lookup = true, .unreachable = true
	};

	if (rules_order(run, !o->by_mark && o->loopback))
		return -1;
	return o->by_mark ? rules_mark(run, &marking) : drop_marking(run, o->table, 0, false);
}

/*
 * The rules make the binding: while they change from device to mark, or from one mark to
 * another, nothing passes.  lo goes before its rule does.
 */
static int leave_binding(struct run *run, const struct vrf_options *o)
{
	const uint32_t lo = 1;
	uint32_t mark;

	if (rules_mark_of(run, o->table, &mark))
		return -1;
	if (mark != (o->by_mark ? o->mark : 0))
		return services_empty(run, run->iface);
	return o->by_mark && !o->mark_local ? services_leave_of(run, run->iface, lo) : 0;
}

int device_up(struct run *run, const struct vrf_options *o)
{
	const struct link *vrf;
	struct links links;
	int err = -1;

	if (list_links(run, &links))
		return -1;
	vrf = links_by_name(&links, run->iface);
	if (!vrf || !link_is_vrf(vrf) || vrf->table != o->table)
		run_fail(run, "cannot set up: no VRF with table %u is there", o->table);
	else if (!(vrf->flags & IFF_UP) && link_set_up(&run->nl, vrf, true))
		run_fail(run, "cannot set up: %s", netlink_words(&run->nl));
	else if (!o->by_mark && o->loopback && add_loopback(run, vrf))
		err = -1;
	else if (leave_binding(run, o) || bind_rules(run, o) || leave_last_word(run, o))
		err = -1;
	else if (o->by_mark ? leave_device_mode(run, vrf, &links) : members_take_back(run, vrf, &links))
		err = -1;
	else
		err = services_sync(run) || names_come(run, o) ? -1 : 0;
	links_free(&links);
	return err;
}

static bool is_last(const struct links *links, const char *name)
{
	for (size_t i = 0; i < links->count; i++)
		if (link_is_vrf(&links->link[i]) && strcmp(links->link[i].name, name))
			return false;
	return true;
}

/* As long as a process of the VRF lives, its mark must not fall through to main. */
static int take_rules(struct run *run, uint32_t table, uint32_t mark, bool last)
{
	bool alive = services_alive(run, run->iface);

	if (table && drop_marking(run, table, mark, alive))
		return -1;
	return last ? rules_undo(run) : 0;
}

/* Other VRFs may lead to this one, and with it to its members. */
static int leave_all(struct run *run, const struct link *vrf, const struct links *links)
{
	uint32_t *leaving = lack_noted(calloc(links->count + 1, sizeof(*leaving)));
	size_t n = 0;
	int err;

	if (!leaving)
		return run_fail(run, "no memory");
	leaving[n++] = vrf->ifindex;
	for (size_t i = 0; i < links->count; i++)
		if (links->link[i].master == vrf->ifindex)
			leaving[n++] = links->link[i].ifindex;
	err = services_leave(run, leaving, n);
	free(leaving);
	return err;
}

int device_destroy(struct run *run, const struct vrf_options *o)
{
	const struct link *vrf;
	struct links links;
	uint32_t table;
	int err;

	if (list_links(run, &links))
		return -1;
	vrf = links_by_name(&links, run->iface);
	if (vrf && !link_is_vrf(vrf))
		vrf = NULL;
	/* The kernel knows better than a stanza that was changed before ifdown. */
	table = vrf ? vrf->table : o->table;
	err = services_empty(run, run->iface);
	if (!err && vrf)
		err = leave_all(run, vrf, &links) || members_release(run, vrf, &links) ? -1 : 0;
	/* A vrf-exec that started meanwhile has filled them from what was still there. */
	if (!err && vrf)
		err = services_empty(run, run->iface);
	if (!err)
		err = take_rules(run, table, o->mark, is_last(&links, run->iface));
	if (!err && vrf && link_del_vrf(&run->nl, vrf) && run->nl.error != ENODEV)
		err = run_fail(run, "cannot delete VRF: %s", netlink_words(&run->nl));
	/* A table that another VRF has is not ours to empty. */
	if (!err && table && (vrf || !links_by_table(&links, table)))
		err = route_bulk_delete(run, table, NULL, false);
	/* And one that started after that; other VRFs led here. */
	if (!err)
		err = services_sync(run);
	if (!err)
		err = names_go(run);
	if (!err)
		services_forget(run, run->iface);
	links_free(&links);
	return err;
}
