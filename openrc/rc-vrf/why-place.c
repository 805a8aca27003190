/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-place.c - who asks: a VRF, a service that runs or one that does not; see why-read.h. */
#include <errno.h>
#include <rc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/interfaces.h"
#include "openrc/rc-vrf/check.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/reading.h"
#include "openrc/rc-vrf/show-one.h"
#include "openrc/rc-vrf/why-read.h"
#include "openrc/state/memory.h"

__attribute__((format(printf, 2, 3))) static void refuse(struct facts *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	f->place.refused = memory_text_list(format, args);
	va_end(args);
}

__attribute__((format(printf, 2, 3))) static void cure(struct facts *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	f->place.cure = memory_text_list(format, args);
	va_end(args);
}

/* One of its processes, if any is in a VRF one of those. */
static const struct process *process_of(const struct services *all, const struct service *service)
{
	const struct process *found = NULL;

	for (size_t i = 0; i < all->processes; i++) {
		const struct process *p = &all->process[i];

		if (p->service == service && (!found || (!found->vrf[0] && p->vrf[0])))
			found = p;
	}
	return found;
}

static size_t count_outside(const struct services *all, const struct process *process)
{
	size_t outside = 0;

	for (size_t i = 0; process && i < all->processes; i++)
		outside += all->process[i].service == process->service && strcmp(all->process[i].vrf, process->vrf);
	return outside;
}

/* The words are those of check. */
static void find_refusal(struct reader *r)
{
	struct findings f = { 0 };

	if (!check_refused(&r->all, r->service, &f))
		return;
	refuse(r->facts, "%s", f.finding[0].what);
	if (f.finding[0].remedy)
		cure(r->facts, "%s", f.finding[0].remedy);
	findings_free(&f);
}

static void place_service(struct reader *r, const char *name)
{
	struct place *p = &r->facts->place;

	r->service = find_service(&r->all, name);
	r->process = process_of(&r->all, r->service);
	p->service = true;
	p->running = r->process;
	p->outside = count_outside(&r->all, r->process);
	strcpy(p->vrf, r->process ? r->process->vrf : r->service->vrf);
	p->elsewhere = r->process && strcmp(p->vrf, r->service->vrf);
	p->confined = r->service->confine;
	if (!r->process)
		find_refusal(r);
}

static _Noreturn void fail_nobody(struct reader *r)
{
	read_services(&r->all);
	fail_unknown(r->k, &r->all, r->facts->place.name);
}

/* The words are those of check (vrf-undeclared). */
static bool refuse_undeclared(struct reader *r)
{
	const struct place *p = &r->facts->place;
	char *names = names_beside_undeclared(r->k, p->vrf);

	if (!names)
		return false;
	refuse(r->facts, "there is no VRF %s, and no stanza declares it", p->vrf);
	cure(r->facts,
	     "rc-vrf set %s to one that is there: %s; or write a stanza %s with vrf-table (interfaces-vrf(5)) and ifup it",
	     p->name, *names ? names : "there is none", p->vrf);
	free(names);
	return true;
}

static void place_device(struct reader *r)
{
	struct place *p = &r->facts->place;
	const struct vrf *vrf = kernel_vrf(r->k, p->vrf);

	if (vrf) {
		p->device = vrf->link;
		p->mark = vrf->mark;
		return;
	}
	if (!p->service && !interfaces_say(p->vrf, "vrf-table", NULL))
		fail_nobody(r);
	if (p->service && refuse_undeclared(r))
		return;
	refuse(r->facts, "there is no VRF %s", p->vrf);
	cure(r->facts, "ifup -f %s", p->vrf);
}

/* What its processes are bound to, or would be. */
static void read_filters(struct reader *r)
{
	struct place *p = &r->facts->place;
	bool vrfs = r->process && r->process->vrf[0];
	int err;

	r->passing = (struct passing){ .devices = -1, .prefixes = -1 };
	p->would = r->service && !r->process;
	if (!p->device || (p->service && !vrfs && !p->confined))
		return;
	err = passing_open(vrfs ? r->process->cgroup : NULL, p->vrf, &r->passing);
	if (err == -ENOENT && vrfs) {
		p->confined = false; /* ip vrf exec */
		return;
	}
	if (err)
		trouble("cannot read what the filters of VRF %s let pass: %s", p->vrf, strerror(-err));
	p->confined = r->passing.filtered;
	if (r->passing.mark == p->mark && r->passing.ifindex == (p->mark ? 0 : p->device->ifindex))
		return;
	refuse(r->facts, "what its processes may use is not what VRF %s has now", p->vrf);
	cure(r->facts, "rc-vrf sync");
}

/* A VRF of that name counts before a service, as in show. */
void why_place(struct reader *r, const char *name)
{
	struct place *p = &r->facts->place;

	p->name = name;
	if (!kernel_vrf(r->k, name) && strcmp(name, "default") && rc_service_exists(name)) {
		place_service(r, name);
	} else if (!strcmp(name, "default")) {
		/* whoever is in no VRF: place->vrf is empty */
		p->confined = false;
	} else if (strlen(name) < sizeof(p->vrf)) {
		strcpy(p->vrf, name);
		p->confined = true;
	} else {
		fail_nobody(r);
	}
	if (p->vrf[0] && !p->refused)
		place_device(r);
	if (!p->refused)
		read_filters(r);
}

void why_place_process(struct reader *r, const struct process *process)
{
	struct place *p = &r->facts->place;

	*p = (struct place){ .name = p->name, .service = true, .running = true, .confined = r->service->confine };
	strcpy(p->vrf, process->vrf);
	r->process = process;
	r->passing = (struct passing){ .devices = -1, .prefixes = -1 };
	if (p->vrf[0])
		place_device(r);
	if (!p->refused)
		read_filters(r);
}

bool why_is_handed(const struct reader *r, const struct inet_socket *s, const struct process *owner, struct handed *of,
		   struct process *maker)
{
	if (!handed_find(r->k, s, owner->cgroup, of) || !strcmp(of->vrf, owner->vrf))
		return false;
	*maker = *owner;
	strcpy(maker->vrf, of->vrf);
	maker->cgroup = of->cgroup;
	return true;
}
