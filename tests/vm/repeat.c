/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/repeat.c - repeat [-b LINE] N COMMAND...: run a command N times, one after the
 * other, and print how many microseconds one took on average.  Its output goes nowhere.
 * Before each the shell runs LINE, whose time does not count.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static pid_t start(char **command)
{
	pid_t pid = vfork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 1);
		dup2(null, 2);
		execvp(command[0], command);
		_exit(127);
	}
	return pid;
}

int main(int argc, char **argv)
{
	const char *before = NULL;
	double sum = 0;
	int failed = 0;
	long count;

	if (argc > 2 && !strcmp(argv[1], "-b")) {
		before = argv[2];
		argv += 2;
		argc -= 2;
	}
	count = argc > 2 ? atol(argv[1]) : 0;
	if (count < 1) {
		fputs("usage: repeat [-b LINE] N COMMAND...\n", stderr);
		return 2;
	}
	for (long i = 0; i < count; i++) {
		double began;
		int status;

		if (before && system(before))
			failed++;
		began = now();
		waitpid(start(argv + 2), &status, 0);
		sum += now() - began;
		failed += status != 0;
	}
	printf("%.0f\n", sum / (double)count);
	if (failed)
		fprintf(stderr, "repeat: %d of %ld failed: %s\n", failed, count, argv[2]);
	return failed != 0;
}
