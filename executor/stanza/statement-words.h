/* SPDX-License-Identifier: ISC */
/* executor/stanza/statement-words.h - what the grammars of routes and rules share: a row of words, most with a value. */
#ifndef EXECUTOR_STANZA_STATEMENT_WORDS_H
#define EXECUTOR_STANZA_STATEMENT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "executor/model/route.h"
#include "executor/model/rule.h"
#include "executor/stanza/failure.h"

struct parser {
	char *rest;
	const char *word;  /* the keyword whose value is being read */
	unsigned int seen; /* bits of the words; of those of a hop, the present one's */
	struct failure *f;
	/* what is being read: a route and the hop that via, dev, weight and onlink speak of, or a rule */
	struct route *route;
	struct hop *hop;
	bool is_default, is_nexthop; /* `default`, `nexthop` was said */
	struct rule *rule;
	bool (*misplaced)(const char *word); /* a word that has its place elsewhere, or NULL */
};

struct statement_word {
	const char *word;
	int (*read)(struct parser *); /* 0, or -1 with the reason */
};

/* The value that must follow p->word, or NULL with the reason. */
const char *statement_value(struct parser *p);

/* -1, with the reason: `value` of p->word is not `wanted`. */
int statement_bad(struct parser *p, const char *value, const char *wanted);

/* Is it one of them? */
bool statement_knows(const struct statement_word *words, size_t count, const char *word);

/* Read to the end, each word at most once.  At most 32 words.  0, or -1 with the reason. */
int statement_words(struct parser *p, const struct statement_word *words, size_t count);

#endif
