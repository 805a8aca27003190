/* SPDX-License-Identifier: ISC */
/* helpers/base/chain.c - what chain loaders have in common; see chain.h. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "helpers/base/chain.h"

int chain_print(int fd, ...)
{
	struct iovec part[12];
	va_list args;
	char *s;
	int n = 0;

	va_start(args, fd);
	while (n < 12 && (s = va_arg(args, char *)))
		part[n++] = (struct iovec){ s, strlen(s) };
	va_end(args);
	return writev(fd, part, n) < 0 ? EXIT_OWN : 0;
}

int chain_become(const char *program, char **command)
{
	int err;

	execvp(command[0], command);
	err = errno;
	chain_print(STDERR_FILENO, program, ": ", command[0], ": ", strerror(err), "\n", (char *)NULL);
	return err == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}
