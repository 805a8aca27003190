/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/name.c - whatever is given as the name of a VRF: a directory is made below the
 * one it was asked for or not at all, and is found again by that very name.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/base/netns.h"
#include "helpers/confine/cgroup.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static char base[] = "/tmp/fuzz-name.XXXXXX";

static void clean(void)
{
	rmdir(base);
}

static bool is_name(const char *name)
{
	return *name && strlen(name) < IFNAMSIZ && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..");
}

/* As if it were a control group: the calls are the same in any file system. */
static void check_open(const char *name)
{
	char want[64], found[PATH_MAX], file[64];
	int fd = cgroup_open(base, netns_name(), name, true);
	ssize_t n;

	if (!is_name(name)) {
		if (fd != -EINVAL)
			abort();
		return;
	}
	if (fd < 0)
		abort();
	snprintf(file, sizeof(file), "/proc/self/fd/%d", fd);
	n = readlink(file, found, sizeof(found) - 1);
	close(fd);
	if (n < 0)
		abort();
	found[n] = '\0';
	snprintf(want, sizeof(want), "/vrf/%s", name);
	if (strncmp(found, base, strlen(base)) || strcmp(found + n - strlen(want), want))
		abort();
	/* Up to the base, which keeps its place */
	while (strlen(found) > strlen(base)) {
		rmdir(found);
		*strrchr(found, '/') = '\0';
	}
}

static void check_path(const char *name)
{
	char path[PATH_MAX], found[IFNAMSIZ];

	snprintf(path, sizeof(path), "/a/vrf/%s", name);
	if (cgroup_base_length(path) != 2)
		abort();
	if (strchr(name, '/'))
		return;
	if (cgroup_vrf_name(path, found) != (*name && strlen(name) < IFNAMSIZ))
		abort();
	if (*name && strlen(name) < IFNAMSIZ && strcmp(found, name))
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static bool made;
	char name[256];

	if (size >= sizeof(name))
		return 0;
	if (!made) {
		if (!mkdtemp(base))
			abort();
		atexit(clean);
		made = true;
	}
	memcpy(name, data, size);
	name[size] = '\0';
	check_open(name);
	check_path(name);
	return 0;
}
