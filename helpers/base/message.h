/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/message.h - what a message of rtnetlink says of a link, a rule or a route: the one
 * place that reads them, for the executors (libnl) and for vrf-exec (rtnl.h) alike.  Pure; what
 * they point to is inside the message.  Each returns 0, or -EBADMSG for what is no such message.
 */
#ifndef HELPERS_BASE_MESSAGE_H
#define HELPERS_BASE_MESSAGE_H

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "helpers/base/prefix.h"

struct link_message {
	uint32_t ifindex, flags;
	uint32_t master; /* 0: none */
	uint32_t lower;  /* IFLA_LINK: the card of a VLAN, 0: none */
	uint32_t table;  /* of a VRF, else 0 */
	bool vrf;
	/* NULL: not there */
	const struct rtattr *name, *kind, *port_kind;
	const struct rtattr *data;     /* of its kind, IFLA_INFO_DATA */
	const struct rtattr *families; /* IFLA_AF_SPEC */
};

int message_link(const struct nlmsghdr *n, struct link_message *l);

struct rule_message {
	const struct fib_rule_hdr *header;
	uint32_t pref, table;
	uint32_t mark; /* a mask alone stands for a mark of 0 */
	uint32_t mask; /* all bits where none is told */
	bool marked;   /* has a mark or a mask */
	uint8_t protocol;
};

int message_rule(const struct nlmsghdr *n, struct rule_message *r);

/* NULL: not there */
struct hop_message {
	const struct rtattr *gateway, *via, *flow, *encap, *encap_type;
};

struct route_message {
	const struct rtmsg *header;
	uint32_t table, oif, metric;
	struct prefix to;
	const struct rtattr *metrics;
	struct hop_message hop;         /* its one hop, which has no more than one */
	const struct rtattr *multipath; /* NULL: no more than one */
};

/* -EBADMSG also for a destination that its family's addresses cannot have. */
int message_route(const struct nlmsghdr *n, struct route_message *r);

/* The first hop of RTA_MULTIPATH (after NULL), the next one, NULL: no more that is whole. */
const struct rtnexthop *message_hop(const struct rtattr *multipath, const struct rtnexthop *after);

/* What stands behind it. */
struct hop_message message_hop_attributes(const struct rtnexthop *hop);

/* The attribute of a type behind a header of this size, or inside another attribute, or NULL. */
const struct rtattr *message_attribute(const struct nlmsghdr *n, size_t header, unsigned short type);
const struct rtattr *message_nested(const struct rtattr *a, unsigned short type);

/* Its value; 0 if there is no attribute or it is too short. */
uint32_t message_u32(const struct rtattr *a);

/* Copy its text, as much as there is room for, with an end; "" if there is no attribute. */
void message_text(const struct rtattr *a, char *text, size_t room);

#endif
