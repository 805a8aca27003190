/* SPDX-License-Identifier: ISC */
/* executor/model/route-index.c - many routes in little memory; see route-index.h. */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/prefix.h"
#include "executor/model/route-index.h"
#include "helpers/base/vrf.h"

/* FNV-1a, 64 bits (RFC 9923). */
static uint64_t digest_bytes(uint64_t digest, const void *data, size_t size)
{
	const unsigned char *byte = data;

	while (size--)
		digest = (digest ^ *byte++) * 0x100000001b3;
	return digest;
}

static uint64_t digest_number(uint64_t digest, uint64_t number)
{
	return digest_bytes(digest, &number, sizeof(number));
}

static uint64_t digest_prefix(uint64_t digest, const struct prefix *prefix)
{
	digest = digest_number(digest, (uint64_t)prefix->family << 8 | prefix->len);
	return digest_bytes(digest, prefix->addr, sizeof(prefix->addr));
}

static uint64_t digest_hop(const struct route *route, const struct hop *hop, bool with_device)
{
	uint64_t digest = digest_prefix(0xcbf29ce484222325, &hop->via);

	digest = digest_number(digest, route->hops > 1 && hop->weight ? hop->weight : 1);
	digest = digest_number(digest, hop->onlink);
	return with_device || !hop->via.family ? digest_number(digest, hop->ifindex) : digest;
}

static uint64_t digest_route(const struct route *route, bool with_device)
{
	uint64_t digest = digest_number(0xcbf29ce484222325, (uint64_t)route->type << 32 | route->mtu);
	uint64_t hops = 0;

	digest = digest_prefix(digest, &route->src);
	if (route->dst.family == AF_INET)
		digest = digest_number(digest, route_scope(route));
	/* The kernel may give them back in another order: their sum does not mind. */
	for (unsigned int i = 0; route->type == RTN_UNICAST && i < route->hops; i++)
		hops += digest_hop(route, &route->hop[i], with_device);
	return digest_number(digest, hops);
}

void route_index_add(struct route_index *places, const struct route *route)
{
	struct place *place;

	if (places->count == places->room) {
		size_t room = places->room ? 2 * places->room : 64;
		struct place *grown = realloc(places->place, room * sizeof(*grown));

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

	return order ? order : (a->metric > b->metric) - (a->metric < b->metric);
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
	struct place key = { .dst = route->dst, .metric = route_metric(route) };
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
	return any_device ? place->digest_any == digest_route(want, false)
			  : place->digest == digest_route(want, true);
}
