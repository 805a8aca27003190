/* SPDX-License-Identifier: ISC */
/* executor/model/rule-plan.c - which rules have to come and go; see rule-plan.h. */
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/model/rule-plan.h"
#include "helpers/base/vrf.h"

static void plan_step(struct plan *plan, enum verb verb, const struct rule *rule)
{
	if (plan->count == PLAN_STEPS) {
		plan->overflow = true;
		return;
	}
	plan->step[plan->count].verb = verb;
	plan->step[plan->count++].rule = *rule;
}

static struct rule rule_at(int family, uint32_t pref, uint8_t action, uint8_t protocol)
{
	struct rule rule = {
		.family = (uint8_t)family, .action = action, .has_pref = true, .pref = pref, .protocol = protocol
	};

	return rule;
}

/* A rule without any selector, but for l3mdev. */
static bool is_plain(const struct rule *rule)
{
	struct rule plain = rule_at(rule->family, rule->pref, rule->action, 0);

	plain.table = rule->table;
	plain.target = rule->target;
	plain.l3mdev = rule->l3mdev;
	return rule_equal(rule, &plain);
}

static bool is_l3mdev(const struct rule *rule, uint8_t action)
{
	return rule->l3mdev && rule->action == action && is_plain(rule);
}

static bool is_local(const struct rule *rule)
{
	return !rule->l3mdev && rule->action == FR_ACT_TO_TBL && rule->table == RT_TABLE_LOCAL && is_plain(rule);
}

/* By `l3mdev goto 1000` what is looked up in a VRF passes by the `local` that stands behind it. */
static struct rule past_local(int family)
{
	struct rule rule = rule_at(family, 0, FR_ACT_GOTO, VRF_PROTOCOL);

	rule.l3mdev = true;
	rule.target = VRF_PREF_L3MDEV;
	return rule;
}

static bool is_past_local(const struct rule *rule)
{
	return is_l3mdev(rule, FR_ACT_GOTO) && rule->pref == 0 && rule->target == VRF_PREF_L3MDEV;
}

static bool is_ours(const struct rule *rule)
{
	return rule->protocol == VRF_PROTOCOL;
}

/* By its place: a table-rule with a mark is none. */
static bool is_mark_rule(const struct rule *rule)
{
	return is_ours(rule) && rule->fwmask == UINT32_MAX && !strcmp(rule->iif, "lo") &&
	       rule->pref >= VRF_PREF_MARK_LOCAL && rule->pref <= VRF_PREF_MARK_UNREACHABLE;
}

static void plan_l3mdev(const struct rules *have, int family, struct plan *plan)
{
	/* The kernel adds it once per namespace and never again; its duplicate check looks at the protocol. */
	struct rule rule = rule_at(family, VRF_PREF_L3MDEV, FR_ACT_TO_TBL, RTPROT_KERNEL);

	rule.l3mdev = true;
	for (size_t i = 0; i < have->count; i++)
		if (is_l3mdev(&have->rule[i], FR_ACT_TO_TBL))
			return;
	plan_step(plan, VERB_ADD, &rule);
}

static void plan_unreachable(const struct rules *have, int family, uint32_t pref, struct plan *plan)
{
	struct rule rule = rule_at(family, pref, FR_ACT_UNREACHABLE, VRF_PROTOCOL);
	bool found = false;

	rule.l3mdev = true;
	for (size_t i = 0; pref && i < have->count; i++)
		/* Somebody else's serves as well, wherever it stands before main. */
		if (is_l3mdev(&have->rule[i], FR_ACT_UNREACHABLE))
			found |= have->rule[i].pref == pref || (!is_ours(&have->rule[i]) && have->rule[i].pref < 32766);
	if (pref && !found)
		plan_step(plan, VERB_ADD, &rule);
	for (size_t i = 0; i < have->count; i++)
		if (is_l3mdev(&have->rule[i], FR_ACT_UNREACHABLE) && is_ours(&have->rule[i]) &&
		    have->rule[i].pref != pref)
			plan_step(plan, VERB_DELETE, &have->rule[i]);
}

/* A rule that `local` would fall behind and that is none of the VRFs': somebody else's, or a table-rule. */
static const struct rule *find_foreign(const struct rules *have, uint32_t local_pref)
{
	for (size_t i = 0; i < have->count; i++) {
		const struct rule *rule = &have->rule[i];

		if (!rule->l3mdev && !is_local(rule) && !is_mark_rule(rule) && rule->pref <= local_pref)
			return rule;
	}
	return NULL;
}

/* `local` at any other place that is ours and not the wanted one: l3mdev-local-pref has changed. */
static void drop_moved(const struct rules *have, uint32_t pref, struct plan *plan)
{
	for (size_t i = 0; i < have->count; i++)
		if (is_local(&have->rule[i]) && is_ours(&have->rule[i]) && have->rule[i].pref &&
		    have->rule[i].pref != pref)
			plan_step(plan, VERB_DELETE, &have->rule[i]);
}

