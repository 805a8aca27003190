// SPDX-License-Identifier: ISC
/*
 * openrc/processes.c - whose every process is, and in which VRF; see services.h.
 *
 * A process belongs to the service in whose control group OpenRC put it: version 2's
 * /NAME (up to 0.52) or /openrc.NAME, or /NAME of the hierarchy `openrc` of version 1.
 * One that has left them belongs where its parents do (elogind moves sessions); a daemon
 * whose script was run past OpenRC is found by its pidfile.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helpers/cgroup.h"
#include "openrc/file.h"
#include "openrc/services.h"

/* The service that the first component of a path names, if there is one. */
static struct service *service_of_path(const struct services *all, const char *path)
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
			p->cgroup = strdup(group);
			if (!p->service)
				p->service = service_of_path(all, group);
		} else if (!strcmp(name, ":name=openrc") && !p->service) {
			p->service = service_of_path(all, group);
		}
	}
	free(text);
}

/* `PID (COMMAND) STATE PARENT ...`; the command may have parentheses of its own. */
static void read_stat(struct process *p)
{
	char path[48], *text, *open, *close;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)p->pid);
	text = file_read(path);
	open = text ? strchr(text, '(') : NULL;
	close = open ? strrchr(open, ')') : NULL;
	if (close && strlen(close) > 4) {
		snprintf(p->command, sizeof(p->command), "%.*s", (int)(close - open - 1), open + 1);
		p->parent = atoi(close + 4);
	}
	free(text);
}

static int add_process(struct services *all, pid_t pid, struct service *service)
{
	struct process p = { .pid = pid, .service = service }, *grown;

	place(all, &p);
	if (!p.cgroup)
		return 0; /* ended meanwhile */
	read_stat(&p);
	grown = realloc(all->process, (all->processes + 1) * sizeof(p));
	if (!grown) {
		free(p.cgroup);
		return -ENOMEM;
	}
	all->process = grown;
	all->process[all->processes++] = p;
	return 0;
}

static int list_processes(struct services *all)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;
	int err = 0;

	if (!proc)
		return -errno;
	while (!err && (e = readdir(proc)))
		if (isdigit((unsigned char)e->d_name[0]))
			err = add_process(all, atoi(e->d_name), NULL);
	closedir(proc);
	return err;
}

static const struct process *find_process(const struct services *all, pid_t pid)
{
	for (size_t i = 0; i < all->processes; i++)
		if (all->process[i].pid == pid)
			return &all->process[i];
	return NULL;
}

/* The nearest parent's service, if that is to be in a VRF. */
static struct service *inherit(const struct services *all, const struct process *p)
{
	for (int i = 0; p && !p->service && i < 100; i++)
		p = find_process(all, p->parent);
	return p && p->service && p->service->vrf[0] ? p->service : NULL;
}

/* Keep what belongs to a service or is in a VRF. */
static void sort_out(struct services *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->processes; i++)
		if (!all->process[i].service)
			all->process[i].service = inherit(all, &all->process[i]);
	for (size_t i = 0; i < all->processes; i++) {
		struct process *p = &all->process[i];

		if (p->service || p->vrf[0])
			all->process[kept++] = *p;
		else
			free(p->cgroup);
	}
	all->processes = kept;
}

static bool has_process(const struct services *all, const struct service *service)
{
	for (size_t i = 0; i < all->processes; i++)
		if (all->process[i].service == service)
			return true;
	return false;
}

/* Where a daemon that is in no control group of its service says who it is. */
static int follow_pidfiles(struct services *all)
{
	int err = 0;

	for (size_t i = 0; !err && i < all->count; i++) {
		struct service *service = &all->service[i];

		for (size_t j = 0; !err && service->vrf[0] && !has_process(all, service) && j < 2; j++) {
			char path[PATH_MAX], *text;
			pid_t pid = 0;

			snprintf(path, sizeof(path), "/run/%s%s%s.pid", service->name, j ? "/" : "",
				 j ? service->name : "");
			text = file_read(path);
			if (text)
				pid = atoi(text);
			free(text);
			if (pid > 1)
				err = add_process(all, pid, service);
		}
	}
	return err;
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

int services_read_processes(struct services *all)
{
	int err = list_processes(all);

	sort_out(all);
	if (!err)
		err = follow_pidfiles(all);
	count(all);
	return err;
}
