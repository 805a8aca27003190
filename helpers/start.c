/* SPDX-License-Identifier: ISC */
/*
 * helpers/start.c - less for glibc to do before main(), where it is linked statically.
 *
 * These programs have no heap, but glibc sets one up before main(), for the directories of libraries
 * that nobody opens.  A program may bring its own malloc() ("Replacing malloc" in glibc's manual):
 * this one has enough for that at hand, asks the kernel for what does not fit, and takes nothing
 * back.  musl asks for nothing.
 */
#include <features.h>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "helpers/base/pages.h"

/* Before each piece, so that realloc() knows how much there is to copy. */
struct piece {
	_Alignas(16) size_t size;
};

void *malloc(size_t size)
{
	enum { MORE = 1 << 20 };
	static _Alignas(16) char first[2048];
	static char *room = first;
	static size_t left = sizeof(first);
	const size_t all = sizeof(struct piece) + ((size + 15) & ~(size_t)15);
	struct piece *p;

	if (all > left) {
		p = all < size ? NULL : pages_take(all + MORE);
		if (!p) {
			errno = ENOMEM;
			return NULL;
		}
		room = (char *)p;
		left = all + MORE;
	}
	p = (struct piece *)room;
	p->size = size;
	room += all;
	left -= all;
	return p + 1;
}

void free(void *data)
{
	(void)data;
}

/* What is new is zero: nothing is given out twice. */
void *calloc(size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return malloc(all);
}

void *realloc(void *data, size_t size)
{
	const struct piece *old = (const struct piece *)data - 1;
	void *new = malloc(size);

	if (data && new)
		memcpy(new, data, size < old->size ? size : old->size);
	return new;
}

/* Where the program lies: for libraries beside it.  Unknown. */
const char *_dl_get_origin(void);
__attribute__((weak)) const char *_dl_get_origin(void)
{
	return (const char *)-1;
}
#endif
