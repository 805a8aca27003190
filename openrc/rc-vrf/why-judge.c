/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/why-judge.c - from what the kernel and the filters say to yes or no, with the step
 * that decides.  Pure; see why.h.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/append.h"
#include "helpers/base/vrf.h"
#include "helpers/confine/programs.h"
#include "openrc/rc-vrf/why.h"
#include "openrc/state/passing.h"

#define LOWER_UP         0x10000 /* IFF_LOWER_UP, which <net/if.h> has not */
#define LOOPBACK_IFINDEX 1

struct judging {
	const struct facts *f;
	struct judgement *j;
	const struct trip *trip;
	const struct link *vrf; /* whose device the socket is bound to, NULL: none */
	const char *coming;     /* what comes in: "replies", "packets" */
	bool decided;           /* something stands in the way */
	char *reason;
};

__attribute__((format(printf, 1, 0))) static char *text_of(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		abort();
	return text;
}

__attribute__((format(printf, 4, 5))) static void step(struct judging *d, const char *what, int state,
						       const char *format, ...)
{
	struct judgement *j = d->j;
	struct judged_step *grown = realloc(j->step, (j->count + 1) * sizeof(*grown));
	va_list args;

	if (!grown)
		abort();
	j->step = grown;
	va_start(args, format);
	grown[j->count++] = (struct judged_step){ .what = what, .state = state, .text = text_of(format, args) };
	va_end(args);
}

/* The first thing that stands in the way decides, and the last step is it. */
__attribute__((format(printf, 2, 3))) static bool stop(struct judging *d, const char *format, ...)
{
	va_list args;

	if (d->decided)
		return false;
	d->decided = true;
	if (d->j->count)
		d->j->step[d->j->count - 1].state = STEP_BAD;
	va_start(args, format);
	d->reason = text_of(format, args);
	va_end(args);
	return true;
}

__attribute__((format(printf, 2, 3))) static void cure(struct judging *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	d->j->remedy = text_of(format, args);
	va_end(args);
}

static const char *vrf_name(const struct judging *d)
{
	return d->f->place.vrf[0] ? d->f->place.vrf : "default";
}

