/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/why-read.c - ask the kernel what it would do with the packets of one who asks, and
 * read what the filters say of each step; see why.h.  Judges nothing.
 */
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/sysctl.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/reading.h"
#include "openrc/rc-vrf/why-names.h"
#include "openrc/rc-vrf/why-read.h"
#include "openrc/state/memory.h"

static bool accepts(uint8_t protocol)
{
	int value = 0;

	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6)
		return true;
	sysctl_read(protocol == IPPROTO_UDP ? "ipv4/udp_l3mdev_accept" : "ipv4/tcp_l3mdev_accept", &value);
	return value;
}

/* The larger one counts. */
static bool is_strict(const struct link *link, bool *because_of_all)
{
	char path[64];
	int all = 0, own = 0;

	snprintf(path, sizeof(path), "ipv4/conf/%s/rp_filter", link->name);
	sysctl_read("ipv4/conf/all/rp_filter", &all);
	sysctl_read(path, &own);
	*because_of_all = own != 1;
	return (all > own ? all : own) == 1;
}

static bool is_ping(const struct flow *flow)
{
	return flow->protocol == IPPROTO_ICMP || flow->protocol == IPPROTO_ICMPV6;
}

static bool ignores_pings(uint8_t family)
{
	int value = 0;

	sysctl_read(family == AF_INET6 ? "ipv6/icmp/echo_ignore_all" : "ipv4/icmp_echo_ignore_all", &value);
	return value;
}

static bool forwards(void)
{
	int value = 0;

	sysctl_read("ipv6/conf/all/forwarding", &value);
	return value;
}

/* What the kernel finds; that it could not be asked is no answer. */
static void ask(struct reader *r, const struct flow *flow, bool route, struct found *found)
{
	lookup(r->nl, flow, route, found);
	switch (found->error) {
	case -ENOMEM:
	case -ENOBUFS:
	case -EPERM:
	case -EINTR:
	case -EIO:
		trouble("cannot ask for a route: %s", strerror(-found->error));
	}
}

static const struct link *vrf_of(const struct kernel *k, const struct link *link)
{
	const struct vrf *vrf = link && !link_is_vrf(link) ? kernel_vrf_of(k, link) : NULL;

	return link && link_is_vrf(link) ? link : vrf ? vrf->link : NULL;
}

/* How the packets of the other side are looked up. */
static void read_back(struct reader *r, const struct trip *trip, const struct prefix *source, struct hop_facts *hop)
{
	const struct place *p = &r->facts->place;
	struct flow flow = { .to = *source,
			     .from = trip->flow.to,
			     .protocol = trip->flow.protocol,
			     .from_port = trip->flow.to_port,
			     .to_port = trip->flow.from_port };
	struct found home;

	/*
	 * An answer of that VRF itself is sent, not received; and what comes to a member's link-local address is
	 * looked up past all rules, which only a question for what is sent is (vrf_ip6_input_dst()).
	 */
	if ((hop->in == hop->out && link_is_vrf(hop->in)) || (hop->in_vrf && prefix_is_link_local(source)))
		flow.oif = hop->in->ifindex;
	else
		flow.iif = hop->in->ifindex;
	if (flow.oif)
		flow.from.family = 0;
	ask(r, &flow, false, &hop->back);
	hop->in_device = passing_device(&r->passing, hop->in_vrf ? hop->in_vrf->ifindex : hop->in->ifindex);
	hop->in_prefix = passing_prefix(&r->passing, &trip->flow.to);
	hop->strict = trip->flow.to.family == AF_INET && is_strict(hop->in, &hop->strict_all);
	hop->forwards = forwards();
	/* to the VRF whose socket it is for? */
	if (hop->back.error || !p->device || !hop->back.ways || hop->back.way[0].ifindex != p->device->ifindex)
		return;
	flow = (struct flow){ .to = *source, .oif = p->device->ifindex };
	ask(r, &flow, false, &home);
	hop->home = !home.error && home.type == RTN_LOCAL;
}

