/* SPDX-License-Identifier: ISC */
/*
 * executor/main.c - the main() of the executors: PHASE to function, reason to
 * one line on stderr, result to exit status.  Only this file prints.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "executor/apply/pretend.h"
#include "executor/apply/run.h"
#include "executor/executor.h"
#include "executor/model/lack.h"
#include "executor/stanza/env.h"

static void print_line(const struct run *run, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
static void print_line(const struct run *run, const char *format, va_list args)
{
	char text[600];

	vsnprintf(text, sizeof(text), format, args);
	/* One write: lines of executors that run at the same time do not mix. */
	dprintf(STDERR_FILENO, "%s: %s: %s\n", executor.name, run->iface, text);
}

void run_warn(struct run *run, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(run, format, args);
	va_end(args);
}

void run_report(struct run *run, const char *format, ...)
{
	va_list args;

	run->failed = true;
	va_start(args, format);
	print_line(run, format, args);
	va_end(args);
}

/*
 * ifupdown-ng runs this for every interface at every ifup, reads at most 1024
 * bytes by one read(2), and gives up everything if it fails.
 */
static int depend(void)
{
	const char *name = executor.depend ? executor.depend() : NULL;
	char line[64];
	int length;

	length = name ? snprintf(line, sizeof(line), "%s\n", name) : 0;
	if (length > 0 && (size_t)length < sizeof(line) && write(STDOUT_FILENO, line, (size_t)length) < 0)
		return 0;
	return 0;
}

static int usage(FILE *to)
{
	fprintf(to,
		"usage: IFACE=INTERFACE PHASE=PHASE %s\n"
		"This is an executor of ifupdown-ng: ifup and ifdown run it. See interfaces-%s(5).\n",
		executor.name, executor.name);
	return to == stdout ? 0 : 1;
}

static int run_phase(const struct phase *phase, struct run *run)
{
	int err = netlink_open(&run->nl, env_get("MOCK"), env_get("VERBOSE") != NULL);

	if (err) {
		run_report(run, "cannot open a netlink socket: %s", strerror(-err));
		return 1;
	}
	if (run->nl.mock)
		pretend(run, phase->name);
	if (phase->function(run))
		run_report(run, "%s", run->failure.text);
	else if (lack_of_memory())
		run_report(run, "out of memory: what was done may not be all");
	netlink_close(&run->nl);
	return run->failed;
}

int main(int argc, char **argv)
{
	const char *phase = env_get("PHASE");
	struct run run = { .iface = env_get("IFACE") };

	if (phase && argc == 1 && !strcmp(phase, "depend"))
		return depend();
	if (argc == 2 && (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version"))) {
		printf("vrf-ng %s\n", VERSION);
		return 0;
	}
	if (argc == 2 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help")))
		return usage(stdout);
	if (argc != 1 || !phase || !run.iface)
		return usage(stderr);
	for (const struct phase *each = executor.phases; each->name; each++)
		if (!strcmp(each->name, phase))
			return run_phase(each, &run);
	/* Phases that are not ours, and phases of the future. */
	return 0;
}
