/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/complete.c - names for the completion of shells; see complete.h.  It complains of nothing. */
#include <rc.h>
#include <stdio.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "openrc/rc-vrf/command.h"
#include "openrc/rc-vrf/complete.h"
#include "openrc/rc-vrf/print.h"

static void offer(const char *word, const char *begun)
{
	if (strncmp(word, begun, strlen(begun)))
		return;
	print(stdout, "%s", word);
	putchar('\n');
}

static void offer_vrfs(const char *begun)
{
	struct links links = { 0 };
	struct netlink nl;

	if (netlink_open(&nl, NULL, false))
		return;
	if (!links_get(&nl, &links))
		for (size_t i = 0; i < links.count; i++)
			if (link_is_vrf(&links.link[i]))
				offer(links.link[i].name, begun);
	links_free(&links);
	netlink_close(&nl);
}

static void offer_services(const char *begun)
{
	RC_STRINGLIST *names = rc_services_in_runlevel(NULL);

	if (!names)
		return;
	for (const RC_STRING *s = names->tqh_first; s; s = s->entries.tqe_next)
		offer(s->value, begun);
	rc_stringlist_free(names);
}

static void offer_word(const char *word, size_t length, void *context)
{
	char text[32];

	snprintf(text, sizeof(text), "%.*s", (int)length, word);
	if (!strcmp(text, "VRF"))
		offer_vrfs(context);
	else if (!strcmp(text, "SERVICE"))
		offer_services(context);
	else if (word[0] < 'A' || word[0] > 'Z') /* files and commands shells know themselves */
		offer(text, context);
}

int complete(const struct command *commands, size_t count, int argc, char **argv)
{
	const char *begun = argc ? argv[argc - 1] : "";
	const bool json = argc > 1 && !strcmp(argv[0], "--json");

	if (json) {
		argc--;
		argv++;
	}
	for (size_t i = 0; i < count; i++) {
		if (json && !commands[i].json)
			continue;
		if (argc <= 1)
			offer(commands[i].name, begun);
		else if (!strcmp(argv[0], commands[i].name))
			complete_words(commands[i].arguments, argc - 2, argv + 1, offer_word, (void *)begun);
	}
	if (argc <= 1 && !json) {
		offer("--json", begun);
		offer("--help", begun);
		offer("--version", begun);
	}
	return 0;
}
