/* SPDX-License-Identifier: ISC */
/*
 * executor/executor.h - what an executor is: a name and a const table of phase
 * functions (ifupdown-executor(7)).  executor/main.c is the main() of them all.
 */
#ifndef EXECUTOR_EXECUTOR_H
#define EXECUTOR_EXECUTOR_H

#include <stdbool.h>

#include "executor/stanza/failure.h"
#include "executor/kernel/netlink.h"

/* One call of an executor. */
struct run {
	const char *iface;
	struct netlink nl;
	struct failure failure; /* why a phase function returned -1 */
	bool failed;            /* something was reported by run_report(), go on but exit 1 */
};

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

/* Print one line and go on; run_report() makes the exit status 1. */
void run_warn(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
void run_report(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* `return run_fail(run, ...)`: fill run->failure, -1. */
#define run_fail(run, ...) fail(&(run)->failure, __VA_ARGS__)

#endif
