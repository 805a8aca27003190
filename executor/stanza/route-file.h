/* SPDX-License-Identifier: ISC */
/*
 * executor/stanza/route-file.h - table-route-file: one route a line, in the grammar of
 * table-route; `#` begins a comment.
 */
#ifndef EXECUTOR_STANZA_ROUTE_FILE_H
#define EXECUTOR_STANZA_ROUTE_FILE_H

#include "executor/model/route-index.h"
#include "executor/stanza/failure.h"

/*
 * Call `each` with every route of the file; it returns 0, or -1 with the reason
 * in `f`, as this does: path, line and why.  `table` is that of a line without one.
 */
int route_file_read(const char *path, uint32_t table, int (*each)(const struct route *, void *), void *context,
		    struct failure *f);

/* Read every line. */
int route_file_check(const char *path, struct failure *f);

/* Add the places of its routes in that table; `without` is that of a line that names none. */
int route_file_index(const char *path, uint32_t without, uint32_t table, struct route_index *places, struct failure *f);

#endif
