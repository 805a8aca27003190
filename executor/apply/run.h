/* SPDX-License-Identifier: ISC */
/* executor/apply/run.h - one call of an executor: whom it is for, its socket, what went wrong. */
#ifndef EXECUTOR_APPLY_RUN_H
#define EXECUTOR_APPLY_RUN_H

#include <stdbool.h>

#include "executor/kernel/netlink.h"
#include "executor/stanza/failure.h"

struct run {
	const char *iface;
	struct netlink nl;
	struct failure failure; /* why a phase function returned -1 */
	bool failed;            /* something was reported by run_report(), go on but exit 1 */
};

/* Print one line (main.c does) and go on; run_report() makes the exit status 1. */
void run_warn(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
void run_report(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* `return run_fail(run, ...)`: fill run->failure, -1. */
#define run_fail(run, ...) fail(&(run)->failure, __VA_ARGS__)

#endif
