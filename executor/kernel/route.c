/* SPDX-License-Identifier: ISC */
/* executor/kernel/route.c - routes to and from rtnetlink; see route.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <string.h>

#include "executor/kernel/attribute.h"
#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/model/prefix.h"
#include "helpers/base/message.h"
#include "helpers/base/vrf.h"

struct reading {
	const struct links *links;
	struct routes *routes;
	size_t before; /* of the other family, which a dump that is repeated does not forget */
	int family;
	uint32_t table;
};

struct visit {
	const struct links *links;
	uint32_t table;
	uint8_t type;
	void (*each)(const struct route *, void *);
	void *context;
};

/* 0: it does not fit the family */
static uint8_t read_address(const struct rtattr *attr, size_t skip, int family, struct prefix *p)
{
	size_t size = family_bits(family) / 8;

	if (RTA_PAYLOAD(attr) < skip + size)
		return 0;
	memcpy(p->addr, (const char *)RTA_DATA(attr) + skip, size);
	p->len = (uint8_t)family_bits(family);
	return (uint8_t)family;
}

static void read_via(const struct hop_message *m, int family, struct prefix *p)
{
	const struct rtvia *via = m->via ? RTA_DATA(m->via) : NULL;

	if (m->gateway)
		p->family = read_address(m->gateway, 0, family, p);
	else if (via && RTA_PAYLOAD(m->via) >= sizeof(*via) &&
		 (via->rtvia_family == AF_INET || via->rtvia_family == AF_INET6))
		p->family = read_address(m->via, sizeof(*via), via->rtvia_family, p);
}

static void name_hop(struct hop *hop, const struct links *links)
{
	const struct link *link = links ? links_by_index(links, hop->ifindex) : NULL;

	if (link)
		memcpy(hop->dev, link->name, sizeof(hop->dev));
}

/* libnl's name for the same bytes */
static struct nlattr *nlattr(const struct rtattr *attr)
{
	return (struct nlattr *)(uintptr_t)attr;
}

/* Attributes of a hop, its gateway and what is put around packets among them. */
static void read_hop(const struct hop_message *m, struct route *route, struct hop *hop, const struct links *links)
{
	read_via(m, route->dst.family, &hop->via);
	name_hop(hop, links);
	if (m->flow)
		attribute_get(&route_attributes, true, false, nlattr(m->flow), route->dst.family, hop);
	if (!m->encap && !m->encap_type)
		return;
	if (m->encap && m->encap_type)
		hop->encap = encap_get(nla_get_u16(nlattr(m->encap_type)), nlattr(m->encap));
	route->foreign |= !hop->encap;
}

static int read_multipath(const struct rtattr *multipath, struct route *route, const struct links *links)
{
	const struct rtnexthop *next = NULL;
	struct hop hops[HOPS_MAX];
	unsigned int count = 0;

	/* Its padding, too: values are compared as bytes. */
	memset(hops, 0, sizeof(hops));
	while ((next = message_hop(multipath, next))) {
		const struct hop_message m = message_hop_attributes(next);
		struct hop *hop = &hops[count];

		if (count == HOPS_MAX) {
			route->foreign = true;
			break;
		}
		hop->ifindex = (uint32_t)next->rtnh_ifindex;
		hop->weight = (uint16_t)(next->rtnh_hops + 1);
		hop->onlink = next->rtnh_flags & RTNH_F_ONLINK;
		route->dead |= (next->rtnh_flags & RTNH_F_DEAD) != 0;
		read_hop(&m, route, hop, links);
		count++;
	}
	return route_set_hops(route, hops, count);
}

static int read_one_hop(const struct route_message *m, struct route *route, const struct links *links)
{
	struct hop hop;

	memset(&hop, 0, sizeof(hop));
	hop.ifindex = m->oif;
	hop.onlink = m->header->rtm_flags & RTNH_F_ONLINK;
	read_hop(&m->hop, route, &hop, links);
	return route_set_hops(route, &hop, 1);
}

static void read_metrics(struct nlattr *attr, struct route *route)
{
	struct nlattr *each;
	int rest;

	nla_for_each_nested(each, attr, rest)
		route->foreign |= !attribute_get(&route_attributes, false, true, each, route->dst.family, route);
}