/* Out by another VRF's device: that looks it up by its own table (vrf_xmit()). */
static void read_on(struct reader *r, const struct trip *trip, const struct prefix *source, struct hop_facts *hop)
{
	struct flow flow = trip->flow;

	flow.from = *source;
	flow.oif = hop->out->ifindex;
	/* vrf_process_v4_outbound() looks up without the mark, vrf_process_v6_outbound() with it, both without ports */
	if (flow.to.family == AF_INET)
		flow.mark = 0;
	flow.from_port = flow.to_port = 0;
	/* it may lead to another one in turn */
	for (int i = 0; i < 4; i++) {
		ask(r, &flow, false, &hop->on);
		hop->on_out = hop->on.ways ? links_by_index(&r->k->links, hop->on.way[0].ifindex) : NULL;
		if (hop->on.error || hop->on.type != RTN_UNICAST || !hop->on_out || !link_is_vrf(hop->on_out) ||
		    hop->on_out->ifindex == flow.oif)
			break;
		flow.oif = hop->on_out->ifindex;
	}
	hop->on_device = passing_device(&r->passing, hop->on.ways ? hop->on.way[0].ifindex : 0);
	hop->in = hop->on.type == RTN_UNICAST && hop->on_out ? hop->on_out : hop->out;
}

static void read_hop(struct reader *r, const struct trip *trip, const struct way *way, const struct link *entry,
		     struct hop_facts *hop)
{
	const struct prefix *source = trip->flow.from.family ? &trip->flow.from : &trip->found.source;
	const struct prefix *next = way->via.family ? &way->via : &trip->flow.to;

	memset(hop, 0, sizeof(*hop));
	hop->way = *way;
	hop->out = links_by_index(&r->k->links, way->ifindex);
	hop->out_vrf = vrf_of(r->k, hop->out);
	hop->out_device = passing_device(&r->passing, way->ifindex);
	hop->out_prefix = passing_prefix(&r->passing, &trip->flow.to);
	if (!hop->out || trip->found.type != RTN_UNICAST)
		return;
	hop->neighbour = lookup_neighbour(r->nl, way->ifindex, next);
	hop->in = hop->out;
	if (hop->out == hop->out_vrf && hop->out != r->facts->place.device)
		read_on(r, trip, source, hop);
	if (entry)
		hop->in = entry;
	hop->in_vrf = vrf_of(r->k, hop->in);
	if (source->family)
		read_back(r, trip, source, hop);
}

/* Where an errno is all that is told: the rules whose tables have a route that says so. */
static void read_refusal(struct reader *r, struct trip *trip)
{
	const struct rule *rule;
	size_t next = 0;
	uint8_t type = trip->found.error == -EHOSTUNREACH ? RTN_UNREACHABLE
		       : trip->found.error == -EACCES     ? RTN_PROHIBIT
		       : trip->found.error == -EINVAL     ? RTN_BLACKHOLE
							  : 0;

	while (type && !trip->refusal.family && (rule = rules_next(r->k, &trip->flow, &next))) {
		uint32_t table = rule_leads_to(r->k, rule, &trip->flow);

		/* it says so itself, before any table behind it */
		if (!trip->found.table && rule_refuses_with(rule, trip->found.error) &&
		    rule_takes(r->k, rule, &trip->flow) == RULE_TAKES)
			return;
		if (!table || (trip->found.table && table != trip->found.table))
			continue;
		if (lookup_refusal(r->nl, table, type, &trip->flow.to, &trip->refusal))
			trip->refusal_table = table;
	}
}

/* Out of the VRF to whose device the socket is bound? */
static bool leaks(const struct reader *r, const struct trip *trip)
{
	const struct link *vrf = links_by_index(&r->k->links, trip->flow.oif);
	const struct link *out = trip->found.ways ? links_by_index(&r->k->links, trip->found.way[0].ifindex) : NULL;

	return vrf && link_is_vrf(vrf) && out && out != vrf && out->master != vrf->ifindex &&
	       trip->found.type == RTN_UNICAST;
}

/* IPv6 looks it up once more, with a source, if it has found nothing without. */
static void look_up_source(struct reader *r, struct trip *trip)
{
	struct prefix source;

	if (trip->flow.to.family != AF_INET6 || trip->flow.from.family || (!trip->found.error && !leaks(r, trip)) ||
	    lookup_source(&trip->flow, &source))
		return;
	if (!trip->found.error) {
		trip->found.source = source;
		return;
	}
	trip->flow.from = source;
	ask(r, &trip->flow, false, &trip->found);
}

