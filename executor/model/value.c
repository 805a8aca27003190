/* SPDX-License-Identifier: ISC */
/* executor/model/value.c - one copy of each value; see value.h. */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/lack.h"
#include "executor/model/value.h"

/* In the tree; of a copy the bytes stand behind it. */
struct value {
	const void *bytes;
	size_t size;
};

static int compare(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return memcmp(x->bytes, y->bytes, x->size);
}

const void *value_of(struct values_kept *kept, const void *bytes, size_t size)
{
	struct value value = { bytes, size }, *copy;
	struct value **found = tfind(&value, &kept->tree, compare);

	if (found)
		return (*found)->bytes;
	copy = lack_noted(malloc(sizeof(*copy) + size));
	if (!copy)
		return NULL;
	*copy = (struct value){ memcpy(copy + 1, bytes, size), size };
	if (tsearch(copy, &kept->tree, compare))
		return copy->bytes;
	free(copy);
	return NULL;
}
