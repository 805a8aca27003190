/* SPDX-License-Identifier: ISC */
/* executor/model/rule.h - policy rules (ip-rule(8)): the value, how two compare, its text. */
#ifndef EXECUTOR_MODEL_RULE_H
#define EXECUTOR_MODEL_RULE_H

#include <linux/fib_rules.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "executor/model/prefix.h"

struct port_range {
	uint16_t first, last; /* first 0: any */
};

struct rule {
	uint8_t family;
	uint8_t action;   /* FR_ACT_TO_TBL, FR_ACT_UNREACHABLE ... */
	uint8_t protocol; /* who made it; no part of the comparison */
	bool invert;
	bool l3mdev;
	bool foreign; /* has attributes that this struct does not model: never ours, never equal */
	bool has_pref;
	bool has_uids;
	uint8_t ipproto;
	uint32_t pref;
	uint32_t table;
	uint32_t target; /* FR_ACT_GOTO: the preference to go on at */
	uint32_t fwmark, fwmask; /* mask 0: no mark */
	uint32_t uid_first, uid_last;
	struct port_range sport, dport;
	struct prefix from, to; /* family 0: any */
	char iif[IFNAMSIZ], oif[IFNAMSIZ];
};

struct rules {
	struct rule *rule;
	size_t count;
};

/* 0 or -ENOMEM */
int rules_add(struct rules *rules, const struct rule *rule);
void rules_free(struct rules *rules);

/* The same selector, action, table and preference; who made it does not count. */
bool rule_equal(const struct rule *a, const struct rule *b);

/* As ip-rule(8) takes it, without `ip rule add`. */
#define RULE_TEXT 320
const char *rule_text(const struct rule *rule, char text[RULE_TEXT]);

#endif
