/* SPDX-License-Identifier: ISC */
/* executor/model/rule.c - policy rules; see rule.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/append.h"
#include "executor/model/prefix.h"
#include "executor/model/rule.h"

int rules_add(struct rules *rules, const struct rule *rule)
{
	struct rule *grown = realloc(rules->rule, (rules->count + 1) * sizeof(*grown));

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

static bool ports_equal(const struct port_range *a, const struct port_range *b)
{
	return a->first == b->first && a->last == b->last;
}

static bool uids_equal(const struct rule *a, const struct rule *b)
{
	return a->has_uids == b->has_uids &&
	       (!a->has_uids || (a->uid_first == b->uid_first && a->uid_last == b->uid_last));
}

/* Only a rule that looks a table up by number has one that counts. */
static bool tables_equal(const struct rule *a, const struct rule *b)
{
	return a->l3mdev || a->action != FR_ACT_TO_TBL || a->table == b->table;
}

bool rule_equal(const struct rule *a, const struct rule *b)
{
	return !a->foreign && !b->foreign && a->family == b->family && a->action == b->action &&
	       a->invert == b->invert && a->l3mdev == b->l3mdev && a->ipproto == b->ipproto &&
	       a->pref == b->pref && tables_equal(a, b) && a->target == b->target &&
	       a->fwmark == b->fwmark && a->fwmask == b->fwmask && ports_equal(&a->sport, &b->sport) &&
	       ports_equal(&a->dport, &b->dport) && uids_equal(a, b) && prefix_equal(&a->from, &b->from) &&
	       prefix_equal(&a->to, &b->to) && !strcmp(a->iif, b->iif) && !strcmp(a->oif, b->oif);
}

#define append(text, ...) append_to(text, RULE_TEXT, __VA_ARGS__)

static void append_ports(char *text, const char *word, const struct port_range *range)
{
	if (!range->first)
		return;
	append(text, range->first == range->last ? "%s %u " : "%s %u-%u ", word, range->first, range->last);
}

static void append_action(char *text, const struct rule *rule)
{
	static const char *const words[] = {
		[FR_ACT_BLACKHOLE] = "blackhole", [FR_ACT_UNREACHABLE] = "unreachable", [FR_ACT_PROHIBIT] = "prohibit"
	};
	static const char *const tables[] = { "default", "main", "local" };
	bool named = rule->action < sizeof(words) / sizeof(words[0]) && words[rule->action];

	if (rule->l3mdev)
		append(text, "l3mdev ");
	else if (rule->action == FR_ACT_TO_TBL && rule->table >= RT_TABLE_DEFAULT && rule->table <= RT_TABLE_LOCAL)
		append(text, "table %s", tables[rule->table - RT_TABLE_DEFAULT]);
	else if (rule->action == FR_ACT_TO_TBL && rule->table)
		append(text, "table %u", rule->table);
	if (rule->action == FR_ACT_GOTO)
		append(text, "goto %u", rule->target);
	else if (named)
		append(text, "%s", words[rule->action]);
}

/* Each word leaves a blank behind it. */
static const char *cut_blank(char *text)
{
	size_t length = strlen(text);

	if (length && text[length - 1] == ' ')
		text[length - 1] = '\0';
	return text;
}

const char *rule_text(const struct rule *rule, char text[RULE_TEXT])
{
	char address[PREFIX_TEXT];

	text[0] = '\0';
	if (rule->invert)
		append(text, "not ");
	if (rule->from.family)
		append(text, "from %s ", prefix_text(&rule->from, address));
	if (rule->to.family)
		append(text, "to %s ", prefix_text(&rule->to, address));
	if (rule->has_pref)
		append(text, "pref %u ", rule->pref);
	if (rule->iif[0])
		append(text, "iif %s ", rule->iif);
	if (rule->oif[0])
		append(text, "oif %s ", rule->oif);
	if (rule->fwmask)
		append(text, rule->fwmask == UINT32_MAX ? "fwmark 0x%x " : "fwmark 0x%x/0x%x ", rule->fwmark,
		       rule->fwmask);
	if (rule->ipproto)
		append(text, "ipproto %u ", rule->ipproto);
	append_ports(text, "sport", &rule->sport);
	append_ports(text, "dport", &rule->dport);
	if (rule->has_uids)
		append(text, "uidrange %u-%u ", rule->uid_first, rule->uid_last);
	append_action(text, rule);
	return cut_blank(text);
}
