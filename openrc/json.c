// SPDX-License-Identifier: ISC
/* openrc/json.c - JSON on standard output; see json.h. */
#include <inttypes.h>
#include <stdio.h>

#include "openrc/json.h"

/* Is something before this in its object or array? */
static bool more;

/* Bytes of the character in UTF-8, 0 if these are none: a process names itself as it likes. */
static int character(const unsigned char *text)
{
	static const struct {
		unsigned char mask, lead;
		unsigned int least; /* a longer form of a lesser one is none */
	} forms[] = { { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 }, { 0xf8, 0xf0, 0x10000 } };

	for (int more_bytes = 0; more_bytes < 4; more_bytes++) {
		unsigned int value = text[0] & (unsigned char)~forms[more_bytes].mask;

		if ((text[0] & forms[more_bytes].mask) != forms[more_bytes].lead)
			continue;
		for (int i = 1; i <= more_bytes; i++) {
			if ((text[i] & 0xc0) != 0x80)
				return 0;
			value = value << 6 | (text[i] & 0x3f);
		}
		if (value < forms[more_bytes].least || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
			return 0;
		return more_bytes + 1;
	}
	return 0;
}

static void print_text(const char *text)
{
	int length;

	putchar('"');
	for (; *text; text += length) {
		unsigned char c = (unsigned char)*text;

		length = character((const unsigned char *)text);
		if (!length)
			printf("\\ufffd");
		else if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			printf("\\u%04x", c);
		else
			fwrite(text, 1, (size_t)length, stdout);
		length += !length;
	}
	putchar('"');
}

static void begin(const char *key)
{
	if (more)
		putchar(',');
	more = true;
	if (!key)
		return;
	print_text(key);
	putchar(':');
}

void json_object(const char *key)
{
	begin(key);
	putchar('{');
	more = false;
}

void json_array(const char *key)
{
	begin(key);
	putchar('[');
	more = false;
}

void json_end_object(void)
{
	putchar('}');
	more = true;
}

void json_end_array(void)
{
	putchar(']');
	more = true;
}

void json_string(const char *key, const char *value)
{
	begin(key);
	if (value)
		print_text(value);
	else
		fputs("null", stdout);
}

void json_number(const char *key, uint64_t value)
{
	begin(key);
	printf("%" PRIu64, value);
}

void json_bool(const char *key, bool value)
{
	begin(key);
	fputs(value ? "true" : "false", stdout);
}
