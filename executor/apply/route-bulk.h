/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/route-bulk.h - a table-route-file into the kernel and out of it, in
 * batches; the file is read line by line, so that 100,000 routes take a few MiB.
 */
#ifndef EXECUTOR_APPLY_ROUTE_BULK_H
#define EXECUTOR_APPLY_ROUTE_BULK_H

#include "executor/apply/run.h"
#include "executor/apply/table-apply.h"
#include "executor/kernel/link.h"
#include "executor/model/route-index.h"
#include "executor/stanza/stanza.h"

/*
 * Apply all of want->file; want->table is that of a line without one.  Lines that cannot
 * be are reported (the first few by themselves) unless they may wait, the others are applied.
 * With scope->dev only those that can leave through it, and only those that name it are reported.
 * *stale: one of ours was in that table which neither the file nor want->routes has.
 * Returns 0, or -1 with run->failure.
 */
int route_bulk_apply(struct run *run, const struct table_options *want, const struct links *links,
		     const struct selection *scope, bool *stale);

/* Delete the routes of the table that are ours and, with `in`, stand in one of its places. */
int route_bulk_delete(struct run *run, uint32_t table, const struct route_index *in, bool keep_default);

#endif
