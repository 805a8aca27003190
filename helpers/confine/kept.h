/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/kept.h - the prefixes that a set was filled with last, in a file.  A map of prefixes
 * is read entry by entry, which costs more than all else of a change; only the executors' side keeps them.
 */
#ifndef HELPERS_CONFINE_KEPT_H
#define HELPERS_CONFINE_KEPT_H

#include "helpers/confine/attached.h"

/*
 * What the set with this binding holds.  False: nobody has kept that, the map has to be asked.  The file
 * is believed only if its digest is the one that the set got when it was filled to the end.
 */
bool kept_read(const char *vrf, const struct binding *b, struct contents *c);

/* After it was filled, if there is enough of it.  `changed`: else only if there is no file yet. */
void kept_write(const char *vrf, const struct policy *s, bool changed);

void kept_forget(const char *vrf);

#endif
