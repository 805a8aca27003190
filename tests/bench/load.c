/* SPDX-License-Identifier: ISC */
/*
 * tests/bench/load.c - one kind of traffic, and how many nanoseconds each piece of it took.
 *
 *     load serve                   on ports 4001 to 4004, from now on
 *     load stream ADDR MEGABYTES   a TCP stream, each megabyte
 *     load request ADDR N          one byte there and back on one connection
 *     load connect ADDR N          the same with a connection for each
 *     load datagram ADDR N         UDP of 64 bytes, one way
 *     load point ADDR N            connect(2) of a UDP socket
 *     load send ADDR N             UDP of 64 bytes to an address that each call names
 *     load stopped ADDR%IFACE N    the same by an interface that it names, whether or not somebody lets it
 *     load lookup NAME N           getaddrinfo(3)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { STREAM = 4001, REQUEST, CONNECT, DATAGRAM };

static char buf[65536];
static const int one = 1;

static int make(int type, const char *address, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
	int fd = socket(AF_INET, type, 0);

	if (fd < 0)
		err(1, "socket");
	if (address) {
		if (inet_pton(AF_INET, address, &a.sin_addr) != 1)
			errx(2, "%s: not an address", address);
		if (connect(fd, (struct sockaddr *)&a, sizeof(a)))
			err(1, "connect");
		return fd;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || (type == SOCK_STREAM && listen(fd, 64)))
		err(1, "bind");
	return fd;
}

/* One at a time, as the load does. */
static void serve(int port, int at)
{
	for (;;) {
		int fd = port == DATAGRAM ? at : accept(at, NULL, NULL);
		ssize_t n;

		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		while ((n = recv(fd, buf, sizeof(buf), 0)) > 0)
			if ((port == REQUEST || port == CONNECT) && send(fd, buf, 1, MSG_NOSIGNAL) < 0)
				break;
		if (port == STREAM)
			send(fd, "", 1, MSG_NOSIGNAL); /* all of it has come */
		close(fd);
	}
}

static void answer(int fd)
{
	if (recv(fd, buf, sizeof(buf), 0) != 1)
		err(1, "recv");
}

static void ask(int fd)
{
	if (send(fd, "", 1, 0) != 1)
		err(1, "send");
	answer(fd);
}

static void stream(const char *address, long n)
{
	int fd = make(SOCK_STREAM, address, STREAM);

	for (long i = 0; i < n * 16; i++)
		for (size_t done = 0; done < sizeof(buf);) {
			ssize_t sent = send(fd, buf + done, sizeof(buf) - done, 0);

			if (sent < 0)
				err(1, "send");
			done += (size_t)sent;
		}
	shutdown(fd, SHUT_WR);
	answer(fd);
	close(fd);
}

static void request(const char *address, long n)
{
	int fd = make(SOCK_STREAM, address, REQUEST);

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	while (n--)
		ask(fd);
	close(fd);
}

static void connections(const char *address, long n)
{
	while (n--) {
		int fd = make(SOCK_STREAM, address, CONNECT);

		ask(fd);
		close(fd);
	}
}

static void datagrams(const char *address, long n)
{
	int fd = make(SOCK_DGRAM, address, DATAGRAM);

	while (n--)
		if (send(fd, buf, 64, 0) != 64)
			err(1, "send");
	close(fd);
}

static struct sockaddr_in towards(const char *address)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(DATAGRAM) };

	if (inet_pton(AF_INET, address, &a.sin_addr) != 1)
		errx(2, "%s: not an address", address);
	return a;
}

static void points(const char *address, long n)
{
	const struct sockaddr_in a = towards(address);
	int fd = make(SOCK_DGRAM, address, DATAGRAM);

	while (n--)
		if (connect(fd, (const struct sockaddr *)&a, sizeof(a)))
			err(1, "connect");
	close(fd);
}

static void sends(const char *address, long n)
{
	const struct sockaddr_in a = towards(address);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	while (n--)
		if (sendto(fd, buf, 64, 0, (const struct sockaddr *)&a, sizeof(a)) != 64)
			err(1, "sendto");
	close(fd);
}

static void stopped(const char *address, long n)
{
	char control[CMSG_SPACE(sizeof(struct in_pktinfo))] = { 0 }, text[64];
	const char *iface = strchr(address, '%');
	struct iovec data = { .iov_base = buf, .iov_len = 64 };
	struct in_pktinfo info = { .ipi_ifindex = iface ? (int)if_nametoindex(iface + 1) : 0 };
	struct msghdr msg = { .msg_iov = &data,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control),
			      .msg_namelen = sizeof(struct sockaddr_in) };
	struct cmsghdr *cmsg = (struct cmsghdr *)control;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in a;

	snprintf(text, sizeof(text), "%.*s", (int)(iface ? iface - address : 0), address);
	a = towards(text);
	msg.msg_name = &a;
	cmsg->cmsg_level = IPPROTO_IP;
	cmsg->cmsg_type = IP_PKTINFO;
	cmsg->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(cmsg), &info, sizeof(info));
	while (n--)
		if (sendmsg(fd, &msg, 0) != 64 && errno != EPERM)
			err(1, "sendmsg");
	close(fd);
}

static void lookups(const char *name, long n)
{
	const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;

	while (n--) {
		int why = getaddrinfo(name, NULL, &hints, &found);

		if (why)
			errx(1, "%s: %s", name, gai_strerror(why));
		freeaddrinfo(found);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*fn)(const char *address, long n);
	} loads[] = { { "stream", stream },      { "request", request }, { "connect", connections },
		      { "datagram", datagrams }, { "point", points },    { "send", sends },
		      { "stopped", stopped },    { "lookup", lookups } };
	struct timespec start, end;

	if (argc == 2 && !strcmp(argv[1], "serve")) {
		for (int port = STREAM; port <= DATAGRAM; port++) {
			int at = make(port == DATAGRAM ? SOCK_DGRAM : SOCK_STREAM, NULL, port);

			if (fork() == 0) {
				close(1);
				close(2);
				serve(port, at);
			}
		}
		return 0;
	}
	for (size_t i = 0; argc == 4 && i < sizeof(loads) / sizeof(*loads); i++) {
		long n = atol(argv[3]);

		if (strcmp(argv[1], loads[i].name) || n < 1)
			continue;
		/* The first of each kind finds what is not in any cache yet. */
		loads[i].fn(argv[2], 1);
		clock_gettime(CLOCK_MONOTONIC, &start);
		loads[i].fn(argv[2], n);
		clock_gettime(CLOCK_MONOTONIC, &end);
		printf("%.0f\n",
		       ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) / (double)n);
		return 0;
	}
	fputs("usage: load serve | load stream|request|connect|datagram|point|send|stopped|lookup ADDR|NAME N\n",
	      stderr);
	return 2;
}
