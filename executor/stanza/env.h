/* SPDX-License-Identifier: ISC */
/*
 * executor/stanza/env.h - what ifupdown-ng tells an executor.  The only getenv() of
 * the executors is here, and the only way to other lines of the interfaces
 * file: ifquery, which runs no executor for us and takes no lock.
 */
#ifndef EXECUTOR_STANZA_ENV_H
#define EXECUTOR_STANZA_ENV_H

#include <stdbool.h>
#include <stddef.h>

#include "executor/stanza/failure.h"

/* A plain variable (IFACE, PHASE, MOCK, VERBOSE ...); empty counts as unset. */
const char *env_get(const char *name);

/* The value of a stanza's keyword, IF_KEYWORD, trimmed; NULL if unset or empty. */
const char *env_option(const char *keyword);

/* Is there any keyword that begins like this? */
bool env_any(const char *prefix);

/*
 * ifupdown-ng's static executor adds a gateway by `ip route add ... vrf NAME`; busybox's
 * takes the words for garbage.
 */
bool env_ip_knows_vrf(void);

/* Values of a keyword in order; free with values_free(). */
struct values {
	char **text;
	size_t count;
};

/*
 * All values of a keyword of `iface`, which may stand on several lines and in
 * comma lists.  For the interface that is being configured (`own`), nothing is
 * asked when its environment has no such keyword, and the last line must be the
 * environment's, which carries only that one: with `ifup eth0=home` it is not.
 * Returns 0, or -1 with the reason.
 */
int env_values(const char *iface, bool own, const char *keyword, struct values *values, struct failure *f);

/* As ifquery prints them, one value a line, not split at commas. An unknown interface has none. */
int env_query(const char *iface, const char *keyword, struct values *lines, struct failure *f);

/* Does the keyword's last line, the one that counts, have that value (NULL: any)?  Not of what cannot be read. */
bool env_says(const char *iface, const char *keyword, const char *value);

/*
 * Many questions will follow: read all stanzas at once, for one start of ifquery.  If that fails
 * each question starts it.  The answers are those of the stanzas themselves: of an interface that
 * is up as another's (ifup eth0=home) env_query() alone would tell home's.
 */
void env_read_all(void);

/* Every keyword of a stanza, as often as it stands there. */
int env_keywords(const char *iface, struct values *keywords, struct failure *f);

/* Names of all stanzas. */
int env_list(struct values *names, struct failure *f);

void values_free(struct values *values);

#endif
