/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/killat.c - killat N COMMAND...: run a command and kill it (SIGKILL)
 * at the entry of its N-th system call after it opened its first netlink
 * socket; what comes before is the loader's.  Children are not followed.
 * Exit 0: it was killed there; 1: it ended before; the command's status is lost.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_netlink_socket(pid_t pid)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs))
		return false;
	return regs.orig_rax == SYS_socket && regs.rdi == AF_NETLINK;
}

int main(int argc, char **argv)
{
	long left = argc > 2 ? atol(argv[1]) : 0;
	bool counting = false, entry = true;
	int status;
	pid_t pid;

	if (left < 1) {
		fputs("usage: killat N COMMAND...\n", stderr);
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
		counting |= entry && is_netlink_socket(pid);
		if (entry && counting && --left == 0) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return 0;
		}
		entry = !entry;
	}
}
