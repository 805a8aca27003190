/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/repeat.c - repeat N COMMAND...: run a command N times, one after the
 * other, and print how many microseconds one took on average.  Its output goes nowhere.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long count = argc > 2 ? atol(argv[1]) : 0;
	struct timespec start, end;
	int failed = 0;

	if (count < 1) {
		fputs("usage: repeat N COMMAND...\n", stderr);
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (long i = 0; i < count; i++) {
		pid_t pid = vfork();
		int status;

		if (pid == 0) {
			int null = open("/dev/null", O_RDWR);

			dup2(null, 1);
			dup2(null, 2);
			execvp(argv[2], argv + 2);
			_exit(127);
		}
		waitpid(pid, &status, 0);
		failed += status != 0;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%.0f\n", ((end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec)) / 1e3 / count);
	if (failed)
		fprintf(stderr, "repeat: %d of %ld failed: %s\n", failed, count, argv[2]);
	return failed != 0;
}
