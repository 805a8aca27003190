/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/failat.c - failat [-o FILE] [-c CALL[,CALL...]] N ERROR COMMAND...: run a command and have
 * the N-th system call of it and of its children fail with ERROR (ENOMEM, EPERM...); the call is not
 * made.  Who executes another program is not followed any further.  -c: count these calls alone.
 * -o: which call it was.  Exit 100: all ended before; else with the status of the command, 128 more
 * than the signal that ended it.  Not counted is what ends a process or only tells libc of a thread,
 * and what goes to standard error, since what is said of a failure could not be seen.  close(2) is
 * made all the same, as the kernel closes whatever it returns.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "registers.h"

#define NEVER_CAME 100

static const struct {
	const char *name;
	int number;
} errors[] = { { "ENOMEM", ENOMEM }, { "EPERM", EPERM },   { "EBUSY", EBUSY }, { "ENOBUFS", ENOBUFS },
	       { "EINTR", EINTR },   { "ENOSPC", ENOSPC }, { "EIO", EIO },     { "EMFILE", EMFILE } };

static const struct {
	const char *name;
	unsigned long number;
} calls[] = {
	{ "bpf", SYS_bpf },           { "openat", SYS_openat },
	{ "write", SYS_write },       { "writev", SYS_writev },
	{ "mkdirat", SYS_mkdirat },   { "mount", SYS_mount },
	{ "clone", SYS_clone },       { "sendmsg", SYS_sendmsg },
	{ "sendto", SYS_sendto },     { "recvmsg", SYS_recvmsg },
	{ "recvfrom", SYS_recvfrom }, { "socket", SYS_socket },
	{ "brk", SYS_brk },           { "renameat", SYS_renameat },
	{ "read", SYS_read },         { "setsockopt", SYS_setsockopt },
	{ "close", SYS_close },       { "ioctl", SYS_ioctl },
	{ "bind", SYS_bind },         { "unshare", SYS_unshare },
	{ "execve", SYS_execve },     { "getdents64", SYS_getdents64 },
#ifdef SYS_mmap
	{ "mmap", SYS_mmap },
#endif
#ifdef SYS_open
	{ "open", SYS_open },         { "mkdir", SYS_mkdir },
	{ "rename", SYS_rename },     { "fork", SYS_fork },
	{ "vfork", SYS_vfork },
#endif
};

static int error_number(const char *name)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (!strcmp(errors[i].name, name))
			return errors[i].number;
	errx(2, "%s: no such error", name);
}

static const char *call_name(unsigned long number)
{
	static char text[32];

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (calls[i].number == number)
			return calls[i].name;
	snprintf(text, sizeof(text), "call %lu", number);
	return text;
}

static bool is_named(const char *list, const char *name)
{
	const size_t length = strlen(name);

	for (const char *at = list; (at = strstr(at, name)); at += length)
		if ((at == list || at[-1] == ',') && (!at[length] || at[length] == ','))
			return true;
	return false;
}

static bool counts(const char *list, const struct __ptrace_syscall_info *info)
{
	const unsigned long number = info->entry.nr;

	switch (number) {
	case SYS_exit:
	case SYS_exit_group:
#ifdef SYS_arch_prctl
	case SYS_arch_prctl:
#endif
	case SYS_rt_sigreturn:
	case SYS_set_tid_address:
	case SYS_set_robust_list:
	case SYS_rseq:
		return false;
	case SYS_write:
	case SYS_writev:
		if (info->entry.args[0] == STDERR_FILENO)
			return false;
	}
	return !list || is_named(list, call_name(number));
}

/* brk(2) itself says a failure by another end than was asked for. */
static long failure(unsigned long number, int error)
{
	return number == SYS_brk ? 0 : -error;
}

/* Which call, of which program, and of what is opened the path */
static void say(const char *file, pid_t pid, const struct __ptrace_syscall_info *info)
{
	FILE *out = file ? fopen(file, "w") : NULL;
	char path[256] = "", name[64], comm[64] = "";
	struct iovec here = { path, sizeof(path) - 1 }, there = { (void *)info->entry.args[1], sizeof(path) - 1 };
	FILE *in;

	if (!out)
		return;
	if (info->entry.nr == SYS_openat)
		process_vm_readv(pid, &here, 1, &there, 1, 0);
	snprintf(name, sizeof(name), "/proc/%d/comm", pid);
	in = fopen(name, "r");
	if (in && fgets(comm, sizeof(comm), in))
		comm[strcspn(comm, "\n")] = '\0';
	if (in)
		fclose(in);
	fprintf(out, "%s of %s%s%s\n", call_name(info->entry.nr), comm, *path ? ": " : "", path);
	fclose(out);
}

static pid_t start(char **command)
{
	const pid_t pid = fork();
	int status;

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status))
		errx(2, "%s: cannot be started", command[0]);
	ptrace(PTRACE_SETOPTIONS, pid, NULL,
	       PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
		       PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC);
	ptrace(PTRACE_SYSCALL, pid, NULL, 0);
	return pid;
}

/* The signal to be passed on: what ptrace(2) stops for is none. */
static int passed_on(int status)
{
	const int sig = WSTOPSIG(status);

	return sig == (SIGTRAP | 0x80) || sig == SIGTRAP || sig == SIGSTOP ? 0 : sig;
}

int main(int argc, char **argv)
{
	const char *file = NULL, *list = NULL;
	struct __ptrace_syscall_info info;
	long left, value = 0;
	pid_t first, pid, failing = 0;
	int option, status, result = 2, error;

	while ((option = getopt(argc, argv, "+o:c:")) != -1) {
		if (option == 'o')
			file = optarg;
		else if (option == 'c')
			list = optarg;
		else
			return 2;
	}
	if (argc - optind < 3)
		errx(2, "usage: failat [-o FILE] [-c CALL[,CALL...]] N ERROR COMMAND...");
	left = atol(argv[optind]);
	error = error_number(argv[optind + 1]);
	first = start(argv + optind + 2);
	/* What has left for the background is waited for no longer than the command. */
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (pid != first)
				continue;
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
			break;
		}
		if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXEC << 8))) {
			ptrace(PTRACE_DETACH, pid, NULL, 0);
			continue;
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80) &&
		    ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) > 0) {
			if (info.op == PTRACE_SYSCALL_INFO_ENTRY && counts(list, &info) && --left == 0) {
				failing = pid;
				value = failure(info.entry.nr, error);
				say(file, pid, &info);
				if (info.entry.nr != SYS_close)
					set_no_call(pid);
			} else if (info.op == PTRACE_SYSCALL_INFO_EXIT && pid == failing) {
				set_result(pid, value);
				failing = 0;
			}
		}
		ptrace(PTRACE_SYSCALL, pid, NULL, passed_on(status));
	}
	return left > 0 ? NEVER_CAME : result;
}
