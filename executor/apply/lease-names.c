/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/lease-names.c - the nameservers of leases, kept beside their routes for VRFs that have no others
 * (vrf-nameserver lease); see lease.h.
 */
#include <string.h>

#include "executor/apply/lease.h"
#include "executor/apply/run-file.h"
#include "executor/stanza/parse.h"

#define WORDS_BYTES 1024

/* A client tells of IPv4 and of IPv6 at different times. */
static const char *const kinds[] = { "names", "names6" };

int lease_names_keep(const char *iface, bool six, const char *words)
{
	return run_file_put(kinds[six], iface, "%.*s\n", WORDS_BYTES - 2, words);
}

void lease_names_forget(const char *iface, bool six)
{
	run_file_forget(kinds[six], iface);
}

/* Words of a server's: what is none is passed over. */
static void add_those_of(const char *iface, const char *kind, struct nameservers *all)
{
	char text[WORDS_BYTES], *rest = text, *word;

	if (!run_file_get(kind, iface, text, sizeof(text)))
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
		for (size_t k = 0; links->link[i].master == vrf && k < sizeof(kinds) / sizeof(*kinds); k++)
			add_those_of(links->link[i].name, kinds[k], all);
}