static bool is_vrfs(const struct judging *d, const struct link *link)
{
	const struct link *vrf = d->vrf;

	return vrf && link && (link == vrf || link->master == vrf->ifindex);
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

static bool is_link_local(const struct prefix *p)
{
	return p->family == AF_INET6 && p->addr[0] == 0xfe && (p->addr[1] & 0xc0) == 0x80;
}

/* A ping to an own link-local address goes by lo. */
static bool is_own_ping(const struct judging *d, const struct hop_facts *hop)
{
	return !d->f->place.mark && hop->out && hop->out->ifindex == LOOPBACK_IFINDEX &&
	       is_link_local(&d->trip->flow.to) && d->trip->flow.protocol == IPPROTO_ICMPV6;
}

/* A link-local address is one of an interface that the socket may be bound to (sk_dev_equal_l3scope()). */
static void judge_scope(struct judging *d)
{
	const struct target *t = &d->f->target;

	if (t->dev[0] && d->vrf && !is_vrfs(d, links_by_name(&d->f->kernel->links, t->dev)))
		stop(d, "%s is not a member of %s", t->dev, d->vrf->name);
}

static void judge_place(struct judging *d)
{
	const struct place *p = &d->f->place;
	char bound[64];

	if (p->refused) {
		step(d, "bound", STEP_GOOD, "%s", p->refused);
		if (stop(d, "%s", p->refused) && p->cure)
			cure(d, "%s", p->cure);
		return;
	}
	step(d, "bound", STEP_GOOD, "%s %s%s%s%s", p->would ? "sockets would be bound" : "sockets are bound",
	     bound_text(d, bound), p->vrf[0] ? ", VRF " : ", no VRF", p->vrf,
	     !p->vrf[0] || p->confined ? "" : ", and not confined");
	judge_scope(d);
	if (p->device && !p->mark && !(p->device->flags & IFF_UP) && !is_own_ping(d, &d->trip->hop[0]) &&
	    stop(d, "%s is down: nothing passes", p->vrf))
		cure(d, "ifup -f %s", p->vrf);
}

static void judge_passed_rule(const struct rule *rule, enum rule_taken taken, void *context)
{
	struct judging *d = context;
	uint32_t table = rule_leads_to(d->f->kernel, rule, &d->trip->flow);
	char text[RULE_TEXT], name[TABLE_TEXT];

	if (rule->action == FR_ACT_GOTO)
		step(d, "rule", STEP_PASSED, "%s: goes on at %u", naming_rule(d->f->naming, rule, text), rule->target);
	else
		step(d, "rule", STEP_PASSED, "%s: %s, and %s has no route", naming_rule(d->f->naming, rule, text),
		     taken == RULE_MAY ? "may take it" : "takes it",
		     table ? naming_table(d->f->naming, table, name) : "it");
}

/* Of a member's link the VRF's table is looked up, whatever the rules say (vrf_link_scope_lookup()). */
static bool is_past_rules(const struct judging *d)
{
	const struct link *link = links_by_index(&d->f->kernel->links, d->trip->flow.oif);
	const struct link *master = link ? links_by_index(&d->f->kernel->links, link->master) : NULL;

	return is_link_local(&d->trip->flow.to) && master && link_is_vrf(master);
}

static const struct rule *judge_rules(struct judging *d)
{
	const struct rule *rule;
	char text[RULE_TEXT], table[TABLE_TEXT];
	uint32_t leads;

	if (is_past_rules(d)) {
		step(d, "rule", STEP_GOOD, "none: an address of %s's link is looked up in its VRF's table",
		     links_by_index(&d->f->kernel->links, d->trip->flow.oif)->name);
		return NULL;
	}
	rule = rules_decide(d->f->kernel, d->trip, judge_passed_rule, d);

	if (!rule) {
		step(d, "rule", STEP_GOOD, "%s",
		     d->trip->found.error ? "no other takes it" : "none is known to take it");
		return NULL;
	}
	leads = rule_leads_to(d->f->kernel, rule, &d->trip->flow);
	if (leads)
		step(d, "rule", STEP_GOOD, "%s: looks up %s", naming_rule(d->f->naming, rule, text),
		     naming_table(d->f->naming, leads, table));
	else
		step(d, "rule", STEP_GOOD, "%s: says no", naming_rule(d->f->naming, rule, text));
	return rule;
}

/* Somebody else's: neither ours nor the kernel's own three, nor a VRF's. */
static bool is_foreign(const struct rule *rule)
{
	return rule && rule->protocol != VRF_PROTOCOL && !rule->l3mdev && rule->protocol != RTPROT_KERNEL;
}

static uint32_t behind(const struct judging *d)
{
	return d->f->place.mark ? VRF_PREF_MARK_UNREACHABLE : VRF_PREF_UNREACHABLE;
}

static void cure_rule(struct judging *d)
{
	cure(d, "give that rule a preference above %u", behind(d));
}

/* What has no route of its own. */
static void cure_route(struct judging *d)
{
	const struct place *p = &d->f->place;

	if (p->vrf[0])
		cure(d, "write a table-route to it in the stanza of %s; then ifup -f %s", p->vrf, p->vrf);
}

static const char *type_of(int error)
{
	return error == -EHOSTUNREACH ? "unreachable" : error == -EACCES ? "prohibit" : "blackhole";
}

static void judge_no_route(struct judging *d, const struct rule *rule)
{
	const struct found *found = &d->trip->found;
	const struct prefix *no = &d->trip->refusal;
	char prefix[PREFIX_TEXT], table[TABLE_TEXT], text[RULE_TEXT];

	if (no->family) {
		naming_table(d->f->naming, d->trip->refusal_table, table);
		step(d, "route", STEP_GOOD, "%s: %s %s", table, type_of(found->error),
		     no->len ? prefix_text(no, prefix) : "default");
		if (!no->len && found->error == -EHOSTUNREACH &&
		    stop(d, "no route in %s leads there, which ends in unreachable default", table)) {
			if (is_foreign(rule))
				cure_rule(d);
			else
				cure_route(d);
		} else if (stop(d, "route %s %s of %s says so", type_of(found->error),
				no->len ? prefix_text(no, prefix) : "default", table)) {
			if (is_foreign(rule))
				cure_rule(d);
			else if (d->f->place.vrf[0])
				cure(d,
				     "take that route out of the stanza of %s, then ifup -f %s; or ip%s route del %s %s table %u",
				     d->f->place.vrf, d->f->place.vrf, no->family == AF_INET6 ? " -6" : "",
				     type_of(found->error), no->len ? prefix : "default", d->trip->refusal_table);
		}
		return;
	}
	step(d, "route", STEP_GOOD, "none: %s", strerror(-found->error));
	if (is_foreign(rule)) {
		if (stop(d, "rule %s of somebody else's says so", naming_rule(d->f->naming, rule, text)))
			cure_rule(d);
	} else if (found->error == -ENETUNREACH) {
		if (stop(d, "VRF %s has no route there", vrf_name(d)))
			cure_route(d);
	} else {
		stop(d, "the kernel says: %s", strerror(-found->error));
	}
}

static void append_way(const struct judging *d, const struct way *way, char *text, size_t room)
{
	const struct link *out = links_by_index(&d->f->kernel->links, way->ifindex);
	char via[PREFIX_TEXT];

	if (way->via.family)
		append_to(text, room, " via %s", prefix_text(&way->via, via));
	if (out)
		append_to(text, room, " dev %s", out->name);
	if (way->encap)
		append_to(text, room, " encap");
}

static void judge_route(struct judging *d)
{
	const struct found *r = d->trip->route.type ? &d->trip->route : &d->trip->found;
	char text[1024] = "", prefix[PREFIX_TEXT], table[TABLE_TEXT];

	if (r->type != RTN_UNICAST)
		append_to(text, sizeof(text), "%s ", route_type_word(r->type));
	append_to(text, sizeof(text), "%s", r->to.len ? prefix_text(&r->to, prefix) : "default");
	for (unsigned int i = 0; i < r->ways; i++) {
		if (r->ways > 1)
			append_to(text, sizeof(text), " nexthop");
		append_way(d, &r->way[i], text, sizeof(text));
	}
	if (r->metric)
		append_to(text, sizeof(text), " metric %u", r->metric);
	step(d, "route", STEP_GOOD, "%s: %s", naming_table(d->f->naming, d->trip->found.table, table), text);
}

static const char *state_of(const struct link *link)
{
	if (!(link->flags & IFF_UP))
		return "down";
	return link->flags & LOWER_UP ? "up" : "up, no carrier";
}

static const char *belongs_text(const struct link *link, const struct link *vrf, char text[48])
{
	if (vrf == link)
		snprintf(text, 48, "a VRF");
	else if (vrf)
		snprintf(text, 48, "a member of VRF %s", vrf->name);
	else
		snprintf(text, 48, "in no VRF");
	return text;
}

static void judge_interface(struct judging *d, const struct hop_facts *hop)
{
	const struct link *out = hop->out;
	char text[48];

	if (!out) {
		step(d, "interface", STEP_GOOD, "%u, which is not there", hop->way.ifindex);
		stop(d, "interface %u is not there", hop->way.ifindex);
		return;
	}
	step(d, "interface", STEP_GOOD, "%s: %s, %s", out->name, state_of(out), belongs_text(out, hop->out_vrf, text));
	if (!(out->flags & IFF_UP)) {
		if (stop(d, "%s is down", out->name))
			cure(d, "ifup -f %s", out->name);
	} else if (!(out->flags & LOWER_UP)) {
		if (stop(d, "%s has no carrier: nobody is at its other end", out->name))
			cure(d, "look at the cable of %s, and whether its other end is up", out->name);
	}
}

static const char *neighbour_text(uint16_t state)
{
	static const struct {
		uint16_t state;
		const char *text;
	} all[] = { { NUD_FAILED, "does not answer" }, { NUD_INCOMPLETE, "is being asked for" },
		    { NUD_REACHABLE, "answers" },      { NUD_STALE, "has answered" },
		    { NUD_DELAY, "has answered" },     { NUD_PROBE, "has answered" },
		    { NUD_PERMANENT, "is permanent" }, { NUD_NOARP, "needs not be asked for" } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].state == state)
			return all[i].text;
	return "has not been asked for";
}

