/* SPDX-License-Identifier: ISC */
/*
 * executor/stanza/interfaces.h - other lines of the interfaces file than those that the
 * environment carries, by ifquery alone, which runs no executor for us and takes no lock.
 */
#ifndef EXECUTOR_STANZA_INTERFACES_H
#define EXECUTOR_STANZA_INTERFACES_H

#include <stdbool.h>
#include <stddef.h>

#include "executor/stanza/failure.h"

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
int interfaces_values(const char *iface, bool own, const char *keyword, struct values *values, struct failure *f);

/* As ifquery prints them, one value a line, not split at commas. An unknown interface has none. */
int interfaces_query(const char *iface, const char *keyword, struct values *lines, struct failure *f);

/*
 * The same as an executor gets it in its environment, whose names have neither small letters nor hyphens: what looks
 * like the keyword there is one as well, if something else has that executor run.  Only after interfaces_read_all().
 */
int interfaces_passed(const char *iface, const char *keyword, struct values *lines, struct failure *f);
bool interfaces_pass(const char *iface, const char *word, const char *keyword);

/* Does the keyword's last line, the one that counts, have that value (NULL: any)?  Not of what cannot be read. */
bool interfaces_say(const char *iface, const char *keyword, const char *value);

/*
 * Many questions will follow: read all stanzas at once, for one start of ifquery.  If that fails
 * each question starts it.  The answers are those of the stanzas themselves: of an interface that
 * is up as another's (ifup eth0=home) interfaces_query() alone would tell home's.
 */
void interfaces_read_all(void);

/* Does ifup -a bring it up?  After interfaces_read_all(); true if that could not be read. */
bool interfaces_auto(const char *iface);

/* Is it no interface's, but one for others to inherit?  After interfaces_read_all(); false if that could not be read. */
bool interfaces_template(const char *iface);

/* Every keyword of a stanza, as often as it stands there. */
int interfaces_keywords(const char *iface, struct values *keywords, struct failure *f);

/* Is there a stanza of that name?  Not if that cannot be read. */
bool interfaces_have(const char *name);

/* Names of all stanzas, templates too. */
int interfaces_list(struct values *names, struct failure *f);

void values_free(struct values *values);

#endif
