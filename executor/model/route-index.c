/* SPDX-License-Identifier: ISC */
/* executor/model/route-index.c - many routes in little memory; see route-index.h. */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/lack.h"
#include "executor/model/prefix.h"
#include "executor/model/route-index.h"
#include "helpers/base/vrf.h"

static uint64_t digest_number(uint64_t digest, uint64_t number)
{
	return digest_bytes(digest, &number, sizeof(number));
}

static uint64_t digest_prefix(uint64_t digest, const struct prefix *prefix)
{
	digest = digest_number(digest, (uint64_t)prefix->family << 8 | prefix->len);
	return digest_bytes(digest, prefix->addr, sizeof(prefix->addr));
}

/* FNV lets the last bytes through to the sum; spread them (the end of MurmurHash3, 64 bits). */
static uint64_t spread(uint64_t digest)
{
	digest = (digest ^ digest >> 33) * 0xff51afd7ed558ccd;
	digest = (digest ^ digest >> 33) * 0xc4ceb9fe1a85ec53;
	return digest ^ digest >> 33;
}

static uint64_t digest_hop(const struct route *route, const struct hop *hop, bool with_device)
{
	uint64_t digest = digest_prefix(DIGEST_START, &hop->via);

	digest = digest_number(digest, route->hops > 1 && hop->weight ? hop->weight : 1);
	digest = attributes_digest(&route_attributes, true, hop, digest);
	return with_device || !hop->via.family ? digest_number(digest, hop->ifindex) : digest;
}

static uint64_t digest_route(const struct route *route, bool with_device)
{
	uint64_t digest = attributes_digest(&route_attributes, false, route, digest_number(DIGEST_START, route->type));
	uint64_t hops = 0;

	if (route->dst.family == AF_INET)
		digest = digest_number(digest, route_scope(route));
	/* The kernel may give them back in another order: their sum does not mind. */
	for (unsigned int i = 0; !route->nhid && route_type_has_hops(route->type) && i < route->hops; i++)
		hops += spread(digest_hop(route, &route->hop[i], with_device));
	return digest_number(digest, hops);
}

void route_index_add(struct route_index *places, const struct route *route)
{
	struct place *place;

	if (places->count == places->room) {
		size_t room = places->room ? 2 * places->room : 64;
		struct place *grown = lack_noted(realloc(places->place, room * sizeof(*grown)));

		if (!grown) {
			places->failed = true;
			return;
		}
		places->place = grown;
		places->room = room;
	}
	place = &places->place[places->count++];
	memset(place, 0, sizeof(*place));
	place->dst = route->dst;
	place->type = route->type;
	place->tos = route->tos;
	place->protocol = route->protocol;
	place->foreign = route->foreign;
	place->metric = route_metric(route);
	place->digest = digest_route(route, true);
	place->digest_any = digest_route(route, false);
}

void route_index_free(struct route_index *places)
{
	free(places->place);
	memset(places, 0, sizeof(*places));
}

static int compare_keys(const struct place *a, const struct place *b)
{
	int order = memcmp(&a->dst, &b->dst, sizeof(a->dst));

	if (!order)
		order = (a->metric > b->metric) - (a->metric < b->metric);
	return order ? order : (a->tos > b->tos) - (a->tos < b->tos);
}

/* Somebody else's first in a place, so that a search finds it. */
static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = compare_keys(x, y);

	return order ? order : (x->protocol == VRF_PROTOCOL) - (y->protocol == VRF_PROTOCOL);
}

void route_index_sort(struct route_index *places)
{
	if (places->count)
		qsort(places->place, places->count, sizeof(*places->place), compare_places);
}

const struct place *route_index_find(const struct route_index *places, const struct route *route)
{
	struct place key = { .dst = route->dst, .metric = route_metric(route), .tos = route->tos };
	size_t low = 0, high = places->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_keys(&places->place[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < places->count && !compare_keys(&places->place[low], &key) ? &places->place[low] : NULL;
}

const struct place *route_index_want(struct route_index *places, const struct route *route)
{
	const struct place *found = route_index_find(places, route);

	if (found)
		places->place[found - places->place].wanted = true;
	return found;
}

bool place_equal(const struct place *place, const struct route *want)
{
	bool any_device = false;

	for (unsigned int i = 0; i < want->hops; i++)
		any_device |= !want->hop[i].ifindex;
	if (place->foreign || want->foreign)
		return false;
	return any_device ? place->digest_any == digest_route(want, false) : place->digest == digest_route(want, true);
}
