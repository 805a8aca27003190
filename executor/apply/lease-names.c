/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/lease-names.c - the nameservers of leases, kept beside their routes for VRFs that have no others
 * (vrf-nameserver lease); see lease.h.
 */
#include <string.h>

#include "executor/apply/lease.h"
#include "executor/apply/run-file.h"
#include "executor/stanza/parse.h"

#define KIND        "names"
#define WORDS_BYTES 1024

int lease_names_keep(const char *iface, const char *words)
{
	return run_file_put(KIND, iface, "%.*s\n", WORDS_BYTES - 2, words);
}

void lease_names_forget(const char *iface)
{
	run_file_forget(KIND, iface);
}

/* Words of a server's: what is none is passed over. */
static void add_those_of(const char *iface, struct nameservers *all)
{
	char text[WORDS_BYTES], *rest = text, *word;

	if (!run_file_get(KIND, iface, text, sizeof(text)))
		return;
	while (all->count < NAMESERVERS_MAX && (word = next_word(&rest))) {
		struct nameserver s;

		if (!strchr(word, '@') && !nameserver_parse(word, &s) && !nameservers_have(all, &s))
			all->server[all->count++] = s;
	}
}

void lease_names_of(const struct links *links, uint32_t vrf, struct nameservers *all)
{
	memset(all, 0, sizeof(*all));
	for (size_t i = 0; i < links->count; i++)
		if (links->link[i].master == vrf)
			add_those_of(links->link[i].name, all);
}
