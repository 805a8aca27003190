/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/watch.c - show again when something changes; see watch.h.  A child prints into a
 * file in memory, so that a reading that fails or dies is one reading, and nothing is kept.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "openrc/rc-vrf/paint.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/watch.h"
#include "openrc/state/changes.h"
#include "openrc/state/memory.h"

/*
 * Milliseconds: nobody tells of processes, what changes with others is waited for, and reading takes
 * at most a quarter of the time.
 */
enum { INTERVAL = 2000, SETTLE = 200, SHARE = 3 };

static volatile sig_atomic_t stop, resized;

static void note(int signal)
{
	if (signal == SIGWINCH)
		resized = 1;
	else
		stop = 1;
}

/* In milliseconds, which would not fit into 32 bits for a month. */
static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* These come during the wait alone. */
static sigset_t catch_signals(void)
{
	static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH };
	struct sigaction action = { .sa_handler = note };
	sigset_t block, before;

	sigemptyset(&block);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
		sigaddset(&block, caught[i]);
		sigaction(caught[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &block, &before);
	return before;
}

static bool is_terminal(bool json)
{
	const char *term = getenv("TERM");

	return !json && isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb");
}

struct screen {
	bool terminal, json;
	char *text; /* what was shown last, NULL: nothing yet */
};

static _Noreturn void read_once(int file, const struct screen *s, const sigset_t *mask,
				int (*show)(int argc, char **argv), int argc, char **argv)
{
	int status;

	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (s->terminal)
		paint_for_terminal();
	if (dup2(file, STDOUT_FILENO) < 0)
		exit(EXIT_TROUBLE);
	status = show(argc, argv);
	exit(fflush(stdout) ? EXIT_TROUBLE : status);
}

/* What the file holds, or NULL. */
static char *take(int file)
{
	struct stat st;
	char *text;

	if (fstat(file, &st))
		return NULL;
	text = memory_zero(1, (size_t)st.st_size + 1);
	if (pread(file, text, (size_t)st.st_size, 0) != st.st_size) {
		free(text);
		text = NULL;
	}
	return text;
}

static char *reading(const struct screen *s, const sigset_t *mask, int (*show)(int argc, char **argv), int argc,
		     char **argv)
{
	int file = memfd_create("rc-vrf", MFD_CLOEXEC), status = -1;
	char *text = NULL;
	pid_t child;

	if (file < 0)
		trouble("cannot watch: %s", strerror(errno));
	child = fork();
	if (child < 0)
		trouble("cannot watch: %s", strerror(errno));
	if (!child)
		read_once(file, s, mask, show, argc, argv);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		text = take(file);
	close(file);
	/* it has said why; a signal may have been for both */
	if (WIFEXITED(status) && WEXITSTATUS(status) && !s->text)
		exit(WEXITSTATUS(status));
	return text;
}

/* As many lines as there is room for, each over the one that was there. */
static void redraw(const char *text)
{
	struct winsize size = { 0 };
	int rows = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row ? 24 : size.ws_row, lines = 0;

	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	fputs("\033[H", stdout);
	for (int row = 1; *text; row++) {
		size_t length = strcspn(text, "\n");

		if (row == rows - 1 && lines > rows - 1) {
			printf("%d lines more\033[K\n", lines - row + 1);
			break;
		}
		fwrite(text, 1, length, stdout);
		fputs("\033[K\n", stdout);
		text += length + (text[length] == '\n');
	}
	fputs("\033[J", stdout);
}

static void print_again(struct screen *s, const char *text)
{
	char when[32];
	time_t t = time(NULL);
	struct tm local;

	if (s->terminal) {
		if (!s->text)
			fputs("\033[2J", stdout);
		redraw(text);
	} else {
		if (s->text && !s->json && localtime_r(&t, &local) && strftime(when, sizeof(when), "%F %T", &local))
			printf("\n--- %s\n\n", when);
		fputs(text, stdout);
	}
	/* nobody reads on */
	if (fflush(stdout) || ferror(stdout))
		stop = 1;
}

static void show_again(struct screen *s, char *text)
{
	if (text && (resized || !s->text || strcmp(text, s->text))) {
		resized = 0;
		print_again(s, text);
		free(s->text);
		s->text = text;
	} else {
		free(text);
	}
}

/* Until something may have changed: at least `least` ms, at most `most`. */
static void wait_for_change(int changes, long long least, long long most, const sigset_t *mask)
{
	struct pollfd fds[] = { { .fd = changes, .events = POLLIN }, { .fd = STDOUT_FILENO } };
	long long began = now(), until = most;

	for (;;) {
		long long left = until - (now() - began);
		struct timespec t = { (time_t)(left / 1000), (long)(left % 1000) * 1000000 };
		/* what has come once is not waited for again */
		bool hear = until == most;

		if (left <= 0 || stop || resized)
			return;
		fds[0].fd = hear ? changes : -1;
		if (ppoll(fds, 2, &t, mask) < 0 && errno != EINTR)
			return;
		if (fds[1].revents & (POLLERR | POLLHUP | POLLNVAL))
			stop = 1;
		if (hear && fds[0].revents)
			until = now() - began + SETTLE > least ? now() - began + SETTLE : least;
	}
}

int watch(int (*show)(int argc, char **argv), int argc, char **argv, bool json)
{
	struct screen s = { .terminal = is_terminal(json), .json = json };
	int changes = changes_open();
	sigset_t mask;

	if (changes < 0)
		trouble("cannot watch: %s", strerror(-changes));
	mask = catch_signals();
	while (!stop) {
		long long began = now(), took;
		char *text;

		changes_drain(changes);
		text = reading(&s, &mask, show, argc, argv);
		took = now() - began;
		show_again(&s, text);
		wait_for_change(changes, SHARE * took, SHARE * took > INTERVAL ? SHARE * took : INTERVAL, &mask);
	}
	free(s.text);
	close(changes);
	return 0;
}
