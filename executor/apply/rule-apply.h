/* SPDX-License-Identifier: ISC */
/* executor/apply/rule-apply.h - carry out what executor/model/rule-plan.h planned, under the machine's lock. */
#ifndef EXECUTOR_APPLY_RULE_APPLY_H
#define EXECUTOR_APPLY_RULE_APPLY_H

#include "executor/apply/run.h"
#include "executor/model/rule-plan.h"
#include "executor/stanza/stanza.h"

/*
 * All of these are called with the lock held and return 0, or -1 with
 * run->failure.  A kernel without IPv6 is a success.
 */

/* l3mdev rules for VRF devices, as `iface lo` has them; loopback: a VRF wants 127.0.0.1 inside. */
int rules_order(struct run *run, bool loopback);

/* The same with given options (the l3mdev executor). */
int rules_order_as(struct run *run, const struct l3mdev_rules *order);

/* net.vrf.strict_mode as lo's stanza says, if it says anything; before there is a VRF the kernel may not have it. */
int rules_strict(struct run *run, const struct l3mdev_options *options);

/* Is there a rule by which a VRF's lookups end, before main? In each family that this kernel has. */
int rules_end(struct run *run, bool *end);

/* The last VRF went: take exactly ours back. */
int rules_undo(struct run *run);

int rules_mark(struct run *run, const struct marking *marking);

/* The mark by which the table is reached in either family, 0: none. */
int rules_mark_of(struct run *run, uint32_t table, uint32_t *mark);

/* The table that the mark leads to, 0: none. */
int rules_table_of(struct run *run, uint32_t mark, uint32_t *table);

#endif
