/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/lock.h - one lock per machine around counting and changing rules,
 * and around the sets of services: ifupdown-ng locks per interface only.
 */
#ifndef EXECUTOR_APPLY_LOCK_H
#define EXECUTOR_APPLY_LOCK_H

#include "executor/apply/run.h"

/*
 * Wait for the lock; may be taken again by its holder.  Returns 0 and a descriptor, -1 with
 * MOCK, for lock_release(), or -1 with the reason.  The kernel lets go of it when the program ends.
 */
int lock_take(struct run *run, int *lock);
void lock_release(int lock);

#endif
