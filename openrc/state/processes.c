/* SPDX-License-Identifier: ISC */
/*
 * openrc/state/processes.c - whose every process is, and in which VRF; see services.h.
 *
 * A process belongs to the service in whose control group OpenRC put it: version 2's
 * /NAME (up to 0.52) or /openrc.NAME, or /NAME of the hierarchy `openrc` of version 1.
 * Where it has left them somebody else says whose it is: a pidfile, as a daemon's whose
 * script was run past OpenRC; a control group that a container engine has named after the
 * service; root's environment, in which OpenRC's SVCNAME is; its parent or session.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/confine/cgroup.h"
#include "openrc/state/file.h"
#include "openrc/state/memory.h"
#include "openrc/state/services.h"

/* The service that the first component of a path names, if there is one. */
struct service *services_of_cgroup(const struct services *all, const char *path)
{
	static const char prefix[] = "openrc.";
	char name[NAME_MAX + 1];

	path += strspn(path, "/");
	if (!strncmp(path, prefix, sizeof(prefix) - 1))
		path += sizeof(prefix) - 1;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(path, "/"), path);
	return services_find(all, name);
}

/* Fill in service, VRF and control group. */
static void place(const struct services *all, struct process *p)
{
	char path[48], *text, *rest, *line;

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)p->pid);
	text = rest = file_read(path);
	while (rest && (line = strsep(&rest, "\n"))) {
		char *name = strchr(line, ':');
		char *group = name ? strchr(name + 1, ':') : NULL;

		if (!group)
			continue;
		*group++ = '\0';
		if (!strcmp(line, "0:")) {
			cgroup_vrf_name(group, p->vrf);
			p->cgroup = memory_copy(group);
			if (!p->service)
				p->service = services_of_cgroup(all, group);
		} else if (!strcmp(name, ":name=openrc") && !p->service) {
			p->service = services_of_cgroup(all, group);
		}
	}
	free(text);
	p->own = p->service;
}

/* `PID (COMMAND) STATE PARENT GROUP SESSION ...`; the command may have parentheses of its own. */
static void read_stat(struct process *p)
{
	char path[48], *text, *open, *close;
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)p->pid);
	text = file_read(path);
	open = text ? strchr(text, '(') : NULL;
	close = open ? strrchr(open, ')') : NULL;
	if (close && strlen(close) > 4) {
		snprintf(p->command, sizeof(p->command), "%.*s", (int)(close - open - 1), open + 1);
		sscanf(close + 4, "%d %*d %d", &p->parent, &p->session);
	}
	free(text);
	snprintf(path, sizeof(path), "/proc/%d", (int)p->pid);
	p->user = stat(path, &st) ? (uid_t)-1 : st.st_uid;
}

static void add_process(struct services *all, pid_t pid)
{
	struct process p = { .pid = pid };

	place(all, &p);
	if (!p.cgroup)
		return; /* ended meanwhile */
	read_stat(&p);
	all->process = memory_grow(all->process, all->processes + 1, sizeof(p));
	all->process[all->processes++] = p;
}

static int list_processes(struct services *all)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;

	if (!proc)
		return -errno;
	while ((e = readdir(proc)))
		if (isdigit((unsigned char)e->d_name[0]))
			add_process(all, atoi(e->d_name));
	closedir(proc);
	return 0;
}

static struct process *find_process(const struct services *all, pid_t pid)
{
	for (size_t i = 0; i < all->processes; i++)
		if (all->process[i].pid == pid)
			return &all->process[i];
	return NULL;
}

/* The service, if it is to be in a VRF: who else has whose processes is of no interest. */
static struct service *of_vrf(struct service *service)
{
	return service && service->vrf[0] ? service : NULL;
}

/* The nearest parent's, or the session's. */
static struct service *inherit(const struct services *all, const struct process *p)
{
	const struct process *up = p, *leader;

	for (int i = 0; up && !up->service && i < 100; i++)
		up = find_process(all, up->parent);
	if (up && up->service)
		return of_vrf(up->service);
	leader = find_process(all, p->session);
	return leader ? of_vrf(leader->service) : NULL;
}

