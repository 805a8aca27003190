/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/cut.c - cut N: once the kernel has numbered N processes it is as if the power were gone; nothing that
 * was not written by then will be.  So much of a boot is done then, however busy the host is.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The last number behind the last blank of "0.20 0.18 0.12 1/80 11206" */
static long last_process(int loadavg)
{
	char text[128];
	ssize_t n = pread(loadavg, text, sizeof(text) - 1, 0);
	char *blank;

	if (n < 0)
		err(1, "/proc/loadavg");
	text[n] = '\0';
	blank = strrchr(text, ' ');
	return blank ? atol(blank + 1) : 0;
}

int main(int argc, char **argv)
{
	/* open before the root is another one */
	int loadavg = open("/proc/loadavg", O_RDONLY), trigger = open("/proc/sysrq-trigger", O_WRONLY);

	if (argc != 2)
		errx(2, "usage: cut N");
	if (loadavg < 0 || trigger < 0)
		err(1, "/proc");
	while (last_process(loadavg) < atol(argv[1]))
		usleep(2000);
	return write(trigger, "b", 1) != 1;
}
