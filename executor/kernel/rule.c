/* SPDX-License-Identifier: ISC */
/* executor/kernel/rule.c - rules to and from rtnetlink; see rule.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/attribute.h"
#include "executor/kernel/rule.h"
#include "executor/model/prefix.h"
#include "helpers/base/message.h"

/* Later than the headers of some releases; include/uapi/linux/fib_rules.h */
#define RULE_SPORT_MASK 28
#define RULE_DPORT_MASK 29
#define RULE_DSCP_MASK  30

/* Attributes that are read by name, or mean nothing. */
static bool is_known(const struct nlattr *attr)
{
	switch (nla_type(attr)) {
	/* what the kernel tells of one port, or of a whole value, that was given without a mask */
	case RULE_SPORT_MASK:
	case RULE_DPORT_MASK:
		return nla_len(attr) == 2 && nla_get_u16(attr) == 0xffff;
	case RULE_DSCP_MASK:
		return nla_len(attr) == 1 && nla_get_u8(attr) == 0x3f;
	case FRA_FWMASK:
	case FRA_UNUSED2:
	case FRA_UNUSED3:
	case FRA_UNUSED4:
	case FRA_UNUSED5:
	case FRA_PAD:
		return true;
	default:
		return false;
	}
}

static void read_rule(struct nlmsghdr *hdr, struct rule *rule)
{
	const struct fib_rule_hdr *frh;
	struct rule_message r;
	struct nlattr *each;
	int rest;

	memset(rule, 0, sizeof(*rule));
	if (message_rule(hdr, &r))
		return;
	frh = r.header;
	nlmsg_for_each_attr(each, hdr, sizeof(*frh), rest)
		if (!is_known(each))
			rule->foreign |= !attribute_get(&rule_attributes, false, false, each, frh->family, rule);
	rule->family = frh->family;
	rule->action = frh->action;
	rule->invert = frh->flags & FIB_RULE_INVERT;
	rule->tos = frh->tos;
	rule->has_pref = true;
	rule->pref = r.pref;
	rule->table = r.table;
	rule->fwmask = r.marked ? r.mask : 0;
	rule->protocol = r.protocol;
	rule->from.len = frh->src_len;
	rule->to.len = frh->dst_len;
}

static int add_one(struct nlmsghdr *hdr, void *context)
{
	struct rule rule;

	read_rule(hdr, &rule);
	return rule.family ? rules_add(context, &rule) : 0;
}

static void forget(void *context)
{
	rules_free(context);
}

/* What the kernel of MOCK has from the start, and we move. */
static int after_boot(struct netlink *nl, int family, struct rules *rules)
{
	const struct rule local = { .family = (uint8_t)family,
				    .action = FR_ACT_TO_TBL,
				    .has_pref = true,
				    .table = RT_TABLE_LOCAL,
				    .protocol = RTPROT_KERNEL };

	return -(nl->error = rules_add(rules, &local) ? ENOMEM : 0);
}

int rules_get(struct netlink *nl, int family, struct rules *rules)
{
	struct fib_rule_hdr frh = { .family = (uint8_t)family };

	rules->rule = NULL;
	rules->count = 0;
	if (nl->mock && after_boot(nl, family, rules))
		return -nl->error;
	return netlink_dump(nl, netlink_message(RTM_GETRULE, &frh, sizeof(frh)), add_one, forget, rules);
}

static struct nl_msg *build(const struct rule *rule, int type, int flags)
{
	struct fib_rule_hdr frh = { .family = rule->family,
				    .action = rule->action,
				    .src_len = rule->from.len,
				    .dst_len = rule->to.len,
				    .tos = rule->tos,
				    .table = rule->table < 256 ? (uint8_t)rule->table : RT_TABLE_UNSPEC,
				    .flags = rule->invert ? FIB_RULE_INVERT : 0 };
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);
	int err;

	if (!msg)
		return NULL;
	err = nlmsg_append(msg, &frh, sizeof(frh), NLMSG_ALIGNTO);
	if (!err && rule->has_pref)
		err = nla_put_u32(msg, FRA_PRIORITY, rule->pref);
	/* "l3mdev and table are mutually exclusive" (net/core/fib_rules.c) */
	if (!err && !rule->l3mdev && rule->table)
		err = nla_put_u32(msg, FRA_TABLE, rule->table);
	if (!err && rule->protocol)
		err = nla_put_u8(msg, FRA_PROTOCOL, rule->protocol);
	if (!err)
		err = attributes_put(msg, &rule_attributes, false, false, rule);
	if (!err)
		return msg;
	nlmsg_free(msg);
	return NULL;
}

static int request(struct netlink *nl, const struct rule *rule, int type, int flags, const char *verb)
{
	char line[RULE_TEXT + 32], text[RULE_TEXT];

	snprintf(line, sizeof(line), "ip %s rule %s %s", rule->family == AF_INET ? "-4" : "-6", verb,
		 rule_text(rule, text));
	return netlink_request(nl, build(rule, type, flags), line);
}

int rule_add(struct netlink *nl, const struct rule *rule)
{
	return request(nl, rule, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, "add");
}

int rule_del(struct netlink *nl, const struct rule *rule)
{
	return request(nl, rule, RTM_DELRULE, 0, "del");
}