/*
 * Who may write to a pidfile says of his own processes alone that they are the service's.
 * Root's are in /run, or where start-stop-daemon was told.
 */
static void follow_pidfile(const struct services *all, const char *path, struct service *service)
{
	uid_t owner = 0;
	pid_t pid = file_read_pid(path, &owner);
	struct process *p = pid > 1 ? find_process(all, pid) : NULL;

	if (p && !p->service && (!owner || owner == p->user))
		p->service = service;
}

/* What OpenRC has kept of the daemons that it started: lines KEY=VALUE, root's. */
static void follow_daemons(const struct services *all, struct service *service)
{
	char pattern[PATH_MAX], *text, *rest, *line;
	glob_t files;

	snprintf(pattern, sizeof(pattern), "/run/openrc/daemons/%s/*", service->name);
	if (glob(pattern, 0, NULL, &files))
		return;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		text = rest = file_read(files.gl_pathv[i]);
		while (rest && (line = strsep(&rest, "\n")))
			if (!strncmp(line, "pidfile=", 8) && line[8])
				follow_pidfile(all, line + 8, service);
		free(text);
	}
	globfree(&files);
}

static void follow_pidfiles(const struct services *all)
{
	for (size_t i = 0; i < all->count; i++) {
		struct service *service = &all->service[i];
		char path[PATH_MAX];

		if (!service->vrf[0])
			continue;
		snprintf(path, sizeof(path), "/run/%s.pid", service->name);
		follow_pidfile(all, path, service);
		snprintf(path, sizeof(path), "/run/%s/%s.pid", service->name, service->name);
		follow_pidfile(all, path, service);
		follow_daemons(all, service);
	}
}

/* Is it the service's name, or, for a container, that of the instance, which is behind the service's dot? */
static bool names(const char *text, size_t length, const struct service *service, bool container)
{
	const char *dot = strchr(service->name, '.');

	return (strlen(service->name) == length && !strncmp(service->name, text, length)) ||
	       (container && dot && dot[1] && strlen(dot + 1) == length && !strncmp(dot + 1, text, length));
}

/* How engines begin the name of a container's control group, or of one for all; the container's may be behind. */
static const char *const engine_groups[] = { "lxc.payload.",  "lxc.monitor.", "libpod-conmon-", "libpod-",
					     "libpod_parent", "crun-",        "crun",           "runc-",
					     "docker-",       "docker" };
#define ENGINE_GROUPS (sizeof(engine_groups) / sizeof(engine_groups[0]))

/* The length of such a beginning, 0: none. */
static size_t engine_prefix(const char *component, size_t length)
{
	for (size_t i = 0; i < ENGINE_GROUPS; i++) {
		size_t prefix = strlen(engine_groups[i]);

		/* a beginning, or the whole */
		if (!strncmp(component, engine_groups[i], prefix) &&
		    (length == prefix || (length > prefix && strchr(".-", engine_groups[i][prefix - 1]))))
			return prefix;
	}
	return 0;
}

/* A group of root's: anybody may name those that were given to him. */
static struct service *of_group_name(const struct services *all, const struct process *p)
{
	for (const char *at = p->cgroup; !p->user && *at; at += strcspn(at, "/")) {
		size_t length, prefix;

		at += strspn(at, "/");
		length = strcspn(at, "/");
		prefix = engine_prefix(at, length);
		for (size_t i = 0; i < all->count; i++)
			if (all->service[i].vrf[0] && names(at + prefix, length - prefix, &all->service[i], prefix))
				return &all->service[i];
	}
	return NULL;
}

/* In the group of an engine. */
static bool is_engines(const struct process *p)
{
	bool found = false;

	for (const char *at = p->cgroup; !found && *at; at += strcspn(at, "/")) {
		at += strspn(at, "/");
		found = engine_prefix(at, strcspn(at, "/"));
	}
	return found;
}

/* In the group of an engine, with this network namespace. */
static bool is_container(const struct process *p)
{
	struct stat its, ours;
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)p->pid);
	return p->engine && !stat(path, &its) && !stat("/proc/self/ns/net", &ours) && its.st_ino == ours.st_ino;
}

