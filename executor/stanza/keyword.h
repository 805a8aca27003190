/* SPDX-License-Identifier: ISC */
/*
 * executor/stanza/keyword.h - our keywords, a line of one table each: how often it stands, what it
 * needs beside it, who reads its value.  The stanza's reader (stanza.c), `depend` and
 * `rc-vrf check --config` work from that table.
 */
#ifndef EXECUTOR_STANZA_KEYWORD_H
#define EXECUTOR_STANZA_KEYWORD_H

#include "executor/stanza/stanza.h"

/* Where a keyword may stand. */
enum keyword_needs {
	NEEDS_NOTHING,
	NEEDS_TABLE, /* vrf-table in the same stanza */
	NEEDS_LO,    /* the stanza of lo */
};

enum keyword_lines {
	ONE_WORD,    /* or some, in one line; of several lines, a template's among them, the last one counts */
	EVERY_VALUE, /* several lines, comma lists */
};

struct keyword;

/* One value as it stands in the file, for a reader. */
struct said {
	const struct keyword *keyword;
	const char *text, *iface;
	struct failure *failure;
};

/* Readers: 0, or -1 with said->failure. */
typedef int vrf_reader(const struct said *said, struct vrf_options *options);
typedef int l3mdev_reader(const struct said *said, struct l3mdev_options *options);
typedef int table_reader(const struct said *said, struct table_options *options);

/* With one reader, that of the executor whose name it begins with. */
struct keyword {
	const char *name;
	enum keyword_lines lines;
	enum keyword_needs needs;
	vrf_reader *vrf;
	l3mdev_reader *l3mdev;
	table_reader *table;
	bool requires; /* names the interface that must be there first: `depend` prints it */
};

/* In the order in which they are read; the last one has no name. */
extern const struct keyword keywords[];

/* NULL: none of ours */
const struct keyword *keyword_find(const char *name);

/* Fails with: KEYWORD "TEXT" is not WANTED.  Returns -1. */
int said_is_not(const struct said *said, const char *wanted);

/* yes or no, else it fails. */
int said_yesno(const struct said *said, bool *value);

vrf_reader read_vrf_table, read_vrf_member, read_vrf_bind, read_vrf_mark, read_vrf_mark_local, read_vrf_loopback,
	read_vrf_unreachable, read_vrf_nameserver;
l3mdev_reader read_l3mdev_unreachable_pref, read_l3mdev_local_pref, read_l3mdev_accept, read_l3mdev_strict;
table_reader read_table_id, read_table_connected, read_table_follow, read_table_route, read_table_rule,
	read_table_route_file;

#endif