/* Attributes that are read by name, or say nothing of what the route does. */
static bool is_known(int type)
{
	switch (type) {
	case RTA_DST:
	case RTA_MULTIPATH:
	case RTA_VIA:
	case RTA_ENCAP:
	case RTA_ENCAP_TYPE:
	case RTA_GATEWAY:
	case RTA_OIF:
	case RTA_FLOW:
	case RTA_METRICS:
	case RTA_CACHEINFO:
	case RTA_PAD:
		return true;
	default:
		return false;
	}
}

static void read_attributes(struct nlmsghdr *hdr, const struct route_message *m, struct route *route)
{
	struct nlattr *each;
	int rest;

	nlmsg_for_each_attr(each, hdr, sizeof(struct rtmsg), rest)
		if (!is_known(nla_type(each)))
			route->foreign |=
				!attribute_get(&route_attributes, false, false, each, route->dst.family, route);
	if (m->metrics)
		read_metrics(nlattr(m->metrics), route);
}

/* 1, 0: not in a table, -ENOMEM */
static int read_route(struct nlmsghdr *hdr, const struct links *links, struct route *route)
{
	const struct rtmsg *rtm;
	struct route_message m;

	memset(route, 0, sizeof(*route));
	if (message_route(hdr, &m) || (m.header->rtm_flags & RTM_F_CLONED))
		return 0;
	rtm = m.header;
	route->type = rtm->rtm_type;
	route->protocol = rtm->rtm_protocol;
	route->scope = rtm->rtm_scope;
	route->has_scope = true;
	route->tos = rtm->rtm_tos;
	route->table = m.table;
	route->metric = m.metric;
	route->dst = m.to;
	route->dead = rtm->rtm_flags & RTNH_F_DEAD;
	route->foreign = rtm->rtm_src_len;
	read_attributes(hdr, &m, route);
	if (m.multipath ? read_multipath(m.multipath, route, links) : m.oif && read_one_hop(&m, route, links))
		return -ENOMEM;
	return 1;
}

static int add_one(struct nlmsghdr *hdr, void *context)
{
	struct reading *reading = context;
	struct route route;
	int read = read_route(hdr, reading->links, &route);

	/* The kernel filters by table only where it knows strict checking, and gives IPv4's for a family it has not. */
	if (read < 1 || route.table != reading->table || route.dst.family != reading->family)
		return read < 0 ? read : 0;
	return routes_add(reading->routes, &route);
}

static void forget(void *context)
{
	struct reading *reading = context;

	reading->routes->count = reading->before;
}

/* Of one table and maybe one type, or with a protocol through one interface. */
static struct nl_msg *dump_message(int family, uint32_t table, uint8_t type, uint8_t protocol, uint32_t oif)
{
	struct rtmsg rtm = { .rtm_family = (uint8_t)family, .rtm_protocol = protocol, .rtm_type = type };
	struct nl_msg *msg = netlink_message(RTM_GETROUTE, &rtm, sizeof(rtm));