/* A process of root's that a service's shell started has this from it. */
static struct service *of_environment(const struct services *all, const struct process *p)
{
	static const char key[] = "SVCNAME=";
	char path[48], block[32768];
	ssize_t n = -1;
	int fd;

	if (p->user)
		return NULL;
	snprintf(path, sizeof(path), "/proc/%d/environ", (int)p->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, block, sizeof(block) - 1);
		close(fd);
	}
	block[n > 0 ? n : 0] = '\0';
	for (const char *at = block; at < block + n; at += strlen(at) + 1)
		if (!strncmp(at, key, sizeof(key) - 1))
			return of_vrf(services_find(all, at + sizeof(key) - 1));
	return NULL;
}

/* Those that are in no control group of a service. */
static void find_owners(struct services *all)
{
	follow_pidfiles(all);
	for (size_t i = 0; i < all->processes; i++)
		if (!all->process[i].service)
			all->process[i].service = of_group_name(all, &all->process[i]);
	for (size_t i = 0; i < all->processes; i++)
		if (!all->process[i].service)
			all->process[i].service = of_environment(all, &all->process[i]);
	for (size_t i = 0; i < all->processes; i++)
		if (!all->process[i].service)
			all->process[i].service = inherit(all, &all->process[i]);
	for (size_t i = 0; i < all->processes; i++)
		all->process[i].engine = is_engines(&all->process[i]);
	for (size_t i = 0; i < all->processes; i++)
		all->process[i].container =
			!all->process[i].service && !all->process[i].vrf[0] && is_container(&all->process[i]);
}

static bool is_at_the_top(const struct process *p)
{
	return !p->own && !p->vrf[0] && !p->user && !strcmp(p->cgroup, "/");
}

static bool is_of_openrc_run(const struct process *p)
{
	static const char name[] = "/openrc-run";
	char path[48], exe[PATH_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)p->parent);
	n = readlink(path, exe, sizeof(exe) - 1);
	exe[n > 0 ? n : 0] = '\0';
	return n >= (ssize_t)sizeof(name) && !strcmp(exe + n - (sizeof(name) - 1), name);
}

/*
 * OpenRC's shell for one of the service's commands: it enters the VRF once it has read the
 * service's files, or, for stop, not at all if there is none.  What it starts counts.  At its end
 * it is at the top, where it has gone so that the service's groups can be removed.
 */
static bool is_command_shell(const struct process *p)
{
	if (strcmp(p->command, "openrc-run.sh"))
		return false;
	return is_at_the_top(p) ? is_of_openrc_run(p) : p->own && !p->vrf[0] && !p->user;
}

/* Up there such a shell has only come to an end, and so has what it waits for. */
static void find_passing(struct services *all)
{
	for (size_t i = 0; i < all->processes; i++)
		all->process[i].passing = is_command_shell(&all->process[i]);
	for (size_t i = 0; i < all->processes; i++) {
		const struct process *up = &all->process[i];

		while (up && !up->passing && is_at_the_top(up))
			up = find_process(all, up->parent);
		if (up && up->passing && is_at_the_top(up))
			all->process[i].passing = true;
	}
}

/* Keep what belongs to a service, is in a VRF or may belong to one. */
static void sort_out(struct services *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->processes; i++) {
		struct process *p = &all->process[i];

		if ((p->service || p->vrf[0] || p->container) && !p->passing)
			all->process[kept++] = *p;
		else
			free(p->cgroup);
	}
	all->processes = kept;
}

static void count(struct services *all)
{
	for (size_t i = 0; i < all->processes; i++) {
		const struct process *p = &all->process[i];

		if (!p->service)
			continue;
		if (!strcmp(p->vrf, p->service->vrf))
			p->service->inside++;
		else
			p->service->outside++;
	}
}

static void forget(struct services *all)
{
	for (size_t i = 0; i < all->processes; i++)
		free(all->process[i].cgroup);
	free(all->process);
	all->process = NULL;
	all->processes = 0;
	for (size_t i = 0; i < all->count; i++)
		all->service[i].inside = all->service[i].outside = 0;
}

int services_read_processes(struct services *all)
{
	int err;

	forget(all);
	err = list_processes(all);
	find_owners(all);
	find_passing(all);
	sort_out(all);
	count(all);
	return err;
}
