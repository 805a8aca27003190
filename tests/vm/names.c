/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/names.c - names NAME [THREADS]: the addresses of NAME, one a line, as the C library finds them that
 * this is linked with: musl.  With THREADS, by so many at a time, ten times each; all must find the same.
 * names NAME configured: those of families that the machine has an address of (AI_ADDRCONFIG).
 * names NAME ring SERVER [connect]: its IPv4 address, as an io_uring asks the server, by a socket that is
 * connected or not; the server must seem to be the one that answers.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "ring.h"

static const char *name;
static char first[256];
static int flags;

static int look_up(char text[256])
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = flags }, *all;
	char address[INET6_ADDRSTRLEN];
	int err = getaddrinfo(name, NULL, &hints, &all);

	text[0] = '\0';
	if (err) {
		fprintf(stderr, "%s: %s\n", name, gai_strerror(err));
		return 1;
	}
	for (struct addrinfo *a = all; a && strlen(text) < 200; a = a->ai_next) {
		if (getnameinfo(a->ai_addr, a->ai_addrlen, address, sizeof(address), NULL, 0, NI_NUMERICHOST))
			return 1;
		strcat(strcat(text, address), "\n");
	}
	freeaddrinfo(all);
	return 0;
}

static void *again(void *failed)
{
	char text[256];

	for (int i = 0; i < 10; i++)
		if (look_up(text) || strcmp(text, first))
			*(int *)failed = 1;
	return NULL;
}

static int by_ring(const char *server, int connected)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(53) }, from = { 0 };
	unsigned char query[512], answer[512];
	struct iovec out = { query, 0 }, in = { answer, sizeof(answer) };
	struct msghdr sent = { .msg_iov = &out, .msg_iovlen = 1 };
	struct msghdr got = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &in, .msg_iovlen = 1 };
	int length = res_mkquery(0, name, 1, 1, NULL, 0, NULL, query, sizeof(query)), fd;
	struct ring r;

	if (length < 0 || inet_pton(AF_INET, server, &to.sin_addr) != 1 || ring_open(&r))
		return 1;
	out.iov_len = (size_t)length;
	fd = ring_do(&r, (struct entry){ .opcode = RING_SOCKET, .fd = AF_INET, .offset = SOCK_DGRAM });
	if (connected)
		length = ring_do(&r, (struct entry){ .opcode = RING_CONNECT,
						     .fd = fd,
						     .address = (uintptr_t)&to,
						     .offset = sizeof(to) });
	else {
		sent.msg_name = &to;
		sent.msg_namelen = sizeof(to);
	}
	if (length >= 0)
		length = ring_do(&r,
				 (struct entry){
					 .opcode = RING_SENDMSG, .fd = fd, .address = (uintptr_t)&sent, .length = 1 });
	if (length >= 0)
		length = ring_do(&r,
				 (struct entry){
					 .opcode = RING_RECVMSG, .fd = fd, .address = (uintptr_t)&got, .length = 1 });
	if (length < 4) {
		fprintf(stderr, "%s: %s\n", name, strerror(-length));
		return 1;
	}
	if (from.sin_addr.s_addr != to.sin_addr.s_addr || from.sin_port != to.sin_port) {
		fprintf(stderr, "%s: answered by %s port %u\n", name, inet_ntoa(from.sin_addr), ntohs(from.sin_port));
		return 1;
	}
	/* Its only record is the last of the answer. */
	printf("%d.%d.%d.%d\n", answer[length - 4], answer[length - 3], answer[length - 2], answer[length - 1]);
	return 0;
}

int main(int argc, char **argv)
{
	int threads = argc > 2 ? atoi(argv[2]) : 0, failed = 0;
	pthread_t id[100];

	if (argc < 2 || threads > 100)
		return 2;
	name = argv[1];
	if (argc > 3 && strcmp(argv[2], "ring") == 0)
		return by_ring(argv[3], argc > 4);
	if (argc > 2 && strcmp(argv[2], "configured") == 0)
		flags = AI_ADDRCONFIG;
	if (look_up(first))
		return 1;
	fputs(first, stdout);
	for (int i = 0; i < threads; i++)
		if (pthread_create(&id[i], NULL, again, &failed))
			return 2;
	for (int i = 0; i < threads; i++)
		pthread_join(id[i], NULL);
	return failed;
}
