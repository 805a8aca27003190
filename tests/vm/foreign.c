/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/foreign.c - foreign DIRECTORY alone|override|multi [IFINDEX]: attach to a control
 * group what somebody else might have: a program for new sockets that binds them to this
 * interface, or does nothing.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

int main(int argc, char **argv)
{
	/* r2 = IFINDEX; bound_dev_if, the first word of struct bpf_sock, = r2; return 1 */
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = argc > 3 ? atoi(argv[3]) : 0 },
		{ .code = BPF_STX | BPF_MEM | BPF_W, .dst_reg = 1, .src_reg = 2 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load = { .prog_type = BPF_PROG_TYPE_CGROUP_SOCK }, attach = { .target_fd = 0 };
	int skip = argc > 3 ? 0 : 2;

	if (argc < 3)
		return 2;
	load.insns = (uintptr_t)(code + skip);
	load.insn_cnt = (uint32_t)(4 - skip);
	load.license = (uintptr_t) "ISC";
	load.expected_attach_type = BPF_CGROUP_INET_SOCK_CREATE;
	attach.target_fd = (uint32_t)open(argv[1], O_RDONLY | O_DIRECTORY);
	attach.attach_bpf_fd = (uint32_t)bpf(BPF_PROG_LOAD, &load);
	attach.attach_type = BPF_CGROUP_INET_SOCK_CREATE;
	if (!strcmp(argv[2], "override"))
		attach.attach_flags = BPF_F_ALLOW_OVERRIDE;
	else if (!strcmp(argv[2], "multi"))
		attach.attach_flags = BPF_F_ALLOW_MULTI;
	if (bpf(BPF_PROG_ATTACH, &attach)) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
