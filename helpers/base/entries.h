/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/entries.h - the entries of a directory, without opendir(3) and its heap.
 */
#ifndef HELPERS_BASE_ENTRIES_H
#define HELPERS_BASE_ENTRIES_H

struct entry {
	unsigned char type; /* DT_DIR ... */
	const char *name;
};

/* Call fn with each until it returns something else than 0; that, or -errno, is returned. */
int entries_each(int dir, int (*fn)(int dir, const struct entry *e, void *arg), void *arg);

#endif