static void judge_neighbour(struct judging *d, const struct hop_facts *hop)
{
	const struct prefix *next = hop->way.via.family ? &hop->way.via : &d->trip->flow.to;
	char text[PREFIX_TEXT];

	if (!hop->out || hop->out->flags & (IFF_NOARP | IFF_LOOPBACK) || hop->out == hop->out_vrf)
		return;
	step(d, "next hop", STEP_GOOD, "%s %s", prefix_text(next, text), neighbour_text(hop->neighbour));
	if (hop->neighbour == NUD_FAILED &&
	    stop(d, "nobody answers for %s at %s", prefix_text(next, text), hop->out->name))
		cure(d,
		     "look whether %s is up, and whether it is behind %s; the kernel asks again with the next packet",
		     prefix_text(next, text), hop->out->name);
}

static void judge_source(struct judging *d, const struct hop_facts *hop)
{
	const struct prefix *source = &d->trip->found.source, *to = &d->trip->flow.to;
	char text[PREFIX_TEXT];

	if (d->trip->flow.from.family)
		source = &d->trip->flow.from;
	if (!source->family || (source->family == AF_INET && !memcmp(source->addr, "\0\0\0\0", 4))) {
		step(d, "source", STEP_GOOD, "none: VRF %s has no %s address", vrf_name(d),
		     to->family == AF_INET ? "IPv4" : "IPv6");
		if (stop(d, "VRF %s has no %s address to send from", vrf_name(d),
			 to->family == AF_INET ? "IPv4" : "IPv6") &&
		    hop->out)
			cure(d, "write an address to the stanza of %s, then ifup -f %s", hop->out->name,
			     hop->out->name);
		return;
	}
	step(d, "source", STEP_GOOD, "%s", prefix_text(source, text));
	if (is_link_local(source) && !is_link_local(to) && hop->way.via.family &&
	    stop(d, "its only address, %s, is for the link alone", prefix_text(source, text)) && hop->out)
		cure(d, "write an address to the stanza of %s, then ifup -f %s", hop->out->name, hop->out->name);
}

