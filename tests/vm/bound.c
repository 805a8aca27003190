/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/bound.c - where the sockets of a control group are, as the kernel tells.
 *
 *     bound GROUP BINDING...
 *
 * GROUP is a directory of cgroup2, BINDING the name of an interface or a mark like
 * 0x56000001.  Prints each Internet socket that was made in the group, and each that
 * one of its processes holds; exit 0 if there is one and all are bound so.
 *
 * The sockets come from sock_diag(7), with the group in which each was made (5.8 and
 * later).  So that none is missed which sock_diag does not know, like those of ping,
 * every descriptor of every process is looked at as well, through pidfd_getfd(2).
 * Nothing of vrf-ng is in here: what it says of itself is not to be believed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
/* of linux/inet_diag.h, whose older versions have it not */
#define DIAG_CGROUP_ID 21

static const char **wanted;
static int seen, wrong;

static void judge(const char *how, int protocol, int family, unsigned int ifindex, uint32_t mark, uint64_t inode)
{
	char name[IF_NAMESIZE], binding[2][32];
	bool right = false;

	if (!if_indextoname(ifindex, name))
		snprintf(name, sizeof(name), "%u", ifindex);
	snprintf(binding[0], sizeof(binding[0]), "%s", name);
	snprintf(binding[1], sizeof(binding[1]), "0x%x", mark);
	for (const char **w = wanted; *w; w++)
		right |= !strcmp(*w, binding[0]) || !strcmp(*w, binding[1]);
	printf("%s: socket %llu family %d protocol %d interface %s mark %s%s\n", how, (unsigned long long)inode, family,
	       protocol, binding[0], binding[1], right ? "" : ": WRONG");
	seen++;
	wrong += !right;
}

/* Every socket of the machine that was made in the group. */
static void ask_kernel(uint64_t group, int family, int protocol)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 request;
		struct rtattr attribute;
		uint32_t protocol;
	} ask = { { .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		  { .sdiag_family = family, .sdiag_protocol = protocol > 255 ? 255 : protocol, .idiag_states = ~0U },
		  { .rta_type = INET_DIAG_REQ_PROTOCOL, .rta_len = RTA_LENGTH(sizeof(uint32_t)) },
		  protocol };
	static char buffer[1 << 16];
	int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	bool more = true;

	ask.header.nlmsg_len = protocol > 255 ? sizeof(ask) : offsetof(__typeof__(ask), attribute);
	if (netlink < 0 || send(netlink, &ask, ask.header.nlmsg_len, 0) < 0)
		err(1, "sock_diag");
	while (more) {
		ssize_t got = recv(netlink, buffer, sizeof(buffer), 0);

		if (got <= 0)
			err(1, "sock_diag");
		for (struct nlmsghdr *n = (void *)buffer; NLMSG_OK(n, (size_t)got); n = NLMSG_NEXT(n, got)) {
			struct inet_diag_msg *d = NLMSG_DATA(n);
			int left = n->nlmsg_len - NLMSG_LENGTH(sizeof(*d));
			uint64_t made_in = 0;
			uint32_t mark = 0;

			if (n->nlmsg_type == NLMSG_DONE || n->nlmsg_type == NLMSG_ERROR) {
				/* a protocol that this kernel has not, or cannot show, has no sockets here */
				more = false;
				break;
			}
			for (struct rtattr *a = (void *)(d + 1); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
				if (a->rta_type == INET_DIAG_MARK)
					memcpy(&mark, RTA_DATA(a), sizeof(mark));
				if (a->rta_type == DIAG_CGROUP_ID)
					memcpy(&made_in, RTA_DATA(a), sizeof(made_in));
			}
			if (made_in == group)
				judge("made here", protocol, family, d->id.idiag_if, mark, d->idiag_inode);
		}
	}
	close(netlink);
}

static int option(int fd, int name)
{
	int value = 0;

	if (getsockopt(fd, SOL_SOCKET, name, &value, &(socklen_t){ sizeof(value) }) && errno != ENOPROTOOPT)
		err(1, "getsockopt %d", name);
	return value;
}

/* Every Internet socket that the process holds, wherever it has it from. */
static void ask_process(int pid)
{
	char path[64];
	int process = syscall(SYS_pidfd_open, pid, 0);
	DIR *dir;
	struct dirent *entry;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	while (dir && process >= 0 && (entry = readdir(dir))) {
		struct stat st;
		int fd, family;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		fd = syscall(SYS_pidfd_getfd, process, atoi(entry->d_name), 0);
		if (fd < 0 && errno == EBADF)
			continue;
		if (fd < 0)
			err(1, "process %d: pidfd_getfd", pid);
		if (!fstat(fd, &st) && S_ISSOCK(st.st_mode)) {
			family = option(fd, SO_DOMAIN);
			snprintf(path, sizeof(path), "process %d", pid);
			if (family != AF_UNIX && family != AF_NETLINK)
				judge(path, option(fd, SO_PROTOCOL), family, option(fd, SO_BINDTOIFINDEX),
				      option(fd, SO_MARK), st.st_ino);
		}
		close(fd);
	}
	if (dir)
		closedir(dir);
	if (process >= 0)
		close(process);
}

int main(int argc, char **argv)
{
	static const int protocols[] = { IPPROTO_TCP, IPPROTO_UDP,  IPPROTO_UDPLITE,
					 IPPROTO_RAW, IPPROTO_SCTP, IPPROTO_MPTCP };
	struct stat st;
	char path[4096];
	FILE *processes;
	int pid;

	if (argc < 3)
		errx(2, "usage: bound GROUP BINDING...");
	wanted = (const char **)argv + 2;
	if (stat(argv[1], &st))
		err(1, "%s", argv[1]);
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		ask_kernel(st.st_ino, AF_INET, protocols[i]);
		ask_kernel(st.st_ino, AF_INET6, protocols[i]);
	}
	if (!seen)
		errx(1, "%s: the kernel knows of no socket that was made in it", argv[1]);
	snprintf(path, sizeof(path), "%s/cgroup.procs", argv[1]);
	processes = fopen(path, "re");
	if (!processes)
		err(1, "%s", path);
	while (fscanf(processes, "%d", &pid) == 1)
		ask_process(pid);
	return wrong ? 1 : 0;
}
