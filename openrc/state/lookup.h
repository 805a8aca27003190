/* SPDX-License-Identifier: ISC */
/*
 * openrc/state/lookup.h - ask the kernel what it would do with a packet, as its own lookups do:
 * RTM_GETROUTE for one that is sent, or with an interface for one that comes in; RTM_GETNEIGH for
 * who is there.  One question, one answer, however many routes there are.  Changes nothing.
 */
#ifndef OPENRC_LOOKUP_H
#define OPENRC_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "executor/kernel/netlink.h"
#include "executor/model/prefix.h"
#include "executor/model/route.h"

/* A packet, as far as it counts for its way. */
struct flow {
	struct prefix to;   /* whole addresses; */
	struct prefix from; /* family 0: the kernel chooses one */
	uint32_t oif;       /* what the socket is bound to, 0: nothing */
	uint32_t iif;       /* by which it comes in, 0: it is sent by this host */
	uint32_t mark;      /* 0: none */
	uint32_t user;      /* whose it is */
	uint8_t protocol;   /* IPPROTO_TCP, UDP, ICMP, ICMPV6; 0: any */
	uint16_t from_port; /* 0: any */
	uint16_t to_port;
};

struct way {
	uint32_t ifindex;
	struct prefix via; /* family 0: it is on the link */
	bool encap;        /* something is put around packets */
	bool unused;       /* beside others: it is down, or whatever else keeps the kernel from it */
};

struct found {
	int error;    /* 0, or -errno: what a process gets */
	uint8_t type; /* RTN_UNICAST, RTN_LOCAL ... */
	uint32_t table;
	uint32_t metric;
	struct prefix to;     /* of the route, if that was asked for */
	struct prefix source; /* family 0: none */
	struct way way[HOPS_MAX];
	unsigned int ways;
};

/* What becomes of the packet; with `route` the whole route of the table instead, with all its ways. */
void lookup(struct netlink *nl, const struct flow *flow, bool route, struct found *found);

/*
 * The source that IPv6 chooses for a packet that is sent without one, from a socket that asks for it as the packet's
 * would, and sends nothing: the answer to RTM_GETROUTE names the interface's it leaves by, where a VRF's socket takes
 * one of its VRF, and does not know of the second lookup, with a source, that follows one without that has found
 * nothing (ip6_dst_lookup_tail()).  0 or -errno: that there is no way with a source either, for instance.
 */
int lookup_source(const struct flow *flow, struct prefix *source);

/*
 * The longest prefix around an address that a table has of one type (RTN_UNREACHABLE ...); of all that it
 * holds the kernel tells these alone.  False: none.
 */
bool lookup_refusal(struct netlink *nl, uint32_t table, uint8_t type, const struct prefix *address,
		    struct prefix *found);

/* NUD_* of a neighbour; 0: the kernel knows nothing of it. */
uint16_t lookup_neighbour(struct netlink *nl, uint32_t ifindex, const struct prefix *address);

#endif
