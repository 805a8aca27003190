/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/complete-words.c - read a usage line for completion; see complete.h.  Pure. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "openrc/rc-vrf/complete.h"

/* A group ends at a blank outside of brackets. */
static size_t group_length(const char *at)
{
	int depth = 0;
	size_t i;

	for (i = 0; at[i] && (depth || at[i] != ' '); i++)
		depth += (at[i] == '[') - (at[i] == ']');
	return i;
}

/* Behind a word: what is glued to it in brackets is none of its own. */
static const char *behind_word(const char *at)
{
	while (*at == '[')
		at += strcspn(at, "]") + (at[strcspn(at, "]")] == ']');
	return at;
}

/* The next word of a group, from *at on; its length, 0: none more. */
static size_t next_word(const char **at, const char *end)
{
	size_t length;

	while (*at < end && strchr(" |[]", **at))
		++*at;
	length = strcspn(*at, " |[]");
	return *at + length > end ? (size_t)(end - *at) : length;
}

static bool is_option(const char *word)
{
	return word[0] == '-';
}

/* Does it hold anything that stands in a place of its own? */
static bool has_place(const char *group, size_t length)
{
	const char *end = group + length;

	for (size_t n; (n = next_word(&group, end)); group = behind_word(group + n))
		if (!is_option(group))
			return true;
	return false;
}

/* The value of the option before: `--config [FILE]`, and of a word in front of a name: `from ADDR`. */
static bool takes_value(const char *arguments, const char *before,
			void (*each)(const char *word, size_t length, void *context), void *context)
{
	const char *end = arguments + strlen(arguments);

	for (size_t n; (n = next_word(&arguments, end)); arguments = behind_word(arguments + n)) {
		const char *value = arguments + n;

		if (strlen(before) != n || strncmp(arguments, before, n) || isupper((unsigned char)*before))
			continue;
		value += strspn(value, " [");
		if (value == arguments + n || !isupper((unsigned char)*value))
			return false;
		each(value, strcspn(value, " |[]."), context);
		return true;
	}
	return false;
}

void complete_words(const char *arguments, int argc, char **argv,
		    void (*each)(const char *word, size_t length, void *context), void *context)
{
	int place = 0, at = 0;

	if (argc && takes_value(arguments, argv[argc - 1], each, context))
		return;
	for (int i = 0; i < argc; i++)
		place += !is_option(argv[i]);
	for (size_t length; (length = group_length(arguments)); arguments += length + (arguments[length] == ' ')) {
		const char *word = arguments, *end = arguments + length;
		bool here = has_place(word, length) && at++ == place;

		/* what follows an option stands behind that alone */
		for (size_t n, value = 0; (n = next_word(&word, end)); word = behind_word(word + n)) {
			if (is_option(word) || (here && !value))
				each(word, n, context);
			value = is_option(word) && word[n] == ' ' && word[n + 1] != '|';
		}
	}
}
