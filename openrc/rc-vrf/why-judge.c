/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/why-judge.c - from what the kernel and the filters say to yes or no, with the step
 * that decides; see why-judge.h.
 */
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/rc-vrf/print.h"
#include "helpers/base/nameserver.h"
#include "openrc/rc-vrf/why-judge.h"
#include "openrc/state/memory.h"

void judge_step(struct judging *d, const char *what, int state, const char *format, ...)
{
	struct judgement *j = d->j;
	va_list args;

	j->step = memory_grow(j->step, j->count + 1, sizeof(*j->step));
	va_start(args, format);
	j->step[j->count++] =
		(struct judged_step){ .what = what, .state = state, .text = memory_text_list(format, args) };
	va_end(args);
}

/* The first thing that stands in the way decides, and the last step is it. */
bool judge_stop(struct judging *d, const char *format, ...)
{
	va_list args;

	if (d->decided)
		return false;
	d->decided = true;
	if (d->j->count)
		d->j->step[d->j->count - 1].state = STEP_BAD;
	va_start(args, format);
	d->reason = memory_text_list(format, args);
	va_end(args);
	return true;
}

void judge_cure(struct judging *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	d->j->remedy = memory_text_list(format, args);
	va_end(args);
}

const char *judge_vrf_name(const struct judging *d)
{
	return d->f->place.vrf[0] ? d->f->place.vrf : "default";
}

bool judge_is_vrfs(const struct judging *d, const struct link *link)
{
	const struct link *vrf = d->vrf;

	return vrf && link && (link == vrf || link->master == vrf->ifindex);
}

const char *judge_kind(const struct judging *d)
{
	return d->f->place.service ? "" : d->f->place.vrf[0] ? "VRF " : "the default VRF";
}

const char *judge_name(const struct judging *d)
{
	return d->f->place.service || d->f->place.vrf[0] ? d->f->place.name : "";
}

/* A ping to an own link-local address goes by lo. */
bool judge_is_own_ping(const struct judging *d, const struct hop_facts *hop)
{
	return !d->f->place.mark && hop->out && hop->out->ifindex == LOOPBACK_IFINDEX &&
	       prefix_is_link_local(&d->trip->flow.to) && d->trip->flow.protocol == IPPROTO_ICMPV6;
}

bool judge_is_kernels(const struct judging *d)
{
	return d->f->from && d->f->target.protocol == IPPROTO_ICMP;
}

static const char *bound_text(const struct judging *d, char text[64])
{
	const struct place *p = &d->f->place;

	if (!p->vrf[0])
		snprintf(text, 64, "to nothing");
	else if (p->mark)
		snprintf(text, 64, "by mark 0x%x", p->mark);
	else
		snprintf(text, 64, "to device %s", p->vrf);
	return text;
}

/* A link-local address is one of an interface that the socket may be bound to (sk_dev_equal_l3scope()). */
static void judge_scope(struct judging *d)
{
	const struct target *t = &d->f->target;

	if (t->dev[0] && d->vrf && !judge_is_vrfs(d, links_by_name(&d->f->kernel->links, t->dev)))
		judge_stop(d, "%s is not a member of %s", t->dev, d->vrf->name);
}

void judge_place(struct judging *d)
{
	const struct place *p = &d->f->place;
	char bound[64];

	if (p->refused) {
		judge_step(d, "bound", STEP_GOOD, "%s", p->refused);
		if (judge_stop(d, "%s", p->refused) && p->cure)
			judge_cure(d, "%s", p->cure);
		return;
	}
	judge_step(d, "bound", STEP_GOOD, "%s %s%s%s%s", p->would ? "sockets would be bound" : "sockets are bound",
		   bound_text(d, bound), p->vrf[0] ? ", VRF " : ", no VRF", p->vrf,
		   !p->vrf[0] || p->confined ? "" : ", and not confined");
	if (p->outside && !d->f->from)
		judge_step(d, "bound", STEP_PASSED, "%zu of its processes elsewhere, of which this says nothing",
			   p->outside);
	judge_scope(d);
	if (p->device && !p->mark && !(p->device->flags & IFF_UP) && !judge_is_own_ping(d, &d->trip->hop[0]) &&
	    judge_stop(d, "%s is down: nothing passes", p->vrf))
		judge_cure(d, "ifup -f %s", p->vrf);
}

