/* SPDX-License-Identifier: ISC */
/*
 * executor/stanza/env.h - what ifupdown-ng tells an executor.  The only getenv()
 * of the executors is here.
 */
#ifndef EXECUTOR_STANZA_ENV_H
#define EXECUTOR_STANZA_ENV_H

#include <stdbool.h>

/* A plain variable (IFACE, PHASE, MOCK, VERBOSE ...); empty counts as unset. */
const char *env_get(const char *name);

/* The value of a stanza's keyword, IF_KEYWORD, trimmed; NULL if unset or empty. */
const char *env_option(const char *keyword);

/* IF_KEYWORD, of a keyword as it stands in the file */
#define ENV_NAME 64
void env_name(const char *keyword, char name[ENV_NAME]);

/* Is there any keyword that begins like this? */
bool env_any(const char *prefix);

#endif
