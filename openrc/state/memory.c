/* SPDX-License-Identifier: ISC */
/* openrc/state/memory.c - memory, or the end of the program; see memory.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/state/memory.h"

/* That of rc-vrf for what it could not find out: print.h */
enum { EXIT_TROUBLE = 2 };

void memory_out(void)
{
	/* neither takes any; what was shown until now goes out first */
	fflush(stdout);
	fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
	exit(EXIT_TROUBLE);
}

void memory_or_else(void)
{
	if (errno == ENOMEM)
		memory_out();
}

static void *there(void *data)
{
	if (!data)
		memory_out();
	return data;
}

void *memory_zero(size_t count, size_t size)
{
	/* of none there may be nothing, which is no failure */
	return there(calloc(count ? count : 1, size));
}

void *memory_grow(void *data, size_t count, size_t size)
{
	return there(reallocarray(data, count, size));
}

char *memory_copy(const char *text)
{
	return text ? there(strdup(text)) : NULL;
}

char *memory_copy_part(const char *text, size_t length)
{
	return there(strndup(text, length));
}

char *memory_text_list(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		memory_out();
	return text;
}

char *memory_text(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = memory_text_list(format, args);
	va_end(args);
	return text;
}
