/* SPDX-License-Identifier: ISC */
/* executor/kernel/rule.h - the kernel's policy rules: read, and one function a verb. */
#ifndef EXECUTOR_KERNEL_RULE_H
#define EXECUTOR_KERNEL_RULE_H

#include "executor/kernel/netlink.h"
#include "executor/model/rule.h"

/* All rules of a family in the kernel's order. Returns 0, -EAFNOSUPPORT (no such family) or -errno. */
int rules_get(struct netlink *nl, int family, struct rules *rules);
/* Exclusive: EEXIST if the kernel has it (with the same protocol). */
int rule_add(struct netlink *nl, const struct rule *rule);
int rule_del(struct netlink *nl, const struct rule *rule);

#endif
