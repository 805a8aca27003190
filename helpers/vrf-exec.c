// SPDX-License-Identifier: ISC
/*
 * helpers/vrf-exec.c - run a command so that its sockets can use one VRF and nothing else.
 *
 * A chain loader: it changes the control group that it lives in and becomes the command.
 * Everything is attached to that group before anybody joins it, and tested afterwards; what
 * cannot be guaranteed is not run.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/cgroup.h"
#include "helpers/confine.h"
#include "helpers/scope.h"
#include "helpers/selftest.h"

enum { EXIT_OWN = 125, EXIT_CANNOT_RUN = 126, EXIT_NOT_FOUND = 127 };

static const char usage[] = "usage: vrf-exec [--no-confine] VRF COMMAND [ARG...]\n"
			    "       vrf-exec [--no-confine] --attach VRF PID\n"
			    "       vrf-exec --identify [PID]\n";

static struct scope scope;

/* One line: `vrf-exec: OBJECT: cannot DO: REASON`. */
static _Noreturn void __attribute__((format(printf, 3, 4)))
fail(const char *object, int err, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "vrf-exec: %s: ", object);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "%s%s\n", err ? ": " : "", err ? strerror(-err) : "");
	exit(EXIT_OWN);
}

static _Noreturn void fail_usage(void)
{
	fputs(usage, stderr);
	exit(EXIT_OWN);
}

static pid_t parse_pid(const char *text)
{
	char *end;
	long pid;

	errno = 0;
	pid = strtol(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || pid < 1 || pid > INT_MAX)
		fail(text, 0, "not a process id");
	return (pid_t)pid;
}

static int identify(const char *pid)
{
	char path[PATH_MAX], name[IFNAMSIZ];
	int err = cgroup_path(pid ? parse_pid(pid) : 0, path);

	if (err)
		fail(pid ? pid : "self", err, "cannot read its control group");
	if (cgroup_vrf_name(path, name))
		puts(name);
	return 0;
}

/* Why a step failed, where errno alone would not tell what to do. */
static const char *because(int err)
{
	switch (err) {
	case -EXDEV:
		return " (it is outside of the control groups that are mounted here)";
	case -EROFS:
		return " (/sys is mounted read-only)";
	case -EOPNOTSUPP:
		return " (a threaded control group cannot hold a VRF)";
	case -EPERM:
	case -EACCES:
		return geteuid() ? " (only root can enter a VRF)" : "";
	default:
		return "";
	}
}

static void find_vrf(const char *vrf)
{
	int err = scope_find(vrf, &scope);

	if (err == -ENODEV)
		fail(vrf, 0, "cannot enter: there is no such VRF");
	if (err == -EOPNOTSUPP)
		fail(vrf, 0, "cannot enter: this interface is not a VRF");
	if (err)
		fail(vrf, err, "cannot look it up");
	if (!scope.up)
		fail(vrf, -ENETDOWN, "cannot enter");
}

static void find_base(const char *vrf, pid_t pid, char base[PATH_MAX])
{
	int err = cgroup_base(pid, base);

	if (err)
		fail(vrf, err, "cannot find the control group to start from%s", because(err));
}

static void join(const char *vrf, int dir, const char *base, pid_t pid)
{
	int err = cgroup_join(dir, pid);

	if (err == -EBUSY)
		fail(vrf, err, "cannot join below %s (cgroup.subtree_control is not empty there)",
		     base);
	if (err)
		fail(vrf, err, "cannot join a control group below %s%s", base, because(err));
}

/* The device bindings that the programs set are numbers of our network namespace. */
static void check_netns(pid_t pid)
{
	char file[32];
	struct stat st;

	snprintf(file, sizeof(file), "/proc/%d/ns/net", (int)pid);
	if (stat(file, &st))
		fail(file, -errno, "cannot look");
	if (st.st_ino != confine_netns())
		fail(file, 0, "cannot attach: another network namespace than ours");
}

/* Returns with this process inside, and everything in place. */
static int enter(const char *vrf, pid_t pid, bool filter)
{
	char base[PATH_MAX];
	const char *wrong;
	int dir, err;

	find_base(vrf, pid, base);
	dir = cgroup_open(base, vrf);
	if (dir < 0)
		fail(vrf, dir, "cannot make its control group in %s%s", base, because(dir));
	err = confine_lock(dir);
	if (!err)
		err = scope_read(vrf, 0, &scope);
	if (err)
		fail(vrf, err, "cannot read its members, rules and routes");
	err = confine_attach(dir, vrf, &scope, filter);
	if (err == -EBUSY)
		fail(vrf, 0, "cannot enter: other processes below %s are confined in another way",
		     base);
	if (err)
		fail(vrf, err, "cannot attach to the control group below %s%s", base, because(err));
	join(vrf, dir, base, 0);
	wrong = selftest(&scope, filter);
	if (wrong)
		fail(vrf, 0, "cannot enter: %s", wrong);
	return dir;
}

/* A process that is there already needs no privilege to stay: what counts is the test. */
static bool is_inside(const char *vrf, bool filter)
{
	char path[PATH_MAX], name[IFNAMSIZ];

	return !cgroup_path(0, path) && cgroup_vrf_name(path, name) && !strcmp(name, vrf) &&
	       !scope_read(vrf, 0, &scope) && !selftest(&scope, filter);
}

static void leave(pid_t pid)
{
	char base[PATH_MAX];
	int dir;

	find_base("default", pid, base);
	dir = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		fail(base, -errno, "cannot open");
	join("default", dir, base, pid);
	close(dir);
}

static int attach(const char *vrf, const char *text, bool filter)
{
	pid_t pid = parse_pid(text);

	if (!strcmp(vrf, "default")) {
		leave(pid);
		return 0;
	}
	check_netns(pid);
	find_vrf(vrf);
	join(vrf, enter(vrf, pid, filter), text, pid);
	return 0;
}

static int run(const char *vrf, char **command, bool filter)
{
	int err;

	if (!strcmp(vrf, "default")) {
		leave(0);
	} else {
		find_vrf(vrf);
		if (!geteuid() || !is_inside(vrf, filter))
			enter(vrf, 0, filter);
	}
	execvp(command[0], command);
	err = errno;
	fprintf(stderr, "vrf-exec: %s: %s\n", command[0], strerror(err));
	return err == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "attach", no_argument, NULL, 'a' },	  { "identify", no_argument, NULL, 'i' },
		{ "no-confine", no_argument, NULL, 'n' }, { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },	  { 0 }
	};
	bool filter = true;
	int c, mode = 0;

	while ((c = getopt_long(argc, argv, "+hV", options, NULL)) != -1) {
		switch (c) {
		case 'a':
		case 'i':
			mode = c;
			break;
		case 'n':
			filter = false;
			break;
		case 'h':
			return fputs(usage, stdout) < 0;
		case 'V':
			return puts("vrf-exec " VERSION) < 0;
		default:
			fail_usage();
		}
	}
	argc -= optind;
	argv += optind;
	if (mode == 'i' && argc <= 1)
		return identify(argv[0]);
	if (mode == 'a' && argc == 2)
		return attach(argv[0], argv[1], filter);
	if (!mode && argc >= 2)
		return run(argv[0], argv + 1, filter);
	fail_usage();
}
