/* SPDX-License-Identifier: ISC */
/*
 * executor/model/attribute.h - what a route, a hop or a rule may say: a row for each.  The
 * tables of rows (route.c, rule.c) are all that reading, comparing, printing and sending go by:
 * executor/stanza/statement-words.c, attribute.c and executor/kernel/attribute.c know the kinds.
 */
#ifndef EXECUTOR_MODEL_ATTRIBUTE_H
#define EXECUTOR_MODEL_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "executor/model/prefix.h"

/* How a value looks: as a word, in memory, for the kernel.  All zero is a value that was not given. */
enum kind {
	KIND_FLAG,       /* bool; the word alone */
	KIND_NUMBER,     /* uint8_t, uint16_t or uint32_t */
	KIND_NUMBER_0,   /* uint32_t, and 0 is a value: one more than it */
	KIND_GROUP,      /* the same, by a name, too */
	KIND_ADDRESS,    /* struct prefix, all of it */
	KIND_PREFIX,     /* struct prefix; its length stands in the header */
	KIND_DEVICE,     /* char[IFNAMSIZ] */
	KIND_TABLE,      /* uint32_t */
	KIND_VRF,        /* the same, by the name of its VRF */
	KIND_DSFIELD,    /* uint8_t, in hexadecimal or by name */
	KIND_DSCP,       /* uint8_t, one more than it; a number or a name */
	KIND_REALMS,     /* uint32_t: one or two */
	KIND_PROTOCOL,   /* uint8_t: ours alone */
	KIND_PREFERENCE, /* uint8_t: low, medium or high */
	KIND_SCOPE,      /* uint8_t, see route_scope() */
	KIND_METRIC,     /* uint32_t: a number in RTA_METRICS; `lock` may stand before it */
	KIND_TIME,       /* the same, in milliseconds; always locked */
	KIND_FEATURES,   /* the same, one bit by name */
	KIND_ALGORITHM,  /* char[], in RTA_METRICS */
	KIND_MARK,       /* two of uint32_t: the mark, and its mask, which is 0 without one */
	KIND_IPPROTO,    /* uint8_t, a number or a name */
	KIND_PORTS,      /* struct port_range */
	KIND_UIDS,       /* struct uid_range */
	KIND_ACTION,     /* what a rule does; the row's `least` is it */
	KIND_GOTO,       /* likewise, and a preference */
	KIND_VIA,        /* struct prefix, of either family */
	KIND_ENCAP,      /* const struct encap * */
	KIND_NEXTHOP,    /* what follows speaks of another hop */
};

struct port_range {
	uint16_t first, last; /* first 0: any */
};

struct uid_range {
	uint32_t first, last;
	bool given;
};

struct attribute {
	const char *words; /* ip(8)'s: any of these, and the first one is printed; "": the next row prints it */
	enum kind kind;
	uint16_t type; /* for the kernel; 0: stands in the header */
	uint16_t offset;
	uint16_t size;
	uint32_t least, most; /* of a number */
	bool hop;             /* in struct hop, not in struct route */
	bool apart;           /* is compared and printed by a function of its own */
	uint8_t family;       /* has it alone; 0: both */
};

struct attributes {
	const struct attribute *row;
	size_t count;
};

/* The field that a row speaks of. */
void *attribute_field(const struct attribute *row, void *of);
const void *attribute_value(const struct attribute *row, const void *of);

/* Is its number kept with one more, so that 0 can be said? */
bool attribute_is_one_more(const struct attribute *row);

/* The number in a field of 1, 2 or 4 bytes. */
uint32_t attribute_number(const struct attribute *row, const void *of);
void attribute_set_number(const struct attribute *row, void *of, uint32_t number);

/* The bits of what is locked, beside the metric of a row. */
uint32_t *attribute_locks(const struct attribute *row, void *of);

/* Is it one of the row's words? */
bool attribute_has_word(const struct attribute *row, const char *word);

/* Was it given? */
bool attribute_is_set(const struct attribute *row, const void *of);

/* Of those rows that are for hops or not, and not `apart`: do all agree? */
bool attributes_equal(const struct attributes *rows, bool hop, const void *a, const void *b);

/* As ip(8) takes them, each behind a blank. */
void attributes_append(const struct attributes *rows, bool hop, const void *of, char *text, size_t room);
void attribute_append(const struct attribute *row, const void *of, char *text, size_t room);

/* FNV-1a, 64 bits (RFC 9923). */
#define DIGEST_START 0xcbf29ce484222325
uint64_t digest_bytes(uint64_t digest, const void *data, size_t size);

/* Of what attributes_equal() compares. */
uint64_t attributes_digest(const struct attributes *rows, bool hop, const void *of, uint64_t digest);

#endif
