/* SPDX-License-Identifier: ISC */
/*
 * executor/stanza/failure.h - why something could not be done, in words for a person.
 * Modules fill it in and return -1; only a program prints it.
 */
#ifndef EXECUTOR_STANZA_FAILURE_H
#define EXECUTOR_STANZA_FAILURE_H

struct failure {
	char text[512];
};

/* Format the reason.  Returns -1, so that `return fail(f, ...)` reads well. */
int fail(struct failure *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
