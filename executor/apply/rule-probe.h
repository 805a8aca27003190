/* SPDX-License-Identifier: ISC */
/* executor/apply/rule-probe.h - what this kernel makes of rules, tried in a network namespace that nobody else has. */
#ifndef EXECUTOR_APPLY_RULE_PROBE_H
#define EXECUTOR_APPLY_RULE_PROBE_H

#define PROBE_DSCP 1 /* it keeps dscp: others take the rule, and it is for every packet then */
#define PROBE_VRF  2 /* iif and oif with a VRF's name match; never from 5.18 on to a fix of April 2025 */

/* The bits of what it can, or -errno where it could not be tried. */
int rule_probe(void);

#endif
