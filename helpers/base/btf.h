/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/btf.h - what the running kernel says of itself (BTF): functions by their names,
 * fields of its structures.
 */
#ifndef HELPERS_BASE_BTF_H
#define HELPERS_BASE_BTF_H

#include <stddef.h>

struct btf {
	const unsigned char *data;
	size_t size;
};

/* The kernel's; it stays until the process ends.  -ENOENT: it has none */
int btf_kernel(struct btf *b);

/* Pure, both.  The id of a function; -ENOENT: there is none of that name */
int btf_function(const struct btf *b, const char *name);
/* The offset in bytes of a field, also of one inside an unnamed struct or union; likewise */
int btf_field(const struct btf *b, const char *structure, const char *field);

#endif
