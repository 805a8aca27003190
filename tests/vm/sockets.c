/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/sockets.c - sockets FAMILY...: ask for sockets of these families and of their first
 * two protocols, which makes the kernel load what is there for them.  Always 0.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		for (int protocol = 0; protocol < 2; protocol++) {
			int fd = socket(atoi(argv[i]), SOCK_DGRAM, protocol);

			if (fd >= 0)
				close(fd);
		}
	return 0;
}
