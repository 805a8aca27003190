/* SPDX-License-Identifier: ISC */
/* executor/apply/sweep.h - what we added and no stanza says any more: a line, a table-id, a VRF's last rule has gone. */
#ifndef EXECUTOR_APPLY_SWEEP_H
#define EXECUTOR_APPLY_SWEEP_H

#include "executor/apply/run.h"

/*
 * Delete rules of ours that no stanza of the file has, and routes of ours through run->iface
 * outside of the tables of VRFs (those are their stanzas' business, executor/apply/table-apply.h).
 * Only for the system's file: another one says nothing of what that one has made.  If the file
 * cannot be read to its end nothing is deleted.  Under the machine's lock.  0, or -1 with
 * run->failure.
 */
int sweep(struct run *run);

#endif
