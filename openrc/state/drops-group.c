/* SPDX-License-Identifier: ISC */
/* openrc/state/drops-group.c - whose packets they were, and which are alike; see drops.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "helpers/confine/cgroup.h"
#include "openrc/state/drops.h"
#include "openrc/state/memory.h"
#include "openrc/state/sockets.h"

/* <linux/exportfs.h>, which is the kernel's own: the id of a control group is its handle. */
#define HANDLE_KERNFS 0xfe

/* One that has, or had, processes which were stopped */
struct owner {
	uint64_t cgroup;
	char path[PATH_MAX]; /* as in /proc/PID/cgroup, "": it is gone */
	const struct service *service;
	struct {
		uint64_t cookie;
		const struct process *process;
	} * socket; /* those that are open there, with the first process that has it */
	size_t sockets;
};

struct grouping {
	const struct services *services;
	struct inet_sockets sockets;
	struct owner *owner;
	size_t owners;
	int top;       /* of the control groups; -1: none are mounted */
	int64_t epoch; /* what is to be added to CLOCK_MONOTONIC */
};

static int64_t nanoseconds(clockid_t clock)
{
	struct timespec t = { 0 };

	clock_gettime(clock, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static bool path_of(int fd, char path[PATH_MAX])
{
	char link[32];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	path[n < 0 ? 0 : n] = '\0';
	return n > 0;
}

/* No walk: the kernel finds it by its id. */
static void find_path(const struct grouping *g, struct owner *o)
{
	struct {
		struct file_handle handle;
		uint64_t id;
	} of = { .handle = { .handle_bytes = sizeof(of.id), .handle_type = HANDLE_KERNFS } };
	char top[PATH_MAX], path[PATH_MAX];
	size_t length;
	int fd;

	memcpy(of.handle.f_handle, &o->cgroup, sizeof(o->cgroup));
	fd = open_by_handle_at(g->top, &of.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (path_of(g->top, top) && path_of(fd, path)) {
		length = strlen(top);
		if (!strncmp(path, top, length))
			snprintf(o->path, sizeof(o->path), "%s", path[length] ? path + length : "/");
	}
	close(fd);
}

struct listing {
	struct owner *owner;
	const struct process *process;
};

static void note_socket(const struct inet_socket *s, void *context)
{
	const struct listing *l = context;
	struct owner *o = l->owner;

	o->socket = memory_grow(o->socket, o->sockets + 1, sizeof(*o->socket));
	o->socket[o->sockets].cookie = s->cookie;
	o->socket[o->sockets++].process = l->process;
}

static struct owner *find_owner(struct grouping *g, uint64_t cgroup)
{
	struct owner *o;

	for (size_t i = 0; i < g->owners; i++)
		if (g->owner[i].cgroup == cgroup)
			return &g->owner[i];
	g->owner = memory_grow(g->owner, g->owners + 1, sizeof(*o));
	o = &g->owner[g->owners++];
	*o = (struct owner){ .cgroup = cgroup };
	find_path(g, o);
	if (!o->path[0])
		return o;
	o->service = services_of_cgroup(g->services, o->path);
	for (size_t i = 0; i < g->services->processes; i++) {
		const struct process *p = &g->services->process[i];
		struct listing l = { o, p };

		if (strcmp(p->cgroup, o->path))
			continue;
		if (!o->service)
			o->service = p->service;
		sockets_of(&g->sockets, p->pid, note_socket, &l);
	}
	return o;
}

/* Of what is no packet the pid is known, else whoever has the socket open. */
static const struct process *find_process(const struct grouping *g, const struct owner *o, const struct drop *d)
{
	if (!(d->reason & (DROP_SOCKET | DROP_CALL))) {
		for (size_t i = 0; d->cookie && i < o->sockets; i++)
			if (o->socket[i].cookie == d->cookie)
				return o->socket[i].process;
		return NULL;
	}
	for (size_t i = 0; o->path[0] && i < g->services->processes; i++)
		if ((uint64_t)g->services->process[i].pid == d->cookie >> 32 &&
		    !strcmp(g->services->process[i].cgroup, o->path))
			return &g->services->process[i];
	return NULL;
}

static bool is_alike(const struct dropped *a, const struct dropped *b)
{
	return !strcmp(a->vrf, b->vrf) && a->cgroup == b->cgroup && a->pid == b->pid && a->reason == b->reason &&
	       a->ifindex == b->ifindex && a->packet.family == b->packet.family &&
	       a->packet.protocol == b->packet.protocol && a->packet.has_port == b->packet.has_port &&
	       a->packet.port == b->packet.port && !memcmp(a->packet.peer, b->packet.peer, sizeof(a->packet.peer));
}

static void add(struct drops_grouped *all, const struct dropped *one)
{
	for (size_t i = 0; i < all->count; i++) {
		struct dropped *d = &all->group[i];

		if (!is_alike(d, one))
			continue;
		d->count++;
		if (one->last > d->last)
			d->last = one->last;
		return;
	}
	all->group = memory_grow(all->group, all->count + 1, sizeof(*one));
	all->group[all->count++] = *one;
}

static void take(struct grouping *g, const struct ring *r, const struct drop *d, struct drops_grouped *all)
{
	struct owner *o = find_owner(g, d->cgroup);
	struct dropped one = { .cgroup = d->cgroup,
			       .reason = d->reason,
			       .ifindex = d->ifindex,
			       .count = 1,
			       .last = (uint64_t)((int64_t)d->when + g->epoch) };
	const struct process *p;

	memcpy(one.vrf, r->vrf, sizeof(one.vrf));
	drop_parse(d, &one.packet);
	one.service = o->service;
	p = find_process(g, o, d);
	if (p) {
		one.pid = p->pid;
		memcpy(one.command, p->command, sizeof(one.command));
		if (p->service)
			one.service = p->service;
	}
	add(all, &one);
}

static int by_last(const void *a, const void *b)
{
	const struct dropped *x = a, *y = b;

	return x->last < y->last ? -1 : x->last > y->last;
}

void drops_group(const struct rings *rings, const struct services *services, struct drops_grouped *all)
{
	struct grouping g = { .services = services,
			      .epoch = nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_MONOTONIC) };

	*all = (struct drops_grouped){ 0 };
	g.top = cgroup_open_top();
	/* what of the sockets is known will do: without it there is no pid */
	sockets_read(&g.sockets);
	for (size_t i = 0; i < rings->count; i++)
		for (unsigned int j = 0; j < rings->ring[i].has; j++)
			take(&g, &rings->ring[i], &rings->ring[i].drop[j], all);
	if (g.top >= 0)
		close(g.top);
	sockets_free(&g.sockets);
	for (size_t i = 0; i < g.owners; i++)
		free(g.owner[i].socket);
	free(g.owner);
	if (all->count)
		qsort(all->group, all->count, sizeof(*all->group), by_last);
}

void drops_free(struct drops_grouped *all)
{
	free(all->group);
	*all = (struct drops_grouped){ 0 };
}
