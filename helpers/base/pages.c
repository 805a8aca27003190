/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/pages.c - memory for the largest that there can be, of which only what is written costs.
 *
 * Not of the program's own: a bss that goes beyond the last page of its data is one mapping more at
 * every start (set_brk() of fs/binfmt_elf.c), and most starts need none of it.
 */
#include <sys/mman.h>

#include "helpers/base/pages.h"

void *pages_take(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}
