/* SPDX-License-Identifier: ISC */
/*
 * executor/stanza/statement-words.h - what the grammars of routes and rules share: a row of words, most with
 * a value, each of which a row of a table (executor/model/attribute.h) speaks of.
 */
#ifndef EXECUTOR_STANZA_STATEMENT_WORDS_H
#define EXECUTOR_STANZA_STATEMENT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "executor/model/attribute.h"
#include "executor/model/route.h"
#include "executor/model/rule.h"
#include "executor/stanza/failure.h"

struct parser {
	char *rest;
	const char *word; /* the keyword whose value is being read */
	uint64_t seen;    /* bits of the rows; of those of a hop, the present one's */
	struct failure *f;
	const struct attributes *rows;
	/* What only one of the grammars has: 0, -1 with the reason, or STATEMENT_COMMON. */
	int (*read)(struct parser *, const struct attribute *);
	bool (*misplaced)(const char *word); /* a word that has its place elsewhere, or NULL */
	/* what is being read: a route and the hop that via, dev, weight and onlink speak of, or a rule */
	struct route *route;
	struct hop *hop, *hops;
	bool is_default, is_nexthop; /* `default`, `nexthop` was said */
	struct rule *rule;
};

#define STATEMENT_COMMON 1

/* The value that must follow p->word, or NULL with the reason. */
const char *statement_value(struct parser *p);

/* The same if it is the next word, else it stays. */
bool statement_take(struct parser *p, const char *word);

/* -1, with the reason: `value` of p->word is not `wanted`. */
int statement_bad(struct parser *p, const char *value, const char *wanted);

/* Is it a word of any row? */
bool statement_knows(const struct attributes *rows, const char *word);

/* A number from `least` to `most` that must follow p->word.  0, or -1 with the reason. */
int statement_number(struct parser *p, uint32_t least, uint32_t most, uint32_t *number);

/* A routing table: a number, a name in rt_tables, or a VRF's.  Those of the system only if asked for. */
int statement_table(struct parser *p, bool systems, uint32_t *table);

/* The table of a VRF by its name. */
int statement_vrf(struct parser *p, uint32_t *table);

/* What follows `encap`: NULL with the reason. */
const struct encap *statement_encap(struct parser *p);

/* Read to the end, each word at most once.  0, or -1 with the reason. */
int statement_words(struct parser *p);

#endif
