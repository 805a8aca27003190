/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-judge-out.c - what becomes of a packet behind its route; see why-judge.h. */
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "helpers/confine/programs.h"
#include "openrc/rc-vrf/why-judge.h"
#include "openrc/state/passing.h"

#define LOWER_UP 0x10000 /* IFF_LOWER_UP, which <net/if.h> has not */

/* Whoever sends to it by an interface is answered by nobody. */
static bool is_own(const struct judging *d)
{
	const struct addresses *all = &d->f->kernel->addresses;
	const struct prefix *to = &d->trip->flow.to;

	for (size_t i = 0; i < all->count; i++) {
		const struct prefix *own = &all->address[i].local;
		const struct link *link = links_by_index(&d->f->kernel->links, all->address[i].ifindex);

		if (own->family == to->family && !memcmp(own->addr, to->addr, family_bits(to->family) / 8) && link &&
		    (judge_is_vrfs(d, link) || (!d->vrf && !link->master)))
			return true;
	}
	return false;
}

void judge_own_address(struct judging *d, const struct hop_facts *hop)
{
	const struct place *p = &d->f->place;
	char text[PREFIX_TEXT], table[TABLE_TEXT];

	if (prefix_is_link_local(&d->trip->flow.to) || !is_own(d) || d->f->from)
		return;
	prefix_text(&d->trip->flow.to, text);
	if (judge_stop(d, "%s is an address of this host, and %s leads it out by %s", text,
		       naming_table(d->f->naming, d->trip->found.table, table), hop->out ? hop->out->name : "?") &&
	    p->mark)
		judge_cure(
			d,
			"write vrf-mark-local yes in the stanza of %s, if its services may reach this host's own addresses; then ifup -f %s",
			p->vrf, p->vrf);
}

static const char *state_of(const struct link *link)
{
	if (!(link->flags & IFF_UP))
		return "down";
	return link->flags & LOWER_UP ? "up" : "up, no carrier";
}

const char *judge_belongs_text(const struct link *link, const struct link *vrf, char text[BELONGS_TEXT])
{
	if (vrf == link)
		snprintf(text, BELONGS_TEXT, "a VRF");
	else if (vrf)
		snprintf(text, BELONGS_TEXT, "a member of VRF %s", vrf->name);
	else
		snprintf(text, BELONGS_TEXT, "in no VRF");
	return text;
}

void judge_interface(struct judging *d, const struct hop_facts *hop)
{
	const struct link *out = hop->out;
	char text[BELONGS_TEXT];

	if (!out) {
		judge_step(d, "interface", STEP_GOOD, "%u, which is not there", hop->way.ifindex);
		judge_stop(d, "interface %u is not there", hop->way.ifindex);
		return;
	}
	judge_step(d, "interface", STEP_GOOD, "%s: %s, %s", out->name, state_of(out),
		   judge_belongs_text(out, hop->out_vrf, text));
	if (!(out->flags & IFF_UP)) {
		if (judge_stop(d, "%s is down", out->name))
			judge_cure(d, "ifup -f %s", out->name);
	} else if (!(out->flags & LOWER_UP)) {
		if (judge_stop(d, "%s has no carrier: nobody is at its other end", out->name))
			judge_cure(d, "look at the cable of %s, and whether its other end is up", out->name);
	}
}

static const char *neighbour_text(uint16_t state)
{
	static const struct {
		uint16_t state;
		const char *text;
	} all[] = { { NUD_FAILED, "has not answered" }, { NUD_INCOMPLETE, "is being asked for" },
		    { NUD_REACHABLE, "answers" },       { NUD_STALE, "has answered" },
		    { NUD_DELAY, "has answered" },      { NUD_PROBE, "has answered" },
		    { NUD_PERMANENT, "is permanent" },  { NUD_NOARP, "needs not be asked for" } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].state == state)
			return all[i].text;
	return "has not been asked for";
}

void judge_neighbour(struct judging *d, const struct hop_facts *hop)
{
	const struct prefix *next = hop->way.via.family ? &hop->way.via : &d->trip->flow.to;
	char text[PREFIX_TEXT];

	if (!hop->out || hop->out->flags & (IFF_NOARP | IFF_LOOPBACK) || hop->out == hop->out_vrf)
		return;
	judge_step(d, "next hop", STEP_GOOD, "%s %s", prefix_text(next, text), neighbour_text(hop->neighbour));
	if (hop->neighbour == NUD_FAILED && judge_stop(d, "nobody answered for %s at %s when it was asked for last",
						       prefix_text(next, text), hop->out->name))
		judge_cure(
			d,
			"look whether %s is up, and whether it is behind %s; the kernel asks again with the next packet",
			prefix_text(next, text), hop->out->name);
}

