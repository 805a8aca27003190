/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/tap.h - the Test Anything Protocol: plan(n) first, then n times ok() or is().
 */
#ifndef TESTS_UNIT_TAP_H
#define TESTS_UNIT_TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_planned, tap_failed;

static inline void plan(int n)
{
	tap_planned = n;
	printf("1..%d\n", n);
}

#define ok(condition, ...) tap_ok(!!(condition), __FILE__, __LINE__, __VA_ARGS__)
#define is(got, want, ...) tap_is(got, want, __FILE__, __LINE__, __VA_ARGS__)

static inline __attribute__((format(printf, 4, 5))) bool tap_ok(bool good, const char *file, int line, const char *name,
								...)
{
	__builtin_va_list args;

	tap_failed += !good;
	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	__builtin_va_start(args, name);
	vprintf(name, args);
	__builtin_va_end(args);
	putchar('\n');
	if (!good)
		printf("# %s:%d\n", file, line);
	return good;
}

static inline void tap_is(const char *got, const char *want, const char *file, int line, const char *name)
{
	bool same = got && want ? !strcmp(got, want) : got == want;

	if (!tap_ok(same, file, line, "%s", name))
		printf("# got  '%s'\n# want '%s'\n", got ? got : "(null)", want ? want : "(null)");
}

/* The status of main(). */
static inline int tap_done(void)
{
	return tap_failed || tap_count != tap_planned;
}

#endif