/* As the filters go by it (filter.c). */
static bool passes(int device, int prefix, bool inside)
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
		cure(d,
		     "write vrf-mark-local yes in the stanza of %s, if its services may reach this host's own addresses; then ifup -f %s",
		     p->vrf, p->vrf);
	else if (is_foreign(rule))
		cure_rule(d);
	else if (own || is_vrfs(d, out))
		cure(d, "rc-vrf sync");
	else
		cure_route(d);
}

static void judge_filter(struct judging *d, const struct hop_facts *hop, const struct rule *rule)
{
	const struct place *p = &d->f->place;
	const struct link *out = hop->out;
	const char *name = out ? out->name : "?";
	char text[PREFIX_TEXT];

	if (!p->vrf[0] || !p->confined) {
		if (p->vrf[0])
			step(d, "filter", STEP_GOOD, "none: vrf_confine=no");
		return;
	}
	if (passes(hop->out_device, hop->out_prefix, hop->way.encap)) {
		step(d, "filter", STEP_GOOD, "lets it out by %s, %s", name,
		     hop->out_device & DEVICE_ANY ? "to any address" : "to that prefix");
	} else if (is_own_ping(d, hop)) {
		step(d, "filter", STEP_GOOD,
		     "lets a ping to an own link-local address out by lo, from a socket bound to %s "
		     "(ping -I %s)",
		     d->f->target.dev, d->f->target.dev);
	} else if (hop->out_device == PASSING_NONE) {
		step(d, "filter", STEP_GOOD, "%s is none of VRF %s's interfaces", name, p->vrf);
		if (stop(d, "the filter of VRF %s stops what leaves by %s, which is none of its interfaces", p->vrf,
			 name))
			cure_filter(d, out, rule);
	} else {
		step(d, "filter", STEP_GOOD, "%s is for the networks of VRF %s alone", name, p->vrf);
		if (stop(d, "the filter of VRF %s stops what leaves by %s to %s, which is in none of its networks",
			 p->vrf, name, prefix_text(&d->trip->flow.to, text)))
			cure_filter(d, out, rule);
	}
}

/* Out by another VRF's device: that looks it up once more. */
static void judge_other_vrf(struct judging *d, const struct hop_facts *hop)
{
	const struct place *p = &d->f->place;
	char table[TABLE_TEXT];

	if (!hop->out || hop->out != hop->out_vrf || hop->out == p->device)
		return;
	naming_table(d->f->naming, hop->out->table, table);
	if (!(hop->out->flags & IFF_UP))
		return;
	if (hop->on.error) {
		step(d, "VRF", STEP_GOOD, "%s: %s: %s", hop->out->name, table, strerror(-hop->on.error));
		if (stop(d, "VRF %s, to which a route of VRF %s leads, has no route there", hop->out->name, p->vrf))
			cure(d, "write a table-route to it in the stanza of %s; then ifup -f %s", hop->out->name,
			     hop->out->name);
		return;
	}
	step(d, "VRF", STEP_GOOD, "%s sends it on by %s", hop->out->name, hop->on_out ? hop->on_out->name : "?");
	if (hop->on_out && hop->on.type == RTN_UNICAST && link_is_vrf(hop->on_out))
		stop(d, "routes of VRFs lead it round in a circle");
	else if (hop->on_out && !(hop->on_out->flags & LOWER_UP)) {
		stop(d, "%s is down or has no carrier", hop->on_out->name);
	} else if (p->vrf[0] && p->confined && hop->on.type != RTN_LOCAL &&
		   !passes(hop->on_device, hop->out_prefix, false) &&
		   stop(d, "the filter of VRF %s stops what leaves by %s, which is none of its interfaces", p->vrf,
			hop->on_out ? hop->on_out->name : "?"))
		cure(d, "rc-vrf sync");
}

