/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/cgroup_test.c - paths of control groups, lines of /proc.
 */
#include <stdlib.h>
#include <unistd.h>

#include "helpers/base/lines.h"
#include "helpers/confine/cgroup.h"
#include "tests/unit/tap.h"

static const struct {
	const char *path, *base, *vrf;
} paths[] = {
	{ "/", "", NULL },
	{ "/openrc.sshd", "/openrc.sshd", NULL },
	{ "/vrf/red", "", "red" },
	{ "/openrc.sshd/vrf/red", "/openrc.sshd", "red" },
	/* Components, never substrings: OpenRC 0.45 names the group after the service. */
	{ "/vrf-exporter", "/vrf-exporter", NULL },
	{ "/vrf-exporter/vrf/red", "/vrf-exporter", "red" },
	{ "/vrfmon/vrf/red2", "/vrfmon", "red2" },
	{ "/my-vrf/vrf/red", "/my-vrf", "red" },
	{ "/a/vrfs/red", "/a/vrfs/red", NULL },
	{ "/a.vrf/red", "/a.vrf/red", NULL },
	/* `ip vrf exec default` stays there; so does a service called vrf on OpenRC 0.45. */
	{ "/vrf", "", NULL },
	{ "/vrf/", "", NULL },
	/* What somebody made below is still in the VRF, and leaves with it. */
	{ "/a/vrf/red/session", "/a", "red" },
	{ "/a/vrf/red/vrf/blue", "/a", "red" },
	{ "/vrf/vrf/red", "", "vrf" },
	/* No interface has such a name. */
	{ "/vrf/a-name-of-sixteen", "", NULL },
	{ "/vrf/name-of-fifteen", "", "name-of-fifteen" },
	/* Not a network namespace in /run/netns: a service that happens to end in -ns. */
	{ "/no-such-namespace-ns/vrf/red", "/no-such-namespace-ns", "red" },
	{ "/-ns/vrf/red", "/-ns", "red" },
};
#define PATHS (int)(sizeof(paths) / sizeof(*paths))

static void test_paths(void)
{
	for (int i = 0; i < PATHS; i++) {
		char name[IFNAMSIZ], base[PATH_MAX];
		bool found = cgroup_vrf_name(paths[i].path, name);

		snprintf(base, sizeof(base), "%.*s", (int)cgroup_base_length(paths[i].path), paths[i].path);
		is(base, paths[i].base, paths[i].path);
		is(found ? name : NULL, paths[i].vrf, paths[i].path);
	}
}

static void test_mounts(void)
{
	static struct cgroup_mount m;

	ok(cgroup_parse_mount("30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw", &m), "unified");
	is(m.root, "/", "root");
	is(m.point, "/sys/fs/cgroup", "mount point");
	ok(!m.readonly, "read-write");
	ok(cgroup_parse_mount("30 23 0:26 /a\\040b /mnt/x\\134y ro,nosuid - cgroup2 none rw", &m),
	   "bind mount, without optional fields");
	is(m.root, "/a b", "escaped root");
	is(m.point, "/mnt/x\\y", "escaped mount point");
	ok(m.readonly, "read-only");
	ok(cgroup_parse_mount("1 2 0:26 /.. /c rootfs - cgroup2 c rw", &m) && !m.readonly,
	   "an option that begins like ro");
	ok(!cgroup_parse_mount("31 24 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu", &m), "version 1");
	ok(!cgroup_parse_mount("", &m) && !cgroup_parse_mount(" - cgroup2 ", &m) &&
		   !cgroup_parse_mount("1 2 3 - cgroup2 c rw", &m) &&
		   !cgroup_parse_mount("1 2 0:3 relative /x rw - cgroup2 c rw", &m),
	   "nonsense");
}

/* Lines that end, begin and lie across where the buffer ends */
static void test_lines(void)
{
	static struct lines l;
	static char text[3 * sizeof(l.buf)];
	FILE *f = tmpfile();
	int read = 0, right = 0;
	char *line, file[32];

	memset(text, 'x', sizeof(text) - 1);
	for (int i = 0; i < 3000; i++)
		fprintf(f, "line %d\n", i);
	fprintf(f, "%s\nafter\n\nunfinished", text);
	fflush(f);
	snprintf(file, sizeof(file), "/proc/self/fd/%d", fileno(f));
	ok(!lines_open(&l, -1, file), "open");
	while ((line = lines_next(&l)) && read < 3000) {
		char want[32];

		snprintf(want, sizeof(want), "line %d", read++);
		right += !strcmp(line, want);
	}
	ok(right == 3000, "3000 lines, %d right", right);
	is(line, "after", "a line too long is left out, the next is whole");
	is(lines_next(&l), "", "an empty line");
	ok(!lines_next(&l) && l.fd == -1, "the end");
	ok(!lines_next(&l), "the end is the end");
	ok(lines_open(&l, -1, "/nonexistent") < 0 && !lines_next(&l), "no file");
	fclose(f);
}

int main(void)
{
	char path[PATH_MAX] = "", dir[PATH_MAX];

	plan(2 * PATHS + 11 + 7 + 3);
	test_paths();
	test_mounts();
	test_lines();
	ok(!cgroup_path(0, path) && path[0] == '/', "own control group: %s", path);
	ok(!cgroup_path(getpid(), dir) && !strcmp(dir, path), "by process id");
	ok(cgroup_path(999999999, dir) < 0, "no such process");
	return tap_done();
}
