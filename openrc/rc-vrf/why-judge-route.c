/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-judge-route.c - the rule, the table and the route; see why-judge.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>

#include "executor/model/append.h"
#include "helpers/base/vrf.h"
#include "openrc/rc-vrf/why-judge.h"

/* A route says no, the kernel does not say which one, and so not in which table. */
static bool is_veiled(const struct judging *d)
{
	const struct trip *trip = d->trip;

	return (trip->found.error == -EINVAL || trip->found.error == -EACCES || trip->found.error == -EHOSTUNREACH) &&
	       !trip->refusal.family && !trip->found.table && !rules_decide(d->f->kernel, trip, NULL, NULL);
}

static void judge_passed_rule(const struct rule *rule, enum rule_taken taken, void *context)
{
	struct judging *d = context;
	uint32_t table = rule_leads_to(d->f->kernel, rule, &d->trip->flow);
	char text[RULE_TEXT], name[TABLE_TEXT];

	if (rule->action == FR_ACT_GOTO)
		judge_step(d, "rule", STEP_PASSED, "%s: goes on at %u", naming_rule(d->f->naming, rule, text),
			   rule->target);
	else if (is_veiled(d) && table)
		judge_step(d, "rule", STEP_PASSED, "%s: may look up %s", naming_rule(d->f->naming, rule, text),
			   naming_table(d->f->naming, table, name));
	else if (is_veiled(d))
		return;
	else
		judge_step(d, "rule", STEP_PASSED, "%s: %s, and %s has no route", naming_rule(d->f->naming, rule, text),
			   taken == RULE_MAY ? "may take it" : "takes it",
			   table ? naming_table(d->f->naming, table, name) : "it");
}

/* Of a member's link the VRF's table is looked up, whatever the rules say (vrf_link_scope_lookup()). */
static bool is_past_rules(const struct judging *d)
{
	const struct link *link = links_by_index(&d->f->kernel->links, d->trip->flow.oif);
	const struct link *master = link ? links_by_index(&d->f->kernel->links, link->master) : NULL;

	return prefix_is_link_local(&d->trip->flow.to) && master && link_is_vrf(master);
}

const struct rule *judge_rules(struct judging *d)
{
	const struct rule *rule;
	char text[RULE_TEXT], table[TABLE_TEXT];
	uint32_t leads;

	if (is_past_rules(d)) {
		judge_step(d, "rule", STEP_GOOD, "none: an address of %s's link is looked up in its VRF's table",
			   links_by_index(&d->f->kernel->links, d->trip->flow.oif)->name);
		return NULL;
	}
	rule = rules_decide(d->f->kernel, d->trip, judge_passed_rule, d);

	if (!rule) {
		judge_step(d, "rule", STEP_GOOD, "%s",
			   is_veiled(d)           ? "one of these tables has a route that says no"
			   : d->trip->found.error ? "no other takes it"
						  : "none is known to take it");
		return NULL;
	}
	leads = rule_leads_to(d->f->kernel, rule, &d->trip->flow);
	if (leads)
		judge_step(d, "rule", STEP_GOOD, "%s: looks up %s", naming_rule(d->f->naming, rule, text),
			   naming_table(d->f->naming, leads, table));
	else
		judge_step(d, "rule", STEP_GOOD, "%s: says no", naming_rule(d->f->naming, rule, text));
	return rule;
}

/* Somebody else's: neither ours nor the kernel's own three, nor a VRF's. */
bool judge_is_foreign(const struct rule *rule)
{
	return rule && rule->protocol != VRF_PROTOCOL && !rule->l3mdev && rule->protocol != RTPROT_KERNEL;
}

static uint32_t behind(const struct judging *d)
{
	return d->f->place.mark ? VRF_PREF_MARK_UNREACHABLE : VRF_PREF_UNREACHABLE;
}

void judge_cure_rule(struct judging *d)
{
	judge_cure(d, "give that rule a preference above %u", behind(d));
}

