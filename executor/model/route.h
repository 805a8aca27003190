/* SPDX-License-Identifier: ISC */
/* executor/model/route.h - routes (ip-route(8)): the value, how two compare, its text. */
#ifndef EXECUTOR_MODEL_ROUTE_H
#define EXECUTOR_MODEL_ROUTE_H

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "executor/model/attribute.h"
#include "executor/model/encap.h"
#include "executor/model/prefix.h"

#define HOPS_MAX 8

/* TCP_CA_NAME_MAX of the kernel's include/net/tcp.h */
#define ALGORITHM_MAX 16

struct hop {
	struct prefix via; /* family 0: none */
	char dev[IFNAMSIZ];
	uint32_t ifindex; /* of dev; route_resolve() */
	uint32_t realms;  /* the one it comes from above 16 bits of the one it goes to */
	uint16_t weight;  /* 1..256, 0: not given */
	bool onlink;
	const struct encap *encap; /* encap_of(), NULL: none */
};

struct route {
	uint8_t type; /* RTN_UNICAST, RTN_UNREACHABLE ... */
	uint8_t protocol;
	uint8_t scope;
	uint8_t tos;
	uint8_t pref; /* of IPv6, RFC 4191 */
	bool has_scope;
	bool foreign; /* has attributes that this struct does not model (more hops, BPF ...) */
	bool dead;    /* the kernel holds it, but a hop is down */
	uint8_t hops;
	uint32_t table;
	uint32_t metric;                               /* 0: the family's default */
	uint32_t nhid;                                 /* a nexthop object of somebody's instead of hops, 0: none */
	uint32_t metrics[RTAX_FASTOPEN_NO_COOKIE + 1]; /* 0: none */
	char algorithm[ALGORITHM_MAX];
	struct prefix dst;
	struct prefix src;     /* preferred source, family 0: none */
	const struct hop *hop; /* of a route that is kept, route_set_hops() */
};

struct routes {
	struct route *route;
	size_t count, room;
};

/* All that a route and its hops may say, in the order in which ip(8) is told. */
extern const struct attributes route_attributes;

/* A type by its name, RTN_UNSPEC: none; and the other way round. */
uint8_t route_type(const char *word);
const char *route_type_word(uint8_t type);

/* Does a route of this type lead somewhere? */
bool route_type_has_hops(uint8_t type);

/* A metric of 0 means 1024 for IPv6 (include/uapi/linux/ipv6_route.h, IP6_RT_PRIO_USER). */
uint32_t route_metric(const struct route *route);

/* The scope that it was given, or the one that ip(8) would give it. */
uint8_t route_scope(const struct route *route);

/* Same place in the table: destination, tos, metric. */
bool route_same_place(const struct route *a, const struct route *b);

/* Same place and the same behaviour; who made it does not count. Devices are compared by ifindex. */
bool route_equal(const struct route *a, const struct route *b);

/* Is `dev` one of its hops' devices? */
bool route_names(const struct route *route, const char *dev);

/*
 * As above, or one of its gateways stands alone, which may be reachable through any interface.
 * What leads nowhere concerns lo: the kernel has it there for IPv6, and drops it with lo.
 */
bool route_concerns(const struct route *route, const char *dev);

#define ROUTE_TEXT 2048
/* As ip-route(8) takes it. */
const char *route_text(const struct route *route, char text[ROUTE_TEXT]);
/* The same with other words in the place of its table, "proto bird". */
const char *route_text_with(const struct route *route, const char *words, char text[ROUTE_TEXT]);

/* Give it these hops: of which few differ, so that there is one copy of each (value.h).  0 or -ENOMEM */
int route_set_hops(struct route *route, const struct hop *hop, unsigned int hops);

int routes_add(struct routes *routes, const struct route *route);
void routes_free(struct routes *routes);

#endif
