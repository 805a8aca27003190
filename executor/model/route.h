/* SPDX-License-Identifier: ISC */
/* executor/model/route.h - routes (ip-route(8)): the value, how two compare, its text. */
#ifndef EXECUTOR_MODEL_ROUTE_H
#define EXECUTOR_MODEL_ROUTE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "executor/model/prefix.h"

#define HOPS_MAX 8

struct hop {
	struct prefix via; /* family 0: none */
	char dev[IFNAMSIZ];
	uint32_t ifindex; /* of dev; route_resolve() */
	uint16_t weight;  /* 1..256, 0: not given */
	bool onlink;
};

struct route {
	uint8_t type; /* RTN_UNICAST, RTN_UNREACHABLE ... */
	uint8_t protocol;
	uint8_t scope;
	bool has_scope;
	bool foreign; /* has attributes that this struct does not model (encap, nexthop id, more hops) */
	bool dead;    /* the kernel holds it, but a hop is down */
	uint8_t hops;
	uint32_t table;
	uint32_t metric; /* 0: the family's default */
	uint32_t mtu;    /* 0: none */
	struct prefix dst;
	struct prefix src; /* preferred source, family 0: none */
	struct hop hop[HOPS_MAX];
};

struct routes {
	struct route *route;
	size_t count, room;
};

/* A metric of 0 means 1024 for IPv6 (include/uapi/linux/ipv6_route.h, IP6_RT_PRIO_USER). */
uint32_t route_metric(const struct route *route);

/* The scope that it was given, or the one that ip(8) would give it. */
uint8_t route_scope(const struct route *route);

/* Same place in the table: destination, metric. */
bool route_same_place(const struct route *a, const struct route *b);

/* Same place and the same behaviour; who made it does not count. Devices are compared by ifindex. */
bool route_equal(const struct route *a, const struct route *b);

/* Is `dev` one of its hops' devices? */
bool route_names(const struct route *route, const char *dev);

/* As above, or a gateway alone, which may be reachable through any interface. */
bool route_concerns(const struct route *route, const char *dev);

#define ROUTE_TEXT 640
/* As ip-route(8) takes it. */
const char *route_text(const struct route *route, char text[ROUTE_TEXT]);

int routes_add(struct routes *routes, const struct route *route);
void routes_free(struct routes *routes);

#endif