static void judge_hop(struct judging *d, const struct hop_facts *hop, const struct rule *rule)
{
	const bool local = d->trip->found.type == RTN_LOCAL;

	if (!local)
		judge_own_address(d, hop);
	judge_interface(d, hop);
	if (!local && hop->out && hop->out == d->f->place.device)
		judge_stop(d, "the route leads to %s itself, and to none of its interfaces", hop->out->name);
	if (!local)
		judge_neighbour(d, hop);
	judge_source(d, hop);
	judge_filter(d, hop, rule);
	if (!local) {
		judge_other_vrf(d, hop);
		judge_replies(d, hop);
	} else {
		judge_own(d);
	}
}

static void judge_trip(struct judging *d, const struct trip *trip)
{
	const struct rule *rule;

	d->trip = trip;
	if (d->decided)
		return;
	rule = judge_rules(d);
	if (trip->found.error) {
		judge_no_route(d, rule);
		return;
	}
	judge_route(d);
	for (unsigned int i = 0; i < trip->hops; i++)
		judge_hop(d, &trip->hop[i], rule);
}

static void answer_out(struct judging *d)
{
	const struct facts *f = d->f;
	char target[TARGET_TEXT], way[256] = "", table[TABLE_TEXT];
	const char *can = f->place.would ? "could" : "can", *verb = f->looks_up ? "ask" : "reach";

	target_text(&f->target, target);
	if (f->trip.hops)
		judge_append_way(d, &f->trip.hop[0].way, way, sizeof(way));
	if (d->decided)
		d->j->answer =
			memory_text("%s%s cannot %s %s: %s", judge_kind(d), judge_name(d), verb, target, d->reason);
	else
		d->j->answer = memory_text("%s%s %s %s %s: by %s%s", judge_kind(d), judge_name(d), can, verb, target,
					   naming_table(f->naming, f->trip.found.table, table), way);
}

/* Whatever stands in the way to this host itself, that is not whom one means to ask. */
static void cure_names(struct judging *d)
{
	const char *vrf = d->f->place.vrf;

	free(d->j->remedy);
	if (vrf[0])
		judge_cure(d,
			   "write nameserver ADDRESS to " RESOLV_CONF
			   ", or vrf-nameserver ADDRESS to the stanza of %s, then ifup -f %s",
			   vrf, vrf);
	else
		judge_cure(d, "write nameserver ADDRESS to " RESOLV_CONF);
}

void judge(const struct facts *facts, struct judgement *j)
{
	struct judging d = { .f = facts, .j = j, .trip = &facts->trip, .coming = "replies" };
	bool placed;

	memset(j, 0, sizeof(*j));
	d.vrf = facts->place.mark ? NULL : facts->place.device;
	/* whoever listens may be elsewhere */
	if (!facts->listeners)
		judge_place(&d);
	placed = !d.decided;
	if (placed && facts->names)
		judge_step(&d, "name", STEP_GOOD, "%s", facts->names);
	if (facts->from) {
		judge_from(&d);
	} else {
		judge_trip(&d, &facts->trip);
		answer_out(&d);
	}
	if (placed && d.decided && facts->lists_none)
		cure_names(&d);
	j->can = !d.decided;
	free(d.reason);
}

void judgement_free(struct judgement *j)
{
	for (size_t i = 0; i < j->count; i++)
		free(j->step[i].text);
	free(j->step);
	free(j->answer);
	free(j->remedy);
}
