/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/handed.c - a daemon that takes its sockets as sd_listen_fds(3) says, and what one that
 * somebody has broken into would try with them.
 *
 * `handed serve`: says what it was handed, then answers on all of it, whoever asks.
 * `handed listener ADDRESS PORT`: makes the first one a client; `accepted`: a connection that it
 * accepts; `again PORT`: has the first one listen at another port.  Prints what failed, with its
 * errno, or "connected", "listens".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
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

static void serve(void)
{
	const int count = handed();
	struct pollfd fds[count];

	printf("%d %s\n", count, getenv("LISTEN_FDNAMES"));
	fflush(stdout);
	for (int i = 0; i < count; i++)
		fds[i] = (struct pollfd){ .fd = FIRST + i, .events = POLLIN };
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
	else
		return 2;
	return 0;
}
