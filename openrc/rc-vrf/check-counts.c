/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-counts.c - what ifupdown-ng counts more often than a stop of networking, one
 * ifdown for each interface, takes from it: it stays in the list of what is up, and the start passes
 * it over.  See check.h.
 */
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/ifquery.h"
#include "executor/stanza/parse.h"
#include "openrc/rc-vrf/check.h"
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

void check_counts(const struct stanzas *all, struct findings *f)
{
	/* With its executors: most of what an interface requires is theirs to say. */
	const char *const options[] = { "-E", EXECUTOR_PATH, "-L", "-P", NULL };
	struct usual *usual = calloc(all->up + 1, sizeof(*usual));
	char *listing = NULL;
	bool any = false;
	int ignored;

	for (size_t i = 0; i < all->up; i++)
		any |= all->running[i].count > 1;
	if (any && usual)
		listing = ifquery(options, &ignored);
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
		remedy(f, "sed -i 's/^%s=%s %lu/%s=%s %lu/' " IFSTATE, r->iface, r->stanza, r->count, r->iface,
		       r->stanza, count);
	}
	free(listing);
	free(usual);
}
