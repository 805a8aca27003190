/* SPDX-License-Identifier: ISC */
/* executor/model/rule.c - policy rules; see rule.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/append.h"
#include "executor/model/lack.h"
#include "executor/model/prefix.h"
#include "executor/model/rule.h"

#define FIELD(member)  .offset = offsetof(struct rule, member), .size = sizeof(((struct rule *)0)->member)
#define ACTION(number) KIND_ACTION, 0, .offset = offsetof(struct rule, action), .size = 1, number, number, .apart = true

static const struct attribute rows[] = {
	{ "not", KIND_FLAG, 0, FIELD(invert) },
	{ "from", KIND_PREFIX, FRA_SRC, FIELD(from) },
	{ "to", KIND_PREFIX, FRA_DST, FIELD(to) },
	{ "pref preference priority prio order", KIND_NUMBER, FRA_PRIORITY, FIELD(pref), 1, UINT32_MAX, .apart = true },
	{ "iif dev", KIND_DEVICE, FRA_IIFNAME, FIELD(iif) },
	{ "oif", KIND_DEVICE, FRA_OIFNAME, FIELD(oif) },
	{ "fwmark", KIND_MARK, FRA_FWMARK, .offset = offsetof(struct rule, fwmark), .size = 2 * sizeof(uint32_t) },
	{ "tos dsfield", KIND_DSFIELD, 0, FIELD(tos) },
	{ "dscp", KIND_DSCP, RULE_DSCP, FIELD(dscp), 0, 63 },
	{ "ipproto", KIND_IPPROTO, FRA_IP_PROTO, FIELD(ipproto), 1, 255 },
	{ "sport", KIND_PORTS, FRA_SPORT_RANGE, FIELD(sport) },
	{ "dport", KIND_PORTS, FRA_DPORT_RANGE, FIELD(dport) },
	{ "uidrange", KIND_UIDS, FRA_UID_RANGE, FIELD(uids) },
	{ "l3mdev", KIND_FLAG, FRA_L3MDEV, FIELD(l3mdev) },
	{ "table lookup", KIND_TABLE, FRA_TABLE, FIELD(table), .apart = true },
	{ "vrf", KIND_VRF, FRA_TABLE, FIELD(table), .apart = true },
	{ "suppress_prefixlength sup_pl", KIND_NUMBER_0, FRA_SUPPRESS_PREFIXLEN, FIELD(suppress_length), 0, 128 },
	{ "suppress_ifgroup sup_group", KIND_GROUP, FRA_SUPPRESS_IFGROUP, FIELD(suppress_group), 0, INT32_MAX },
	{ "realms realm", KIND_REALMS, FRA_FLOW, FIELD(realms), .family = AF_INET },
	{ "protocol proto", KIND_PROTOCOL, FRA_PROTOCOL, FIELD(protocol), .apart = true },
	{ "goto", KIND_GOTO, FRA_GOTO, FIELD(target), FR_ACT_GOTO, UINT32_MAX },
	{ "nop", ACTION(FR_ACT_NOP) },
	{ "unreachable", ACTION(FR_ACT_UNREACHABLE) },
	{ "prohibit", ACTION(FR_ACT_PROHIBIT) },
	{ "blackhole", ACTION(FR_ACT_BLACKHOLE) },
};

const struct attributes rule_attributes = { rows, sizeof(rows) / sizeof(rows[0]) };

int rules_add(struct rules *rules, const struct rule *rule)
{
	struct rule *grown = lack_noted(realloc(rules->rule, (rules->count + 1) * sizeof(*grown)));

	if (!grown)
		return -ENOMEM;
	rules->rule = grown;
	grown[rules->count++] = *rule;
	return 0;
}

void rules_free(struct rules *rules)
{
	free(rules->rule);
	rules->rule = NULL;
	rules->count = 0;
}

/* Only a rule that looks a table up by number has one that counts. */
static bool tables_equal(const struct rule *a, const struct rule *b)
{
	return a->l3mdev || a->action != FR_ACT_TO_TBL || a->table == b->table;
}

bool rule_equal(const struct rule *a, const struct rule *b)
{
	return !a->foreign && !b->foreign && a->family == b->family && a->action == b->action && a->pref == b->pref &&
	       tables_equal(a, b) && attributes_equal(&rule_attributes, false, a, b);
}

bool rule_needs_table(const struct rule *rule)
{
	return rule->action == FR_ACT_TO_TBL && !rule->l3mdev && !rule->table;
}

bool rule_looks_up(const struct rule *rule)
{
	return rule->action == FR_ACT_TO_TBL && rule->table && !rule->l3mdev;
}

static void append_apart(char *text, const struct rule *rule, const struct attribute *row, const char *table)
{
	static const char *const tables[] = { "default", "main", "local" };
	bool looks_up = rule_looks_up(rule);

	if (row->kind == KIND_NUMBER && rule->has_pref)
		append_to(text, RULE_TEXT, " pref %u", rule->pref);
	else if (row->kind == KIND_TABLE && looks_up && table)
		append_to(text, RULE_TEXT, " %s", table);
	else if (row->kind == KIND_TABLE && looks_up && rule->table >= RT_TABLE_DEFAULT &&
		 rule->table <= RT_TABLE_LOCAL)
		append_to(text, RULE_TEXT, " table %s", tables[rule->table - RT_TABLE_DEFAULT]);
	else if (row->kind == KIND_TABLE && looks_up)
		append_to(text, RULE_TEXT, " table %u", rule->table);
	else if (row->kind == KIND_ACTION && row->least == rule->action)
		append_to(text, RULE_TEXT, " %s", row->words);
}

const char *rule_text_with(const struct rule *rule, const char *table, char text[RULE_TEXT])
{
	text[0] = '\0';
	for (size_t i = 0; i < rule_attributes.count; i++)
		if (rows[i].apart)
			append_apart(text, rule, &rows[i], table);
		else
			attribute_append(&rows[i], rule, text, RULE_TEXT);
	/* Each leaves a blank before it. */
	memmove(text, text + (text[0] == ' '), strlen(text + (text[0] == ' ')) + 1);
	return text;
}

const char *rule_text(const struct rule *rule, char text[RULE_TEXT])
{
	return rule_text_with(rule, NULL, text);
}
