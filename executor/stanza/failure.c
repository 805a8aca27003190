/* SPDX-License-Identifier: ISC */
/* executor/stanza/failure.c - the reason of a failure, kept until a program prints it. */
#include <stdarg.h>
#include <stdio.h>

#include "executor/stanza/failure.h"

int fail(struct failure *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
	return -1;
}
