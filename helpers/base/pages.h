/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/pages.h - memory for the largest that there can be, of which only what is written costs.
 */
#ifndef HELPERS_BASE_PAGES_H
#define HELPERS_BASE_PAGES_H

#include <stddef.h>

/* size bytes of zeros, kept until the process ends; NULL: there are none (ENOMEM) */
void *pages_take(size_t size);

#endif