static const char *route_words(const struct judging *d, char text[PREFIX_TEXT])
{
	const struct found *r = &d->trip->route;

	if (d->f->from)
		return prefix_text(&d->trip->flow.to, text);
	return r->type && r->to.len ? prefix_text(&r->to, text) : "default";
}

/* To one in no VRF by a member of one: whether a socket that listens gets it is for that to say. */
static void judge_stray(struct judging *d, const struct hop_facts *hop)
{
	step(d, d->coming, STEP_GOOD, "come in by %s, for VRF %s", hop->in->name, hop->in_vrf->name);
	if (!d->f->from &&
	    stop(d, "replies come in by %s, for the sockets of VRF %s", hop->in->name, hop->in_vrf->name) &&
	    d->f->place.service)
		cure(d, "rc-vrf set %s %s", d->f->place.name, hop->in_vrf->name);
}

static void judge_no_way_back(struct judging *d, const struct hop_facts *hop)
{
	const char *vrf = d->vrf->name, *in = hop->in->name, *out = hop->out->name;
	const struct prefix *source = d->trip->flow.from.family ? &d->trip->flow.from : &d->trip->found.source;
	char text[PREFIX_TEXT], address[PREFIX_TEXT];

	step(d, d->coming, STEP_GOOD, "come in by %s, for %s%s", in, hop->in_vrf ? "VRF " : "the default VRF",
	     hop->in_vrf ? hop->in_vrf->name : "");
	route_words(d, text);
	if (d->f->from) {
		if (stop(d, "packets from %s do not arrive: they come in by %s, which is not a member of %s", text, in,
			 vrf) &&
		    !hop->in_vrf)
			cure(d,
			     "write vrf-bind mark in the stanza of %s to share %s, then ifup -f %s; or vrf-member %s in %s's",
			     vrf, in, vrf, vrf, in);
	} else if (hop->out == hop->out_vrf) {
		if (stop(d, "replies to %s arrive in VRF %s, which has no way back to %s", text, out, vrf))
			cure(d,
			     "write table-route %s dev %s in the stanza of %s, then ifup -f %s; and sysctl -w net.ipv4.ip_forward=1 "
			     "net.ipv6.conf.all.forwarding=1",
			     prefix_text(source, address), vrf, out, out);
	} else if (stop(d, "replies to %s cannot arrive: %s is not a member of %s", text, out, vrf)) {
		cure(d,
		     "ifup -f %s, if its stanza has vrf-bind mark; else write that to share %s, or vrf-member %s in %s's",
		     vrf, out, vrf, out);
	}
}

/* Out by an interface that is none of its own. */
static void judge_leak(struct judging *d, const struct hop_facts *hop)
{
	if (hop->back.error || hop->back.type != RTN_UNICAST || !hop->home) {
		judge_no_way_back(d, hop);
	} else if (d->trip->flow.to.family == AF_INET6 && !hop->forwards) {
		step(d, d->coming, STEP_GOOD, "come in by %s, which does not forward", hop->in->name);
		if (stop(d, "%s come in by %s, and this host does not forward them to VRF %s", d->coming, hop->in->name,
			 d->vrf->name))
			cure(d, "sysctl -w net.ipv6.conf.all.forwarding=1");
	} else {
		step(d, d->coming, STEP_GOOD, "come in by %s and are forwarded to VRF %s", hop->in->name, d->vrf->name);
	}
}

/* An errno of a lookup for what comes in. */
static void judge_no_reply(struct judging *d, const struct hop_facts *hop)
{
	const struct place *p = &d->f->place;
	const char *in = hop->in->name;
	char text[PREFIX_TEXT];

	if (hop->back.error == -EXDEV || (hop->back.error == -EINVAL && hop->strict)) {
		step(d, d->coming, STEP_GOOD, "come in by %s, whose rp_filter is 1 and drops them", in);
		if (stop(d, "%s from %s are dropped: rp_filter of %s is 1, and the %s has another way there", d->coming,
			 route_words(d, text), in, p->mark ? "default VRF" : "reverse lookup"))
			cure(d, "sysctl -w net.ipv4.conf.%s.rp_filter=2", in);
	} else {
		step(d, d->coming, STEP_GOOD, "come in by %s, and are not for this host: %s", in,
		     strerror(-hop->back.error));
		stop(d, "%s come in by %s, and the kernel says of them: %s", d->coming, in, strerror(-hop->back.error));
	}
}