/* Where the `local` rules stand; a NULL is one that is not there. */
struct locals {
	const struct rule *before; /* at 0, before `l3mdev goto`, so that VRFs meet it */
	const struct rule *behind; /* at 0, behind it */
	const struct rule *moved;  /* elsewhere: where it is wanted, or by somebody else's hand */
	const struct rule *past;   /* `l3mdev goto` itself */
};

static struct locals find_locals(const struct rules *have, uint32_t pref)
{
	struct locals l = { 0 };

	for (size_t i = 0; i < have->count; i++) {
		const struct rule *rule = &have->rule[i];

		if (is_past_local(rule))
			l.past = l.past ? l.past : rule;
		else if (is_local(rule) && rule->pref == 0 && l.past)
			l.behind = rule;
		else if (is_local(rule) && rule->pref == 0)
			l.before = rule;
		else if (is_local(rule) && (rule->pref == pref || !is_ours(rule)))
			l.moved = l.moved ? l.moved : rule;
	}
	return l;
}

/* Where a lookup goes on that a goto has caught; to a preference that no rule has it leads nowhere. */
static size_t go_on(const struct rules *have, size_t from)
{
	for (size_t i = from + 1; i < have->count; i++)
		if (have->rule[i].pref == have->rule[from].target)
			return i;
	return from + 1;
}

bool l3mdev_passes_local(const struct rules *have)
{
	size_t i = 0;

	while (i < have->count) {
		if (is_local(&have->rule[i]))
			return false;
		if (is_l3mdev(&have->rule[i], FR_ACT_TO_TBL))
			return true;
		i = is_l3mdev(&have->rule[i], FR_ACT_GOTO) ? go_on(have, i) : i + 1;
	}
	return false;
}

static const struct rule *move_local(const struct rules *have, int family, uint32_t pref, struct plan *plan)
{
	struct rule local = rule_at(family, pref, FR_ACT_TO_TBL, VRF_PROTOCOL);
	struct locals l = find_locals(have, pref);
	const struct rule *foreign;

	local.table = RT_TABLE_LOCAL;
	foreign = l.before || l.behind ? find_foreign(have, pref) : NULL;
	if (foreign)
		return foreign;
	if (!l.moved)
		plan_step(plan, VERB_ADD, &local);
	for (size_t i = 0; i < have->count; i++)
		if ((is_local(&have->rule[i]) && have->rule[i].pref == 0) ||
		    (is_past_local(&have->rule[i]) && is_ours(&have->rule[i])))
			plan_step(plan, VERB_DELETE, &have->rule[i]);
	drop_moved(have, pref, plan);
	return NULL;
}

/*
 * The kernel puts a new rule behind those of the same preference.  So `local`
 * is added once more, behind the new `l3mdev goto`, with another protocol (or it
 * would be the same rule), and then the first one goes.
 */
static const struct rule *pass_local(const struct rules *have, int family, struct plan *plan)
{
	struct rule past = past_local(family), local = rule_at(family, 0, FR_ACT_TO_TBL, VRF_PROTOCOL);
	struct locals l = find_locals(have, 0);
	const struct rule *foreign;

	foreign = l.past && l.behind ? NULL : find_foreign(have, 0);
	if (foreign)
		return foreign;
	local.table = RT_TABLE_LOCAL;
	if (l.before && is_ours(l.before))
		local.protocol = RTPROT_KERNEL;
	/* Killed on its way back, an undo has left two in one place. */
	for (size_t i = 0; i < have->count; i++)
		if (is_local(&have->rule[i]) && have->rule[i].pref == 0 && &have->rule[i] != l.before &&
		    &have->rule[i] != l.behind)
			plan_step(plan, VERB_DELETE, &have->rule[i]);
	if (!l.past)
		plan_step(plan, VERB_ADD, &past);
	if (!l.behind)
		plan_step(plan, VERB_ADD, &local);
	if (l.before)
		plan_step(plan, VERB_DELETE, l.before);
	drop_moved(have, 0, plan);
	return NULL;
}

/* `local` has been moved already, which serves as well if VRFs do not meet it there. */
static void keep_moved(const struct rules *have, int family, const struct locals *l, struct plan *plan)
{
	struct rule past = past_local(family);

	if (l->moved->pref < VRF_PREF_L3MDEV && !l->past && !l3mdev_passes_local(have))
		plan_step(plan, VERB_ADD, &past);
}

const struct rule *l3mdev_plan(const struct rules *have, int family, const struct l3mdev_rules *want, struct plan *plan)
{
	struct locals l = find_locals(have, want->local_pref);

	plan_l3mdev(have, family, plan);
	plan_unreachable(have, family, want->unreachable_pref, plan);
	if (!want->loopback || want->local_pref == LOCAL_UNTOUCHED)
		return NULL;
	if (!l.before && !l.behind && l.moved) {
		keep_moved(have, family, &l, plan);
		return NULL;
	}
	/* One that VRFs meet where it has been moved to is no substitute for the one at 0. */
	if (!want->local_pref || (l.moved && l.moved->pref < VRF_PREF_L3MDEV))
		return pass_local(have, family, plan);
	return move_local(have, family, want->local_pref, plan);
}

