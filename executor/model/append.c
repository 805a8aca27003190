/* SPDX-License-Identifier: ISC */
/* executor/model/append.c - texts that are put together piece by piece; see append.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "executor/model/append.h"

void append_to(char *text, size_t room, const char *format, ...)
{
	size_t length = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + length, room - length, format, args);
	va_end(args);
}