/* What has no route of its own. */
void judge_cure_route(struct judging *d)
{
	const struct place *p = &d->f->place;
	const struct link *idle = d->f->idle;

	/* it may be there, in the stanza */
	if (p->vrf[0] && idle)
		judge_cure(
			d,
			"%s %s, and has no routes: %s%s%sifup -f %s; if the way is not by that write a table-route to it in "
			"the stanza of %s, then ifup -f %s",
			idle->name, d->f->idle_no_ipv6 ? "has no IPv6" : "is down",
			d->f->idle_no_ipv6 ? "sysctl -w net.ipv6.conf." : "", d->f->idle_no_ipv6 ? idle->name : "",
			d->f->idle_no_ipv6 ? ".disable_ipv6=0, then " : "", idle->name, p->vrf, p->vrf);
	else if (p->vrf[0])
		judge_cure(
			d,
			"write a table-route to it in the stanza of %s, if rc-vrf check does not say that one is missing; then ifup -f %s",
			p->vrf, p->vrf);
}

static const char *type_of(int error)
{
	return error == -EHOSTUNREACH ? "unreachable" : error == -EACCES ? "prohibit" : "blackhole";
}

void judge_no_route(struct judging *d, const struct rule *rule)
{
	const struct found *found = &d->trip->found;
	const struct prefix *no = &d->trip->refusal;
	char prefix[PREFIX_TEXT], table[TABLE_TEXT], text[RULE_TEXT];

	if (no->family) {
		naming_table(d->f->naming, d->trip->refusal_table, table);
		judge_step(d, "route", STEP_GOOD, "%s: %s %s", table, type_of(found->error),
			   no->len ? prefix_text(no, prefix) : "default");
		if (!no->len && found->error == -EHOSTUNREACH &&
		    judge_stop(d, "no route in %s leads there, which ends in unreachable default", table)) {
			if (judge_is_foreign(rule))
				judge_cure_rule(d);
			else
				judge_cure_route(d);
		} else if (judge_stop(d, "route %s %s of %s says so", type_of(found->error),
				      no->len ? prefix_text(no, prefix) : "default", table)) {
			if (judge_is_foreign(rule))
				judge_cure_rule(d);
			else if (d->f->place.vrf[0])
				judge_cure(
					d,
					"take that route out of the stanza of %s, then ifup -f %s; or ip%s route del %s %s table %u",
					d->f->place.vrf, d->f->place.vrf, no->family == AF_INET6 ? " -6" : "",
					type_of(found->error), no->len ? prefix : "default", d->trip->refusal_table);
		}
		return;
	}
	judge_step(d, "route", STEP_GOOD, "none: %s", strerror(-found->error));
	if (judge_is_foreign(rule)) {
		if (judge_stop(d, "rule %s of somebody else's says so", naming_rule(d->f->naming, rule, text)))
			judge_cure_rule(d);
	} else if (found->error == -ENETUNREACH) {
		if (judge_stop(d, "VRF %s has no route there", judge_vrf_name(d)))
			judge_cure_route(d);
	} else if (found->error == -EINVAL && is_veiled(d)) {
		if (judge_stop(d, "a blackhole says so, which the kernel does not show as a route"))
			judge_cure(d, "look at ip nexthop show for a blackhole, and for a route with nhid of it");
	} else {
		judge_stop(d, "the kernel says: %s", strerror(-found->error));
	}
}

void judge_append_way(const struct judging *d, const struct way *way, char *text, size_t room)
{
	const struct link *out = links_by_index(&d->f->kernel->links, way->ifindex);
	char via[PREFIX_TEXT];

	if (way->via.family)
		append_to(text, room, " via %s", prefix_text(&way->via, via));
	if (out)
		append_to(text, room, " dev %s", out->name);
	if (way->encap)
		append_to(text, room, " encap");
	if (way->unused)
		append_to(text, room, " (not used)");
}

void judge_route(struct judging *d)
{
	const struct found *r = d->trip->route.type ? &d->trip->route : &d->trip->found;
	char text[1024] = "", prefix[PREFIX_TEXT], table[TABLE_TEXT];

	if (r->type != RTN_UNICAST)
		append_to(text, sizeof(text), "%s ", route_type_word(r->type));
	append_to(text, sizeof(text), "%s", r->to.len ? prefix_text(&r->to, prefix) : "default");
	for (unsigned int i = 0; i < r->ways; i++) {
		if (r->ways > 1)
			append_to(text, sizeof(text), " nexthop");
		judge_append_way(d, &r->way[i], text, sizeof(text));
	}
	if (r->metric)
		append_to(text, sizeof(text), " metric %u", r->metric);
	judge_step(d, "route", STEP_GOOD, "%s: %s", naming_table(d->f->naming, d->trip->found.table, table), text);
}