/* Pointed to a link-local address a socket is bound to its interface (tcp_v6_connect()). */
static bool is_bound_to_link(const struct judging *d)
{
	return d->f->target.dev[0] && !d->f->from;
}

static void judge_replies(struct judging *d, const struct hop_facts *hop)
{
	const struct place *p = &d->f->place;
	const struct prefix *source = d->trip->flow.from.family ? &d->trip->flow.from : &d->trip->found.source;
	char text[PREFIX_TEXT];

	if (!hop->out || !hop->in)
		return;
	if (hop->way.encap) {
		step(d, d->coming, STEP_GOOD, "depend on who takes off what is put around packets");
		return;
	}
	if (!p->vrf[0] && !d->vrf && hop->in_vrf && !d->trip->accepts) {
		judge_stray(d, hop);
		return;
	}
	if (d->vrf && hop->in_vrf != d->vrf) {
		judge_leak(d, hop);
		return;
	}
	/* by mark: sockets without a device get what comes by an interface in no VRF */
	if (p->mark && hop->in_vrf && !d->trip->accepts && !is_bound_to_link(d)) {
		step(d, d->coming, STEP_GOOD, "come in by %s, for VRF %s", hop->in->name, hop->in_vrf->name);
		if (stop(d, "%s from %s do not arrive: %s is a member of %s", d->coming, route_words(d, text),
			 hop->in->name, hop->in_vrf->name))
			cure(d, "take that route out of its stanza, or vrf-member out of %s's; then ifup -f both",
			     hop->in->name);
		return;
	}
	if (hop->back.error) {
		judge_no_reply(d, hop);
		return;
	}
	if (hop->back.type != RTN_LOCAL) {
		step(d, d->coming, STEP_GOOD, "come in by %s, and %s is none of this host's addresses there",
		     hop->in->name, prefix_text(source, text));
		stop(d, "%s to %s do not arrive: it is none of this host's addresses for what comes in by %s",
		     d->coming, prefix_text(source, text), hop->in->name);
		return;
	}
	if (p->vrf[0] && p->confined && p->mark && !passes(hop->in_device, hop->in_prefix, true)) {
		step(d, d->coming, STEP_GOOD, "come in by %s, and the filter does not let them in", hop->in->name);
		if (hop->in_vrf && stop(d, "%s from %s do not arrive: %s is a member of %s", d->coming,
					route_words(d, text), hop->in->name, hop->in_vrf->name))
			cure(d, "take that route out of its stanza, or vrf-member out of %s's; then ifup -f both",
			     hop->in->name);
		else if (stop(d, "the filter of VRF %s does not let %s in by %s", p->vrf, d->coming, hop->in->name))
			cure(d, "rc-vrf sync");
		return;
	}
	step(d, d->coming, STEP_GOOD, "come in by %s and arrive", hop->in->name);
}

static bool is_any(const struct inet_socket *s)
{
	static const uint8_t none[16];

	return !memcmp(s->address, none, s->family == AF_INET ? 4 : 16);
}

static bool has_address(const struct inet_socket *s, const struct prefix *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (is_any(s))
		return s->family == address->family || (s->family == AF_INET6 && !s->only6);
	if (s->family == address->family)
		return !memcmp(s->address, address->addr, family_bits(address->family) / 8);
	return s->family == AF_INET6 && !memcmp(s->address, mapped, 12) && !memcmp(s->address + 12, address->addr, 4);
}

/* What comes to this host itself by the VRF's device, or by lo. */
static bool hears_own(const struct judging *d, const struct inet_socket *s)
{
	const struct place *p = &d->f->place;
	const struct target *t = &d->f->target;

	if (!s->listening || s->protocol != t->protocol || s->port != t->port || !has_address(s, &t->address))
		return false;
	if (p->mark)
		return (!s->ifindex || s->ifindex == LOOPBACK_IFINDEX) &&
		       (!s->has_mark || !s->mark || s->mark == p->mark);
	if (p->device)
		return s->ifindex == p->device->ifindex ||
		       (!s->ifindex && d->trip->accepts && t->protocol == IPPROTO_TCP && (!s->has_mark || !s->mark));
	return !s->ifindex || s->ifindex == LOOPBACK_IFINDEX;
}

