/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/drops-watch.c - what the filters stop, and what finds no route, as it comes; see
 * drops.h.  The rings are read four times a second; nothing waits for the reader.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "helpers/base/netns.h"
#include "helpers/base/text.h"
#include "openrc/rc-vrf/drops.h"
#include "openrc/rc-vrf/json.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/reading.h"

enum { LOOKUPS = 256 };

struct watch {
	struct services all;
	struct links links;
	struct netlink nl;
	struct rings before;
	struct tracing tracing;
	struct drops_of of;
	bool json;
	struct unrouted lookup[LOOKUPS]; /* of one look; those that are alike are one */
	size_t lookups;
};

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

/* Nothing is left behind where somebody says so; where nobody does the next run sees to it. */
static void expect_the_end(void)
{
	const struct sigaction action = { .sa_handler = end }, ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGQUIT, &action, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

static void end_line(const struct watch *w)
{
	if (w->json)
		json_end();
	else
		putchar('\n');
}

/* vrf NULL: what found no route */
static void say_lost(const struct watch *w, const char *vrf, uint64_t lost)
{
	if (w->json) {
		json_object(NULL);
		json_string("vrf", vrf);
		json_number("lost", lost);
		json_end_object();
	} else if (vrf) {
		print(stdout, "VRF %s: of %" PRIu64 " more that were stopped only the number is known", vrf, lost);
	} else {
		printf("%" PRIu64 " more that found no route came too fast to be shown", lost);
	}
	end_line(w);
}

static void say_drops(const struct watch *w, const struct rings *now)
{
	struct drops_grouped groups;

	drops_group(now, &w->all, &groups);
	for (size_t i = 0; i < groups.count; i++) {
		const struct dropped *d = &groups.group[i];

		if (!drops_is_of(&w->of, d->vrf, d->service))
			continue;
		(w->json ? json_dropped : print_dropped)(d, &w->links);
		end_line(w);
	}
	drops_free(&groups);
	for (size_t i = 0; i < now->count; i++) {
		const struct ring *r = &now->ring[i];

		if (r->count > r->has && (drops_is_of(&w->of, r->vrf, NULL) || w->of.service))
			say_lost(w, r->vrf, r->count - r->has);
	}
}

static bool is_same(const struct unrouted *a, const struct unrouted *b)
{
	return a->table == b->table && a->pid == b->pid && a->error == b->error &&
	       a->packet.family == b->packet.family && a->packet.protocol == b->packet.protocol &&
	       a->packet.port == b->packet.port && !memcmp(a->packet.peer, b->packet.peer, sizeof(a->packet.peer));
}

/*
 * ip(8) and rc-vrf ask for routes and send nothing.  The trace has no more of who asks than a name,
 * which anybody can take; who is still there has to have the program as well.
 */
static bool only_asks(const struct unrouted *u)
{
	char file[TEXT_PROC_MAX], program[PATH_MAX];
	const char *name;
	ssize_t n;

	if (!u->pid || (strcmp(u->command, "ip") && strcmp(u->command, "rc-vrf")))
		return false;
	text_proc(file, u->pid, "exe");
	n = readlink(file, program, sizeof(program) - 1);
	if (n < 0)
		return true;
	program[n] = '\0';
	name = strrchr(program, '/');
	return name && (!strcmp(name + 1, u->command) || !strcmp(name + 1, "busybox"));
}

/* One packet is looked up several times, to find its source for instance. */
static void note_lookup(const struct unrouted *u, void *context)
{
	struct watch *w = context;

	if (only_asks(u))
		return;
	for (size_t i = 0; i < w->lookups; i++)
		if (is_same(&w->lookup[i], u))
			return;
	if (w->lookups < LOOKUPS)
		w->lookup[w->lookups++] = *u;
	else
		w->tracing.lost++;
}

/* Tables have the same numbers in all network namespaces, and the trace is of all.  Who has ended was here. */
static bool is_elsewhere(pid_t pid)
{
	char file[TEXT_PROC_MAX];
	struct stat st;

	if (!pid)
		return false;
	text_proc(file, pid, "ns/net");
	return !stat(file, &st) && st.st_ino != netns_inode();
}

static const struct process *find_process(const struct services *all, pid_t pid)
{
	for (size_t i = 0; pid && i < all->processes; i++)
		if (all->process[i].pid == pid)
			return &all->process[i];
	return NULL;
}

static void say_lookups(struct watch *w)
{
	for (size_t i = 0; i < w->lookups; i++) {
		const struct unrouted *u = &w->lookup[i];
		const struct link *link = links_by_table(&w->links, u->table);
		const struct process *p = find_process(&w->all, u->pid);
		const struct service *service = p ? p->service : NULL;

		if (!link || is_elsewhere(u->pid))
			continue;
		/* of one that has ended nobody knows whose it was */
		if (!drops_is_of(&w->of, link->name, service) &&
		    (p || !w->of.service || strcmp(w->of.service->vrf, link->name)))
			continue;
		(w->json ? json_unrouted : print_unrouted)(u, link->name, service);
		end_line(w);
	}
	w->lookups = 0;
	if (w->tracing.lost)
		say_lost(w, NULL, w->tracing.lost);
	w->tracing.lost = 0;
}

static void check(int error)
{
	if (error)
		trouble("cannot go on looking: %s", strerror(-error));
}

/* Who is there changes, and which devices. */
static void refresh(struct watch *w)
{
	links_free(&w->links);
	check(links_get(&w->nl, &w->links));
	check(services_read_processes(&w->all));
}

static void look(struct watch *w)
{
	struct rings now, news;

	check(rings_read(&now));
	rings_since(&now, &w->before, &news);
	rings_free(&w->before);
	w->before = now;
	tracing_read(&w->tracing, note_lookup, w);
	if (news.count || w->lookups)
		refresh(w);
	say_drops(w, &news);
	say_lookups(w);
	rings_free(&news);
	/* nobody reads it any more */
	if (fflush(stdout))
		ended = 1;
}

static int64_t milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

/*
 * With a thousand VRFs a look takes its time: it is never more than a tenth of all.  Where nobody
 * reads any more that is the end, even if there is nothing to write.
 */
static void rest(int64_t took)
{
	struct pollfd reader = { .fd = STDOUT_FILENO };

	if (poll(&reader, 1, took > 25 ? (int)took * 9 : 250) > 0)
		ended = 1;
}

static void begin(struct watch *w, const char *name)
{
	int error = netlink_open(&w->nl, NULL, false);

	if (!error)
		error = links_get(&w->nl, &w->links);
	if (error)
		trouble("cannot read the devices: %s", strerror(-error));
	error = rings_read(&w->before);
	if (error)
		trouble("cannot read what was stopped: %s", strerror(-error));
	read_services(&w->all);
	w->of = drops_find(&w->all, &w->links, &w->before, name);
	error = tracing_begin(&w->tracing);
	if (error)
		complain("what finds no route is not shown, there is no tracefs for that: %s", strerror(-error));
}

int drops_watch(const char *name, bool json)
{
	static struct watch w;
	int64_t began;

	w.json = json;
	expect_the_end();
	begin(&w, name);
	while (!ended) {
		began = milliseconds();
		look(&w);
		if (!ended)
			rest(milliseconds() - began);
	}
	tracing_end(&w.tracing);
	rings_free(&w.before);
	services_free(&w.all);
	links_free(&w.links);
	netlink_close(&w.nl);
	return 0;
}
