/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/proc.c - whatever stands in /proc/PID/cgroup and /proc/self/mountinfo, or
 * is given as a name; and in the files by which a module is found.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helpers/base/lines.h"
#include "helpers/base/netns.h"
#include "helpers/confine/cgroup.h"
#include "helpers/confine/modules.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void check_path(const char *path)
{
	char name[IFNAMSIZ];
	size_t base = cgroup_base_length(path);

	if (base > strlen(path))
		abort();
	if (cgroup_vrf_name(path, name) && (!*name || strchr(name, '/') || !strstr(path + base, name)))
		abort();
}

static void check_mount(const char *line)
{
	static struct cgroup_mount m;

	if (cgroup_parse_mount(line, &m) &&
	    (m.root[0] != '/' || m.point[0] != '/' || strlen(m.root) >= PATH_MAX || strlen(m.point) >= PATH_MAX))
		abort();
}

static void check_modules(const char *line)
{
	void (*const take[])(char *, struct module_facts *) = { modules_take_protocol, modules_take_alias,
								modules_take_config, modules_take_command };
	static struct module_facts f;

	for (size_t i = 0; i < sizeof(take) / sizeof(*take); i++) {
		char *copy = strdup(line);

		if (!copy)
			abort();
		take[i](copy, &f);
		free(copy);
	}
}

/* Through a pipe, as from /proc: in pieces of any size. */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct lines l;
	char *line;
	int ends[2];

	if (size > 60000 || pipe(ends))
		return 0;
	if (write(ends[1], data, size) != (ssize_t)size)
		abort();
	close(ends[1]);
	l.fd = ends[0];
	l.used = l.next = 0;
	l.skip = false;
	while ((line = lines_next(&l))) {
		check_path(line);
		check_mount(line);
		check_modules(line);
		/* No line of a VRF's name, or the control group would be made. */
		if (strchr(line, '/') && cgroup_open("/nonexistent", netns_name(), line, false) >= 0)
			abort();
	}
	if (l.fd != -1)
		abort();
	return 0;
}