	if (msg && !nla_put_u32(msg, table ? RTA_TABLE : RTA_OIF, table ? table : oif))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

static int dump_family(struct netlink *nl, int family, uint32_t table, uint8_t type, netlink_taker each,
		       void (*forget_all)(void *), void *context)
{
	struct nl_msg *msg = dump_message(family, table, type, 0, 0);
	int err = netlink_dump(nl, msg, each, forget_all, context);

	/* ENOENT: nobody has used that table yet */
	return err == -ENOENT ? 0 : err;
}

static int get_family(struct netlink *nl, int family, struct reading *reading)
{
	reading->family = family;
	reading->before = reading->routes->count;
	return dump_family(nl, family, reading->table, 0, add_one, forget, reading);
}

static int visit_one(struct nlmsghdr *hdr, void *context)
{
	struct visit *visit = context;
	struct route route;
	int read = read_route(hdr, visit->links, &route);

	if (read < 0)
		return read;
	if (read && (!visit->table || route.table == visit->table) && (!visit->type || route.type == visit->type))
		visit->each(&route, visit->context);
	return 0;
}

int routes_visit(struct netlink *nl, int family, uint32_t table, uint8_t type, const struct links *links,
		 void (*each)(const struct route *, void *), void *context)
{
	struct visit visit = { .links = links, .table = table, .type = type, .each = each, .context = context };
	int err = dump_family(nl, family, table, type, visit_one, NULL, &visit);

	/* booted with ipv6.disable=1 */
	return family == AF_INET6 && (err == -EOPNOTSUPP || err == -EAFNOSUPPORT) ? 0 : err;
}

int routes_visit_through(struct netlink *nl, int family, uint32_t ifindex, const struct links *links,
			 void (*each)(const struct route *, void *), void *context)
{
	struct visit visit = { .links = links, .each = each, .context = context };
	int err = netlink_dump(nl, dump_message(family, 0, 0, VRF_PROTOCOL, ifindex), visit_one, NULL, &visit);

	return family == AF_INET6 && (err == -EOPNOTSUPP || err == -EAFNOSUPPORT) ? 0 : err;
}

int routes_get(struct netlink *nl, uint32_t table, const struct links *links, struct routes *routes)
{
	struct reading reading = { .links = links, .routes = routes, .table = table };
	int err;

	memset(routes, 0, sizeof(*routes));
	err = get_family(nl, AF_INET, &reading);
	if (!err)
		err = get_family(nl, AF_INET6, &reading);
	/* booted with ipv6.disable=1 */
	if (err == -EOPNOTSUPP || err == -EAFNOSUPPORT)
		err = 0;
	if (err)
		routes_free(routes);
	return err;
}

static int put_address(struct nl_msg *msg, int type, const struct prefix *p)
{
	return p->family ? nla_put(msg, type, (int)family_bits(p->family) / 8, p->addr) : 0;
}

static int put_via(struct nl_msg *msg, const struct route *route, const struct hop *hop)
{
	unsigned char via[sizeof(struct rtvia) + 16];
	struct rtvia *rtvia = (struct rtvia *)via;

	if (!hop->via.family || hop->via.family == route->dst.family)
		return put_address(msg, RTA_GATEWAY, &hop->via);
	rtvia->rtvia_family = hop->via.family;
	memcpy(rtvia->rtvia_addr, hop->via.addr, 16);
	return nla_put(msg, RTA_VIA, sizeof(*rtvia) + 16, via);
}

static int put_multipath(struct nl_msg *msg, const struct route *route)
{
	struct nlattr *nest = nla_nest_start(msg, RTA_MULTIPATH);

	for (unsigned int i = 0; nest && i < route->hops; i++) {
		const struct hop *hop = &route->hop[i];
		struct rtnexthop *rtnh = nlmsg_reserve(msg, sizeof(*rtnh), NLMSG_ALIGNTO);

		if (!rtnh)
			return -ENOMEM;
		memset(rtnh, 0, sizeof(*rtnh));
		rtnh->rtnh_ifindex = (int)hop->ifindex;
		rtnh->rtnh_hops = (uint8_t)(hop->weight ? hop->weight - 1 : 0);
		rtnh->rtnh_flags = hop->onlink ? RTNH_F_ONLINK : 0;
		if (put_via(msg, route, hop) || attributes_put(msg, &route_attributes, true, false, hop))
			return -ENOMEM;
		rtnh->rtnh_len = (unsigned short)((char *)nlmsg_tail(nlmsg_hdr(msg)) - (char *)rtnh);
	}
	return nest ? nla_nest_end(msg, nest) : -ENOMEM;
}

static int put_hops(struct nl_msg *msg, const struct route *route)
{
	int err = 0;

	if (route->nhid || !route->hops)
		return 0;
	if (route->hops > 1)
		return put_multipath(msg, route);
	err = put_via(msg, route, &route->hop[0]);
	if (!err && route->hop[0].ifindex)
		err = nla_put_u32(msg, RTA_OIF, route->hop[0].ifindex);
	return err ? err : attributes_put(msg, &route_attributes, true, false, &route->hop[0]);
}

static int put_metrics(struct nl_msg *msg, const struct route *route)
{
	struct nlattr *nest;

	if (!attributes_have_metrics(&route_attributes, route))
		return 0;
	nest = nla_nest_start(msg, RTA_METRICS);
	if (!nest || attributes_put(msg, &route_attributes, false, true, route))
		return -ENOMEM;
	return nla_nest_end(msg, nest);
}

static bool has_encap(const struct route *route)
{
	for (unsigned int i = 0; i < route->hops; i++)
		if (route->hop[i].encap)
			return true;
	return false;
}

/* By its place it is found as well; a nexthop object may have gone before. */
static struct route without_object(const struct route *route)
{
	struct route without = *route;

