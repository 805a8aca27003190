/* SPDX-License-Identifier: ISC */
/*
 * executor/model/lack.h - has there been no memory for something that was read?  What a stanza cannot be read for
 * is passed over in places, as one that is wrong is: others' lines are not for this interface to fail by.
 * Who ends knows by this that it was not the stanza, and that what was done may not be all.
 */
#ifndef EXECUTOR_MODEL_LACK_H
#define EXECUTOR_MODEL_LACK_H

#include <stdbool.h>

/* What malloc(3) and the like have returned, which may be NULL. */
void *lack_noted(void *data);

bool lack_of_memory(void);

#endif
