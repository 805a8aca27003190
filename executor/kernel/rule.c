/* SPDX-License-Identifier: ISC */
/* executor/kernel/rule.c - rules to and from rtnetlink; see rule.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/rule.h"
#include "executor/model/prefix.h"

/* Attributes that struct rule models, or that change nothing when they are absent. */
static bool is_known(int type, const struct nlattr *attr)
{
	switch (type) {
	case FRA_SUPPRESS_PREFIXLEN: /* the kernel always dumps it; -1: none */
		return nla_get_u32(attr) == UINT32_MAX;
	case FRA_TUN_ID:
	case FRA_SUPPRESS_IFGROUP:
	case FRA_FLOW:
		return false;
	default:
		return type <= FRA_DPORT_RANGE;
	}
}

static void read_prefix(const struct nlattr *attr, int family, uint8_t len, struct prefix *prefix)
{
	if (!attr)
		return;
	prefix->family = (uint8_t)family;
	prefix->len = len;
	nla_memcpy(prefix->addr, attr, sizeof(prefix->addr));
}

static void read_ports(const struct nlattr *attr, struct port_range *range)
{
	struct fib_rule_port_range ports;

	if (!attr)
		return;
	nla_memcpy(&ports, attr, sizeof(ports));
	range->first = ports.start;
	range->last = ports.end;
}

static void read_uids(const struct nlattr *attr, struct rule *rule)
{
	struct fib_rule_uid_range uids;

	if (!attr)
		return;
	nla_memcpy(&uids, attr, sizeof(uids));
	rule->has_uids = true;
	rule->uid_first = uids.start;
	rule->uid_last = uids.end;
}

static uint32_t u32_or(const struct nlattr *attr, uint32_t other)
{
	return attr ? nla_get_u32(attr) : other;
}

static void read_rule(struct nlmsghdr *hdr, struct rule *rule)
{
	struct fib_rule_hdr *frh = nlmsg_data(hdr);
	struct nlattr *attr[FRA_MAX + 1], *each;
	int rest;

	memset(rule, 0, sizeof(*rule));
	if (nlmsg_parse(hdr, sizeof(*frh), attr, FRA_MAX, NULL) < 0)
		return;
	nlmsg_for_each_attr(each, hdr, sizeof(*frh), rest)
		rule->foreign |= !is_known(nla_type(each), each);
	rule->foreign |= frh->tos != 0;
	rule->family = frh->family;
	rule->action = frh->action;
	rule->invert = frh->flags & FIB_RULE_INVERT;
	rule->has_pref = true;
	rule->pref = u32_or(attr[FRA_PRIORITY], 0);
	rule->table = u32_or(attr[FRA_TABLE], frh->table);
	rule->target = u32_or(attr[FRA_GOTO], 0);
	rule->fwmark = u32_or(attr[FRA_FWMARK], 0);
	rule->fwmask = attr[FRA_FWMARK] || attr[FRA_FWMASK] ? u32_or(attr[FRA_FWMASK], UINT32_MAX) : 0;
	rule->protocol = attr[FRA_PROTOCOL] ? nla_get_u8(attr[FRA_PROTOCOL]) : 0;
	rule->l3mdev = attr[FRA_L3MDEV] && nla_get_u8(attr[FRA_L3MDEV]);
	rule->ipproto = attr[FRA_IP_PROTO] ? nla_get_u8(attr[FRA_IP_PROTO]) : 0;
	if (attr[FRA_IIFNAME])
		nla_strlcpy(rule->iif, attr[FRA_IIFNAME], sizeof(rule->iif));
	if (attr[FRA_OIFNAME])
		nla_strlcpy(rule->oif, attr[FRA_OIFNAME], sizeof(rule->oif));
	read_prefix(attr[FRA_SRC], frh->family, frh->src_len, &rule->from);
	read_prefix(attr[FRA_DST], frh->family, frh->dst_len, &rule->to);
	read_ports(attr[FRA_SPORT_RANGE], &rule->sport);
	read_ports(attr[FRA_DPORT_RANGE], &rule->dport);
	read_uids(attr[FRA_UID_RANGE], rule);
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

int rules_get(struct netlink *nl, int family, struct rules *rules)
{
	struct fib_rule_hdr frh = { .family = (uint8_t)family };

	rules->rule = NULL;
	rules->count = 0;
	return netlink_dump(nl, netlink_message(RTM_GETRULE, &frh, sizeof(frh)), add_one, forget, rules);
}

static int put_ports(struct nl_msg *msg, int type, const struct port_range *range)
{
	struct fib_rule_port_range ports = { .start = range->first, .end = range->last };

	return range->first ? nla_put(msg, type, sizeof(ports), &ports) : 0;
}

static int put_prefix(struct nl_msg *msg, int type, const struct prefix *prefix)
{
	return prefix->family ? nla_put(msg, type, (int)family_bits(prefix->family) / 8, prefix->addr) : 0;
}

static int put_selector(struct nl_msg *msg, const struct rule *rule)
{
	struct fib_rule_uid_range uids = { .start = rule->uid_first, .end = rule->uid_last };
	int err = put_prefix(msg, FRA_SRC, &rule->from);

	if (!err)
		err = put_prefix(msg, FRA_DST, &rule->to);
	if (!err && rule->iif[0])
		err = nla_put_string(msg, FRA_IIFNAME, rule->iif);
	if (!err && rule->oif[0])
		err = nla_put_string(msg, FRA_OIFNAME, rule->oif);
	if (!err && rule->fwmask)
		err = nla_put_u32(msg, FRA_FWMARK, rule->fwmark);
	if (!err && rule->fwmask)
		err = nla_put_u32(msg, FRA_FWMASK, rule->fwmask);
	if (!err && rule->ipproto)
		err = nla_put_u8(msg, FRA_IP_PROTO, rule->ipproto);
	if (!err)
		err = put_ports(msg, FRA_SPORT_RANGE, &rule->sport);
	if (!err)
		err = put_ports(msg, FRA_DPORT_RANGE, &rule->dport);
	if (!err && rule->has_uids)
		err = nla_put(msg, FRA_UID_RANGE, sizeof(uids), &uids);
	return err;
}

static struct nl_msg *build(const struct rule *rule, int type, int flags)
{
	struct fib_rule_hdr frh = { .family = rule->family,
				    .action = rule->action,
				    .src_len = rule->from.len,
				    .dst_len = rule->to.len,
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
	if (!err && rule->l3mdev)
		err = nla_put_u8(msg, FRA_L3MDEV, 1);
	else if (!err && rule->table)
		err = nla_put_u32(msg, FRA_TABLE, rule->table);
	if (!err && rule->action == FR_ACT_GOTO)
		err = nla_put_u32(msg, FRA_GOTO, rule->target);
	if (!err && rule->protocol)
		err = nla_put_u8(msg, FRA_PROTOCOL, rule->protocol);
	if (!err)
		err = put_selector(msg, rule);
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
