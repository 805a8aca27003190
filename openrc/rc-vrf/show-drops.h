/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/show-drops.h - print what the filters have stopped, and what found no route. */
#ifndef OPENRC_SHOW_DROPS_H
#define OPENRC_SHOW_DROPS_H

#include "executor/kernel/link.h"
#include "openrc/state/drops.h"
#include "openrc/state/unrouted.h"

/* Of one VRF, one service, either of that name, or all: both NULL */
struct drops_of {
	const char *vrf;
	const struct service *service;
};
bool drops_is_of(const struct drops_of *of, const char *vrf, const struct service *service);

/* A VRF's lines each, or "none"; the first ones, up to `from`, are counted alone. */
void show_drops(const struct rings *rings, const struct drops_grouped *drops, size_t from, const struct links *links,
		const struct drops_of *of);

/* Two arrays, "vrfs" and "drops", of an object that is begun */
void json_drops(const struct rings *rings, const struct drops_grouped *drops, const struct links *links,
		const struct drops_of *of);

/* One, without the end of its line */
void print_dropped(const struct dropped *d, const struct links *links);
void json_dropped(const struct dropped *d, const struct links *links);

/* The same for a look-up that found no route, of a process whose service is known, or NULL. */
void print_unrouted(const struct unrouted *u, const char *vrf, const struct service *service);
void json_unrouted(const struct unrouted *u, const char *vrf, const struct service *service);

#endif
