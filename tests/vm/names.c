/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/names.c - names NAME [THREADS]: the addresses of NAME, one a line, as the C library finds them that
 * this is linked with: musl.  With THREADS, by so many at a time, ten times each; all must find the same.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *name;
static char first[256];

static int look_up(char text[256])
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all;
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

int main(int argc, char **argv)
{
	int threads = argc > 2 ? atoi(argv[2]) : 0, failed = 0;
	pthread_t id[100];

	if (argc < 2 || threads > 100)
		return 2;
	name = argv[1];
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
