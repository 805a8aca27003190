/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/text.c - strings put together without stdio, and words in strings.
 */
#include <limits.h>
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

int text_number(const char *text)
{
	int number = 0;

	if (!*text)
		return -1;
	for (; *text; text++) {
		const int digit = *text - '0';

		if (digit < 0 || digit > 9 || number > (INT_MAX - digit) / 10)
			return -1;
		number = 10 * number + digit;
	}
	return number;
}

const char *text_find(const char *text, const char *word)
{
	const size_t length = strlen(word);

	for (; *text; text++)
		if (!strncmp(text, word, length))
			return text;
	return NULL;
}

bool text_has_word(const char *text, const char *word, const char *before, const char *behind)
{
	size_t length = strlen(word);

	for (const char *at = text; (at = text_find(at, word)); at += length)
		if ((at == text || strchr(before, at[-1])) && strchr(behind, at[length]))
			return true;
	return false;
}
