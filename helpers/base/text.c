// SPDX-License-Identifier: ISC
/*
 * helpers/base/text.c - strings put together without stdio, and words in strings.
 */
#include <string.h>

#include "helpers/base/text.h"

char *text_append_n(char *at, const char *end, const char *s, size_t n)
{
	if (!at || (size_t)(end - at) <= n)
		return NULL;
	memcpy(at, s, n);
	at[n] = '\0';
	return at + n;
}

char *text_append(char *at, const char *end, const char *s)
{
	return text_append_n(at, end, s, strlen(s));
}

char *text_append_number(char *at, const char *end, unsigned long number)
{
	char digits[3 * sizeof(number)];
	char *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + number % 10);
	while (number /= 10);
	return text_append_n(at, end, p, (size_t)(digits + sizeof(digits) - p));
}

void text_proc(char file[TEXT_PROC_MAX], int pid, const char *name)
{
	const char *end = file + TEXT_PROC_MAX;
	char *at = text_append(file, end, "/proc/");

	at = pid ? text_append_number(at, end, (unsigned long)pid) : text_append(at, end, "self");
	text_append(text_append(at, end, "/"), end, name);
}

bool text_has_word(const char *text, const char *word, const char *before, const char *behind)
{
	size_t length = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += length)
		if ((at == text || strchr(before, at[-1])) && strchr(behind, at[length]))
			return true;
	return false;
}
