/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/loaded.c - how many BPF programs and maps the kernel has, in two lines.  What
 * nothing holds any more goes a moment later: wait for it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static void count(const char *what, int next)
{
	uint32_t id = 0;
	unsigned n = 0;

	for (;; n++) {
		union bpf_attr attr = { .start_id = id };

		if (syscall(SYS_bpf, next, &attr, sizeof(attr)))
			break;
		id = attr.next_id;
	}
	if (errno != ENOENT)
		err(1, "%s", what);
	printf("%u %s\n", n, what);
}

int main(void)
{
	count("programs", BPF_PROG_GET_NEXT_ID);
	count("maps", BPF_MAP_GET_NEXT_ID);
	return 0;
}
