/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-config-keywords.c - keywords of stanzas, as they are spelt; see
 * check-config.h.  ifupdown-ng takes any, and an executor sees those that it asks for.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "executor/stanza/interfaces.h"
#include "executor/stanza/keyword.h"
#include "openrc/rc-vrf/check-config.h"
#include "openrc/state/typo.h"

static const char *const executors[] = { "vrf", "l3mdev", "table" };

/* Its letters and digits alone: vrf_table, vrftable and VRF.table are one. */
static size_t squeeze(const char *keyword, char text[TYPO_LONGEST])
{
	size_t n = 0;

	for (; *keyword && n < TYPO_LONGEST - 1; keyword++)
		if (isalnum((unsigned char)*keyword))
			text[n++] = (char)tolower((unsigned char)*keyword);
	text[n] = '\0';
	return n;
}

/* The one that was probably meant, or NULL: two slips are too many for a word of somebody else's. */
static const char *meant(const char *keyword, size_t most)
{
	char text[TYPO_LONGEST], own[TYPO_LONGEST];
	const char *found = NULL;

	if (!squeeze(keyword, text))
		return NULL;
	for (const struct keyword *k = keywords; k->name; k++) {
		size_t n;

		squeeze(k->name, own);
		n = typo_slips(text, own);
		if (n > most)
			continue;
		most = n;
		found = k->name;
		if (!n)
			break;
		most--;
	}
	return found;
}

/* The executor whose name it begins with, or is; NULL: none of ours. */
static const char *executor_of(const char *keyword)
{
	for (size_t i = 0; i < sizeof(executors) / sizeof(executors[0]); i++) {
		size_t length = strlen(executors[i]);

		if (!strncasecmp(keyword, executors[i], length) && !isalnum((unsigned char)keyword[length]))
			return executors[i];
	}
	return NULL;
}

/* A bad stanza's other mistakes would follow from this one. */
static void lacks(struct stanza *s, const char *keyword)
{
	s->bad = true;
	s->vrf.is_vrf |= !strcmp(keyword, "vrf-table");
}

/* To the environment of an executor it is the same; where every value counts ifquery is asked, which knows better. */
static const struct keyword *taken_for(const struct stanza *s, const char *word)
{
	for (const struct keyword *k = keywords; k->name; k++)
		if (k->lines == ONE_WORD && interfaces_pass(s->name, word, k->name))
			return k;
	return NULL;
}

static void check_misspelt(struct stanza *s, const char *keyword, struct findings *f)
{
	const char *executor = executor_of(keyword), *word = meant(keyword, executor ? 2 : 1);
	const struct keyword *same = taken_for(s, keyword);

	if (same) {
		broken(f, "config-keyword-alike", "%s: %s is not a keyword, and ifup takes it for %s all the same",
		       s->name, keyword, same->name);
		remedy(f, "write %s", same->name);
		return;
	}
	/* ifupdown-ng's own, on which a VRF that shares an interface rests */
	if (!executor && !word && typo_slips(keyword, "requires") == 1)
		word = "requires";
	if (!executor && !word)
		return;
	broken(f, "config-keyword", "%s: %s is not a keyword: nothing comes of that line", s->name, keyword);
	if (word && !strchr(word, '-'))
		remedy(f, "write %s if that was meant; see interfaces(5)", word);
	else if (word)
		remedy(f, "write %s if that was meant; interfaces-%.*s(5) has the others", word,
		       (int)strcspn(word, "-"), word);
	else
		remedy(f, "see interfaces-%s(5) for those that are", executor);
	if (word && !strncmp(word, "vrf-", 4))
		lacks(s, word);
}

static void check_value(struct stanza *s, const char *keyword, size_t lines, struct findings *f)
{
	struct values values = { 0 };
	struct failure ignored;

	if (!interfaces_query(s->name, keyword, &values, &ignored) && values.count < lines) {
		broken(f, "config-no-value", "%s: %s has no value: nothing comes of that line", s->name, keyword);
		lacks(s, keyword);
	}
	values_free(&values);
}

void check_keywords(struct stanza *s, struct findings *f)
{
	struct values words = { 0 };
	struct failure why;

	if (interfaces_keywords(s->name, &words, &why))
		broken(f, "config-value", "%s: %s", s->name, why.text);
	for (size_t i = 0; i < words.count; i++) {
		const char *keyword = words.text[i];
		size_t first = 0, lines = 0;

		/* one line for all of a kind */
		while (strcmp(words.text[first], keyword))
			first++;
		if (first < i)
			continue;
		for (size_t j = i; j < words.count; j++)
			lines += !strcmp(words.text[j], keyword);
		if (keyword_find(keyword))
			check_value(s, keyword, lines, f);
		else
			check_misspelt(s, keyword, f);
	}
	values_free(&words);
}
