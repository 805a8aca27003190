/* SPDX-License-Identifier: ISC */
/* executor/model/rule.h - policy rules (ip-rule(8)): the value, how two compare, its text. */
#ifndef EXECUTOR_MODEL_RULE_H
#define EXECUTOR_MODEL_RULE_H

#include <linux/fib_rules.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "executor/model/attribute.h"
#include "executor/model/prefix.h"

/* Later than the headers of some releases; include/uapi/linux/fib_rules.h */
#define RULE_DSCP 25

struct rule {
	uint8_t family;
	uint8_t action;   /* FR_ACT_TO_TBL, FR_ACT_UNREACHABLE ... */
	uint8_t protocol; /* who made it; no part of the comparison */
	bool invert;
	bool l3mdev;
	bool foreign; /* has attributes that this struct does not model: never ours, never equal */
	bool has_pref;
	uint8_t ipproto;
	uint8_t tos;
	uint8_t dscp; /* and 1; 0: any */
	uint32_t pref;
	uint32_t table;
	uint32_t target;                          /* FR_ACT_GOTO: the preference to go on at */
	uint32_t fwmark, fwmask;                  /* mask 0: no mark */
	uint32_t realms;                          /* that it sets, as in struct hop */
	uint32_t suppress_length, suppress_group; /* and 1; 0: nothing is suppressed */
	struct uid_range uids;
	struct port_range sport, dport;
	struct prefix from, to; /* family 0: any */
	char iif[IFNAMSIZ], oif[IFNAMSIZ];
};

struct rules {
	struct rule *rule;
	size_t count;
};

/* All that a rule may say, in the order in which ip(8) is told. */
extern const struct attributes rule_attributes;

/* 0 or -ENOMEM */
int rules_add(struct rules *rules, const struct rule *rule);
void rules_free(struct rules *rules);

/* The same selector, action, table and preference; who made it does not count. */
bool rule_equal(const struct rule *a, const struct rule *b);

/* It looks up a table that it does not name: that of its stanza is meant. */
bool rule_needs_table(const struct rule *rule);

/* As ip-rule(8) takes it, without `ip rule add`. */
#define RULE_TEXT 512
const char *rule_text(const struct rule *rule, char text[RULE_TEXT]);
/* The same with other words for the table that it looks up, "table mgmt". */
const char *rule_text_with(const struct rule *rule, const char *table, char text[RULE_TEXT]);
bool rule_looks_up(const struct rule *rule);

#endif