static void judge_own(struct judging *d)
{
	const struct target *t = &d->f->target;
	char text[TARGET_TEXT], socket[SOCKET_TEXT];
	const struct inet_sockets *all = d->f->sockets;

	if (!t->port || !all || t->protocol == IPPROTO_ICMP || d->f->from)
		return;
	for (size_t i = 0; i < all->count; i++)
		if (hears_own(d, &all->socket[i])) {
			step(d, "listener", STEP_GOOD, "%s", socket_text(&all->socket[i], socket));
			return;
		}
	step(d, "listener", STEP_GOOD, "none");
	stop(d, "%s is this host's own address in VRF %s, and nobody listens there", target_text(t, text), vrf_name(d));
}

/* Whoever sends to it by an interface is answered by nobody. */
static bool is_own(const struct judging *d)
{
	const struct addresses *all = &d->f->kernel->addresses;
	const struct prefix *to = &d->trip->flow.to;

	for (size_t i = 0; i < all->count; i++) {
		const struct prefix *own = &all->address[i].local;
		const struct link *link = links_by_index(&d->f->kernel->links, all->address[i].ifindex);

		if (own->family == to->family && !memcmp(own->addr, to->addr, family_bits(to->family) / 8) && link &&
		    (is_vrfs(d, link) || (!d->vrf && !link->master)))
			return true;
	}
	return false;
}

static void judge_own_address(struct judging *d, const struct hop_facts *hop)
{
	const struct place *p = &d->f->place;
	char text[PREFIX_TEXT], table[TABLE_TEXT];

	if (is_link_local(&d->trip->flow.to) || !is_own(d) || d->f->from)
		return;
	prefix_text(&d->trip->flow.to, text);
	if (stop(d, "%s is an address of this host, and %s leads it out by %s", text,
		 naming_table(d->f->naming, d->trip->found.table, table), hop->out ? hop->out->name : "?") &&
	    p->mark)
		cure(d,
		     "write vrf-mark-local yes in the stanza of %s, if its services may reach this host's own addresses; then ifup -f %s",
		     p->vrf, p->vrf);
}

