/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/derive.h - add to the options of a stanza what table-connected and table-follow make
 * of the kernel's state: model/derived.h.  With a run: 0, or -1 with run->failure.
 */
#ifndef EXECUTOR_APPLY_DERIVE_H
#define EXECUTOR_APPLY_DERIVE_H

#include "executor/apply/run.h"
#include "executor/kernel/address.h"
#include "executor/kernel/link.h"
#include "executor/stanza/stanza.h"

/* Add to `main` the networks that its interfaces have addresses in.  0 or -ENOMEM */
int derive_networks(const struct derived *d, const struct addresses *all, const struct links *links,
		    struct routes *main);

/* Asks for table main and for addresses, and reads the table-route-file. */
int derive_routes(struct run *run, const struct links *links, struct table_options *options);

/* Asks for the interface's addresses. */
int derive_rules(struct run *run, const struct links *links, struct table_options *options);

#endif
