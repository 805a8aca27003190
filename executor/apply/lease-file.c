/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/lease-file.c - the lease of an interface, kept for the moment when
 * its VRF comes back; see lease.h.  The kernel drops the routes with the VRF, and
 * a client that sees no reason to renew would not bring them for hours.
 */
#include <stdlib.h>
#include <string.h>

#include "executor/apply/lease.h"
#include "executor/apply/run-file.h"
#include "executor/model/lack.h"

#define KIND "lease"
/* A datagram's options cannot say more. */
#define WORDS_BYTES 65536

int lease_keep(const char *iface, const struct lease_words *words)
{
	return run_file_put(KIND, iface, "%s %s\n", words->classless ? "routes" : "routers", words->text);
}

bool lease_kept(const char *iface, struct lease_words *words)
{
	char *space;

	words->text = lack_noted(malloc(WORDS_BYTES));
	space = words->text && run_file_get(KIND, iface, words->text, WORDS_BYTES) ? strchr(words->text, ' ') : NULL;
	if (!space) {
		free(words->text);
		return false;
	}
	words->classless = !strncmp(words->text, "routes ", strlen("routes "));
	memmove(words->text, space, strlen(space) + 1);
	return true;
}

void lease_forget(const char *iface)
{
	run_file_forget(KIND, iface);
	lease_names_forget(iface, false);
}
