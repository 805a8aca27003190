/* SPDX-License-Identifier: ISC */
/*
 * helpers/vrf-exec.c - run a command so that its sockets can use one VRF and nothing else.
 *
 * A chain loader: it changes the control group that it lives in and becomes the command.
 * Everything is attached to that group before anybody joins it, and tested afterwards; what
 * cannot be guaranteed is not run.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helpers/base/chain.h"
#include "helpers/base/netns.h"
#include "helpers/base/text.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/cgroup.h"
#include "helpers/confine/home.h"
#include "helpers/confine/lsm.h"
#include "helpers/confine/modules.h"
#include "helpers/confine/names.h"
#include "helpers/confine/policy.h"
#include "helpers/selftest.h"

static const char usage[] = "usage: vrf-exec [--no-confine] [--no-names] VRF COMMAND [ARG...]\n"
			    "       vrf-exec [--no-confine] [--no-names] --attach VRF PID\n"
			    "       vrf-exec --identify [PID]\n"
			    "       vrf-exec --help | --version\n";

static struct policy policy;
static bool names = true; /* asked of the VRF's nameservers */

/* `vrf-exec: OBJECT: cannot DO (PARENTHESIS): REASON`; the last two may be missing. */
static _Noreturn void fail(const char *object, const char *what, const char *parenthesis, int err)
{
	bool more = parenthesis && *parenthesis;

	chain_print(STDERR_FILENO, "vrf-exec: ", object, ": ", what, more ? " (" : "", more ? parenthesis : "",
		    more ? ")" : "", err ? ": " : "", err ? strerror(-err) : "", "\n", NULL);
	exit(EXIT_OWN);
}

static _Noreturn void fail_usage(void)
{
	chain_print(STDERR_FILENO, usage, NULL);
	exit(EXIT_OWN);
}

static pid_t parse_pid(const char *text)
{
	const int pid = text_number(text);

	if (pid < 1)
		fail(text, "not a process id", NULL, 0);
	if (kill(pid, 0) && errno == ESRCH)
		fail(text, "there is no such process", NULL, 0);
	return pid;
}

static int identify(const char *pid)
{
	char path[PATH_MAX], name[IFNAMSIZ];
	int err = cgroup_path(pid ? parse_pid(pid) : 0, path);

	if (err == -ENODEV)
		return 0;
	if (err)
		fail(pid ? pid : "self", "cannot read its control group", NULL, err);
	return cgroup_vrf_name(path, name) ? chain_print(STDOUT_FILENO, name, "\n", NULL) : 0;
}

/* What the errno of a step with a control group does not tell. */
static const char *because(int err)
{
	switch (err) {
	case -EXDEV:
		return "it lies outside of the control groups mounted here: mount cgroup2 anew";
	case -EROFS:
		return "mount cgroup2 read-write";
	case -ENODEV:
		return "does the kernel have cgroup2?";
	case -EBUSY:
		return "turn off the controllers in cgroup.subtree_control there";
	case -EOPNOTSUPP:
		return "start it outside of threaded control groups";
	case -EACCES:
		return geteuid() ? "only root can enter a VRF"
				 : "it, or one above it, belongs to a user, who could leave";
	case -EPERM:
		return geteuid() ? "only root can enter a VRF"
				 : "forbidden here, or a program there or further up allows no "
				   "other: see bpftool cgroup tree";
	case -E2BIG:
		return "more interfaces or prefixes than a VRF can have";
	case -EINVAL:
		return "does the kernel have CONFIG_CGROUP_BPF?";
	default:
		return NULL;
	}
}

/* In words that name the control group below which it happened. */
static _Noreturn void fail_at(const char *vrf, const char *what, const char *base, int err)
{
	char text[PATH_MAX + 64];

	if (!text_append(text_append(text, text + sizeof(text), what), text + sizeof(text), base))
		fail(vrf, what, because(err), err);
	fail(vrf, text, because(err), err);
}

/* A name that somebody has mistyped looks like one of these. */
static _Noreturn void fail_unknown(const char *vrf)
{
	char text[512] = "there is ";
	size_t length = strlen(text);

	policy_names(text + length, sizeof(text) - length);
	fail(vrf, "cannot enter: there is no such VRF", text[length] ? text : NULL, 0);
}

/* Of policy_find() or policy_read() */
static void check_vrf(const char *vrf, int err)
{
	if (err == -ENODEV)
		fail_unknown(vrf);
	if (err == -EOPNOTSUPP)
		fail(vrf, "cannot enter: this interface is not a VRF", NULL, 0);
	if (err)
		fail(vrf, "cannot read its members, rules and routes", because(err), err);
	if (!policy.up)
		fail(vrf, "cannot enter", NULL, -ENETDOWN);
}

