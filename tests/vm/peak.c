/* SPDX-License-Identifier: ISC */
/*
 * peak KIB COMMAND [ARG...] - run it; its status, or 1 if its highest resident
 * set (ru_maxrss, getrusage(2), in KiB) was above KIB. Says the number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;
	pid_t pid;

	if (argc < 3)
		return 2;
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || getrusage(RUSAGE_CHILDREN, &usage))
		return 2;
	printf("%ld KiB\n", usage.ru_maxrss);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
	return usage.ru_maxrss > atol(argv[1]);
}
