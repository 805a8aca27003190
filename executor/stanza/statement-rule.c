/* SPDX-License-Identifier: ISC */
/* executor/stanza/statement-rule.c - `[not] [from P] [to P] ... (table T | TYPE)`; see statement.h. */
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/model/prefix.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/statement-words.h"
#include "executor/stanza/statement.h"
#include "executor/stanza/tablename.h"
#include "helpers/base/vrf.h"

static int read_prefix(struct parser *p, struct prefix *prefix)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!strcmp(value, "all") || !strcmp(value, "any") || !strcmp(value, "default"))
		return 0;
	if (!parse_prefix(value, prefix))
		return statement_bad(p, value, "a prefix (ADDRESS[/LENGTH], no bit set behind the length)");
	if (p->rule->family && p->rule->family != prefix->family)
		return statement_bad(p, value, "of the other address's family");
	p->rule->family = prefix->family;
	/* All of a family: the kernel keeps no address. */
	if (!prefix->len)
		memset(prefix, 0, sizeof(*prefix));
	return 0;
}

static int read_pref(struct parser *p)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!parse_u32(value, &p->rule->pref) || !p->rule->pref)
		return statement_bad(p, value, "a preference from 1 to 4294967295");
	p->rule->has_pref = true;
	return 0;
}

static int set_action(struct parser *p, uint8_t action)
{
	if (p->rule->action)
		return fail(p->f, "\"%s\" stands beside another action", p->word);
	p->rule->action = action;
	return 0;
}

static int read_own(struct parser *p, const struct attribute *row)
{
	switch (row->kind) {
	case KIND_PREFIX:
		return read_prefix(p, attribute_field(row, p->rule));
	case KIND_TABLE:
		return statement_table(p, true, &p->rule->table) ? -1 : set_action(p, FR_ACT_TO_TBL);
	case KIND_VRF:
		return statement_vrf(p, &p->rule->table) ? -1 : set_action(p, FR_ACT_TO_TBL);
	case KIND_GOTO:
		return statement_number(p, 1, row->most, &p->rule->target) ? -1 : set_action(p, FR_ACT_GOTO);
	case KIND_ACTION:
		return set_action(p, (uint8_t)row->least);
	default:
		return row->type == FRA_PRIORITY ? read_pref(p) : STATEMENT_COMMON;
	}
}

/* All packets, or nearly all: those without a mark, those that are not something. */
static bool is_for_everything(const struct rule *rule)
{
	return rule->invert || (!rule->from.len && !rule->to.len && !rule->iif[0] && !rule->oif[0] && !rule->fwmark &&
				!rule->ipproto && !rule->sport.first && !rule->dport.first && !rule->uids.given &&
				!rule->tos && !rule->dscp && !rule->l3mdev);
}

/* Those that VRFs go by are the vrf executor's, which knows them by having nothing else in them. */
static bool is_of_vrfs(const struct rule *rule)
{
	struct rule plain = { .family = rule->family,
			      .action = rule->action,
			      .pref = rule->pref,
			      .l3mdev = true,
			      .target = rule->target };

	return rule_equal(rule, &plain);
}

static int check(struct parser *p)
{
	const struct rule *rule = p->rule;

	if (rule->l3mdev && rule->action == FR_ACT_TO_TBL && rule->table)
		return fail(p->f, "\"l3mdev\" looks up the table of the packet's VRF, and none beside it");
	if (rule->l3mdev && is_of_vrfs(rule))
		return fail(p->f, "\"l3mdev\" alone is the rule of VRFs, see interfaces-l3mdev(5): what packets else?");
	/* The kernel would put it just before the second rule, at 0, and the host's own addresses behind it. */
	if (!rule->has_pref && is_for_everything(rule))
		return fail(p->f, "a rule for everything needs pref: without one it would stand before local, at 0");
	if (rule->action == FR_ACT_GOTO && rule->has_pref && rule->target <= rule->pref)
		return fail(p->f, "goto \"%u\" does not lead behind pref %u", rule->target, rule->pref);
	if (rule->realms && p->rule->family == AF_INET6)
		return fail(p->f, "\"realms\" is for IPv4 alone");
	return 0;
}

int statement_rule(char *text, uint32_t table, struct rule rule[2], struct failure *f)
{
	struct parser p = { .rest = text, .rule = rule, .f = f, .rows = &rule_attributes, .read = read_own };

	memset(rule, 0, 2 * sizeof(*rule));
	rule->protocol = VRF_PROTOCOL;
	if (statement_words(&p) || check(&p))
		return -1;
	if (rule->realms)
		rule->family = AF_INET;
	if (!rule->action) {
		rule->action = FR_ACT_TO_TBL;
		rule->table = rule->l3mdev ? 0 : table;
	}
	if (rule->family)
		return 1;
	rule[1] = rule[0];
	rule[0].family = AF_INET;
	rule[1].family = AF_INET6;
	return 2;
}
