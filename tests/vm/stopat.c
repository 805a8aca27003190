/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/stopat.c - stopat N LINE COMMAND...: run a command, stop it before its N-th call of
 * bpf(BPF_MAP_CREATE), have sh(1) run the line, and let it go on.  Exit: the command's; 99 if it
 * made no such call.  x86-64.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_map_create(pid_t pid)
{
	struct user_regs_struct regs;

	/* -ENOSYS: on its way in */
	return !ptrace(PTRACE_GETREGS, pid, 0, &regs) && regs.orig_rax == SYS_bpf && regs.rdi == BPF_MAP_CREATE &&
	       (long)regs.rax == -ENOSYS;
}

int main(int argc, char **argv)
{
	int status, left = argc > 3 ? atoi(argv[1]) : 0, signal = 0;
	pid_t pid;

	if (left < 1)
		errx(2, "usage: stopat N LINE COMMAND...");
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		execvp(argv[3], argv + 3);
		err(2, "%s", argv[3]);
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	while (left) {
		ptrace(PTRACE_SYSCALL, pid, 0, signal);
		if (waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status))
			return 99;
		signal = 0;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
		else if (is_map_create(pid))
			left--;
	}
	if (system(argv[2]))
		errx(2, "%s: failed", argv[2]);
	ptrace(PTRACE_DETACH, pid, 0, 0);
	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return 2;
	return WEXITSTATUS(status);
}
