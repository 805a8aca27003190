/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/sender.c - sender [-o] IFACE PORT ADDR...: somebody who knows the way.  Makes sockets,
 * prints "ready", and for each line that it reads sends to every address by IFACE, with
 * those sockets and (without -o) with new ones: by IP_PKTINFO, bound to IFACE, and as the
 * routes say.  Prints what became of each, and "end".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum way { PLAIN, PKTINFO, BOUND, WAYS };
static const char *const names[WAYS] = { "plain", "pktinfo", "bound" };

static int make(int family, enum way way, const char *iface)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && way == BOUND && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, iface, strlen(iface))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int send_one(int fd, enum way way, const char *iface, const struct addrinfo *to)
{
	char control[CMSG_SPACE(sizeof(struct in6_pktinfo))] = { 0 };
	struct iovec data = { .iov_base = "sent\n", .iov_len = 5 };
	struct msghdr msg = { .msg_name = to->ai_addr,
			      .msg_namelen = to->ai_addrlen,
			      .msg_iov = &data,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	const unsigned int ifindex = if_nametoindex(iface);
	const struct in_pktinfo info4 = { .ipi_ifindex = (int)ifindex };
	const struct in6_pktinfo info6 = { .ipi6_ifindex = ifindex };

	if (way != PKTINFO) {
		msg.msg_control = NULL;
		msg.msg_controllen = 0;
	} else if (to->ai_family == AF_INET) {
		msg.msg_controllen = CMSG_SPACE(sizeof(info4));
		cmsg->cmsg_len = CMSG_LEN(sizeof(info4));
		cmsg->cmsg_level = IPPROTO_IP;
		cmsg->cmsg_type = IP_PKTINFO;
		memcpy(CMSG_DATA(cmsg), &info4, sizeof(info4));
	} else {
		cmsg->cmsg_len = CMSG_LEN(sizeof(info6));
		cmsg->cmsg_level = IPPROTO_IPV6;
		cmsg->cmsg_type = IPV6_PKTINFO;
		memcpy(CMSG_DATA(cmsg), &info6, sizeof(info6));
	}
	return sendmsg(fd, &msg, 0) < 0 ? errno : 0;
}

static void try(const char *age, int fd, enum way way, const char *iface, const struct addrinfo *to)
{
	int error = fd < 0 ? errno : send_one(fd, way, iface, to);

	printf("%s %s%d: %s\n", age, names[way], to->ai_family == AF_INET ? 4 : 6, error ? strerror(error) : "sent");
}

static void each(const char *age, int fd[WAYS], const char *iface, const struct addrinfo *to)
{
	for (enum way way = 0; way < WAYS; way++) {
		errno = EBADF;
		try(age, fd[way], way, iface, to);
	}
}

static void make_each(int fd[WAYS], const char *iface, const struct addrinfo *to)
{
	for (enum way way = 0; way < WAYS; way++)
		fd[way] = make(to->ai_family, way, iface);
}

int main(int argc, char **argv)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_DGRAM };
	const bool only_old = argc > 1 && !strcmp(argv[1], "-o");
	const int count = argc - only_old - 3;
	struct addrinfo *to[4];
	int old[4][WAYS], fd[WAYS];
	char line[64];

	argv += only_old;
	if (count < 1 || count > 4)
		errx(2, "usage: sender [-o] IFACE PORT ADDR...");
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < count; i++) {
		if (getaddrinfo(argv[i + 3], argv[2], &hints, &to[i]))
			errx(2, "%s: no address", argv[i + 3]);
		make_each(old[i], argv[1], to[i]);
	}
	puts("ready");
	while (fgets(line, sizeof(line), stdin)) {
		for (int i = 0; i < count; i++) {
			each("old", old[i], argv[1], to[i]);
			if (only_old)
				continue;
			make_each(fd, argv[1], to[i]);
			each("new", fd, argv[1], to[i]);
			for (enum way way = 0; way < WAYS; way++)
				close(fd[way]);
		}
		puts("end");
	}
	return 0;
}
