/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/run-file.h - what is kept of an interface in /run: a file of each kind.  Another network
 * namespace may have an interface of that name, and the same /run: it has files of its own.
 */
#ifndef EXECUTOR_APPLY_RUN_FILE_H
#define EXECUTOR_APPLY_RUN_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Longest name of a kind */
#define RUN_FILE_KIND 8

/* In the place of the one before, at once.  0 or -errno */
__attribute__((format(printf, 3, 4))) int run_file_put(const char *kind, const char *iface, const char *format, ...);

/* As much of it as there is room for, with an end; false: it is not there. */
bool run_file_get(const char *kind, const char *iface, char *text, size_t room);

void run_file_forget(const char *kind, const char *iface);

#endif
