/* SPDX-License-Identifier: ISC */
/*
 * tests/bench/hollow.c - hollow FROM TO: attach to the control group TO at every hook at which FROM
 * has programs as many that allow everything; but the one that gives new sockets their binding is
 * FROM's own.  What this costs is the least that programs at these hooks can cost.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "helpers/base/bpf.h"

#ifndef LSM_CGROUP
#define LSM_CGROUP 43 /* BPF_LSM_CGROUP, Linux 6.0 */
#endif

static int load_empty(enum bpf_attach_type hook, const struct bpf_prog_info *like)
{
	const struct bpf_insn allow[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
					  { .code = BPF_JMP | BPF_EXIT } };

	return bpf_prog_load(like->type, hook, like->attach_btf_id, "empty", allow, 2, NULL, 0);
}

static void attach_one(int to, enum bpf_attach_type hook, unsigned int id)
{
	int program = bpf_prog_open(id), failed;
	struct bpf_prog_info info;
	unsigned int none = 0;

	failed = program < 0 ? program : bpf_prog_info(program, &info, NULL, &none);
	if (!failed && hook != BPF_CGROUP_INET_SOCK_CREATE) {
		close(program);
		program = load_empty(hook, &info);
		failed = program < 0 ? program : 0;
	}
	if (!failed)
		failed = bpf_attach(to, program, hook, -1);
	if (failed) {
		errno = -failed;
		err(1, "hook %d", hook);
	}
	close(program);
}

static int open_group(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

int main(int argc, char **argv)
{
	int from, to;

	if (argc != 3)
		errx(2, "usage: hollow FROM TO");
	from = open_group(argv[1]);
	to = open_group(argv[2]);
	for (int hook = 0; hook <= LSM_CGROUP; hook++) {
		unsigned int ids[BPF_QUERY_MAX], n = BPF_QUERY_MAX, flags;

		/* Not every one is for control groups. */
		if (bpf_query(from, (enum bpf_attach_type)hook, ids, &n, &flags))
			continue;
		for (unsigned int i = 0; i < n; i++)
			attach_one(to, (enum bpf_attach_type)hook, ids[i]);
	}
	return 0;
}