void judge_source(struct judging *d, const struct hop_facts *hop)
{
	const struct prefix *source = &d->trip->found.source, *to = &d->trip->flow.to;
	char text[PREFIX_TEXT];

	if (d->trip->flow.from.family)
		source = &d->trip->flow.from;
	if (!source->family || (source->family == AF_INET && !memcmp(source->addr, "\0\0\0\0", 4))) {
		judge_step(d, "source", STEP_GOOD, "none: VRF %s has no %s address", judge_vrf_name(d),
			   to->family == AF_INET ? "IPv4" : "IPv6");
		if (judge_stop(d, "VRF %s has no %s address to send from", judge_vrf_name(d),
			       to->family == AF_INET ? "IPv4" : "IPv6") &&
		    hop->out)
			judge_cure(d, "write an address to the stanza of %s, then ifup -f %s", hop->out->name,
				   hop->out->name);
		return;
	}
	judge_step(d, "source", STEP_GOOD, "%s", prefix_text(source, text));
	if (prefix_is_link_local(source) && !prefix_is_link_local(to) && hop->way.via.family &&
	    judge_stop(d, "its only address, %s, is for the link alone", prefix_text(source, text)) && hop->out)
		judge_cure(d, "write an address to the stanza of %s, then ifup -f %s", hop->out->name, hop->out->name);
}

/* As the filters go by it (filter.c). */
bool judge_passes(int device, int prefix, bool inside)
{
	if (device == PASSING_NONE)
		return false;
	return device & DEVICE_ANY || prefix == PASS_ANY || (inside && prefix == PASS_INSIDE);
}

static void cure_filter(struct judging *d, const struct link *out, const struct rule *rule)
{
	const struct place *p = &d->f->place;
	const bool own = p->device && d->trip->found.table == p->device->table;

	if (p->mark && d->trip->found.type == RTN_LOCAL)
		judge_cure(
			d,
			"write vrf-mark-local yes in the stanza of %s, if its services may reach this host's own addresses; then ifup -f %s",
			p->vrf, p->vrf);
	else if (judge_is_foreign(rule))
		judge_cure_rule(d);
	else if (own || judge_is_vrfs(d, out))
		judge_cure(d, "rc-vrf sync");
	else
		judge_cure_route(d);
}

void judge_filter(struct judging *d, const struct hop_facts *hop, const struct rule *rule)
{
	const struct place *p = &d->f->place;
	const struct link *out = hop->out;
	const char *name = out ? out->name : "?";
	char text[PREFIX_TEXT];

	if (judge_is_kernels(d))
		return;
	if (!p->vrf[0] || !p->confined) {
		if (p->vrf[0])
			judge_step(d, "filter", STEP_GOOD, "none: vrf_confine=no");
		return;
	}
	if (judge_passes(hop->out_device, hop->out_prefix, hop->way.encap)) {
		judge_step(d, "filter", STEP_GOOD, "lets it out by %s, %s", name,
			   hop->out_device & DEVICE_ANY ? "to any address" : "to that prefix");
	} else if (judge_is_own_ping(d, hop)) {
		judge_step(d, "filter", STEP_GOOD,
			   "lets a ping to an own link-local address out by lo, from a socket bound to %s "
			   "(ping -I %s)",
			   d->f->target.dev, d->f->target.dev);
	} else if (hop->out_device == PASSING_NONE) {
		judge_step(d, "filter", STEP_GOOD, "%s is none of VRF %s's interfaces", name, p->vrf);
		if (judge_stop(d, "the filter of VRF %s stops what leaves by %s, which is none of its interfaces",
			       p->vrf, name))
			cure_filter(d, out, rule);
	} else {
		judge_step(d, "filter", STEP_GOOD, "%s is for the networks of VRF %s alone", name, p->vrf);
		if (judge_stop(d,
			       "the filter of VRF %s stops what leaves by %s to %s, which is in none of its networks",
			       p->vrf, name, prefix_text(&d->trip->flow.to, text)))
			cure_filter(d, out, rule);
	}
}

/* Out by another VRF's device: that looks it up once more. */
void judge_other_vrf(struct judging *d, const struct hop_facts *hop)
{
	const struct place *p = &d->f->place;
	char table[TABLE_TEXT];

	if (!hop->out || hop->out != hop->out_vrf || hop->out == p->device)
		return;
	naming_table(d->f->naming, hop->out->table, table);
	if (!(hop->out->flags & IFF_UP))
		return;
	if (hop->on.error) {
		judge_step(d, "VRF", STEP_GOOD, "%s: %s: %s", hop->out->name, table, strerror(-hop->on.error));
		if (judge_stop(d, "VRF %s, to which a route of VRF %s leads, has no route there", hop->out->name,
			       p->vrf))
			judge_cure(d, "write a table-route to it in the stanza of %s; then ifup -f %s", hop->out->name,
				   hop->out->name);
		return;
	}
	judge_step(d, "VRF", STEP_GOOD, "%s sends it on by %s", hop->out->name, hop->on_out ? hop->on_out->name : "?");
	if (hop->on_out && hop->on.type == RTN_UNICAST && link_is_vrf(hop->on_out))
		judge_stop(d, "routes of VRFs lead it round in a circle");
	else if (hop->on_out && !(hop->on_out->flags & LOWER_UP)) {
		judge_stop(d, "%s is down or has no carrier", hop->on_out->name);
	} else if (p->vrf[0] && p->confined && !judge_is_kernels(d) && hop->on.type != RTN_LOCAL &&
		   !judge_passes(hop->on_device, hop->out_prefix, false) &&
		   judge_stop(d, "the filter of VRF %s stops what leaves by %s, which is none of its interfaces",
			      p->vrf, hop->on_out ? hop->on_out->name : "?"))
		judge_cure(d, "rc-vrf sync");
}
