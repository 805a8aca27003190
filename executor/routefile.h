/* SPDX-License-Identifier: ISC */
/*
 * executor/routefile.h - table-route-file: one route a line, in the grammar of
 * table-route; `#` begins a comment.  It is read line by line and sent in
 * batches, so that 100,000 routes take a few MiB.
 */
#ifndef EXECUTOR_ROUTEFILE_H
#define EXECUTOR_ROUTEFILE_H

#include "executor/executor.h"
#include "executor/places.h"

/* Read every line. Returns 0, or -1 with path, line and reason. */
int routefile_check(const char *path, struct failure *f);

/*
 * Apply all of it; `table` is that of a line without one.  Lines that cannot
 * be are reported (the first few by themselves), the others are applied.  With
 * `dev` only those that can leave through it, and only those that name it are reported.
 * Returns 0, or -1 with run->failure.
 */
int routefile_apply(struct run *run, const char *path, uint32_t table, const char *dev);

/* Add the places of its routes in that table. Returns 0, or -1 with the reason. */
int routefile_places(const char *path, uint32_t table, struct places *places, struct failure *f);

/* Delete the routes of the table that are ours and, with `in`, stand in one of its places. */
int places_delete(struct run *run, uint32_t table, const struct places *in, bool keep_default);

#endif
