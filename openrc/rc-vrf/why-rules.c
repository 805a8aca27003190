/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/why-rules.c - which rule was it?  The kernel tells the table in which it found the
 * route, or an errno; its rules, in their order, say how it came there.  Pure; see why.h.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "openrc/rc-vrf/why.h"

/* The VRF by whose device it goes or comes, or NULL. */
static const struct link *l3mdev_of(const struct kernel *k, const struct flow *flow)
{
	const struct link *link = links_by_index(&k->links, flow->iif ? flow->iif : flow->oif);
	const struct link *master = link && link->master ? links_by_index(&k->links, link->master) : NULL;

	if (link && link_is_vrf(link))
		return link;
	return master && link_is_vrf(master) ? master : NULL;
}

/* A rule for what comes in by lo is for what this host sends. */
static bool comes_by(const struct kernel *k, const struct flow *flow, const char *iif)
{
	const struct link *link = links_by_index(&k->links, flow->iif);

	return link ? !strcmp(link->name, iif) : !flow->iif && !strcmp(iif, "lo");
}

static enum rule_taken by_device(const struct kernel *k, const struct rule *rule, const struct flow *flow)
{
	const struct link *link = links_by_index(&k->links, flow->oif), *vrf = l3mdev_of(k, flow);

	/* that of a VRF's own device Linux matches from 6.15 on */
	if (vrf && ((rule->oif[0] && !strcmp(rule->oif, vrf->name)) || (rule->iif[0] && !strcmp(rule->iif, vrf->name))))
		return RULE_MAY;
	if (rule->iif[0] && !comes_by(k, flow, rule->iif))
		return RULE_PASSES;
	if (rule->oif[0] && (!link || link_is_vrf(link) || strcmp(rule->oif, link->name)))
		return RULE_PASSES;
	return RULE_TAKES;
}

static bool in_range(const struct port_range *range, uint16_t port)
{
	return port >= range->first && port <= range->last;
}

static enum rule_taken by_ports(const struct rule *rule, const struct flow *flow)
{
	if (rule->ipproto && rule->ipproto != flow->protocol)
		return RULE_PASSES;
	if (rule->dport.first && !in_range(&rule->dport, flow->to_port))
		return RULE_PASSES;
	if (!rule->sport.first)
		return RULE_TAKES;
	if (!flow->from_port)
		return RULE_MAY;
	return in_range(&rule->sport, flow->from_port) ? RULE_TAKES : RULE_PASSES;
}

static bool is_from(const struct prefix *from, const struct flow *flow)
{
	/* no source yet is a source of zeros to the kernel */
	const struct prefix none = { .family = flow->to.family, .len = flow->to.len };

	return !from->family || !from->len || prefix_covers(from, flow->from.family ? &flow->from : &none);
}

/* What comes in is root's to a rule. */
static bool is_users(const struct rule *rule, const struct flow *flow)
{
	uint32_t user = flow->iif ? 0 : flow->user;

	return !rule->uids.given || (user >= rule->uids.first && user <= rule->uids.last);
}

static enum rule_taken by_selector(const struct kernel *k, const struct rule *rule, const struct flow *flow)
{
	enum rule_taken devices = by_device(k, rule, flow), ports = by_ports(rule, flow);

	if (devices == RULE_PASSES || ports == RULE_PASSES || ((flow->mark ^ rule->fwmark) & rule->fwmask) ||
	    !is_from(&rule->from, flow) || (rule->to.family && rule->to.len && !prefix_covers(&rule->to, &flow->to)) ||
	    rule->tos || rule->dscp > 1 || (rule->l3mdev && !l3mdev_of(k, flow)) || !is_users(rule, flow))
		return RULE_PASSES;
	return rule->foreign || devices == RULE_MAY || ports == RULE_MAY ? RULE_MAY : RULE_TAKES;
}

enum rule_taken rule_takes(const struct kernel *k, const struct rule *rule, const struct flow *flow)
{
	enum rule_taken taken = by_selector(k, rule, flow);

	if (!rule->invert || taken == RULE_MAY)
		return taken;
	return taken == RULE_TAKES ? RULE_PASSES : RULE_TAKES;
}

uint32_t rule_leads_to(const struct kernel *k, const struct rule *rule, const struct flow *flow)
{
	const struct link *vrf = rule->l3mdev ? l3mdev_of(k, flow) : NULL;

	if (rule->action != FR_ACT_TO_TBL)
		return 0;
	return rule->l3mdev ? (vrf ? vrf->table : 0) : rule->table;
}

bool rule_refuses_with(const struct rule *rule, int error)
{
	switch (rule->action) {
	case FR_ACT_UNREACHABLE:
		return error == -ENETUNREACH;
	case FR_ACT_PROHIBIT:
		return error == -EACCES;
	case FR_ACT_BLACKHOLE:
		return error == -EINVAL;
	default:
		return false;
	}
}

/* Does it find nothing less particular than this to be a route? */
static bool suppresses(const struct rule *rule, const struct trip *trip)
{
	return rule->suppress_length && trip->route.to.family && trip->route.to.len < rule->suppress_length;
}

static bool decides(const struct kernel *k, const struct rule *rule, const struct trip *trip, uint32_t table)
{
	if (!table)
		return rule_refuses_with(rule, trip->found.error);
	return rule_leads_to(k, rule, &trip->flow) == table && !suppresses(rule, trip);
}

/* Where a goto goes on; one whose target is not there is none. */
static size_t after_goto(const struct rules *rules, size_t i)
{
	for (size_t j = i + 1; j < rules->count; j++)
		if (rules->rule[j].pref == rules->rule[i].target)
			return j;
	return i + 1;
}

const struct rule *rules_next(const struct kernel *k, const struct flow *flow, size_t *next)
{
	const struct rules *rules = &k->rules[flow->to.family == AF_INET6];

	while (*next < rules->count) {
		size_t i = *next;
		const struct rule *rule = &rules->rule[i];
		bool taken = rule_takes(k, rule, flow) != RULE_PASSES;

		*next = taken && rule->action == FR_ACT_GOTO ? after_goto(rules, i) : i + 1;
		if (taken)
			return rule;
	}
	return NULL;
}

const struct rule *rules_decide(const struct kernel *k, const struct trip *trip,
				void (*each)(const struct rule *rule, enum rule_taken taken, void *context),
				void *context)
{
	/* a route that says no is one that was found */
	uint32_t table = trip->refusal.family ? trip->refusal_table : trip->found.table;
	const struct rule *rule;
	size_t i = 0;

	while ((rule = rules_next(k, &trip->flow, &i))) {
		if (decides(k, rule, trip, table))
			return rule;
		if (each && rule->action != FR_ACT_NOP)
			each(rule, rule_takes(k, rule, &trip->flow), context);
	}
	return NULL;
}