/* A connection of IPv4's is looked up twice: for its source, and with that (ip_route_connect()). */
static void look_up(struct reader *r, struct trip *trip)
{
	static const uint8_t none[4];
	bool connects = trip->flow.protocol != IPPROTO_ICMP;

	ask(r, &trip->flow, false, &trip->found);
	if (!trip->found.error && connects && trip->flow.to.family == AF_INET && !trip->flow.from.family &&
	    trip->found.source.family && memcmp(trip->found.source.addr, none, sizeof(none))) {
		trip->flow.from = trip->found.source;
		ask(r, &trip->flow, false, &trip->found);
	}
	look_up_source(r, trip);
}

static uint32_t interface_of(const struct reader *r, const struct prefix *own, const struct link *vrf)
{
	for (size_t i = 0; i < r->k->addresses.count; i++) {
		const struct address *a = &r->k->addresses.address[i];

		if (a->local.family == own->family && !memcmp(a->local.addr, own->addr, family_bits(own->family) / 8) &&
		    vrf_of(r->k, links_by_index(&r->k->links, a->ifindex)) == vrf)
			return a->ifindex;
	}
	return 0;
}

/*
 * The kernel answers a ping to an own address by itself: without the mark, as root, bound to the VRF
 * (icmp_reply()), or with IPv6 to the interface that has the address (icmpv6_echo_reply()).
 */
static void read_pong(struct reader *r, struct trip *trip)
{
	const struct place *p = &r->facts->place;
	const struct link *vrf = p->mark ? NULL : p->device;
	const struct prefix *source = trip->flow.from.family ? &trip->flow.from : &trip->found.source;
	struct flow flow = { .to = *source, .from = trip->flow.to, .protocol = trip->flow.protocol };
	const bool v6 = flow.from.family == AF_INET6;
	int reflects = 0;

	if (trip->found.type != RTN_LOCAL || !source->family || prefix_is_link_local(&trip->flow.to))
		return;
	if (trip->flow.protocol == IPPROTO_TCP && !p->mark) {
		/* with a source, which what they answer may have been looked up without */
		flow.oif = trip->flow.oif;
		flow.user = trip->flow.user;
		flow.from_port = trip->flow.to_port;
		ask(r, &flow, false, &trip->pong);
	}
	if (!is_ping(&trip->flow))
		return;
	sysctl_read(v6 ? "ipv6/fwmark_reflect" : "ipv4/fwmark_reflect", &reflects);
	if (reflects)
		flow.mark = trip->flow.mark;
	flow.oif = v6 ? interface_of(r, &flow.from, vrf) : vrf ? vrf->ifindex : 0;
	ask(r, &flow, false, &trip->pong);
}

/* Of several hops IPv4 then leaves out those whose gateway does not answer (fib_good_nh()). */
static bool is_left_out(struct reader *r, const struct way *way)
{
	uint16_t state;
	int value = 0;

	sysctl_read("ipv4/fib_multipath_use_neigh", &value);
	if (!value || !way->via.family)
		return false;
	state = lookup_neighbour(r->nl, way->ifindex, &way->via);
	return state == NUD_FAILED || state == NUD_INCOMPLETE;
}

/* Where that is all of them it takes one all the same. */
static void leave_out(struct reader *r, struct found *route)
{
	unsigned int used = 0;

	for (unsigned int i = 0; i < route->ways; i++) {
		struct way *way = &route->way[i];

		if (!way->unused && route->to.family == AF_INET && route->ways > 1)
			way->unused = is_left_out(r, way);
		used += !way->unused;
	}
	for (unsigned int i = 0; !used && i < route->ways; i++)
		route->way[i].unused = false;
}

/* entry: by which the other side's packets come in, NULL: by where this host sends */
static void read_trip(struct reader *r, struct trip *trip, const struct link *entry)
{
	const struct found *ways;

	look_up(r, trip);
	trip->accepts = accepts(trip->flow.protocol);
	if (trip->found.error) {
		read_refusal(r, trip);
		return;
	}
	ask(r, &trip->flow, true, &trip->route);
	read_pong(r, trip);
	ways = trip->route.ways > 1 && trip->found.type == RTN_UNICAST ? &trip->route : &trip->found;
	leave_out(r, &trip->route);
	for (unsigned int i = 0; i < ways->ways; i++)
		if (!ways->way[i].unused)
			read_hop(r, trip, &ways->way[i], entry, &trip->hop[trip->hops++]);
}

