/* SPDX-License-Identifier: ISC */
/* openrc/state/kernel.h - VRFs as the kernel has them. */
#ifndef OPENRC_KERNEL_H
#define OPENRC_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "executor/kernel/address.h"
#include "executor/kernel/link.h"
#include "executor/model/route.h"
#include "executor/model/rule.h"

struct vrf {
	const struct link *link;
	uint32_t mark; /* by which sockets are bound; 0: by the device */
	bool loopback; /* 127.0.0.1 is on the device */
	struct routes routes;
};

struct kernel {
	struct links links;
	struct addresses addresses;
	struct rules rules[2]; /* IPv4, IPv6 */
	bool has[2];           /* the kernel has the family */
	struct vrf *vrf;
	size_t count;
};

extern const int kernel_families[2];

/* All of it; free with kernel_free().  0 or -errno */
int kernel_read(struct netlink *nl, struct kernel *k);
/* The same without the routes of the VRFs, of which there may be many. */
int kernel_read_outline(struct netlink *nl, struct kernel *k);
void kernel_free(struct kernel *k);

const struct vrf *kernel_vrf(const struct kernel *k, const char *name);
/* The one that has this table; of several any */
const struct vrf *kernel_vrf_by_table(const struct kernel *k, uint32_t table);

/* The VRF that a device is a member of, or NULL. */
const struct vrf *kernel_vrf_of(const struct kernel *k, const struct link *link);

/* Is the interface the VRF itself or a member of it? */
bool kernel_belongs(const struct kernel *k, const struct vrf *vrf, uint32_t ifindex);

/* Is it among these as a stanza wants it?  Its interfaces are looked up by their names. */
bool kernel_has_route(const struct kernel *k, const struct routes *have, const struct route *want);

/* Routes of a family, without those to own addresses and the unreachable default. */
size_t vrf_routes(const struct vrf *vrf, int family);

#endif
