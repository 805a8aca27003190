/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-own.c - who listens at one of this host's own addresses, but hears nothing; see why-read.h. */
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/reading.h"
#include "openrc/rc-vrf/why-judge.h"
#include "openrc/rc-vrf/why-read.h"
#include "openrc/state/memory.h"

struct search {
	struct reader *r;
	const struct process *process;
};

/* Without filters it hears all. */
static bool hears_lo(const struct process *process, const struct prefix *from)
{
	struct passing p;
	bool hears;

	if (passing_open(process->cgroup, process->vrf, &p))
		return true;
	hears = !p.filtered || judge_passes(passing_device(&p, LOOPBACK_IFINDEX), passing_prefix(&p, from), true);
	passing_close(&p);
	return hears;
}

/* Do the answers of the one who listens, which have its mark, find back? */
static bool answers(struct reader *r, const struct inet_socket *s, const struct prefix *from)
{
	const struct flow flow = { .to = *from,
				   .from = r->facts->target.address,
				   .mark = s->mark,
				   .protocol = s->protocol,
				   .from_port = s->port };
	struct found found;

	lookup(r->nl, &flow, false, &found);
	/* the device of the VRF has 127.0.0.1 of its own */
	return !found.error && found.type == RTN_LOCAL && found.ways && found.way[0].ifindex == LOOPBACK_IFINDEX;
}

static void take_socket(const struct inet_socket *s, void *context)
{
	const struct search *search = context;
	struct facts *f = search->r->facts;
	const struct trip *trip = &f->trip;
	const struct prefix *from = trip->flow.from.family      ? &trip->flow.from
				    : trip->found.source.family ? &trip->found.source
								: &trip->flow.to;
	const struct process *owner = search->process;
	struct process maker;
	struct handed of;
	bool hears;

	if (!s->listening || s->protocol != f->target.protocol || s->port != f->target.port)
		return;
	if (why_is_handed(search->r, s, owner, &of, &maker))
		owner = &maker;
	if (!owner->vrf[0])
		return;
	hears = hears_lo(owner, from);
	if (hears && answers(search->r, s, from))
		return;
	f->deaf = memory_grow(f->deaf, f->deafs + 1, sizeof(*f->deaf));
	f->deaf[f->deafs].socket = s;
	f->deaf[f->deafs].mute = hears;
	strcpy(f->deaf[f->deafs++].vrf, owner->vrf);
}

/* What goes by a VRF's device is for the sockets of that VRF alone, whose filter is the one that sends. */
void why_own(struct reader *r)
{
	const struct place *p = &r->facts->place;
	struct search search = { .r = r };

	if (!r->facts->target.port || (p->device && !p->mark))
		return;
	if (!r->service)
		read_services(&r->all);
	for (size_t i = 0; i < r->all.processes; i++) {
		search.process = &r->all.process[i];
		sockets_of(&r->sockets, search.process->pid, take_socket, &search);
	}
}
