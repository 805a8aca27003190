/* SPDX-License-Identifier: ISC */
/* executor/stanza/statement-words.c - a row of words; see statement-words.h. */
#include <string.h>

#include "executor/stanza/parse.h"
#include "executor/stanza/statement-words.h"

const char *statement_value(struct parser *p)
{
	const char *value = next_word(&p->rest);

	if (!value)
		fail(p->f, "\"%s\" needs a value", p->word);
	return value;
}

int statement_bad(struct parser *p, const char *value, const char *wanted)
{
	return fail(p->f, "%s \"%.64s\" is not %s", p->word, value, wanted);
}

static int read_word(struct parser *p, const struct statement_word *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(word, words[i].word))
			continue;
		if (p->seen & 1u << i)
			return fail(p->f, "\"%s\" stands twice", word);
		p->seen |= 1u << i;
		p->word = words[i].word;
		return words[i].read(p);
	}
	if (p->misplaced && p->misplaced(word))
		return fail(p->f, "\"%.64s\" stands before the destination", word);
	return fail(p->f, "\"%.64s\" is not known", word);
}

bool statement_knows(const struct statement_word *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(word, words[i].word))
			return true;
	return false;
}

int statement_words(struct parser *p, const struct statement_word *words, size_t count)
{
	const char *word;

	while ((word = next_word(&p->rest)))
		if (read_word(p, words, count, word))
			return -1;
	return 0;
}
