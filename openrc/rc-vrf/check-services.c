/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-services.c - processes, their control groups and sockets; see check.h. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "openrc/rc-vrf/check.h"
#include "openrc/state/confined.h"
#include "openrc/state/handed.h"
#include "openrc/state/sockets.h"

struct look {
	const struct kernel *k;
	const struct service *service;
	const struct process *process;
	const struct vrf *vrf;
	struct findings *f;
};

static void restart(const struct look *l)
{
	remedy(l->f, "rc-service %s restart", l->service->name);
}

/* What an engine has put into a control group of its own leaves its service's again. */
static void stay(const struct look *l)
{
	remedy(l->f,
	       "have it stay in the control group in which it is started: lxc.cgroup.relative = 1 for LXC, "
	       "--cgroups=disabled for podman, --cgroup-manager=disabled for crun; then rc-service %s restart",
	       l->service->name);
}

static void check_process(const struct look *l)
{
	const struct process *p = l->process;

	if (!strcmp(p->vrf, l->service->vrf))
		return;
	broken(l->f, "process-outside", "%s: process %d (%s) is in %s%s, not in %s%s%s", l->service->name, (int)p->pid,
	       p->command, p->vrf[0] ? "VRF " : "no VRF", p->vrf, l->service->vrf,
	       p->own ? "" : ": it is in control group ", p->own ? "" : p->cgroup);
	/* what a stop has left a restart leaves as well */
	if (p->own)
		remedy(l->f, "rc-service %s restart; kill %d", l->service->name, (int)p->pid);
	else if (p->engine)
		stay(l);
	else
		remedy(l->f,
		       "it was started past OpenRC, or has left the service's control group: kill %d, then rc-service "
		       "%s restart",
		       (int)p->pid, l->service->name);
}

/* Has a file of its changed since it was started?  OpenRC makes the link then. */
static bool changed_since(const struct service *service)
{
	struct stat started, file;
	char link[PATH_MAX];

	snprintf(link, sizeof(link), "/run/openrc/started/%s", service->name);
	if (lstat(link, &started))
		return true;
	for (size_t i = 0; i < service->files; i++)
		if (service->file[i] && !stat(service->file[i], &file) &&
		    (file.st_mtim.tv_sec > started.st_mtim.tv_sec ||
		     (file.st_mtim.tv_sec == started.st_mtim.tv_sec && file.st_mtim.tv_nsec > started.st_mtim.tv_nsec)))
			return true;
	return false;
}

/*
 * Do all of a started service's processes run in one place, and is it not where its files say?
 * One of them alone may be somebody's vrf-exec.
 */
static bool check_place(const struct look *l, const struct services *all)
{
	const struct service *service = l->service;
	const struct process *first = NULL;

	if (!(service->state & RC_SERVICE_STARTED))
		return false;
	for (size_t i = 0; i < all->processes; i++) {
		const struct process *p = &all->process[i];

		if (p->service != service)
			continue;
		if (!first)
			first = p;
		if (!p->own || strcmp(p->vrf, first->vrf) || !strcmp(p->vrf, service->vrf))
			return false;
	}
	/* else it has left its VRF, or an engine has put it into a group that is named as the service's */
	if (!first || (!first->vrf[0] && !changed_since(service)))
		return false;
	broken(l->f, "service-other-vrf", "%s: it runs in %s%s, and its files say %s%s", service->name,
	       first->vrf[0] ? "VRF " : "no VRF", first->vrf, service->vrf[0] ? "VRF " : "no VRF", service->vrf);
	restart(l);
	return true;
}

static bool is_engine(const struct process *p)
{
	static const char *const engines[] = {
		"podman", "conmon", "crun", "runc", "lxc-start", "dockerd", "containerd"
	};

	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (!strcmp(p->command, engines[i]))
			return true;
	return false;
}

/* Has it started something that is not to be found, or an engine? */
static bool starts_containers(const struct services *all, const struct service *service)
{
	bool any = false;

	for (size_t i = 0; i < all->processes; i++) {
		if (all->process[i].service != service)
			continue;
		if (is_engine(&all->process[i]))
			return true;
		any = true;
	}
	return !any && service->state & RC_SERVICE_STARTED;
}

/* An engine leaves nothing that says for whom it has started a container. */
static void check_containers(const struct look *l, const struct services *all)
{
	if (!starts_containers(all, l->service))
		return;
	for (size_t i = 0; i < all->processes; i++) {
		const struct process *p = &all->process[i];

		if (!p->container)
			continue;
		broken(l->f, "process-of-container",
		       "%s: process %d (%s) in control group %s is in no VRF, and may be of a container that this "
		       "service has started",
		       l->service->name, (int)p->pid, p->command, p->cgroup);
		stay(l);
	}
}

