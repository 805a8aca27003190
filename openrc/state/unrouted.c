/* SPDX-License-Identifier: ISC */
/*
 * openrc/state/unrouted.c - an instance of tracefs; see unrouted.h.
 *
 * An instance stays when its maker is killed.  So each has a lock on its own, which ends with it,
 * and who comes later removes those that nobody has locked.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "openrc/state/unrouted.h"

#define PREFIX "vrf-ng-"

/* Each lookup in these two, or in the main one, that is not the last word is one in vain. */
#define FILTER "err != 0 && (tb_id < 253 || tb_id > 255)"

/* Nobody need have mounted it, nor sees it mounted by this; system calls are younger than libraries. */
static int mount_tracefs(void)
{
	int fs = (int)syscall(SYS_fsopen, "tracefs", 1 /* FSOPEN_CLOEXEC */), mount, err;

	if (fs < 0)
		return -errno;
	mount = (int)syscall(SYS_fsconfig, fs, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0);
	if (!mount)
		mount = (int)syscall(SYS_fsmount, fs, 1 /* FSMOUNT_CLOEXEC */, 0);
	err = -errno;
	close(fs);
	return mount < 0 ? err : mount;
}

static int open_instances(const struct tracing *t)
{
	int dir = openat(t->tracefs, "instances", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return dir < 0 ? -errno : dir;
}

/* A lock on one, or -1: somebody has it. */
static int lock(int instances, const char *name)
{
	int dir = openat(instances, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (dir >= 0 && flock(dir, LOCK_EX | LOCK_NB)) {
		close(dir);
		return -1;
	}
	return dir;
}

/* The kernel turns its events off. */
static void remove_left(int instances)
{
	int copy = dup(instances);
	DIR *list = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *e;

	if (!list && copy >= 0)
		close(copy);
	while (list && (e = readdir(list))) {
		int dir = strncmp(e->d_name, PREFIX, strlen(PREFIX)) ? -1 : lock(instances, e->d_name);

		if (dir < 0)
			continue;
		unlinkat(instances, e->d_name, AT_REMOVEDIR);
		close(dir);
	}
	if (list)
		closedir(list);
}

/* Who removes those that are left can come in between, and takes it for one. */
static int make(struct tracing *t, int instances)
{
	for (int i = 0; i < 10; i++) {
		snprintf(t->name, sizeof(t->name), PREFIX "%d-%d", (int)getpid(), i);
		if (mkdirat(instances, t->name, 0700))
			return -errno;
		t->instance = lock(instances, t->name);
		if (t->instance >= 0 && !faccessat(instances, t->name, F_OK, 0))
			return 0;
		if (t->instance >= 0)
			close(t->instance);
		t->instance = -1;
	}
	return -EAGAIN;
}

static int put(const struct tracing *t, const char *file, const char *text)
{
	int fd = openat(t->instance, file, O_WRONLY | O_TRUNC | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int enable(const struct tracing *t, const char *event)
{
	char file[64];
	int err;

	snprintf(file, sizeof(file), "events/%s/filter", event);
	err = put(t, file, FILTER);
	if (err)
		return err;
	snprintf(file, sizeof(file), "events/%s/enable", event);
	return put(t, file, "1");
}

static int enable_all(struct tracing *t)
{
	int err;

	/* the clock of the filters' records, and no more memory than there is use for */
	put(t, "trace_clock", "mono");
	put(t, "buffer_size_kb", "64");
	err = enable(t, "fib/fib_table_lookup");
	if (err)
		return err;
	/* as a module it may not be there */
	err = enable(t, "fib6/fib6_table_lookup");
	if (err && err != -ENOENT)
		return err;
	t->pipe = openat(t->instance, "trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return t->pipe < 0 ? -errno : 0;
}

void tracing_remove_left(void)
{
	struct tracing t = { .tracefs = mount_tracefs() };
	int instances = t.tracefs < 0 ? -1 : open_instances(&t);

	if (instances >= 0) {
		remove_left(instances);
		close(instances);
	}
	if (t.tracefs >= 0)
		close(t.tracefs);
}

int tracing_begin(struct tracing *t)
{
	int instances, err;

	t->instance = t->pipe = -1;
	t->length = 0;
	t->lost = 0;
	t->tracefs = mount_tracefs();
	if (t->tracefs < 0)
		return t->tracefs;
	instances = open_instances(t);
	err = instances < 0 ? instances : 0;
	if (!err) {
		remove_left(instances);
		err = make(t, instances);
		close(instances);
	}
	if (!err)
		err = enable_all(t);
	if (err)
		tracing_end(t);
	return err;
}

void tracing_end(struct tracing *t)
{
	int instances = t->tracefs < 0 ? -1 : open_instances(t);

	if (t->pipe >= 0)
		close(t->pipe);
	if (t->instance >= 0) {
		put(t, "events/enable", "0");
		unlinkat(instances, t->name, AT_REMOVEDIR);
		close(t->instance);
	}
	if (instances >= 0)
		close(instances);
	if (t->tracefs >= 0)
		close(t->tracefs);
	t->tracefs = t->instance = t->pipe = -1;
}

/* CPU:0 [LOST 123 EVENTS], in a line of its own, which no process's name has room for */
static uint64_t lost(const char *line)
{
	const char *word = strncmp(line, "CPU:", 4) ? NULL : strstr(line, " [LOST ");

	return word && strstr(word, " EVENTS]") ? strtoull(word + 7, NULL, 10) : 0;
}

void tracing_read(struct tracing *t, void (*each)(const struct unrouted *u, void *context), void *context)
{
	struct unrouted u;
	ssize_t n;

	/* no longer than it takes for what is there now: it comes while we read */
	for (int i = 0; i < 256 && t->pipe >= 0; i++) {
		char *line = t->text, *end;

		n = read(t->pipe, t->text + t->length, sizeof(t->text) - 1 - t->length);
		if (n <= 0)
			break;
		t->length += (size_t)n;
		t->text[t->length] = '\0';
		for (; (end = strchr(line, '\n')); line = end + 1) {
			*end = '\0';
			t->lost += lost(line);
			if (unrouted_parse(line, &u))
				each(&u, context);
		}
		t->length = strlen(line);
		memmove(t->text, line, t->length + 1);
		/* a line that is none */
		if (t->length == sizeof(t->text) - 1)
			t->length = 0;
	}
}