static struct flow flow_of(const struct reader *r)
{
	const struct place *p = &r->facts->place;
	const struct target *t = &r->facts->target;
	const struct link *dev = t->dev[0] ? links_by_name(&r->k->links, t->dev) : NULL;
	struct flow flow = { .to = t->address,
			     .mark = p->mark,
			     .oif = dev                     ? dev->ifindex
				    : p->device && !p->mark ? p->device->ifindex
							    : 0,
			     .user = r->process ? r->process->user : 0,
			     .protocol = t->protocol,
			     .to_port = t->port };

	if (flow.protocol == IPPROTO_ICMP && flow.to.family == AF_INET6)
		flow.protocol = IPPROTO_ICMPV6;
	return flow;
}

static void check_scope(const struct reader *r)
{
	const struct target *t = &r->facts->target;

	if (t->dev[0] && !links_by_name(&r->k->links, t->dev))
		trouble("%s: there is no interface %s", t->text, t->dev);
}

static bool may_hear(const struct reader *r, const struct inet_socket *s)
{
	const struct target *t = &r->facts->target;

	return s->listening && (s->protocol == IPPROTO_TCP || s->protocol == IPPROTO_UDP) && s->port &&
	       (!t->protocol || s->protocol == t->protocol) &&
	       (s->family == t->address.family || (s->family == AF_INET6 && !s->only6));
}

static void add_listener(struct reader *r, const struct inet_socket *s, const struct link *by)
{
	struct facts *f = r->facts;

	for (size_t i = 0; i < f->listeners; i++)
		if (f->listener[i].socket == s && f->listener[i].by == by)
			return;
	f->listener = memory_grow(f->listener, f->listeners + 1, sizeof(*f->listener));
	memset(&f->listener[f->listeners], 0, sizeof(*f->listener));
	f->listener[f->listeners].by = by;
	f->listener[f->listeners++].socket = s;
}

/* Can a VRF that is none of its answer there, by a member?  Then packets from there come in by that. */
static bool leads(struct reader *r, const struct vrf *vrf)
{
	struct flow flow = flow_of(r);
	struct found found;

	flow.oif = vrf->link->ifindex;
	ask(r, &flow, false, &found);
	return !found.error && found.type == RTN_UNICAST && found.ways &&
	       kernel_belongs(r->k, vrf, found.way[0].ifindex);
}

/* Who is in no VRF may hear what comes by one. */
static void add_vrfs(struct reader *r, const struct inet_socket *s)
{
	for (size_t i = 0; !r->facts->place.vrf[0] && i < r->k->count; i++)
		if (!r->k->vrf[i].mark && leads(r, &r->k->vrf[i]))
			add_listener(r, s, r->k->vrf[i].link);
}

static void take_socket(const struct inet_socket *s, void *context)
{
	struct reader *r = context;
	struct process maker;
	struct handed of;

	if (!may_hear(r, s) || (r->owner && why_is_handed(r, s, r->owner, &of, &maker)))
		return;
	add_listener(r, s, NULL);
	add_vrfs(r, s);
}

static bool is_in_any(const struct kernel *k, const struct inet_socket *s)
{
	for (size_t i = 0; i < k->count; i++)
		if (socket_is_bound(k, &k->vrf[i], s))
			return true;
	return false;
}

/* Of a VRF: whoever is bound to it; of the default VRF: who is to none of them, or to nothing. */
static bool is_of_vrf(const struct reader *r, const struct inet_socket *s)
{
	const struct vrf *vrf = kernel_vrf(r->k, r->facts->place.vrf);

	if (!r->facts->place.vrf[0])
		return !is_in_any(r->k, s);
	return vrf && socket_is_bound(r->k, vrf, s);
}

static bool is_there(const struct reader *r, const struct process *process)
{
	return !strcmp(process->vrf, r->facts->place.vrf);
}

static void take_sockets(struct reader *r, const struct process *process)
{
	r->owner = process;
	sockets_of(&r->sockets, process->pid, take_socket, r);
	r->owner = NULL;
}

