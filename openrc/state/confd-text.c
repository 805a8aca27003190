/* SPDX-License-Identifier: ISC */
/* openrc/state/confd-text.c - what lines of shell set a variable, without a shell; see confd.h. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/state/confd.h"
#include "openrc/state/file.h"
#include "openrc/state/memory.h"

static bool ends_word(char c)
{
	return strchr(" \t;&|({", c);
}

char confd_quote(char quote, const char *from, const char *to)
{
	for (const char *c = from; c < to; c++) {
		if (*c == '\\' && quote != '\'')
			c++;
		else if (quote)
			quote = *c == quote ? '\0' : quote;
		else if (*c == '"' || *c == '\'')
			quote = *c;
		else if (*c == '#' && (c == from || strchr(" \t;", c[-1])))
			break;
	}
	return quote;
}

const char *confd_value(const char *line, const char *name)
{
	size_t length = strlen(name);
	const char *found = NULL;

	/* of several on a line the last one counts */
	for (const char *at = line; *at && *at != '\n'; at++) {
		if (at > line && !ends_word(at[-1]))
			continue;
		if (*at == '#')
			break;
		if (!strncmp(at, name, length) && at[length] == '=')
			found = at + length + 1;
	}
	return found;
}

unsigned int confd_line(const char *path, const char *name)
{
	char *text = file_read(path), *rest = text, *line;
	unsigned int number = 0, found = 0;

	while (rest && (line = strsep(&rest, "\n"))) {
		number++;
		if (confd_value(line, name))
			found = number;
	}
	free(text);
	return found;
}

static bool has_command(const char *line, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = line; *at && *at != '#'; at++)
		if ((at == line || ends_word(at[-1])) && !strncmp(at, word, length) && strchr(" \t;&|)}", at[length]))
			return true;
	return false;
}

unsigned int confd_command(const char *path, const char *word)
{
	char *text = file_read(path), *rest = text, *line;
	unsigned int number = 0, found = 0;

	while (!found && rest && (line = strsep(&rest, "\n"))) {
		number++;
		if (has_command(line, word))
			found = number;
	}
	free(text);
	return found;
}

/* `name() {` or `name()`, with a line `}` at the end */
static bool begins_function(const char *line)
{
	size_t length = strcspn(line, "()# \t");

	line += length;
	line += strspn(line, " \t");
	return length && !strncmp(line, "()", 2) && !strchr(line, '}');
}

static char *literal(const char *value)
{
	char quote = *value == '"' || *value == '\'' ? *value : '\0';
	size_t length;

	value += !!quote;
	length = strcspn(value, quote == '"' ? "\"" : quote ? "'" : " \t;&|)");
	for (size_t i = 0; i < length; i++)
		if (quote != '\'' && strchr("$`\\", value[i]))
			return NULL;
	return memory_copy_part(value, length);
}

char *confd_script_value(const char *text, const char *name)
{
	char *copy = memory_copy(text), *rest = copy, *line, *found = NULL;
	bool inside = false;

	while (rest && (line = strsep(&rest, "\n"))) {
		const char *value = inside ? NULL : confd_value(line, name);

		inside = inside ? *line != '}' : begins_function(line);
		if (!value || inside)
			continue;
		free(found);
		found = literal(value);
	}
	free(copy);
	return found;
}

bool confd_uses(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = text; at && (at = strstr(at, name)); at += length)
		if (at > text && strchr("${", at[-1]) && !isalnum((unsigned char)at[length]) && at[length] != '_')
			return true;
	return false;
}
