/* SPDX-License-Identifier: ISC */
/* executor/apply/derive.h - add to the options of a stanza what follows from the kernel's state: model/derived.h. */
#ifndef EXECUTOR_APPLY_DERIVE_H
#define EXECUTOR_APPLY_DERIVE_H

#include "executor/apply/run.h"
#include "executor/kernel/link.h"
#include "executor/stanza/stanza.h"

/* Routes and rules of table-connected and table-follow.  Returns 0, or -1 with run->failure. */
int derive(struct run *run, const struct links *links, struct table_options *options);

#endif