static void find_listeners(struct reader *r)
{
	if (r->facts->target.protocol == IPPROTO_ICMP) {
		add_listener(r, NULL, NULL);
		return;
	}
	for (size_t i = 0; r->service && i < r->all.processes; i++)
		if (r->all.process[i].service == r->service && is_there(r, &r->all.process[i]))
			take_sockets(r, &r->all.process[i]);
	for (size_t i = 0; !r->service && i < r->sockets.count; i++)
		if (is_of_vrf(r, &r->sockets.socket[i]))
			take_socket(&r->sockets.socket[i], r);
}

static bool is_whole(const struct prefix *p)
{
	return p->len == family_bits(p->family);
}

/*
 * The own address in whose network it is that asks: then its packets come in by that interface, whatever rules say of
 * the answers.  Of the same VRF's, since others may have that network too; and not where a route that is more
 * particular than the network says that it is elsewhere.
 */
static const struct address *neighbours_address(struct reader *r, const struct flow *flow, const struct link *vrf)
{
	const struct target *t = &r->facts->target;
	const struct address *best = NULL;
	struct found answer;

	ask(r, flow, true, &answer);
	for (size_t i = 0; i < r->k->addresses.count; i++) {
		const struct address *a = &r->k->addresses.address[i];
		const struct link *link = links_by_index(&r->k->links, a->ifindex);

		if (!link || is_whole(&a->local) || !prefix_covers(&a->local, &t->address) ||
		    (t->dev[0] && strcmp(link->name, t->dev)))
			continue;
		/* with an interface behind it that is the one */
		if (!t->dev[0] && (!(link->flags & IFF_UP) || vrf_of(r->k, link) != vrf ||
				   (!answer.error && a->local.len < answer.to.len)))
			continue;
		if (!best || a->local.len > best->local.len ||
		    (a->local.len == best->local.len && answer.ways && answer.way[0].ifindex == a->ifindex))
			best = a;
	}
	return best;
}

/* Bound to an address it answers from that. */
static void bind_to_address(const struct inet_socket *s, struct flow *flow)
{
	static const uint8_t none[16], mapped[12] = { [10] = 0xff, [11] = 0xff };
	size_t size = flow->to.family == AF_INET ? 4 : 16;

	if (s->family == flow->to.family && memcmp(s->address, none, size)) {
		flow->from = (struct prefix){ .family = s->family, .len = flow->to.len };
		memcpy(flow->from.addr, s->address, size);
	} else if (s->family != flow->to.family && !memcmp(s->address, mapped, sizeof(mapped))) {
		flow->from = (struct prefix){ .family = AF_INET, .len = 32 };
		memcpy(flow->from.addr, s->address + 12, 4);
	}
}

/* Its answers: from the address that it is bound to, or from that by which it was asked. */
static void read_listener(struct reader *r, struct listener *l)
{
	const struct inet_socket *s = l->socket;
	const struct target *t = &r->facts->target;
	const struct address *near;
	struct flow flow = flow_of(r);

	if (s) {
		flow.protocol = s->protocol;
		flow.from_port = s->port;
	} else {
		flow.mark = flow.user = 0;
	}
	flow.to_port = 0;
	if (l->by)
		flow.oif = l->by->ifindex;
	else if (s && s->ifindex && !t->dev[0])
		flow.oif = s->ifindex;
	if (s)
		bind_to_address(s, &flow);
	near = neighbours_address(r, &flow, l->by ? l->by : r->facts->place.mark ? NULL : r->facts->place.device);
	if (near && !flow.from.family) {
		flow.from = near->local;
		flow.from.len = (uint8_t)family_bits(flow.from.family);
	}
	/* by the interface that it came by (icmp6_iif()) */
	if (near && !s && flow.to.family == AF_INET6)
		flow.oif = near->ifindex;
	l->near = near;
	l->trip.flow = flow;
	read_trip(r, &l->trip, near ? links_by_index(&r->k->links, near->ifindex) : NULL);
}

/*
 * What a process that is not where the others are listens to, or, with `only`, one socket that was made there for
 * another, is looked up as what it sends is.
 */
