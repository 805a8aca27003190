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

/* Is `name` among the words of the stanza's lines `requires`, in what `ifquery -L -P` has printed? */
static bool requires(const char *listing, const char *stanza, const char *name)
{
	char *text = strdup(listing), *rest = text, *line;
	bool in = false, found = false;

	while (!found && rest && (line = strsep(&rest, "\n"))) {
		char *words = line, *word = next_word(&words);

		if (!word)
			continue;
		if (line[0] != ' ') {
			char *of = next_word(&words);

			in = !strcmp(word, "iface") && of && !strcmp(of, stanza);
		} else if (in && !strcmp(word, "requires")) {
			while (!found && (word = next_word(&words)))
				found = !strcmp(word, name);
		}
	}
	free(text);
	return found;
}

/* Itself, and one for each that is up and requires it. */
static unsigned long usual_count(const struct stanzas *all, const char *listing, const char *iface)
{
	unsigned long count = 1;

	for (size_t i = 0; i < all->up; i++)
	count += requires(listing, all->running[i].stanza, iface);
	return count;
}

void check_counts(const struct stanzas *all, struct findings *f)
{
	/* With its executors: most of what an interface requires is theirs to say. */
	const char *const options[] = { "-E", EXECUTOR_PATH, "-L", "-P", NULL };
	char *listing = NULL;
	bool any = false;
	int ignored;

	for (size_t i = 0; i < all->up; i++)
		any |= all->running[i].count > 1;
	if (any)
		listing = ifquery(options, &ignored);
	for (size_t i = 0; listing && i < all->up; i++) {
		const struct running *r = &all->running[i];
		unsigned long usual = usual_count(all, listing, r->iface);

		if (r->count <= usual)
			continue;
		warn(f, "ifupdown-ng counts %s %lu times, %lu is usual: a restart of networking leaves it down",
		     r->iface, r->count, usual);
		remedy(f, "sed -i 's/^%s=%s %lu/%s=%s %lu/' " IFSTATE, r->iface, r->stanza, r->count, r->iface,
		       r->stanza, usual);
	}
	free(listing);
}
