/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/killat.c - killat N COMMAND...: run a command and kill it (SIGKILL)
 * at the entry of its N-th system call after it opened its first netlink
 * socket; what comes before is the loader's.  killat -c N COMMAND...: right after
 * the N-th request by which it changed links, routes or rules.  Children are not
 * followed.
 * Exit 0: it was killed there; 1: it ended before; the command's status is lost.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_netlink_socket(const struct user_regs_struct *regs)
{
	return regs->orig_rax == SYS_socket && regs->rdi == AF_NETLINK;
}

static bool fetch(pid_t pid, const void *from, void *to, size_t size)
{
	struct iovec here = { to, size }, there = { (void *)from, size };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* Of several messages in one request the first one tells. */
static bool is_change(pid_t pid, const struct user_regs_struct *regs)
{
	const void *message = (void *)regs->rsi;
	struct nlmsghdr header;
	struct msghdr msg;
	struct iovec part;

	if (regs->orig_rax == SYS_sendmsg) {
		if (!fetch(pid, message, &msg, sizeof(msg)) || !fetch(pid, msg.msg_iov, &part, sizeof(part)))
			return false;
		message = part.iov_base;
	} else if (regs->orig_rax != SYS_sendto) {
		return false;
	}
	/* NEW, DEL, GET, SET, over and over */
	return fetch(pid, message, &header, sizeof(header)) && header.nlmsg_type >= RTM_BASE &&
	       (header.nlmsg_type & 3) != (RTM_GETLINK & 3);
}

int main(int argc, char **argv)
{
	const bool changes = argc > 1 && !strcmp(argv[1], "-c");
	long left = argc > 2 + changes ? atol(argv[1 + changes]) : 0;
	bool counting = false, entry = true, changed = false;
	struct user_regs_struct regs;
	int status;
	pid_t pid;

	argv += changes;
	if (left < 1) {
		fputs("usage: killat [-c] N COMMAND...\n", stderr);
		return 2;
	}
	pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execv(argv[2], argv + 2);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (int pass = 0;;) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, pass))
			return 1;
		if (waitpid(pid, &status, 0) < 0 || WIFEXITED(status) || WIFSIGNALED(status))
			return 1;
		pass = 0;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
			pass = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
			continue;
		}
		if (entry && !ptrace(PTRACE_GETREGS, pid, NULL, &regs)) {
			counting |= is_netlink_socket(&regs);
			if (counting && (!changes || changed) && --left == 0) {
				kill(pid, SIGKILL);
				waitpid(pid, &status, 0);
				return 0;
			}
			changed = is_change(pid, &regs);
		}
		entry = !entry;
	}
}
