/* SPDX-License-Identifier: ISC */
/*
 * executor/model/route-index.h - many routes of one table in little memory: where each
 * stands, and a digest of what it does.  Sorted once, then asked.
 */
#ifndef EXECUTOR_MODEL_ROUTE_INDEX_H
#define EXECUTOR_MODEL_ROUTE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "executor/model/route.h"

struct place {
	struct prefix dst;
	uint8_t type;
	uint8_t protocol;
	uint8_t tos;
	bool foreign;
	bool wanted; /* route_index_want() has found it */
	uint32_t metric;
	uint64_t digest;     /* of all that route_equal() compares */
	uint64_t digest_any; /* the same without the devices of its gateways */
};

struct route_index {
	struct place *place;
	size_t count, room;
	bool failed; /* out of memory: what was asked to be added is not complete */
};

void route_index_add(struct route_index *places, const struct route *route);
void route_index_sort(struct route_index *places);
void route_index_free(struct route_index *places);

/*
 * The one in the route's place, or NULL; where two share it, somebody else's,
 * which must not be touched.  The table is not looked at.
 */
const struct place *route_index_find(const struct route_index *places, const struct route *route);

/* As route_index_find(), and note in the place that some route wants it. */
const struct place *route_index_want(struct route_index *places, const struct route *route);

/* Does a route in that place do the same? As route_equal(). */
bool place_equal(const struct place *place, const struct route *want);

#endif