static void judge_hop(struct judging *d, const struct hop_facts *hop, const struct rule *rule)
{
	const bool local = d->trip->found.type == RTN_LOCAL;

	if (!local)
		judge_own_address(d, hop);
	judge_interface(d, hop);
	if (!local && hop->out && hop->out == d->f->place.device)
		stop(d, "the route leads to %s itself, and to none of its interfaces", hop->out->name);
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

static const char *kind_of(const struct judging *d)
{
	return d->f->place.service ? "" : "VRF ";
}

static void answer_out(struct judging *d)
{
	const struct facts *f = d->f;
	char target[TARGET_TEXT], way[256] = "", table[TABLE_TEXT], *answer;
	const char *can = f->place.would ? "could" : "can", *verb = f->looks_up ? "ask" : "reach";
	int length;

	target_text(&f->target, target);
	if (f->trip.hops)
		append_way(d, &f->trip.hop[0].way, way, sizeof(way));
	if (d->decided)
		length = asprintf(&answer, "%s%s cannot %s %s: %s", kind_of(d), f->place.name, verb, target, d->reason);
	else
		length = asprintf(&answer, "%s%s %s %s %s: by %s%s", kind_of(d), f->place.name, can, verb, target,
				  naming_table(f->naming, f->trip.found.table, table), way);
	if (length < 0)
		abort();
	d->j->answer = answer;
}

/* Is it for a socket with this binding? */
static void judge_listener(struct judging *d, const struct listener *l, const struct hop_facts *hop)
{
	const struct inet_socket *s = l->socket;
	const struct link *bound = links_by_index(&d->f->kernel->links, s->ifindex);
	char text[SOCKET_TEXT], belongs[48];

	socket_text(s, text);
	if (bound)
		step(d, "listener", STEP_GOOD, "%s, bound to %s", text, bound->name);
	else if (s->mark)
		step(d, "listener", STEP_GOOD, "%s, bound by mark 0x%x", text, s->mark);
	else
		step(d, "listener", STEP_GOOD, "%s, bound to nothing", text);
	if (!hop->in)
		return;
	if (bound && bound != hop->in && bound != hop->in_vrf) {
		stop(d, "%s is bound to %s, and packets come in by %s, %s", text, bound->name, hop->in->name,
		     belongs_text(hop->in, hop->in_vrf, belongs));
	} else if (!bound && hop->in_vrf && !d->trip->accepts) {
		if (stop(d, "%s is in no VRF, and packets come in by %s, %s", text, hop->in->name,
			 belongs_text(hop->in, hop->in_vrf, belongs)))
			cure(d, "sysctl -w net.ipv4.%s_l3mdev_accept=1, if it is to be reached from every VRF",
			     s->protocol == IPPROTO_UDP ? "udp" : "tcp");
	} else if (!bound && hop->in_vrf && s->protocol == IPPROTO_UDP) {
		stop(d, "%s is in no VRF: it gets what comes in by %s, but answers by the default VRF", text,
		     hop->in->name);
	}
}

/* One that somebody on this host asks. */
static void judge_own_listener(struct judging *d, const struct listener *l)
{
	const struct inet_socket *s = l->socket;
	const uint32_t device = d->vrf ? d->vrf->ifindex : LOOPBACK_IFINDEX;
	char text[SOCKET_TEXT];

	step(d, "listener", STEP_GOOD, "%s", socket_text(s, text));
	if (s->ifindex && s->ifindex != device)
		stop(d, "%s is bound to another interface than what this host sends itself comes by", text);
	else if (!s->ifindex && d->vrf && !d->trip->accepts)
		stop(d, "%s is in no VRF", text);
}

static void judge_hearing(struct judging *d, const struct listener *l)
{
	const struct trip *trip = &l->trip;
	const struct rule *rule;

	d->trip = trip;
	for (unsigned int i = 0; !trip->found.error && i < trip->hops; i++) {
		judge_interface(d, &trip->hop[i]);
		if (trip->found.type == RTN_LOCAL) {
			judge_own_listener(d, l);
			continue;
		}
		judge_replies(d, &trip->hop[i]);
		judge_listener(d, l, &trip->hop[i]);
	}
	rule = judge_rules(d);
	if (trip->found.error) {
		judge_no_route(d, rule);
		return;
	}
	judge_route(d);
	for (unsigned int i = 0; i < trip->hops; i++) {
		judge_source(d, &trip->hop[i]);
		judge_filter(d, &trip->hop[i], rule);
		if (trip->found.type != RTN_LOCAL)
			judge_other_vrf(d, &trip->hop[i]);
	}
}

/* The steps of the first that can be reached, else of the first of all. */
static void judge_from(struct judging *d)
{
	const struct facts *f = d->f;
	char target[TARGET_TEXT], text[SOCKET_TEXT], *answer;
	struct judgement best = { 0 };
	char *reason = NULL;
	size_t which = 0;
	int length;

	for (size_t i = 0; !d->decided && !best.can && i < f->listeners; i++) {
		struct judgement j = { 0 };
		struct judging one = { .f = f, .j = &j, .coming = "packets" };

		one.vrf = f->listener[i].by ? f->listener[i].by : d->vrf;
		judge_hearing(&one, &f->listener[i]);
		j.can = !one.decided;
		if (i && !j.can) {
			judgement_free(&j);
			free(one.reason);
			continue;
		}
		judgement_free(&best);
		free(reason);
		best = j;
		reason = one.reason;
		which = i;
	}
	if (!f->listeners && !d->decided) {
		step(d, "listener", STEP_GOOD, "none");
		stop(d, "nobody listens there");
	}
	for (size_t i = 0; i < best.count; i++)
		step(d, best.step[i].what, best.step[i].state, "%s", best.step[i].text);
	if (!d->decided && !best.can) {
		d->decided = true;
		d->reason = strdup(reason);
	}
	if (best.remedy)
		cure(d, "%s", best.remedy);
	target_text(&f->target, target);
	length = d->decided
			 ? asprintf(&answer, "%s cannot reach %s%s: %s", target, kind_of(d), f->place.name, d->reason)
			 : asprintf(&answer, "%s can reach %s%s at %s", target, kind_of(d), f->place.name,
				    socket_text(f->listener[which].socket, text));
	if (length < 0)
		abort();
	d->j->answer = answer;
	judgement_free(&best);
	free(reason);
}

void judge(const struct facts *facts, struct judgement *j)
{
	struct judging d = { .f = facts, .j = j, .trip = &facts->trip, .coming = "replies" };

	memset(j, 0, sizeof(*j));
	d.vrf = facts->place.mark ? NULL : facts->place.device;
	judge_place(&d);
	if (!d.decided && facts->names)
		step(&d, "name", STEP_GOOD, "%s", facts->names);
	if (facts->from) {
		judge_from(&d);
	} else {
		judge_trip(&d, &facts->trip);
		answer_out(&d);
	}
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
