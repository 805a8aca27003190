/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-counts.c - what ifupdown-ng counts more often than a stop of networking, one
 * ifdown for each interface, takes from it: it stays in the list of what is up, and the start passes
 * it over.  See check.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/ifquery.h"
#include "executor/stanza/parse.h"
#include "openrc/rc-vrf/check.h"
#include "openrc/state/memory.h"
#include "openrc/state/stanzas.h"

/* How often ifupdown-ng has counted an interface after a start of networking, beside itself: who requires it */
struct usual {
	unsigned long count;
	size_t by; /* the last stanza that was counted for it */
};

/* Under how many names is the stanza up? */
static unsigned long times_up(const struct stanzas *all, const char *stanza)
{
	unsigned long times = 0;

	for (size_t i = 0; i < all->up; i++)
		times += !strcmp(all->running[i].stanza, stanza);
	return times;
}

/* One more for each that stands in a stanza's words, once however often; by: that stanza's number. */
static void count_words(const struct stanzas *all, char *words, unsigned long times, size_t by, struct usual *usual)
{
	char *word;

	while ((word = next_word(&words)))
		for (size_t i = 0; i < all->up; i++)
			if (usual[i].by != by && !strcmp(all->running[i].iface, word)) {
				usual[i].count += times;
				usual[i].by = by;
			}
}

/* By the lines `requires` of what is up, in what `ifquery -L -P` has printed, which is written to. */
static void count_required(const struct stanzas *all, char *listing, struct usual *usual)
{
	unsigned long times = 0;
	size_t by = 0;
	char *line;

	while ((line = strsep(&listing, "\n"))) {
		const bool begins = line[0] != ' ';
		char *words = line, *word = next_word(&words), *of;

		if (word && begins) {
			of = strcmp(word, "iface") ? NULL : next_word(&words);
			times = of ? times_up(all, of) : 0;
			by++;
		} else if (word && times && !strcmp(word, "requires")) {
			count_words(all, words, times, by, usual);
		}
	}
}

/* Will what is said before bring up another one, which counts what it requires? */
static bool brings_up(const struct findings *f)
{
	static const char *const ids[] = { "vrf-missing", "vrf-half-up", "vrf-not-up", "interface-not-up" };

	for (size_t i = 0; i < f->count; i++)
		for (size_t j = 0; j < sizeof(ids) / sizeof(ids[0]); j++)
			if (!strcmp(f->finding[i].id, ids[j]))
				return true;
	return false;
}

/*
 * What was typed meanwhile may have counted it: the number that is usual stays the same then, but
 * where one more comes up that requires it.  Too low a number would take it from those who do.
 */
static void cure_count(const struct running *r, unsigned long count, bool may_change, struct findings *f)
{
	if (may_change)
		remedy(f,
		       "sed -i 's/^%s=%s %lu/%s=%s %lu/' " IFSTATE
		       " # does nothing once an ifup has counted it again: look once more then",
		       r->iface, r->stanza, r->count, r->iface, r->stanza, count);
	else
		remedy(f, "sed -i 's/^%s=%s [0-9]*/%s=%s %lu/' " IFSTATE, r->iface, r->stanza, r->iface, r->stanza,
		       count);
}

void check_counts(const struct stanzas *all, struct findings *f)
{
	/* With its executors: most of what an interface requires is theirs to say. */
	const char *const options[] = { "-E", EXECUTOR_PATH, "-L", "-P", NULL };
	struct usual *usual = memory_zero(all->up + 1, sizeof(*usual));
	char *listing = NULL;
	const bool may_change = brings_up(f);
	bool any = false;
	int status = 0;

	for (size_t i = 0; i < all->up; i++)
		any |= all->running[i].count > 1;
	if (any)
		listing = ifquery(options, &status);
	if (status == -ENOMEM)
		memory_out();
	if (listing)
		count_required(all, listing, usual);
	for (size_t i = 0; listing && i < all->up; i++) {
		const struct running *r = &all->running[i];
		const unsigned long count = 1 + usual[i].count;

		if (r->count <= count)
			continue;
		warn(f, "interface-count",
		     "ifupdown-ng counts %s %lu times, %lu is usual: a restart of networking leaves it down", r->iface,
		     r->count, count);
		cure_count(r, count, may_change, f);
	}
	free(listing);
	free(usual);
}
