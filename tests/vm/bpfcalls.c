/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/bpfcalls.c - bpfcalls FILE COMMAND...: run a command, and write to FILE what it and its
 * children ask of bpf(2), a line each: the name of a call on a map, or the number of another one.
 * Its exit status is the command's.
 */
#define _GNU_SOURCE
#include <linux/bpf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const names[] = {
	[BPF_MAP_CREATE] = "BPF_MAP_CREATE",
	[BPF_MAP_LOOKUP_ELEM] = "BPF_MAP_LOOKUP_ELEM",
	[BPF_MAP_UPDATE_ELEM] = "BPF_MAP_UPDATE_ELEM",
	[BPF_MAP_DELETE_ELEM] = "BPF_MAP_DELETE_ELEM",
	[BPF_MAP_GET_NEXT_KEY] = "BPF_MAP_GET_NEXT_KEY",
	[BPF_MAP_UPDATE_BATCH] = "BPF_MAP_UPDATE_BATCH",
	[BPF_MAP_DELETE_BATCH] = "BPF_MAP_DELETE_BATCH",
};

static void say(FILE *to, pid_t pid)
{
	struct __ptrace_syscall_info call;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(call), &call) <= 0 || call.op != PTRACE_SYSCALL_INFO_ENTRY ||
	    call.entry.nr != SYS_bpf)
		return;
	if (call.entry.args[0] < sizeof(names) / sizeof(*names) && names[call.entry.args[0]])
		fprintf(to, "%s\n", names[call.entry.args[0]]);
	else
		fprintf(to, "%u\n", (unsigned int)call.entry.args[0]);
}

int main(int argc, char **argv)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			     PTRACE_O_TRACECLONE;
	int status, result = 2;
	FILE *to = argc > 2 ? fopen(argv[1], "we") : NULL;
	pid_t first, pid;

	if (!to) {
		fputs("usage: bpfcalls FILE COMMAND...\n", stderr);
		return 2;
	}
	first = fork();
	if (!first) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (waitpid(first, &status, 0) != first || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, first, NULL, options))
		return 2;
	for (pid = first; pid > 0; pid = waitpid(-1, &status, __WALL)) {
		long pass = 0;

		if (!WIFSTOPPED(status)) {
			if (pid == first)
				result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
			continue;
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			say(to, pid);
		else if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP) /* with which a child begins */
			pass = WSTOPSIG(status);
		ptrace(PTRACE_SYSCALL, pid, NULL, pass);
	}
	return fclose(to) ? 2 : result;
}
