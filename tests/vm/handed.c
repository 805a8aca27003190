/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/handed.c - a daemon that takes its sockets as sd_listen_fds(3) says, and what one that
 * somebody has broken into would try with them.
 *
 * `handed serve`: says what it was handed, then answers on all of it, whoever asks.
 * `handed listener ADDRESS PORT`: makes the first one a client; `accepted`: a connection that it
 * accepts; `fast`: such a one with its first data (MSG_FASTOPEN); `again PORT`: has the first one
 * listen at another port.  Prints what failed, with its errno, or "connected", "listens".
 * `handed turned ADDRESS[%DEVICE] PORT [DEVICE]`: has a connection that it accepts listen there, bound to
 * the device if there is one, of IPv4 as well where it is of IPv6, says "listens" and serves; PORT -: at
 * any, "listens PORT".  `handed moved DEVICE`: binds the first one to it, says "moved" and serves.
 * `handed stale DEVICE PORT`: has a connection that it accepts try an address of that device that is
 * nobody's, which binds it to the device, and listen for all addresses; says "listens" and serves.
 * `handed options`: what a connection that it accepts may set.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST = 3 };

__attribute__((noreturn)) static void fail(const char *call)
{
	printf("%s: %s\n", call, strerror(errno));
	exit(1);
}

static int handed(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");

	if (!pid || !fds || atoi(pid) != getpid()) {
		puts("nothing");
		exit(1);
	}
	return atoi(fds);
}

static void answer(int first, int count)
{
	struct pollfd fds[count];

	fflush(stdout);
	for (int i = 0; i < count; i++)
		fds[i] = (struct pollfd){ .fd = first + i, .events = POLLIN };
	while (poll(fds, (nfds_t)count, -1) > 0)
		for (int i = 0; i < count; i++) {
			struct sockaddr_storage from;
			socklen_t length = sizeof(from);
			char text[512];
			ssize_t n;
			int fd;

			if (!(fds[i].revents & POLLIN))
				continue;
			n = recvfrom(fds[i].fd, text, sizeof(text), 0, (struct sockaddr *)&from, &length);
			if (n >= 0) {
				if (sendto(fds[i].fd, text, (size_t)n, 0, (struct sockaddr *)&from, length) < 0)
					fail("sendto");
				continue;
			}
			fd = accept(fds[i].fd, NULL, NULL);
			if (fd < 0)
				fail("accept");
			n = read(fd, text, sizeof(text));
			if (n > 0 && write(fd, text, (size_t)n) < 0)
				fail("write");
			close(fd);
		}
}

static void serve(void)
{
	printf("%d %s\n", handed(), getenv("LISTEN_FDNAMES"));
	answer(FIRST, handed());
}

static void point(int fd, const char *address, const char *port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((in_port_t)atoi(port)) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = in.sin_port };
	struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	int err;

	if (connect(fd, &nobody, sizeof(nobody)))
		fail("disconnect");
	if (inet_pton(AF_INET, address, &in.sin_addr) == 1)
		err = connect(fd, (struct sockaddr *)&in, sizeof(in));
	else if (inet_pton(AF_INET6, address, &in6.sin6_addr) == 1)
		err = connect(fd, (struct sockaddr *)&in6, sizeof(in6));
	else
		exit(2);
	if (err)
		fail("connect");
	puts("connected");
}

static void again(const char *port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((in_port_t)atoi(port)) };
	struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	if (connect(FIRST, &nobody, sizeof(nobody)))
		fail("disconnect");
	if (bind(FIRST, (struct sockaddr *)&in, sizeof(in)))
		fail("bind");
	if (listen(FIRST, 1))
		fail("listen");
	puts("listens");
}

static int accepted(void)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	int fd = accept(FIRST, NULL, NULL);

	if (fd < 0)
		fail("accept");
	if (connect(fd, &nobody, sizeof(nobody)))
		fail("disconnect");
	return fd;
}

static void fast(const char *address, const char *port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((in_port_t)atoi(port)) };
	const int on = 1;
	int fd = accepted();

	if (inet_pton(AF_INET, address, &in.sin_addr) != 1)
		exit(2);
	if (sendto(fd, "fast", 4, MSG_FASTOPEN, (struct sockaddr *)&in, sizeof(in)) < 0)
		printf("sendto: %s\n", strerror(errno));
	if (setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on)))
		fail("TCP_FASTOPEN_CONNECT");
	if (connect(fd, (struct sockaddr *)&in, sizeof(in)))
		fail("connect");
	puts("connected");
}