	without.nhid = 0;
	without.hops = route->nhid ? 0 : route->hops;
	return without;
}

static struct nl_msg *build(const struct route *route, int type, int flags)
{
	bool add = type == RTM_NEWROUTE;
	struct rtmsg rtm = { .rtm_family = route->dst.family,
			     .rtm_dst_len = route->dst.len,
			     .rtm_tos = route->tos,
			     .rtm_table = route->table < 256 ? (uint8_t)route->table : RT_TABLE_UNSPEC,
			     .rtm_protocol = route->protocol,
			     .rtm_type = route->type,
			     .rtm_scope = add ? route_scope(route) : RT_SCOPE_NOWHERE,
			     .rtm_flags = route->hops == 1 && route->hop[0].onlink ? RTNH_F_ONLINK : 0 };
	/* Room for HOPS_MAX hops; nlmsg_alloc_simple() would clear a page for each of 100,000 routes. */
	struct nl_msg *msg = nlmsg_alloc_size(has_encap(route) ? 8192 : 1024);
	int err;

	if (!msg || !nlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, type, 0, flags)) {
		nlmsg_free(msg);
		return NULL;
	}
	err = nlmsg_append(msg, &rtm, sizeof(rtm), NLMSG_ALIGNTO);
	if (!err && route->dst.len)
		err = put_address(msg, RTA_DST, &route->dst);
	if (!err)
		err = nla_put_u32(msg, RTA_TABLE, route->table);
	if (!err && route->metric)
		err = nla_put_u32(msg, RTA_PRIORITY, route->metric);
	if (!err)
		err = put_hops(msg, route);
	if (!err)
		err = attributes_put(msg, &route_attributes, false, false, route);
	if (!err && add)
		err = put_metrics(msg, route);
	if (!err)
		return msg;
	nlmsg_free(msg);
	return NULL;
}

struct nl_msg *route_add_message(const struct route *route)
{
	return build(route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
}

struct nl_msg *route_del_message(const struct route *route)
{
	const struct route gone = without_object(route);

	return build(&gone, RTM_DELROUTE, 0);
}

static int request(struct netlink *nl, const struct route *route, struct nl_msg *msg, const char *verb)
{
	char line[ROUTE_TEXT + 32], text[ROUTE_TEXT];

	snprintf(line, sizeof(line), "ip %sroute %s %s", route->dst.family == AF_INET6 ? "-6 " : "", verb,
		 route_text(route, text));
	return netlink_request(nl, msg, line);
}

int route_add(struct netlink *nl, const struct route *route)
{
	return request(nl, route, route_add_message(route), "add");
}

int route_replace(struct netlink *nl, const struct route *route)
{
	return request(nl, route, build(route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE), "replace");
}

int route_del(struct netlink *nl, const struct route *route)
{
	return request(nl, route, route_del_message(route), "del");
}

static int take_type(struct nlmsghdr *hdr, void *context)
{
	*(int *)context = ((struct rtmsg *)nlmsg_data(hdr))->rtm_type;
	return 0;
}

int route_lookup(struct netlink *nl, const struct prefix *address, uint32_t oif)
{
	struct rtmsg rtm = { .rtm_family = address->family, .rtm_dst_len = (uint8_t)family_bits(address->family) };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, 0);
	int type = RTN_UNSPEC, err;

	if (msg && (nlmsg_append(msg, &rtm, sizeof(rtm), NLMSG_ALIGNTO) || put_address(msg, RTA_DST, address) ||
		    (oif && nla_put_u32(msg, RTA_OIF, oif)))) {
		nlmsg_free(msg);
		msg = NULL;
	}
	err = netlink_get(nl, msg, take_type, &type);
	return err ? err : type;
}

int route_is_local(struct netlink *nl, const struct prefix *address)
{
	int type = route_lookup(nl, address, 0);

	return type < 0 ? type : type == RTN_LOCAL;
}

int route_resolve(struct route *route, const struct links *links, const char **missing)
{
	struct hop hops[HOPS_MAX];

	for (unsigned int i = 0; i < route->hops; i++) {
		const struct hop *hop = &route->hop[i];
		const struct link *link = hop->dev[0] ? links_by_name(links, hop->dev) : NULL;

		*missing = hop->dev;
		if (hop->dev[0] && !link && !links->any)
			return -ENODEV;
		memcpy(&hops[i], hop, sizeof(*hop));
		hops[i].ifindex = link ? link->ifindex : 0;
	}
	return route_set_hops(route, hops, route->hops);
}