static void read_elsewhere(struct reader *r, const struct process *process, const struct inet_socket *only)
{
	const struct reader saved = *r;
	struct facts *f = r->facts;
	const struct place place = f->place;
	size_t first = f->listeners;

	why_place_process(r, process);
	r->owner = NULL;
	if (only)
		take_socket(only, r);
	else
		take_sockets(r, process);
	for (size_t i = first; i < f->listeners; i++) {
		f->listener[i].other = true;
		f->listener[i].handed = only;
		f->listener[i].place = f->place;
		if (!f->place.refused)
			read_listener(r, &f->listener[i]);
	}
	passing_close(&r->passing);
	*r = saved;
	f->place = place;
}

/* Several processes may have the same. */
static bool is_known(const struct reader *r, const struct inet_socket *s)
{
	for (size_t i = 0; i < r->facts->listeners; i++)
		if (r->facts->listener[i].socket == s)
			return true;
	return false;
}

static void take_handed(const struct inet_socket *s, void *context)
{
	struct reader *r = context;
	struct process maker;
	struct handed of;

	if (may_hear(r, s) && why_is_handed(r, s, r->owner, &of, &maker) && !is_known(r, s))
		read_elsewhere(r, &maker, s);
}

static void read_listeners(struct reader *r)
{
	if (!r->facts->place.refused)
		find_listeners(r);
	for (size_t i = 0; i < r->facts->listeners; i++)
		read_listener(r, &r->facts->listener[i]);
	if (r->facts->target.protocol == IPPROTO_ICMP)
		return;
	for (size_t i = 0; r->service && i < r->all.processes; i++) {
		const struct process *p = &r->all.process[i];

		if (p->service != r->service)
			continue;
		if (!is_there(r, p))
			read_elsewhere(r, p, NULL);
		r->owner = p;
		sockets_of(&r->sockets, p->pid, take_handed, r);
		r->owner = NULL;
	}
}

static void read_sockets(struct reader *r)
{
	int err = sockets_read(&r->sockets);

	if (err)
		trouble("cannot list the sockets: %s", strerror(-err));
	r->facts->sockets = &r->sockets;
}

/* A VRF by mark has no routes of its own to say so: there the addresses of the interface do. */
static bool is_broadcast(const struct reader *r)
{
	const struct trip *trip = &r->facts->trip;
	const struct addresses *all = &r->k->addresses;

	if (trip->found.type == RTN_BROADCAST)
		return true;
	for (size_t i = 0; i < all->count && trip->hops && trip->flow.to.family == AF_INET; i++) {
		struct prefix last = all->address[i].local;

		if (last.family != AF_INET || last.len > 30 || all->address[i].ifindex != trip->hop[0].way.ifindex)
			continue;
		for (unsigned int bit = last.len; bit < 32; bit++)
			last.addr[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
		if (!memcmp(last.addr, trip->flow.to.addr, 4))
			return true;
	}
	return false;
}

void why_read(const char *name, struct netlink *nl, struct kernel *k, struct facts *facts)
{
	/* whatever is found is needed to the end */
	static struct reader reader;
	struct reader *r = &reader;
	struct place *p = &facts->place;

	*r = (struct reader){ .nl = nl, .k = k, .facts = facts };
	facts->kernel = k;
	naming_read(&r->naming, &k->links);
	facts->naming = &r->naming;
	why_place(r, name);
	if (!facts->target.address.family)
		why_names(p, !r->service || !r->service->other_names, facts);
	check_scope(r);
	/* its VRF may have gone, and a listener that it was handed is another's */
	if (p->refused && !(facts->from && p->running))
		return;
	read_sockets(r);
	facts->trip.flow = flow_of(r);
	facts->no_pongs = is_ping(&facts->trip.flow) && ignores_pings(facts->target.address.family);
	if (!facts->target.address.family)
		return;
	if (p->refused) {
		read_listeners(r);
		return;
	}
	read_trip(r, &facts->trip, NULL);
	if (facts->trip.found.error)
		why_idle(r);
	if (is_broadcast(r))
		trouble("why: %s is everybody in a network, and this is about one host", facts->target.text);
	if (facts->from)
		read_listeners(r);
	else if (facts->trip.found.type == RTN_LOCAL)
		why_own(r);
}
