/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/json.c - JSON on standard output; see json.h. */
#include <inttypes.h>
#include <stdio.h>

#include "openrc/rc-vrf/json.h"
#include "openrc/rc-vrf/print.h"

/* Is something before this in its object or array? */
static bool more;

static void print_text(const char *text)
{
	unsigned int c;
	int length;

	putchar('"');
	for (; *text; text += length) {
		length = print_character(text, &c);
		if (!length)
			printf("\\ufffd");
		else if (c == '"' || c == '\\')
			printf("\\%c", (int)c);
		else if (print_is_control(c)) /* all of them below 0x10000 */
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

void json_end(void)
{
	putchar('\n');
	more = false;
}
