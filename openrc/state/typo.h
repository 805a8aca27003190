/* SPDX-License-Identifier: ISC */
/* openrc/state/typo.h - how far one word is from another; pure. */
#ifndef OPENRC_TYPO_H
#define OPENRC_TYPO_H

#include <stdbool.h>
#include <stddef.h>

/* More than any word has that is compared. */
#define TYPO_LONGEST 40

/* How many letters were left out, put in, changed, or changed places with the next. */
size_t typo_slips(const char *a, const char *b);

/* May `known` have been meant by `word`, rather than what is *least slips away, of which it takes the place then?
 * Begin with TYPO_LONGEST. */
bool typo_is_nearer(const char *word, const char *known, size_t *least);

#endif
