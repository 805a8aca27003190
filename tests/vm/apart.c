/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/apart.c - unshare(1) and setpriv(1) as the tests call them, for a
 * machine without util-linux: busybox's have not all of that.
 *
 *   unshare [-mnCUr] [--] CMD...   in namespaces of its own: mount, network, cgroup, user; r: as root there
 *   setpriv [--reuid ID] [--regid ID] [--clear-groups] [--bounding-set=-all] [--inh-caps=-all] [--] CMD...
 *
 * and, by its own name, what busybox's nsenter(1) lacks:
 *
 *   apart [-t PID] CMD...          in the machine's mount and control group namespaces, those of process 1
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

__attribute__((noreturn)) static void usage(void)
{
	fputs("usage: apart [-t PID] CMD...\n"
	      "       unshare [-mnCUr] CMD...\n"
	      "       setpriv [--reuid ID] [--regid ID] [--clear-groups] [--bounding-set=-all] [--inh-caps=-all] CMD...\n",
	      stderr);
	exit(2);
}

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(1, "%s", path);
	close(fd);
}

static void become_root(const char *map, unsigned int id)
{
	char text[32];

	snprintf(text, sizeof(text), "0 %u 1", id);
	write_to(map, text);
}

static void unshare_main(int argc, char **argv)
{
	const unsigned int user = geteuid(), group = getegid();
	int flags = 0, as_root = 0, opt;

	while ((opt = getopt(argc, argv, "+mnCUr")) != -1)
		switch (opt) {
		case 'm':
			flags |= CLONE_NEWNS;
			break;
		case 'n':
			flags |= CLONE_NEWNET;
			break;
		case 'C':
			flags |= CLONE_NEWCGROUP;
			break;
		case 'U':
			flags |= CLONE_NEWUSER;
			break;
		case 'r':
			as_root = 1;
			break;
		default:
			usage();
		}
	if (unshare(flags) != 0)
		err(1, "unshare");
	if (as_root) {
		write_to("/proc/self/setgroups", "deny");
		become_root("/proc/self/uid_map", user);
		become_root("/proc/self/gid_map", group);
	}
	if ((flags & CLONE_NEWNS) && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		err(1, "/");
}

static void enter(const char *path, int type)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, type) != 0)
		err(1, "%s", path);
	close(fd);
}

static int number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (end == text || *end != '\0' || value > 0x7fffffff)
		usage();
	return (int)value;
}

/* The control groups first: the other ends what is known of /proc. */
static void outside_main(int argc, char **argv)
{
	int pid = 1, opt;
	char path[64];

	while ((opt = getopt(argc, argv, "+t:")) != -1) {
		if (opt != 't')
			usage();
		pid = number(optarg);
	}
	snprintf(path, sizeof(path), "/proc/%d/ns/cgroup", pid);
	enter(path, CLONE_NEWCGROUP);
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	enter(path, CLONE_NEWNS);
}

/* Nothing but `all` is ever taken away. */
static int all(const char *text)
{
	if (strcmp(text, "-all") != 0)
		usage();
	return 1;
}

static void drop_inheritable(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) != 0)
		err(1, "capget");
	data[0].inheritable = data[1].inheritable = 0;
	if (syscall(SYS_capset, &header, data) != 0)
		err(1, "capset");
}

static void setpriv_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "reuid", required_argument, NULL, 'u' },    { "regid", required_argument, NULL, 'g' },
		{ "clear-groups", no_argument, NULL, 'c' },   { "bounding-set", required_argument, NULL, 'b' },
		{ "inh-caps", required_argument, NULL, 'i' }, { NULL, 0, NULL, 0 },
	};
	int uid = -1, gid = -1, groups = 0, bounding = 0, inheritable = 0, opt;

	while ((opt = getopt_long(argc, argv, "+", options, NULL)) != -1)
		switch (opt) {
		case 'u':
			uid = number(optarg);
			break;
		case 'g':
			gid = number(optarg);
			break;
		case 'c':
			groups = 1;
			break;
		case 'b':
			bounding = all(optarg);
			break;
		case 'i':
			inheritable = all(optarg);
			break;
		default:
			usage();
		}
	for (int cap = 0; bounding && prctl(PR_CAPBSET_READ, cap) >= 0; cap++)
		if (prctl(PR_CAPBSET_DROP, cap) != 0)
			err(1, "capability %d", cap);
	if (inheritable)
		drop_inheritable();
	if (groups && setgroups(0, NULL) != 0)
		err(1, "setgroups");
	if (gid >= 0 && setresgid((gid_t)gid, (gid_t)gid, (gid_t)gid) != 0)
		err(1, "gid %d", gid);
	if (uid >= 0 && setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid) != 0)
		err(1, "uid %d", uid);
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');

	name = name ? name + 1 : argv[0];
	if (strcmp(name, "unshare") == 0)
		unshare_main(argc, argv);
	else if (strcmp(name, "setpriv") == 0)
		setpriv_main(argc, argv);
	else
		outside_main(argc, argv);
	if (!argv[optind])
		usage();
	execvp(argv[optind], argv + optind);
	int status = errno == ENOENT ? 127 : 126;
	warn("%s", argv[optind]);
	return status;
}
