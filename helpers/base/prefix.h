/* SPDX-License-Identifier: ISC */
/* helpers/base/prefix.h - an address with a prefix length, of either family. */
#ifndef HELPERS_BASE_PREFIX_H
#define HELPERS_BASE_PREFIX_H

#include <stdint.h>

/* Family 0 means: none.  Bytes behind a shorter address are 0, so that two can be compared as bytes. */
struct prefix {
	uint8_t family; /* AF_INET, AF_INET6 */
	uint8_t len;    /* bits */
	uint8_t addr[16];
};

#endif
