/* SPDX-License-Identifier: ISC */
/* executor/stanza/ifquery.c - start ifupdown-ng's ifquery; see ifquery.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "executor/model/lack.h"
#include "executor/stanza/env.h"
#include "executor/stanza/ifquery.h"

/* ifup leaks the read end of a pipe per `depend` into its children. */
static void close_leaked(void)
{
	/* Linux 5.9; musl has no function for it */
	if (!syscall(SYS_close_range, 3, ~0U, 0))
		return;
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
}

/* Both names that Debian and Alpine give it; PATH may be missing (ifupdown-ng before 0.13). */
static void exec_ifquery(const char *const options[])
{
	static const char *const paths[] = { "/sbin/ifquery", "/usr/sbin/ifquery", "/sbin/ifquery-ng",
					     "/usr/sbin/ifquery-ng" };
	const char *file = env_get("INTERFACES_FILE");
	const char *path = env_get("IFQUERY");
	/* No executor has that for its directory: without -p it would run `depend` of all stanzas. */
	const char *args[10] = { "ifquery", "-E", "/dev/null" };
	size_t count = 3;

	if (file) {
		args[count++] = "-i";
		args[count++] = file;
	}
	while (*options)
		args[count++] = *options++;
	close_leaked();
	if (path)
		execv(path, (char **)args);
	for (size_t i = 0; !path && i < sizeof(paths) / sizeof(paths[0]); i++)
		execv(paths[i], (char **)args);
	_exit(127);
}

/* All of `fd`, to be freed; NULL: no memory */
static char *read_all(int fd)
{
	size_t size = 0, room = 4096;
	char *text = malloc(room);

	while (text) {
		ssize_t n = read(fd, text + size, room - size - 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		size += (size_t)n;
		if (size + 1 == room) {
			char *grown = realloc(text, room *= 2);

			if (!grown)
				free(text);
			text = grown;
		}
	}
	if (lack_noted(text))
		text[size] = '\0';
	return text;
}

char *ifquery(const char *const options[], int *status)
{
	int ends[2], raw;
	char *text;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC)) {
		*status = -errno;
		return NULL;
	}
	pid = fork();
	*status = -errno;
	if (pid < 0 && errno == ENOMEM)
		lack_noted(NULL);
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(ends[1], STDOUT_FILENO);
		dup2(null, STDIN_FILENO);
		dup2(null, STDERR_FILENO);
		exec_ifquery(options);
	}
	close(ends[1]);
	text = pid > 0 ? read_all(ends[0]) : NULL;
	close(ends[0]);
	while (pid > 0 && waitpid(pid, &raw, 0) < 0 && errno == EINTR)
		;
	if (pid > 0)
		*status = !text ? -ENOMEM : WIFEXITED(raw) ? WEXITSTATUS(raw) : 126;
	if (*status) {
		free(text);
		return NULL;
	}
	return text;
}
