/* SPDX-License-Identifier: ISC */
/* openrc/state/drops.c - read the rings of what the filters have stopped; see drops.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "helpers/base/bpf.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/sets.h"
#include "openrc/state/drops.h"
#include "openrc/state/memory.h"

/*
 * Of what is written just now the moment is 0, and what changes between two readings may be half of
 * each: what both have is whole.  Whoever is stopped so often that nothing stays is tried a few times.
 */
static int read_stable(int map, struct drops *d)
{
	static struct drops again;
	const __u32 zero = 0;
	int err = bpf_map_lookup(map, &zero, d);

	for (int i = 0; !err && i < 8; i++) {
		err = bpf_map_lookup(map, &zero, &again);
		if (err || !memcmp(d, &again, sizeof(again)))
			return err;
		if (i < 7)
			*d = again;
	}
	for (int i = 0; !err && i < DROPS_KEPT; i++)
		if (memcmp(&d->kept[i], &again.kept[i], sizeof(again.kept[i])))
			d->kept[i].when = 0;
	return err;
}

static int by_when(const void *a, const void *b)
{
	const uint64_t x = ((const struct drop *)a)->when, y = ((const struct drop *)b)->when;

	return x < y ? -1 : x > y;
}

static int read_ring(const struct set *set, struct ring *r)
{
	static struct drops d;
	struct attached c;
	int err = attached_open(set->binding, &c);

	if (err)
		return err;
	/* one of an older version has none */
	err = c.map[MAP_DROPS] < 0 ? -ENOENT : read_stable(c.map[MAP_DROPS], &d);
	attached_close(&c);
	if (err)
		return err;
	*r = (struct ring){ .id = set->binding, .count = d.count };
	memcpy(r->vrf, set->vrf, sizeof(r->vrf));
	for (int i = 0; i < DROPS_KEPT; i++)
		if (d.kept[i].when)
			r->drop[r->has++] = d.kept[i];
	qsort(r->drop, r->has, sizeof(r->drop[0]), by_when);
	return 0;
}

int rings_read(struct rings *all)
{
	struct sets sets;
	int err = sets_find(&sets);

	*all = (struct rings){ 0 };
	if (err)
		return err;
	all->ring = memory_zero(sets.count + 1, sizeof(*all->ring));
	for (size_t i = 0; !err && i < sets.count; i++) {
		err = read_ring(&sets.set[i], &all->ring[all->count]);
		all->count += !err;
		/* gone meanwhile, or of another shape */
		if (err == -ENOENT || err == -EPROTO)
			err = 0;
	}
	sets_free(&sets);
	if (err)
		rings_free(all);
	return err;
}

void rings_free(struct rings *all)
{
	free(all->ring);
	*all = (struct rings){ 0 };
}

static const struct ring *find_ring(const struct rings *all, unsigned int id)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->ring[i].id == id)
			return &all->ring[i];
	return NULL;
}

static bool had(const struct ring *then, const struct drop *d)
{
	for (unsigned int i = 0; i < then->has; i++)
		if (!memcmp(&then->drop[i], d, sizeof(*d)))
			return true;
	return false;
}

static void take_since(struct ring *r, const struct ring *then)
{
	unsigned int has = 0;

	for (unsigned int i = 0; i < r->has; i++)
		if (!had(then, &r->drop[i]))
			r->drop[has++] = r->drop[i];
	r->has = has;
	r->count -= then->count;
}

void rings_since(const struct rings *now, const struct rings *then, struct rings *news)
{
	*news = (struct rings){ .ring = memory_zero(now->count + 1, sizeof(*news->ring)) };
	for (size_t i = 0; i < now->count; i++) {
		const struct ring *old = find_ring(then, now->ring[i].id);

		/* most are as they were */
		if (old && old->count == now->ring[i].count)
			continue;
		news->ring[news->count] = now->ring[i];
		if (old)
			take_since(&news->ring[news->count], old);
		news->count++;
	}
}

void rings_count(const struct rings *all, const char *vrf, uint64_t *count, uint64_t *lost)
{
	*count = *lost = 0;
	for (size_t i = 0; i < all->count; i++) {
		const struct ring *r = &all->ring[i];

		if (strcmp(r->vrf, vrf))
			continue;
		*count += r->count;
		/* one that was being written is in the count, and comes later */
		*lost += r->count > r->has ? r->count - r->has : 0;
	}
}
