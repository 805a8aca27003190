/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/entries.c - the entries of a directory, without opendir(3) and its heap.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helpers/base/entries.h"

/* struct linux_dirent64 of the kernel; older libraries do not declare getdents64() */
struct raw {
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	uint8_t type;
	char name[];
};

int entries_each(int dir, int (*fn)(int dir, const struct entry *e, void *arg), void *arg)
{
	_Alignas(struct raw) char buf[2048];
	long n;
	int result;

	while ((n = syscall(SYS_getdents64, dir, buf, sizeof(buf))) > 0)
		for (long at = 0; at < n;) {
			const struct raw *r = (const struct raw *)(buf + at);
			struct entry e = { .type = r->type, .name = r->name };

			result = fn(dir, &e, arg);
			if (result)
				return result;
			at += r->length;
		}
	return n < 0 ? -errno : 0;
}
