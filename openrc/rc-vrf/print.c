/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/print.c - text for a terminal; see print.h. */
#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/rc-vrf/print.h"
#include "openrc/state/memory.h"

int print_character(const char *text, unsigned int *value)
{
	static const struct {
		unsigned char mask, lead;
		unsigned int least;
	} forms[] = { { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 }, { 0xf8, 0xf0, 0x10000 } };
	const unsigned char *bytes = (const unsigned char *)text;

	for (int more = 0; more < 4; more++) {
		if ((bytes[0] & forms[more].mask) != forms[more].lead)
			continue;
		*value = bytes[0] & (unsigned char)~forms[more].mask;
		for (int i = 1; i <= more; i++) {
			if ((bytes[i] & 0xc0) != 0x80)
				return 0;
			*value = *value << 6 | (bytes[i] & 0x3f);
		}
		if (*value < forms[more].least || *value > 0x10ffff || (*value >= 0xd800 && *value < 0xe000))
			return 0;
		return more + 1;
	}
	return 0;
}

bool print_is_control(unsigned int value)
{
	return value < 0x20 || (value >= 0x7f && value < 0xa0) || value == 0x61c || value == 0x200e ||
	       value == 0x200f || (value >= 0x2028 && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069) ||
	       value == 0xfeff;
}

char *print_escaped(const char *text, bool utf8)
{
	char *result = memory_zero(4, strlen(text) + 1), *to = result;

	while (*text) {
		unsigned int value;
		int length = print_character(text, &value);

		/* to a terminal of another character set each byte is one */
		if (length && !print_is_control(value) && (length == 1 || utf8)) {
			to = mempcpy(to, text, (size_t)length);
			text += length;
			continue;
		}
		for (int i = 0; i < (length ? length : 1); i++)
			to += sprintf(to, "\\x%02x", (unsigned char)*text++);
	}
	*to = '\0';
	return result;
}

__attribute__((format(printf, 2, 0))) static int print_list(FILE *to, const char *format, va_list args)
{
	char *text = memory_text_list(format, args);
	char *escaped = print_escaped(text, !strcmp(nl_langinfo(CODESET), "UTF-8"));
	int length;

	free(text);
	length = (int)strlen(escaped);
	fputs(escaped, to);
	free(escaped);
	return length;
}

int print(FILE *to, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = print_list(to, format, args);
	va_end(args);
	return length;
}

__attribute__((format(printf, 1, 0))) static void complain_list(const char *format, va_list args)
{
	fprintf(stderr, "%s: ", program_invocation_short_name);
	print_list(stderr, format, args);
	fputc('\n', stderr);
}

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain_list(format, args);
	va_end(args);
}

void trouble(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain_list(format, args);
	va_end(args);
	exit(EXIT_TROUBLE);
}
