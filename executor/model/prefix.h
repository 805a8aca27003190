/* SPDX-License-Identifier: ISC */
/* executor/model/prefix.h - what prefixes say as text, and how they compare. */
#ifndef EXECUTOR_MODEL_PREFIX_H
#define EXECUTOR_MODEL_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

#include "helpers/base/prefix.h"

/* "10.20.30.0/24", or the room it needs */
#define PREFIX_TEXT 50

/* Write `p` as parse_prefix() reads it; a full-length prefix without its length. */
const char *prefix_text(const struct prefix *p, char text[PREFIX_TEXT]);

bool prefix_equal(const struct prefix *a, const struct prefix *b);

/* Does the first hold all of the second? */
bool prefix_covers(const struct prefix *wide, const struct prefix *p);

/* Of an address the network that its length says */
struct prefix prefix_network(const struct prefix *address);

/* Of IPv6, for one link */
bool prefix_is_link_local(const struct prefix *p);

/* Full length of an address of this family, in bits. */
unsigned int family_bits(int family);

#endif