static void bind_device(int fd, const char *device)
{
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, (socklen_t)strlen(device)))
		fail("SO_BINDTODEVICE");
}

/* Of IPv6 for all, of one that is, so that it can be made one for both */
static void turned(char *address, const char *port, const char *device)
{
	char *scope = strchr(address, '%');
	const int fd = accepted(), on = 1, off = 0;
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	socklen_t length = sizeof(in6);
	int family;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length))
		fail("SO_DOMAIN");
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)))
		fail("SO_REUSEPORT");
	if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)))
		fail("IPV6_V6ONLY");
	if (device)
		bind_device(fd, device);
	if (scope) {
		*scope++ = '\0';
		in6.sin6_scope_id = if_nametoindex(scope);
	}
	in.sin_port = in6.sin6_port = htons((in_port_t)atoi(port));
	close(FIRST); /* it may be there */
	if (strcmp(port, "-")) {
		if (family == AF_INET ? inet_pton(AF_INET, address, &in.sin_addr) != 1 ||
						bind(fd, (struct sockaddr *)&in, sizeof(in))
				      : inet_pton(AF_INET6, address, &in6.sin6_addr) != 1 ||
						bind(fd, (struct sockaddr *)&in6, sizeof(in6)))
			fail("bind");
	}
	if (listen(fd, 1))
		fail("listen");
	length = sizeof(in6);
	if (getsockname(fd, (struct sockaddr *)&in6, &length))
		fail("getsockname");
	if (strcmp(port, "-"))
		puts("listens");
	else
		printf("listens %d\n", ntohs(in6.sin6_port));
	answer(fd, 1);
}

static void stale(const char *device, const char *port)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons((in_port_t)atoi(port)) };
	const int fd = accepted();

	inet_pton(AF_INET6, "fe80::dead", &in6.sin6_addr);
	in6.sin6_scope_id = if_nametoindex(device);
	if (!bind(fd, (struct sockaddr *)&in6, sizeof(in6)) || errno != EADDRNOTAVAIL)
		fail("bind");
	close(FIRST);
	in6.sin6_addr = in6addr_any;
	in6.sin6_scope_id = 0;
	if (bind(fd, (struct sockaddr *)&in6, sizeof(in6)))
		fail("bind anew");
	if (listen(fd, 1))
		fail("listen");
	puts("listens");
	answer(fd, 1);
}

static void try(int fd, const char *name, int level, int option, const void *value, socklen_t length)
{
	printf("%s: %s\n", name, setsockopt(fd, level, option, value, length) ? strerror(errno) : "can be set");
}

static void options(void)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	int fd = accept(FIRST, NULL, NULL), on = 1, ipv4 = AF_INET;

	if (fd < 0)
		fail("accept");
	for (int i = 0; i < 2; i++) {
		try(fd, "SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, "lo", 2);
		try(fd, "SO_MARK", SOL_SOCKET, SO_MARK, &on, sizeof(on));
		try(fd, "IPV6_ADDRFORM", IPPROTO_IPV6, IPV6_ADDRFORM, &ipv4, sizeof(ipv4));
		try(fd, "TCP_REPAIR", IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on));
		try(fd, "TCP_ULP mptcp", IPPROTO_TCP, TCP_ULP, "mptcp", 5);
		try(fd, "TCP_ULP smc", IPPROTO_TCP, TCP_ULP, "smc", 3);
		if (connect(fd, &nobody, sizeof(nobody)))
			fail("disconnect");
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!handed())
		return 1;
	if (!strcmp(what, "serve"))
		serve();
	else if (!strcmp(what, "listener") && argc == 4)
		point(FIRST, argv[2], argv[3]);
	else if (!strcmp(what, "accepted") && argc == 4)
		point(accept(FIRST, NULL, NULL), argv[2], argv[3]);
	else if (!strcmp(what, "again") && argc == 3)
		again(argv[2]);
	else if (!strcmp(what, "fast") && argc == 4)
		fast(argv[2], argv[3]);
	else if (!strcmp(what, "turned") && (argc == 4 || argc == 5))
		turned(argv[2], argv[3], argv[4]);
	else if (!strcmp(what, "stale") && argc == 4)
		stale(argv[2], argv[3]);
	else if (!strcmp(what, "moved") && argc == 3) {
		bind_device(FIRST, argv[2]);
		puts("moved");
		answer(FIRST, 1);
	} else if (!strcmp(what, "options"))
		options();
	else
		return 2;
	return 0;
}