/* Into a VRF: below what belongs to root alone.  Who leaves may stay in a group of his own. */
static void find_base(const char *vrf, pid_t pid, char base[PATH_MAX])
{
	int err = cgroup_base(pid, base);

	if (!err && strcmp(vrf, "default"))
		err = cgroup_climb(base);

	if (err == -ESRCH || err == -ENOENT)
		fail(vrf, "cannot find the control group of the process", NULL, err);
	if (err)
		fail(vrf, "cannot find a control group to start from", because(err),
		     err == -EXDEV ? 0 : err); /* "Invalid cross-device link" explains nothing */
}

/* An open control group, and the list of its processes, -1: not open */
struct group {
	int dir, list;
};

static void join(const char *vrf, const struct group *g, const char *base, pid_t pid)
{
	int err = g->list < 0 ? cgroup_join(g->dir, pid) : cgroup_join_by(g->list, pid);

	if (err)
		fail_at(vrf, "cannot join a control group below ", base, err);
}

/* The interfaces that the programs know are numbers of our network namespace. */
static void check_netns(pid_t pid)
{
	char file[TEXT_PROC_MAX];
	struct stat st;

	text_proc(file, pid, "ns/net");
	if (stat(file, &st))
		fail(file, "cannot look", NULL, -errno);
	if (st.st_ino != netns_inode())
		fail(file, "cannot attach: another network namespace than ours", NULL, 0);
}

struct list {
	char text[1024], *at;
};

static void add_module(const struct module *m, enum module_state state, void *context)
{
	struct list *l = context;

	(void)state;
	l->at = text_append(text_append(l->at, l->text + sizeof(l->text), l->at == l->text ? "" : ", "),
			    l->text + sizeof(l->text), m->name);
}

/* What no program here keeps from being used; the confinement holds for all else. */
static void warn_of_modules(const char *vrf)
{
	struct list l = { .at = l.text };

	if (lsm_is_called())
		return;
	modules_each(add_module, &l);
	if (l.at != l.text)
		chain_print(STDERR_FILENO, "vrf-exec: ", vrf,
			    ": the bpf LSM is not active, and these kernel modules lead past the filters: ", l.text,
			    " (add bpf to lsm= of the kernel, or copy " DATADIR
			    "/vrf-ng/modprobe.conf to /etc/modprobe.d, and reboot)\n",
			    NULL);
}

/* Their locks end with this program; that of the home comes first (home.h). */
static int lock_group(const char *vrf, int dir, const char *base)
{
	int lock = cgroup_lock(dir);

	if (lock < 0)
		fail_at(vrf, "cannot lock its control group below ", base, lock);
	return lock;
}

/*
 * What the set was filled from is looked at once more, now that whoever changes the VRF finds it in
 * the kernel's list: until then only the home's lock keeps executors waiting, and those that see other
 * control groups than we do, or no home since somebody removed it, do not wait for that.
 */
static int fill_anew(const char *vrf, const struct attached *set)
{
	int err = policy_read(vrf, 0, &policy);

	for (int i = 0; !err && !maps_are_filled(set, vrf, &policy); i++) {
		err = i == 100 ? -EAGAIN : maps_fill(set, vrf, &policy);
		if (!err)
			err = policy_read(vrf, 0, &policy);
	}
	/* Gone meanwhile, or more than these programs can hold. */
	if (err)
		maps_fill(set, vrf, NULL);
	return err;
}

/* The VRF's set, made if it is not there, for this control group. */
static void set_up(const char *vrf, int dir, const char *base, bool filter)
{
	int err, home = home_open(vrf, true);
	struct attached set;

	if (home < 0)
		fail(vrf, "cannot make a control group at the top for its programs", because(home), home);
	lock_group(vrf, home, "the top");
	lock_group(vrf, dir, base);
	/* Under the lock, so that no older view overwrites a newer one. */
	err = 0;
	if (!attached_take(home, vrf, &policy, &set)) {
		check_vrf(vrf, policy_read(vrf, 0, &policy));
		err = attach_set(home, vrf, &policy, &set);
		if (!err)
			check_vrf(vrf, fill_anew(vrf, &set));
	}
	/* Those for names come first: the others see whom a question goes to in the end. */
	if (!err && names != names_are_wanted(dir))
		err = names_want(dir, names);
	if (!err)
		err = names_attach(home, &set, dir);
	if (!err)
		err = attach_programs(dir, &set, filter);
	if (err == -EBUSY)
		fail_at(vrf, "cannot enter: processes are confined in another way below ", base, 0);
	if (err)
		fail_at(vrf, "cannot attach programs to its control group below ", base, err);
}

/* Under a lock, so that nobody takes away what is there. */
static bool is_set_up(const char *vrf, int dir, const char *base)
{
	bool complete;
	int lock;

	lock = lock_group(vrf, dir, base);
	complete = names == names_are_wanted(dir) && attached_is_complete(dir, vrf, &policy);

	/* else the home's comes first */
	if (!complete)
		cgroup_unlock(dir, lock);
	return complete;
}

/*
 * Its control group; true: with everything in place.  Most often the network namespace has no name, or
 * the group was made before it got one; a set says whose it is.  So those of all namespaces need not be
 * looked at first.
 */
