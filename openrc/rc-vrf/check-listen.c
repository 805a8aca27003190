/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-listen.c - listeners that a script has vrf-listen(8) make by what conf.d says; see check.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/parse.h"
#include "openrc/rc-vrf/check.h"
#include "openrc/state/confd.h"
#include "openrc/state/listen-word.h"

/* Where it is to be written: "line 3 of FILE", or the usual file */
static void cure(const struct service *service, const char *variable, const char *example, struct findings *f)
{
	const char *file = NULL;
	unsigned int line = service_line(service, variable, &file);

	if (line)
		remedy(f, "write %s=\"%s\" in line %u of %s; see vrf-listen(8)", variable, example, line, file);
	else
		remedy(f, "write %s=\"%s\" to " SYSCONFDIR "/conf.d/%s; see vrf-listen(8)", variable, example,
		       service->name);
}

static void refuse(const struct service *service, const char *what, const char *why, struct findings *f)
{
	char reason[256];

	snprintf(reason, sizeof(reason), "%s %s", what, why);
	broken(f, "listeners-refused", "%s: vrf-listen makes no listeners for it: %s", service->name, reason);
}

static void check_words(const struct service *service, struct findings *f)
{
	char *words = strdup(service->listen), *rest = words, *word;

	while ((word = next_word(&rest))) {
		char *said = strdup(word);
		const char *why = said ? listen_word_wrong(word) : NULL;

		if (why) {
			refuse(service, said, why, f);
			cure(service, "listen", "tcp:ADDRESS:PORT", f);
		}
		free(said);
	}
	free(words);
}

void check_listeners(const struct services *all, const struct service *only, struct findings *f)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct service *service = &all->service[i];

		if ((only && service != only) || service->unloadable)
			continue;
		if (service->listen_vrf && !*service->listen_vrf) {
			refuse(service, "listen_vrf", "is empty", f);
			cure(service, "listen_vrf", "VRF", f);
		} else if (service->listen && !*service->listen && service->files) {
			refuse(service, "listen", "is empty", f);
			cure(service, "listen", "tcp:ADDRESS:PORT", f);
		} else if (service->listen && service->files) {
			check_words(service, f);
		}
	}
}
