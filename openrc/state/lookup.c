/* SPDX-License-Identifier: ISC */
/* openrc/state/lookup.c - questions to the kernel's routes; see lookup.h. */
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helpers/base/message.h"
#include "openrc/state/lookup.h"

static int bytes_of(const struct prefix *p)
{
	return (int)family_bits(p->family) / 8;
}

static int put_flow(struct nl_msg *msg, const struct flow *flow)
{
	int err = nla_put(msg, RTA_DST, bytes_of(&flow->to), flow->to.addr);

	if (!err && flow->from.family)
		err = nla_put(msg, RTA_SRC, bytes_of(&flow->from), flow->from.addr);
	if (!err && flow->oif)
		err = nla_put_u32(msg, RTA_OIF, flow->oif);
	if (!err && flow->iif)
		err = nla_put_u32(msg, RTA_IIF, flow->iif);
	if (!err && flow->mark)
		err = nla_put_u32(msg, RTA_MARK, flow->mark);
	/* what comes in is taken for root's by rules: ip6_route_input() leaves the user at 0, and the question would not */
	if (!err)
		err = nla_put_u32(msg, RTA_UID, flow->iif ? 0 : flow->user);
	if (!err && flow->protocol)
		err = nla_put_u8(msg, RTA_IP_PROTO, flow->protocol);
	if (!err && flow->protocol && flow->from_port)
		err = nla_put_u16(msg, RTA_SPORT, htons(flow->from_port));
	if (!err && flow->protocol && flow->to_port)
		err = nla_put_u16(msg, RTA_DPORT, htons(flow->to_port));
	return err;
}

/* 0: it does not fit */
static uint8_t take_address(const struct rtattr *attr, size_t skip, uint8_t family, struct prefix *p)
{
	size_t size = family_bits(family) / 8;

	if (!attr || RTA_PAYLOAD(attr) < skip + size)
		return 0;
	memcpy(p->addr, (const char *)RTA_DATA(attr) + skip, size);
	p->len = (uint8_t)family_bits(family);
	return family;
}

static void take_way(struct found *f, uint32_t ifindex, const struct hop_message *hop, bool dead)
{
	const struct rtvia *via = hop->via ? RTA_DATA(hop->via) : NULL;
	struct way *way;

	if (f->ways == HOPS_MAX || !ifindex)
		return;
	way = &f->way[f->ways++];
	*way = (struct way){ .ifindex = ifindex, .encap = hop->encap, .unused = dead };
	if (hop->gateway)
		way->via.family = take_address(hop->gateway, 0, f->to.family, &way->via);
	else if (via && RTA_PAYLOAD(hop->via) >= sizeof(*via) &&
		 (via->rtvia_family == AF_INET || via->rtvia_family == AF_INET6))
		way->via.family = take_address(hop->via, sizeof(*via), (uint8_t)via->rtvia_family, &way->via);
}

/* IPv6 answers with the route that says no, IPv4 with its errno alone. */
static int error_of(uint8_t type)
{
	switch (type) {
	case RTN_UNREACHABLE:
		return -EHOSTUNREACH;
	case RTN_BLACKHOLE:
		return -EINVAL;
	case RTN_PROHIBIT:
		return -EACCES;
	case RTN_THROW:
		return -ENETUNREACH;
	default:
		return 0;
	}
}

static int take_route(struct nlmsghdr *n, void *context)
{
	struct found *f = context;
	const struct rtnexthop *hop = NULL;
	struct route_message m;

	if (message_route(n, &m))
		return 0;
	f->type = m.header->rtm_type;
	f->error = error_of(f->type);
	f->table = m.table;
	f->metric = m.metric;
	f->to = m.to;
	f->source.family =
		take_address(message_attribute(n, sizeof(struct rtmsg), RTA_PREFSRC), 0, m.to.family, &f->source);
	if (!m.multipath)
		take_way(f, m.oif, &m.hop, false);
	while (m.multipath && (hop = message_hop(m.multipath, hop))) {
		const struct hop_message h = message_hop_attributes(hop);

		/* also without a carrier, where ignore_routes_with_linkdown says so (fib_nexthop_info()) */
		take_way(f, (uint32_t)hop->rtnh_ifindex, &h, hop->rtnh_flags & RTNH_F_DEAD);
	}
	return 0;
}

