/* SPDX-License-Identifier: ISC */
/*
 * executor/model/rule-plan.h - which rules have to come and go.  Pure: from the rules
 * that are there and those that are wanted to a list of steps.  Adding stands
 * before deleting, so that at no moment a family is without a `local` rule.
 */
#ifndef EXECUTOR_MODEL_RULE_PLAN_H
#define EXECUTOR_MODEL_RULE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "executor/model/rule.h"

enum verb { VERB_ADD, VERB_DELETE };

struct step {
	enum verb verb;
	struct rule rule;
};

#define PLAN_STEPS 16
struct plan {
	struct step step[PLAN_STEPS];
	size_t count;
	bool overflow;
};

/* What the l3mdev rules shall be. */
struct l3mdev_rules {
	uint32_t unreachable_pref; /* 0: none */
	uint32_t local_pref;       /* where `local` moves to; 0: it stays and VRFs pass it by */
	bool loopback;             /* some VRF wants 127.0.0.1 inside: `local` must not come before it */
};
#define LOCAL_UNTOUCHED UINT32_MAX /* l3mdev-local-pref none */

/*
 * Rules of one family for VRF devices: the kernel's lookup, `unreachable`
 * behind it, and either `l3mdev goto` before `local` or `local` moved.  If a
 * rule that is none of the VRFs' stands where `local` would come behind it,
 * `local` stays as it is and the rule is returned, else NULL.
 */
const struct rule *l3mdev_plan(const struct rules *have, int family, const struct l3mdev_rules *want,
			       struct plan *plan);

/* Does a lookup in a VRF come to the VRF's table before it comes to `local`? */
bool l3mdev_passes_local(const struct rules *have);

/* Take back what carries our protocol number among those; as l3mdev_restore_local() where `local` is concerned. */
void l3mdev_undo(const struct rules *have, int family, struct plan *plan);

/*
 * Put the kernel's `local` back to 0 and take ours away.  Nothing is done where
 * somebody else's rule stands at 0 as well: `local` would come behind it.
 */
void l3mdev_restore_local(const struct rules *have, int family, struct plan *plan);

/* Is it one of those that this file plans, and no table-rule? */
bool rule_is_planned(const struct rule *rule);

/* What a mark VRF's rules shall be. */
struct marking {
	uint32_t table;
	uint32_t mark;
	bool local;       /* vrf-mark-local */
	bool lookup;      /* false: the VRF goes down */
	bool unreachable; /* false: no process is left that could use it */
};

void marking_plan(const struct rules *have, int family, const struct marking *want, struct plan *plan);

/* The mark by which our rules reach `table`, or 0. */
uint32_t marking_of_table(const struct rules *have, uint32_t table);

/* The table that our rules reach by `mark`, or 0. */
uint32_t marking_to_table(const struct rules *have, uint32_t mark);

#endif
