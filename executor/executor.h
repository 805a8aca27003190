/* SPDX-License-Identifier: ISC */
/*
 * executor/executor.h - what an executor is: a name and a const table of phase
 * functions (ifupdown-executor(7)).  executor/main.c is the main() of them all.
 */
#ifndef EXECUTOR_EXECUTOR_H
#define EXECUTOR_EXECUTOR_H

#include "executor/apply/run.h"

/*
 * Phase functions return 0 when the state that was asked for is there, or -1
 * with run->failure.  They can be killed anywhere and run again.  Phases that
 * an executor has nothing to do in are NULL.
 */
typedef int phase_function(struct run *run);

struct phase {
	const char *name;
	phase_function *function;
};

struct executor {
	const char *name;
	/* Name of the interface this one needs first, or NULL; only the environment may be looked at. */
	const char *(*depend)(void);
	const struct phase *phases; /* ends with a NULL name */
};

extern const struct executor executor;

#endif