static bool open_group(const char *vrf, const char *base, bool filter, struct group *g)
{
	int vrfs = cgroup_open_vrfs(base, "", false);
	bool ready;

	g->dir = vrfs < 0 ? vrfs : cgroup_open_vrf(vrfs, vrf, &g->list);
	ready = filter && g->dir >= 0 && is_set_up(vrf, g->dir, base);
	if (!ready && *netns_name()) {
		if (g->dir >= 0) {
			close(g->dir);
			close(g->list);
		}
		if (vrfs >= 0)
			close(vrfs);
		vrfs = cgroup_open_vrfs(base, netns_name(), true);
		g->dir = vrfs < 0 ? vrfs : cgroup_open_vrf(vrfs, vrf, &g->list);
		ready = filter && g->dir >= 0 && is_set_up(vrf, g->dir, base);
	}
	if (vrfs == -ENOENT)
		vrfs = cgroup_open_vrfs(base, "", true);
	if (g->dir == -ENOENT)
		g->dir = vrfs < 0 ? vrfs : cgroup_make_vrf(vrfs, vrf, &g->list);
	if (g->dir < 0)
		fail_at(vrf, "cannot make its control group below ", base, g->dir);
	close(vrfs);
	return ready;
}

/* Into the control group, with everything in place. */
static void enter(const char *vrf, pid_t pid, bool filter, char base[PATH_MAX], struct group *g)
{
	const char *wrong;

	find_base(vrf, pid, base);
	/* Made only for a VRF that is there.  The policy gets its ifindex and table. */
	check_vrf(vrf, policy_find(vrf, &policy));
	if (!open_group(vrf, base, filter, g))
		set_up(vrf, g->dir, base, filter);
	join(vrf, g, base, 0);
	wrong = selftest(&policy, filter);
	if (wrong)
		fail(vrf, "cannot enter", wrong, 0);
	if (filter)
		warn_of_modules(vrf);
}

/* Whoever cannot look at programs (bpf(2)) cannot enter.  Root may have lost this as well. */
static bool is_privileged(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	return !syscall(SYS_capget, &header, data) && data[0].effective & 1u << CAP_SYS_ADMIN;
}

/* Who is there already needs no privilege to stay: what counts is the test. */
static bool is_inside(const char *vrf, bool filter)
{
	char path[PATH_MAX], name[IFNAMSIZ];

	return !cgroup_path(0, path) && cgroup_vrf_name(path, name) && !strcmp(name, vrf) &&
	       !policy_read(vrf, 0, &policy) && !selftest(&policy, filter);
}

static void leave(pid_t pid)
{
	struct group g = { .list = -1 };
	char base[PATH_MAX];

	find_base("default", pid, base);
	g.dir = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (g.dir < 0)
		fail("default", "cannot open the control group", base, -errno);
	join("default", &g, base, pid);
	close(g.dir);
}

static int attach(const char *vrf, const char *text, bool filter)
{
	pid_t pid = parse_pid(text);
	char base[PATH_MAX];
	struct group g;

	if (!strcmp(vrf, "default")) {
		leave(pid);
		return 0;
	}
	check_netns(pid);
	enter(vrf, pid, filter, base, &g);
	join(vrf, &g, base, pid);
	return 0;
}

static int run(const char *vrf, char **command, bool filter)
{
	char base[PATH_MAX];
	struct group g;

	if (!strcmp(vrf, "default"))
		leave(0);
	else if (is_privileged() || !is_inside(vrf, filter))
		enter(vrf, 0, filter, base, &g);
	return chain_become("vrf-exec", command);
}

int main(int argc, char **argv)
{
	const char *mode = "";
	bool filter = true;

	/* Options stop at the VRF: what follows belongs to the command. */
	for (argv++, argc--; argc && **argv == '-'; argv++, argc--) {
		if (!strcmp(*argv, "--")) {
			argv++, argc--;
			break;
		}
		if (!strcmp(*argv, "--no-confine"))
			filter = false;
		else if (!strcmp(*argv, "--no-names"))
			names = false;
		else if (!strcmp(*argv, "--attach") || !strcmp(*argv, "--identify"))
			mode = *argv;
		else if (!strcmp(*argv, "--help") || !strcmp(*argv, "-h"))
			return chain_print(STDOUT_FILENO, usage, NULL);
		else if (!strcmp(*argv, "--version") || !strcmp(*argv, "-V"))
			return chain_print(STDOUT_FILENO, "vrf-ng " VERSION "\n", NULL);
		else
			fail_usage();
	}
	if (!strcmp(mode, "--identify") && argc <= 1)
		return identify(argc ? argv[0] : NULL);
	if (!strcmp(mode, "--attach") && argc == 2)
		return attach(argv[0], argv[1], filter);
	if (!*mode && argc >= 2)
		return run(argv[0], argv + 1, filter);
	fail_usage();
}