void l3mdev_restore_local(const struct rules *have, int family, struct plan *plan)
{
	struct rule local = rule_at(family, 0, FR_ACT_TO_TBL, RTPROT_KERNEL);
	bool others = false, ours = false;

	if (find_foreign(have, 0))
		return;
	local.table = RT_TABLE_LOCAL;
	for (size_t i = 0; i < have->count; i++) {
		if (!is_local(&have->rule[i]))
			continue;
		others |= have->rule[i].pref == 0 && !is_ours(&have->rule[i]);
		ours |= is_ours(&have->rule[i]);
	}
	if (ours && !others)
		plan_step(plan, VERB_ADD, &local);
	for (size_t i = 0; i < have->count; i++)
		if ((is_local(&have->rule[i]) || is_past_local(&have->rule[i])) && is_ours(&have->rule[i]))
			plan_step(plan, VERB_DELETE, &have->rule[i]);
}

void l3mdev_undo(const struct rules *have, int family, struct plan *plan)
{
	l3mdev_restore_local(have, family, plan);
	for (size_t i = 0; i < have->count; i++)
		if (is_l3mdev(&have->rule[i], FR_ACT_UNREACHABLE) && is_ours(&have->rule[i]))
			plan_step(plan, VERB_DELETE, &have->rule[i]);
}

bool rule_is_planned(const struct rule *rule)
{
	return (rule->l3mdev && is_plain(rule)) || is_local(rule) || is_mark_rule(rule);
}

static struct rule mark_rule(int family, uint32_t pref, uint8_t action, uint32_t table, uint32_t mark)
{
	struct rule rule = rule_at(family, pref, action, VRF_PROTOCOL);

	/* Without `iif lo` it would also catch what arrives or is forwarded with such a mark. */
	strcpy(rule.iif, "lo");
	rule.fwmark = mark;
	rule.fwmask = UINT32_MAX;
	rule.table = table;
	return rule;
}

static bool contains(const struct rules *have, const struct rule *rule)
{
	for (size_t i = 0; i < have->count; i++)
		if (rule_equal(&have->rule[i], rule) && is_ours(&have->rule[i]))
			return true;
	return false;
}

static void want_rule(const struct rules *have, const struct rule *rule, bool wanted, struct plan *plan)
{
	if (wanted != contains(have, rule))
		plan_step(plan, wanted ? VERB_ADD : VERB_DELETE, rule);
}

/* Rules by which the table was reached with another mark before. */
static void drop_old_mark(const struct rules *have, const struct marking *want, struct plan *plan)
{
	uint32_t old = 0;

	for (size_t i = 0; i < have->count; i++)
		if (is_mark_rule(&have->rule[i]) && have->rule[i].pref == VRF_PREF_MARK &&
		    have->rule[i].table == want->table && have->rule[i].fwmark != want->mark)
			old = have->rule[i].fwmark;
	for (size_t i = 0; old && i < have->count; i++)
		if (is_mark_rule(&have->rule[i]) && have->rule[i].fwmark == old)
			plan_step(plan, VERB_DELETE, &have->rule[i]);
}

void marking_plan(const struct rules *have, int family, const struct marking *want, struct plan *plan)
{
	struct rule unreachable = mark_rule(family, VRF_PREF_MARK_UNREACHABLE, FR_ACT_UNREACHABLE, 0, want->mark);
	struct rule lookup = mark_rule(family, VRF_PREF_MARK, FR_ACT_TO_TBL, want->table, want->mark);
	struct rule local = mark_rule(family, VRF_PREF_MARK_LOCAL, FR_ACT_TO_TBL, RT_TABLE_LOCAL, want->mark);

	/* unreachable comes first and goes last: between the two nothing falls through to main */
	if (want->unreachable)
		want_rule(have, &unreachable, true, plan);
	want_rule(have, &local, want->lookup && want->local, plan);
	want_rule(have, &lookup, want->lookup, plan);
	if (!want->unreachable)
		want_rule(have, &unreachable, false, plan);
	drop_old_mark(have, want, plan);
}

uint32_t marking_of_table(const struct rules *have, uint32_t table)
{
	for (size_t i = 0; i < have->count; i++)
		if (is_mark_rule(&have->rule[i]) && have->rule[i].action == FR_ACT_TO_TBL &&
		    have->rule[i].table == table)
			return have->rule[i].fwmark;
	return 0;
}

uint32_t marking_to_table(const struct rules *have, uint32_t mark)
{
	for (size_t i = 0; i < have->count; i++)
		if (is_mark_rule(&have->rule[i]) && have->rule[i].action == FR_ACT_TO_TBL &&
		    have->rule[i].fwmark == mark && have->rule[i].table != RT_TABLE_LOCAL)
			return have->rule[i].table;
	return 0;
}
