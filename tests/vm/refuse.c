/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/refuse.c - what a program does when the kernel refuses one call:
 * refuse bpf CMD... has every bpf(2) of it fail with EPERM; refuse cgroup-bpf CMD... those
 * that load, attach and list programs with EINVAL, as a kernel without CONFIG_CGROUP_BPF
 * has them; refuse sock_diag CMD... every socket(2) of NETLINK_SOCK_DIAG, with which
 * sockets are listed, with EMFILE; refuse fsopen CMD... every fsopen(2) with ENODEV, as of a
 * filesystem that the kernel does not have.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* An argument has 64 bits, of which all that is asked for is in the lower half. */
#define LOWER               (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0)
#define LOAD(what)          BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, what))
#define LOAD_ARGUMENT(n)    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[n]) + LOWER)
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)
#define RETURN(action)      BPF_STMT(BPF_RET | BPF_K, action)

int main(int argc, char **argv)
{
	struct sock_filter bpf[] = {
		LOAD(nr),
		UNLESS(SYS_bpf, 1),
		RETURN(SECCOMP_RET_ERRNO | EPERM),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_filter cgroup_bpf[] = {
		LOAD(nr),
		UNLESS(SYS_bpf, 7),
		LOAD_ARGUMENT(0),
		UNLESS(BPF_PROG_LOAD, 1),
		RETURN(SECCOMP_RET_ERRNO | EINVAL),
		UNLESS(BPF_PROG_ATTACH, 1),
		RETURN(SECCOMP_RET_ERRNO | EINVAL),
		UNLESS(BPF_PROG_QUERY, 1),
		RETURN(SECCOMP_RET_ERRNO | EINVAL),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_filter sock_diag[] = {
		LOAD(nr),
		UNLESS(SYS_socket, 5),
		LOAD_ARGUMENT(0),
		UNLESS(AF_NETLINK, 3),
		LOAD_ARGUMENT(2),
		UNLESS(NETLINK_SOCK_DIAG, 1),
		RETURN(SECCOMP_RET_ERRNO | EMFILE),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_filter fsopen[] = {
		LOAD(nr),
		UNLESS(430 /* SYS_fsopen */, 1),
		RETURN(SECCOMP_RET_ERRNO | ENODEV),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program;

	if (argc > 2 && strcmp(argv[1], "bpf") == 0)
		program = (struct sock_fprog){ sizeof(bpf) / sizeof(bpf[0]), bpf };
	else if (argc > 2 && strcmp(argv[1], "cgroup-bpf") == 0)
		program = (struct sock_fprog){ sizeof(cgroup_bpf) / sizeof(cgroup_bpf[0]), cgroup_bpf };
	else if (argc > 2 && strcmp(argv[1], "sock_diag") == 0)
		program = (struct sock_fprog){ sizeof(sock_diag) / sizeof(sock_diag[0]), sock_diag };
	else if (argc > 2 && strcmp(argv[1], "fsopen") == 0)
		program = (struct sock_fprog){ sizeof(fsopen) / sizeof(fsopen[0]), fsopen };
	else {
		fputs("usage: refuse bpf|cgroup-bpf|sock_diag|fsopen CMD...\n", stderr);
		return 2;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		err(1, "seccomp");
	execvp(argv[2], argv + 2);
	err(127, "%s", argv[2]);
}
