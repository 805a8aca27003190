// SPDX-License-Identifier: ISC
/*
 * openrc/services.c - services and their processes; see services.h.
 *
 * A process belongs to the service in whose control group OpenRC put it: version 2's
 * /NAME (up to 0.52) or /openrc.NAME, or /NAME of the hierarchy `openrc` of version 1.
 * One that has left them (a script run past OpenRC) is found by its pidfile.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helpers/cgroup.h"
#include "openrc/confd.h"
#include "openrc/file.h"
#include "openrc/services.h"

struct service *services_find(const struct services *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++)
		if (!strcmp(all->service[i].name, name))
			return &all->service[i];
	return NULL;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct service *)a)->name, ((const struct service *)b)->name);
}

static int list_services(struct services *all, const RC_STRINGLIST *names)
{
	const RC_STRING *s;
	size_t count = 0;

	for (s = names->tqh_first; s; s = s->entries.tqe_next)
		count++;
	all->service = calloc(count + 1, sizeof(*all->service));
	if (!all->service)
		return -ENOMEM;
	for (s = names->tqh_first; s; s = s->entries.tqe_next) {
		struct service *service = &all->service[all->count];

		service->name = strdup(s->value);
		if (!service->name)
			return -ENOMEM;
		service->state = rc_service_state(s->value);
		all->count++;
	}
	qsort(all->service, all->count, sizeof(*all->service), compare);
	return 0;
}

static void configure(const char *name, const char *vrf, bool confine, void *context)
{
	struct service *service = services_find(context, name);

	if (!service || strlen(vrf) >= sizeof(service->vrf))
		return;
	strcpy(service->vrf, vrf);
	service->confine = confine;
}

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

/* Fill in service, VRF and control group. false: the process is of no interest. */
static bool place(const struct services *all, struct process *p)
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
	return p->cgroup && (p->service || p->vrf[0]);
}

static void read_command(struct process *p)
{
	char path[48], *text;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)p->pid);
	text = file_read(path);
	snprintf(p->command, sizeof(p->command), "%.*s", text ? (int)strcspn(text, "\n") : 0, text ? text : "");
	free(text);
}

static int add_process(struct services *all, pid_t pid, struct service *service)
{
	struct process p = { .pid = pid, .service = service }, *grown;

	if (!place(all, &p)) {
		free(p.cgroup);
		return 0;
	}
	read_command(&p);
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

int services_read(struct services *all)
{
	RC_STRINGLIST *names = rc_services_in_runlevel(NULL);
	int err;

	memset(all, 0, sizeof(*all));
	if (!names)
		return -ENOENT;
	err = list_services(all, names);
	if (!err)
		err = confd_each(names, configure, all);
	rc_stringlist_free(names);
	if (!err)
		err = list_processes(all);
	if (!err)
		err = follow_pidfiles(all);
	count(all);
	return err;
}

void services_free(struct services *all)
{
	for (size_t i = 0; i < all->count; i++)
		free(all->service[i].name);
	for (size_t i = 0; i < all->processes; i++)
		free(all->process[i].cgroup);
	free(all->service);
	free(all->process);
}

const char *service_state_name(const struct service *service)
{
	static const struct {
		RC_SERVICE state;
		const char *name;
	} names[] = { { RC_SERVICE_FAILED, "failed" },     { RC_SERVICE_STARTING, "starting" },
		      { RC_SERVICE_STOPPING, "stopping" }, { RC_SERVICE_INACTIVE, "inactive" },
		      { RC_SERVICE_STARTED, "started" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (service->state & names[i].state)
			return names[i].name;
	return "stopped";
}

bool service_concerned(const struct services *all, const struct service *service)
{
	for (size_t i = 0; i < all->processes; i++)
		if (all->process[i].service == service && all->process[i].vrf[0])
			return true;
	return service->vrf[0];
}