static void check_socket(const struct inet_socket *s, void *context)
{
	const struct look *l = context;
	struct handed of;
	char text[SOCKET_TEXT];

	if (socket_is_bound(l->k, l->vrf, s) || handed_find(l->k, s, l->process->cgroup, &of))
		return;
	broken(l->f, "socket-outside", "%s: socket %s of process %d (%s) does not belong to VRF %s", l->service->name,
	       socket_text(s, text), (int)l->process->pid, l->process->command, l->vrf->link->name);
	restart(l);
}

/* Of each control group once: the first process in it stands for all. */
static bool seen(const struct services *all, const struct process *p)
{
	for (const struct process *other = all->process; other < p; other++)
		if (other->service == p->service && !strcmp(other->cgroup, p->cgroup))
			return true;
	return false;
}

static void check_group(const struct look *l)
{
	const char *service = l->service->name, *vrf = l->service->vrf;
	struct confined c;
	int err = confined_read(l->process->cgroup, vrf, &c);

	if (err == -ENOENT)
		return; /* ended meanwhile */
	if (err) {
		broken(l->f, "service-programs-unknown", "%s: cannot look at the programs of control group %s: %s",
		       service, l->process->cgroup, strerror(-err));
	} else if (!c.bound || (l->service->confine && !c.filtered)) {
		broken(l->f, "service-not-confined",
		       "%s: its processes are not confined to VRF %s: control group %s lacks %s", service, vrf,
		       l->process->cgroup,
		       c.bound     ? "the filters"
		       : c.foreign ? "our program (ip vrf exec put its own there)"
				   : "the programs");
		restart(l);
	} else if (!l->service->confine && c.filtered) {
		broken(l->f, "service-confined",
		       "%s: its processes are confined to VRF %s, and its files say vrf_confine=no", service, vrf);
		restart(l);
	} else if (!c.current) {
		broken(l->f, "service-programs-version",
		       "%s: its processes are confined by programs of another version of vrf-ng", service);
		restart(l);
	} else if (!c.same) {
		broken(l->f, "service-policy-outdated", "%s: what its processes may use is not what VRF %s has now",
		       service, vrf);
		remedy(l->f, "rc-vrf sync");
	}
}

static void check_service(struct look *l, const struct services *all, const struct inet_sockets *sockets)
{
	const struct service *service = l->service;
	bool elsewhere;

	if (check_refused(all, service, l->f))
		return;
	elsewhere = check_place(l, all);
	if (!service->vrf[0])
		return;
	l->vrf = kernel_vrf(l->k, service->vrf);
	for (size_t i = 0; i < all->processes; i++) {
		l->process = &all->process[i];
		if (l->process->service != service)
			continue;
		if (!elsewhere)
			check_process(l);
		if (strcmp(l->process->vrf, service->vrf) || !l->vrf)
			continue;
		if (!seen(all, l->process))
			check_group(l);
		sockets_of(sockets, l->process->pid, check_socket, l);
	}
	check_containers(l, all);
}

/* Is anything kept in a VRF, or shall be?  Not so what `ip vrf exec` or `vrf-exec --no-confine` started. */
struct confinements confinements(const struct services *all)
{
	struct confinements found = { .refuse = true };
	struct confined c;

	for (size_t i = 0; i < all->count; i++)
		found.any |= all->service[i].vrf[0] && all->service[i].confine;
	for (size_t i = 0; i < all->processes; i++) {
		const struct process *p = &all->process[i];

		if (!p->vrf[0] || seen(all, p) || confined_read(p->cgroup, p->vrf, &c) || !c.filtered)
			continue;
		found.any = true;
		found.refuse &= c.refuses;
	}
	return found;
}

void check_services(const struct kernel *k, const struct services *all, const struct service *only, struct findings *f)
{
	struct look l = { .k = k, .f = f };
	struct inet_sockets sockets;
	int err = sockets_read(&sockets);

	if (err)
		broken(f, "sockets-unknown", "cannot list the sockets: %s", strerror(-err));
	for (size_t i = 0; i < all->count; i++) {
		l.service = &all->service[i];
		if (!only || only == l.service)
			check_service(&l, all, &sockets);
	}
	sockets_free(&sockets);
}
