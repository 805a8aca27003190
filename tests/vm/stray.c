/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/stray.c - somebody who tries what a filter stops, and stays.
 *
 *     stray [-n COUNT] [-m MARK] [-d DEVICE] [-i IFACE] udp|tcp ADDR PORT
 *     stray ping ADDR                      an echo request that looks like the test of vrf-exec
 *     stray [-d DEVICE] listen PORT        a UDP socket of both families
 *
 * -m and -d change the socket's mark and device as root can ("-d -": none), -i names an interface
 * for each datagram.  Says "ready".  For each line that it reads it sends to the address COUNT times,
 * or, of `socket`, makes a socket, of `mptcp` one of MPTCP; for each says OK or the errno's number,
 * and "end".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* Its checksum, where UDP has the port, becomes 9, with the id that the socket is bound to. */
#define PING_ID 0x1000
static const unsigned char ping[] = { 8, 0, 0, 0, 0, 0, 0xe7, 0xf6 };

static int count = 1, protocol;
static const char *mark, *device, *iface;

static int make(int family, int type)
{
	const int number = mark ? (int)strtoul(mark, NULL, 0) : 0;
	int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		err(1, "socket");
	if (mark && setsockopt(fd, SOL_SOCKET, SO_MARK, &number, sizeof(number)))
		err(1, "SO_MARK");
	if (device && strcmp(device, "-") == 0)
		device = "";
	if (device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device)))
		err(1, "SO_BINDTODEVICE");
	return fd;
}

static ssize_t send_one(int fd, const struct addrinfo *to)
{
	char control[CMSG_SPACE(sizeof(struct in_pktinfo))] = { 0 };
	struct iovec data = { .iov_base = protocol ? (void *)ping : "stray", .iov_len = protocol ? sizeof(ping) : 5 };
	struct msghdr msg = {
		.msg_name = to->ai_addr, .msg_namelen = to->ai_addrlen, .msg_iov = &data, .msg_iovlen = 1
	};

	if (iface) {
		const struct in_pktinfo info = { .ipi_ifindex = (int)if_nametoindex(iface) };
		struct cmsghdr *cmsg = (struct cmsghdr *)control;

		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		cmsg->cmsg_level = IPPROTO_IP;
		cmsg->cmsg_type = IP_PKTINFO;
		cmsg->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(cmsg), &info, sizeof(info));
	}
	return sendmsg(fd, &msg, MSG_NOSIGNAL);
}

static void say(ssize_t result)
{
	if (result < 0)
		printf("%d\n", errno);
	else
		puts("OK");
}

static int make_ping(void)
{
	const struct sockaddr_in id = { .sin_family = AF_INET, .sin_port = htons(PING_ID) };
	int fd;

	protocol = IPPROTO_ICMP;
	fd = make(AF_INET, SOCK_DGRAM);
	if (bind(fd, (const struct sockaddr *)&id, sizeof(id)))
		err(1, "bind");
	return fd;
}

static void listen_at(const char *port)
{
	const struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons((unsigned short)atoi(port)) };
	int fd = make(AF_INET6, SOCK_DGRAM);

	if (bind(fd, (const struct sockaddr *)&any, sizeof(any)))
		err(1, "bind");
}

int main(int argc, char **argv)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV }, *to = NULL;
	int opt, fd = -1, type = SOCK_DGRAM;
	char line[64];

	while ((opt = getopt(argc, argv, "+n:m:d:i:")) != -1)
		switch (opt) {
		case 'n':
			count = atoi(optarg);
			break;
		case 'm':
			mark = optarg;
			break;
		case 'd':
			device = optarg;
			break;
		case 'i':
			iface = optarg;
			break;
		default:
			return 2;
		}
	argv += optind;
	argc -= optind;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 2 && strcmp(argv[0], "listen") == 0) {
		listen_at(argv[1]);
	} else if (argc == 2 && strcmp(argv[0], "ping") == 0) {
		hints.ai_socktype = type;
		if (getaddrinfo(argv[1], NULL, &hints, &to))
			errx(2, "%s: no address", argv[1]);
		fd = make_ping();
	} else if (argc == 3) {
		if (strcmp(argv[0], "tcp") == 0)
			type = SOCK_STREAM;
		hints.ai_socktype = type;
		if (getaddrinfo(argv[1], argv[2], &hints, &to))
			errx(2, "%s: no address", argv[1]);
		if (type == SOCK_DGRAM)
			fd = make(to->ai_family, type);
	} else {
		return 2;
	}
	puts("ready");
	while (fgets(line, sizeof(line), stdin)) {
		for (int i = 0; i < count; i++) {
			if (strncmp(line, "socket", 6) == 0) {
				say(socket(AF_INET6, SOCK_STREAM, 0));
			} else if (strncmp(line, "mptcp", 5) == 0) {
				say(socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP));
			} else if (to && type == SOCK_STREAM) {
				if (fd >= 0)
					close(fd);
				fd = make(to->ai_family, type);
				say(connect(fd, to->ai_addr, to->ai_addrlen));
			} else if (to) {
				say(send_one(fd, to));
			}
		}
		puts("end");
	}
	return 0;
}
