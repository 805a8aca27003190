/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/killat.c - killat N COMMAND...: run a command and kill it (SIGKILL)
 * at the entry of its N-th system call after it opened its first netlink
 * socket; what comes before is the loader's.  killat -c N COMMAND...: right after
 * the N-th request by which it changed links, routes or rules.  killat -m LINE N COMMAND...:
 * not killed, but stopped before its N-th bpf(BPF_MAP_CREATE) while sh(1) runs the line.
 * killat -b N COMMAND...: killed before its N-th bpf(2).
 * killat -e N COMMAND...: nor this one, but its N-th bpf(2) and all after it fail with EPERM.
 * Children are not followed.
 * Exit 0: it was killed there; 1: it ended before; the command's status is lost, but with -m and -e.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
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
#include <sys/wait.h>
#include <unistd.h>

#include "registers.h"

struct call {
	long number;
	unsigned long argument[6];
};

static bool fetch(pid_t pid, const void *from, void *to, size_t size)
{
	struct iovec here = { to, size }, there = { (void *)from, size };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* Where all calls of sockets may be one, with its arguments in memory */
static void unpack_socketcall(pid_t pid, struct call *c)
{
#ifdef SYS_socketcall
	static const long numbers[] = { [1] = SYS_socket, [11] = SYS_sendto, [16] = SYS_sendmsg };
	unsigned long which = c->argument[0];

	if (c->number != SYS_socketcall || which > 16 || !numbers[which])
		return;
	if (fetch(pid, (void *)c->argument[1], c->argument, 3 * sizeof(long)))
		c->number = numbers[which];
#else
	(void)pid;
	(void)c;
#endif
}

static bool read_call(pid_t pid, struct call *c)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info) < 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return false;
	c->number = (long)info.entry.nr;
	for (int i = 0; i < 6; i++)
		c->argument[i] = (unsigned long)info.entry.args[i];
	unpack_socketcall(pid, c);
	return true;
}

static bool is_netlink_socket(const struct call *c)
{
	return c->number == SYS_socket && c->argument[0] == AF_NETLINK;
}

/* Of several messages in one request the first one tells. */
static bool is_change(pid_t pid, const struct call *c)
{
	const void *message = (void *)c->argument[1];
	struct nlmsghdr header;
	struct msghdr msg;
	struct iovec part;

	if (c->number == SYS_sendmsg) {
		if (!fetch(pid, message, &msg, sizeof(msg)) || !fetch(pid, msg.msg_iov, &part, sizeof(part)))
			return false;
		message = part.iov_base;
	} else if (c->number != SYS_sendto) {
		return false;
	}
	/* NEW, DEL, GET, SET, over and over */
	return fetch(pid, message, &header, sizeof(header)) && header.nlmsg_type >= RTM_BASE &&
	       (header.nlmsg_type & 3) != (RTM_GETLINK & 3);
}

static bool is_map_create(const struct call *c)
{
	return c->number == SYS_bpf && c->argument[0] == BPF_MAP_CREATE;
}

static int run_meanwhile(pid_t pid, const char *line)
{
	int status = 0;

	if (system(line)) {
		fprintf(stderr, "%s: failed\n", line);
		return 2;
	}
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	return waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) ? 2 : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	const bool changes = argc > 1 && !strcmp(argv[1], "-c");
	const bool errors = argc > 1 && !strcmp(argv[1], "-e");
	const bool calls = argc > 1 && !strcmp(argv[1], "-b");
	const char *line = argc > 2 && !strcmp(argv[1], "-m") ? argv[2] : NULL;
	const int options = line ? 2 : changes || errors || calls;
	long left = argc > 2 + options ? atol(argv[1 + options]) : 0;
	bool counting = false, entry = true, changed = false, fails = false;
	struct call call;
	int status;
	pid_t pid;

	argv += options;
	if (left < 1) {
		fputs("usage: killat [-b | -c | -e | -m LINE] N COMMAND...\n", stderr);
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
			return errors && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
		pass = 0;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
			pass = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
			continue;
		}
		if (entry && read_call(pid, &call)) {
			if (line && is_map_create(&call) && --left == 0)
				return run_meanwhile(pid, line);
			fails = errors && call.number == SYS_bpf && --left <= 0;
			if (fails)
				set_no_call(pid);
			counting |= !line && !errors && (calls || is_netlink_socket(&call));
			if (counting && (!changes || changed) && (!calls || call.number == SYS_bpf) && --left == 0) {
				kill(pid, SIGKILL);
				waitpid(pid, &status, 0);
				return 0;
			}
			changed = is_change(pid, &call);
		} else if (fails) {
			set_result(pid, -EPERM);
		}
		entry = !entry;
	}
}
