/* SPDX-License-Identifier: ISC */
/* executor/model/value.h - of what many routes have in common one copy is kept, for as long as the program runs. */
#ifndef EXECUTOR_MODEL_VALUE_H
#define EXECUTOR_MODEL_VALUE_H

#include <stddef.h>

/* Values of one kind; all zero at first. */
struct values_kept {
	void *tree;
};

/* The copy of these bytes, the same for the same bytes.  NULL: no memory. */
const void *value_of(struct values_kept *kept, const void *bytes, size_t size);

#endif
