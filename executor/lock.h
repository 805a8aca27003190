/* SPDX-License-Identifier: ISC */
/*
 * executor/lock.h - one lock per machine around counting and changing rules,
 * and around the confinement's sets: ifupdown-ng locks per interface only.
 */
#ifndef EXECUTOR_LOCK_H
#define EXECUTOR_LOCK_H

/* Wait for the lock; may be taken again by its holder. Returns a descriptor, or -errno. The kernel lets go of it when the program ends. */
int lock_take(void);
void lock_release(int lock);

#endif
