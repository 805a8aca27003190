/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-read.h - what the parts of reading share, see why.h. */
#ifndef OPENRC_WHY_READ_H
#define OPENRC_WHY_READ_H

#include "openrc/rc-vrf/why.h"
#include "openrc/state/handed.h"
#include "openrc/state/passing.h"
#include "openrc/state/services.h"

struct reader {
	struct netlink *nl;
	struct kernel *k;
	struct facts *facts;
	struct services all;
	const struct service *service; /* NULL: a VRF */
	const struct process *process; /* one of the service's, NULL: none runs */
	const struct process *owner;   /* whose sockets are looked at, NULL: nobody's in particular */
	struct passing passing;
	struct inet_sockets sockets;
	struct naming naming;
};

/* Fill in facts->place, and what the filters there let pass. */
void why_place(struct reader *r, const char *name);

/* The same of this process of the service's, which is somewhere else. */
void why_place_process(struct reader *r, const struct process *process);

/*
 * Was it handed to this process, and is of another VRF than that, or of none?  maker: who would have made it
 * there; `of` keeps what that points to.
 */
bool why_is_handed(const struct reader *r, const struct inet_socket *s, const struct process *owner, struct handed *of,
		   struct process *maker);

/* Fill in facts->idle: there is no route. */
void why_idle(struct reader *r);

/* Fill in facts->deaf: of an own address. */
void why_own(struct reader *r);

#endif