void lookup(struct netlink *nl, const struct flow *flow, bool route, struct found *found)
{
	/* IPv6 always tells the table, and takes no such flag (inet6_rtm_valid_getroute_req()) */
	const unsigned int flags = flow->to.family == AF_INET ? RTM_F_LOOKUP_TABLE : 0;
	struct rtmsg rtm = { .rtm_family = flow->to.family,
			     .rtm_dst_len = (unsigned char)family_bits(flow->to.family),
			     .rtm_src_len = flow->from.family ? (unsigned char)family_bits(flow->from.family) : 0,
			     .rtm_flags = flags | (route ? RTM_F_FIB_MATCH : 0) };
	struct nl_msg *msg = netlink_message(RTM_GETROUTE, &rtm, sizeof(rtm));
	int err;

	memset(found, 0, sizeof(*found));
	if (msg && put_flow(msg, flow)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	err = netlink_get(nl, msg, take_route, found);
	if (err)
		*found = (struct found){ .error = err };
	else if (!found->type)
		found->error = -EIO;
}

int lookup_source(const struct flow *flow, struct prefix *source)
{
	const int device = (int)flow->oif;
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(flow->to_port) }, from;
	int err = 0, fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, flow->protocol ? flow->protocol : IPPROTO_RAW);
	socklen_t size = sizeof(from);

	if (fd < 0)
		return -errno;
	memcpy(&to.sin6_addr, flow->to.addr, sizeof(to.sin6_addr));
	if (prefix_is_link_local(&flow->to))
		to.sin6_scope_id = flow->oif;
	/* a socket's user, by which rules go, is its owner */
	if (setsockopt(fd, SOL_SOCKET, SO_MARK, &flow->mark, sizeof(flow->mark)) ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &device, sizeof(device)) ||
	    fchown(fd, flow->user, (gid_t)-1) || connect(fd, (const struct sockaddr *)&to, sizeof(to)) ||
	    getsockname(fd, (struct sockaddr *)&from, &size))
		err = -errno;
	close(fd);
	if (err)
		return err;
	*source = (struct prefix){ .family = AF_INET6, .len = 128 };
	memcpy(source->addr, &from.sin6_addr, sizeof(from.sin6_addr));
	return 0;
}

struct refusal {
	const struct prefix *address;
	uint32_t table;
	uint8_t type;
	struct prefix best; /* family 0: none yet */
};

static int take_refusal(struct nlmsghdr *n, void *context)
{
	struct refusal *r = context;
	struct route_message m;

	/* the kernel filters as well, but need not */
	if (message_route(n, &m) || m.table != r->table || m.header->rtm_type != r->type ||
	    m.header->rtm_flags & RTM_F_CLONED || !prefix_covers(&m.to, r->address))
		return 0;
	if (!r->best.family || m.to.len > r->best.len)
		r->best = m.to;
	return 0;
}

bool lookup_refusal(struct netlink *nl, uint32_t table, uint8_t type, const struct prefix *address,
		    struct prefix *found)
{
	struct rtmsg rtm = { .rtm_family = address->family, .rtm_type = type };
	struct nl_msg *msg = netlink_message(RTM_GETROUTE, &rtm, sizeof(rtm));
	struct refusal r = { .address = address, .table = table, .type = type };

	if (msg && nla_put_u32(msg, RTA_TABLE, table)) {
		nlmsg_free(msg);
		return false;
	}
	if (netlink_dump(nl, msg, take_refusal, NULL, &r) || !r.best.family)
		return false;
	*found = r.best;
	return true;
}

static int take_neighbour(struct nlmsghdr *n, void *context)
{
	if (n->nlmsg_type == RTM_NEWNEIGH && nlmsg_datalen(n) >= (int)sizeof(struct ndmsg))
		*(uint16_t *)context = ((const struct ndmsg *)nlmsg_data(n))->ndm_state;
	return 0;
}

uint16_t lookup_neighbour(struct netlink *nl, uint32_t ifindex, const struct prefix *address)
{
	struct ndmsg ndm = { .ndm_family = address->family, .ndm_ifindex = (int)ifindex };
	struct nl_msg *msg = netlink_message(RTM_GETNEIGH, &ndm, sizeof(ndm));
	uint16_t state = 0;

	if (msg && nla_put(msg, NDA_DST, bytes_of(address), address->addr)) {
		nlmsg_free(msg);
		return 0;
	}
	return netlink_get(nl, msg, take_neighbour, &state) ? 0 : state;
}
