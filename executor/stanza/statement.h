/* SPDX-License-Identifier: ISC */
/*
 * executor/stanza/statement.h - the grammar of table-route, table-rule and of the
 * lines of a table-route-file.  A subset of ip-route(8)'s and ip-rule(8)'s.
 */
#ifndef EXECUTOR_STANZA_STATEMENT_H
#define EXECUTOR_STANZA_STATEMENT_H

#include "executor/model/route.h"
#include "executor/model/rule.h"
#include "executor/stanza/failure.h"

/*
 * `text` is written into.  A `default` without a gateway means both families:
 * two routes.  `table` is what a route without `table T` gets; 0: it stays 0
 * and the caller fills it in.  Returns the number of routes, or -1 with the reason.
 */
int statement_route(char *text, uint32_t table, struct route route[2], struct failure *f);

/* The same for rules; without an address both families. */
int statement_rule(char *text, uint32_t table, struct rule rule[2], struct failure *f);

#endif
