/* SPDX-License-Identifier: ISC */
/*
 * openrc/state/drops.h - what the filters of VRFs have stopped, of which each VRF's set keeps the
 * last: read the rings (drops.c), make groups of what is alike (drops-group.c).  Changes nothing;
 * needs root.
 *
 *     rings_read(&rings), or what is new by rings_since(&rings, &before, &news);
 *     drops_group(&rings, &services, &drops); ...; drops_free(&drops); rings_free(&rings)
 */
#ifndef OPENRC_DROPS_H
#define OPENRC_DROPS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "helpers/confine/programs.h"
#include "openrc/state/drops-packet.h"
#include "openrc/state/services.h"

/* Of one set; a VRF can have several, after an upgrade say. */
struct ring {
	unsigned int id; /* of the set's binding */
	char vrf[IFNAMSIZ];
	uint64_t count;   /* of all that were stopped */
	unsigned int has; /* of them in `drop`, in order; the others are overwritten */
	struct drop drop[DROPS_KEPT];
};

struct rings {
	struct ring *ring;
	size_t count;
};

/* Those of this network namespace.  0 or -errno */
int rings_read(struct rings *all);
void rings_free(struct rings *all);

/* What has come since then: fewer in each ring, and of its count the difference.  0 or -ENOMEM */
void rings_since(const struct rings *now, const struct rings *then, struct rings *news);

/* Of a VRF: how many were stopped, and for how many of these there is nothing but the number */
void rings_count(const struct rings *all, const char *vrf, uint64_t *count, uint64_t *lost);

/* Packets, or sockets, that are alike in all but the moment. */
struct dropped {
	char vrf[IFNAMSIZ];
	const struct service *service; /* NULL: of none, or its control group is gone */
	pid_t pid;                     /* 0: unknown, or it has closed the socket, or ended */
	char command[16];
	uint64_t cgroup;
	uint32_t reason;  /* DROP_DOWN ..., with DROP_IN, DROP_SOCKET or DROP_CALL */
	uint32_t ifindex; /* 0: none */
	struct drop_packet packet;
	uint64_t count;
	uint64_t last; /* nanoseconds since the epoch */
};

struct drops_grouped {
	struct dropped *group; /* the latest last */
	size_t count;
};

/* 0 or -errno */
void drops_group(const struct rings *rings, const struct services *services, struct drops_grouped *all);
void drops_free(struct drops_grouped *all);

#endif
