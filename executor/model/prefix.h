/* SPDX-License-Identifier: ISC */
/* executor/model/prefix.h - addresses with a prefix length, of either family. */
#ifndef EXECUTOR_MODEL_PREFIX_H
#define EXECUTOR_MODEL_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

/* An address with a prefix length; family 0 means: none. */
struct prefix {
	uint8_t family; /* AF_INET, AF_INET6 */
	uint8_t len;    /* bits */
	uint8_t addr[16];
};

/* "10.20.30.0/24", or the room it needs */
#define PREFIX_TEXT 50

/* Write `p` as parse_prefix() reads it; a full-length prefix without its length. */
const char *prefix_text(const struct prefix *p, char text[PREFIX_TEXT]);

bool prefix_equal(const struct prefix *a, const struct prefix *b);

/* Full length of an address of this family, in bits. */
unsigned int family_bits(int family);

#endif
