/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/btf.c - whatever the kernel says of itself, reading it stays inside.
 */
#include <stdlib.h>
#include <string.h>

#include "helpers/base/btf.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	/* Of its own size, so that the sanitizer sees a read behind it, and aligned. */
	unsigned char *copy = malloc(size ? size : 1);
	const struct btf b = { copy, size };

	memcpy(copy, data, size);
	btf_function(&b, "hook");
	btf_field(&b, "msghdr", "control");
	free(copy);
	return 0;
}
