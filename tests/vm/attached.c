/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/attached.c - attached GROUP...: the ids of the programs of each of these control
 * groups, a line for each hook that has some; exit 0 if all of them have the same, 1 if not.
 * attached -n GROUP...: their names, without the hash at their end.
 * Nothing of vrf-ng is in here.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* of linux/bpf.h, whose older versions have not all of them; of the last, BPF_LSM_CGROUP, a query wants more room */
enum { HOOKS = 44 };

static bool by_name;

static int print_program(uint32_t id, char *text, size_t size)
{
	struct bpf_prog_info info = { 0 };
	struct {
		uint32_t fd, size;
		uint64_t info;
	} query = { .size = sizeof(info), .info = (uintptr_t)&info };
	union bpf_attr open = { .prog_id = id };
	long fd = by_name ? syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &open, sizeof(open)) : -1;

	query.fd = (uint32_t)fd;
	if (fd < 0 || syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &query, sizeof(query)))
		return snprintf(text, size, " %u", id);
	close((int)fd);
	return snprintf(text, size, " %.*s", (int)strlen(info.name) - 7, info.name);
}

static int print_group(const char *path, char *text, size_t size)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t at = 0;

	if (dir < 0)
		err(2, "%s", path);
	for (int hook = 0; hook < HOOKS; hook++) {
		uint32_t ids[64], flags[64];
		struct {
			uint32_t target, type, query_flags, attach_flags;
			uint64_t ids;
			uint32_t count, pad;
			uint64_t flags, link_ids, link_flags, revision;
		} query = { .target = (uint32_t)dir, .type = (uint32_t)hook, .ids = (uintptr_t)ids, .count = 64 };

		if (hook == 43)
			query.flags = (uintptr_t)flags;
		if (syscall(SYS_bpf, BPF_PROG_QUERY, &query, sizeof(query)) || !query.count)
			continue;
		at += (size_t)snprintf(text + at, size - at, "hook %d:", hook);
		for (uint32_t i = 0; i < query.count; i++)
			at += (size_t)print_program(ids[i], text + at, size - at);
		at += (size_t)snprintf(text + at, size - at, "\n");
	}
	close(dir);
	return at != 0;
}

int main(int argc, char **argv)
{
	static char first[8192], other[8192];
	int same = 1;

	by_name = argc > 1 && !strcmp(argv[1], "-n");
	argc -= by_name;
	argv += by_name;
	for (int i = 1; i < argc; i++) {
		char *text = i == 1 ? first : other;

		*text = '\0';
		same &= print_group(argv[i], text, sizeof(first));
		printf("%s\n%s", argv[i], text);
		same &= !strcmp(first, text);
	}
	return same && argc > 1 ? 0 : 1;
}
