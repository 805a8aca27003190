/* SPDX-License-Identifier: ISC */
/* helpers/base/message.c - links, rules and routes as rtnetlink tells them; see message.h. */
#include <errno.h>
#include <linux/if_link.h>
#include <string.h>
#include <sys/socket.h>

#include "helpers/base/message.h"

static const struct rtattr *search(const struct rtattr *a, long len, unsigned short type)
{
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if ((a->rta_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

static const struct rtattr *behind(const struct nlmsghdr *n, size_t header, long *len)
{
	*len = (long)n->nlmsg_len - (long)NLMSG_SPACE(header);
	return (const struct rtattr *)((const char *)n + NLMSG_SPACE(header));
}

const struct rtattr *message_attribute(const struct nlmsghdr *n, size_t header, unsigned short type)
{
	long len;
	const struct rtattr *first = behind(n, header, &len);

	return search(first, len, type);
}

const struct rtattr *message_nested(const struct rtattr *a, unsigned short type)
{
	return a ? search(RTA_DATA(a), RTA_PAYLOAD(a), type) : NULL;
}

uint32_t message_u32(const struct rtattr *a)
{
	uint32_t v = 0;

	if (a && RTA_PAYLOAD(a) >= sizeof(v))
		memcpy(&v, RTA_DATA(a), sizeof(v));
	return v;
}

void message_text(const struct rtattr *a, char *text, size_t room)
{
	size_t length = a ? strnlen(RTA_DATA(a), RTA_PAYLOAD(a)) : 0;

	if (length >= room)
		length = room - 1;
	if (length)
		memcpy(text, RTA_DATA(a), length);
	text[length] = '\0';
}

static void take_info(const struct rtattr *info, struct link_message *l)
{
	char kind[4];

	l->kind = message_nested(info, IFLA_INFO_KIND);
	l->port_kind = message_nested(info, IFLA_INFO_SLAVE_KIND);
	l->data = message_nested(info, IFLA_INFO_DATA);
	message_text(l->kind, kind, sizeof(kind));
	/* with its end: "vrf" and nothing behind it */
	l->vrf = !strcmp(kind, "vrf") && strnlen(RTA_DATA(l->kind), RTA_PAYLOAD(l->kind)) == 3;
	l->table = l->vrf ? message_u32(message_nested(l->data, IFLA_VRF_TABLE)) : 0;
}

/* In one pass: of the sixty attributes of a link four are wanted. */
int message_link(const struct nlmsghdr *n, struct link_message *l)
{
	const struct ifinfomsg *i = NLMSG_DATA(n);
	const struct rtattr *a;
	long len;

	if (n->nlmsg_type != RTM_NEWLINK || n->nlmsg_len < NLMSG_LENGTH(sizeof(*i)))
		return -EBADMSG;
	*l = (struct link_message){ .ifindex = (uint32_t)i->ifi_index, .flags = i->ifi_flags };
	for (a = behind(n, sizeof(*i), &len); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		switch (a->rta_type & NLA_TYPE_MASK) {
		case IFLA_IFNAME:
			l->name = a;
			break;
		case IFLA_MASTER:
			l->master = message_u32(a);
			break;
		case IFLA_LINK:
			l->lower = message_u32(a);
			break;
		case IFLA_LINKINFO:
			take_info(a, l);
			break;
		case IFLA_AF_SPEC:
			l->families = a;
			break;
		}
	}
	return 0;
}

int message_rule(const struct nlmsghdr *n, struct rule_message *r)
{
	const struct fib_rule_hdr *h = NLMSG_DATA(n);
	const struct rtattr *a;
	long len;

	if (n->nlmsg_type != RTM_NEWRULE || n->nlmsg_len < NLMSG_LENGTH(sizeof(*h)))
		return -EBADMSG;
	*r = (struct rule_message){ .header = h, .table = h->table, .mask = UINT32_MAX };
	for (a = behind(n, sizeof(*h), &len); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		switch (a->rta_type & NLA_TYPE_MASK) {
		case FRA_PRIORITY:
			r->pref = message_u32(a);
			break;
		case FRA_TABLE:
			r->table = message_u32(a);
			break;
		case FRA_FWMARK:
			r->mark = message_u32(a);
			r->marked = true;
			break;
		case FRA_FWMASK:
			r->mask = message_u32(a);
			r->marked = true;
			break;
		case FRA_PROTOCOL:
			r->protocol = RTA_PAYLOAD(a) ? *(const uint8_t *)RTA_DATA(a) : 0;
			break;
		}
	}
	return 0;
}

static int take_destination(const struct rtattr *dst, const struct rtmsg *m, struct prefix *to)
{
	size_t size = m->rtm_family == AF_INET ? 4 : 16;

	*to = (struct prefix){ .family = m->rtm_family, .len = m->rtm_dst_len };
	/* MPLS and the like come in a dump of all families */
	if (m->rtm_family != AF_INET && m->rtm_family != AF_INET6)
		return 0;
	if (m->rtm_dst_len > size * 8 || (dst && RTA_PAYLOAD(dst) < size))
		return -EBADMSG;
	if (dst)
		memcpy(to->addr, RTA_DATA(dst), size);
	return 0;
}

static void take_of_hop(const struct rtattr *a, struct hop_message *hop)
{
	switch (a->rta_type & NLA_TYPE_MASK) {
	case RTA_GATEWAY:
		hop->gateway = a;
		break;
	case RTA_VIA:
		hop->via = a;
		break;
	case RTA_FLOW:
		hop->flow = a;
		break;
	case RTA_ENCAP:
		hop->encap = a;
		break;
	case RTA_ENCAP_TYPE:
		hop->encap_type = a;
		break;
	}
}

int message_route(const struct nlmsghdr *n, struct route_message *r)
{
	const struct rtmsg *m = NLMSG_DATA(n);
	const struct rtattr *a, *dst = NULL;
	long len;

	if (n->nlmsg_type != RTM_NEWROUTE || n->nlmsg_len < NLMSG_LENGTH(sizeof(*m)))
		return -EBADMSG;
	*r = (struct route_message){ .header = m, .table = m->rtm_table };
	for (a = behind(n, sizeof(*m), &len); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		switch (a->rta_type & NLA_TYPE_MASK) {
		case RTA_TABLE:
			r->table = message_u32(a);
			break;
		case RTA_DST:
			dst = a;
			break;
		case RTA_OIF:
			r->oif = message_u32(a);
			break;
		case RTA_PRIORITY:
			r->metric = message_u32(a);
			break;
		case RTA_METRICS:
			r->metrics = a;
			break;
		case RTA_MULTIPATH:
			r->multipath = a;
			break;
		default:
			take_of_hop(a, &r->hop);
			break;
		}
	}
	return take_destination(dst, m, &r->to);
}

const struct rtnexthop *message_hop(const struct rtattr *multipath, const struct rtnexthop *after)
{
	const char *end = (const char *)RTA_DATA(multipath) + RTA_PAYLOAD(multipath);
	const struct rtnexthop *hop = after ? RTNH_NEXT(after) : RTA_DATA(multipath);
	long left = end - (const char *)hop;

	return left >= (long)sizeof(*hop) && hop->rtnh_len >= sizeof(*hop) && hop->rtnh_len <= left ? hop : NULL;
}

struct hop_message message_hop_attributes(const struct rtnexthop *hop)
{
	long len = (long)hop->rtnh_len - (long)RTNH_SPACE(0);
	struct hop_message m = { 0 };

	for (const struct rtattr *a = RTNH_DATA(hop); RTA_OK(a, len); a = RTA_NEXT(a, len))
		take_of_hop(a, &m);
	return m;
}
