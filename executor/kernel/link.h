/* SPDX-License-Identifier: ISC */
/* executor/kernel/link.h - network devices: what is there, and one function per kernel verb. */
#ifndef EXECUTOR_KERNEL_LINK_H
#define EXECUTOR_KERNEL_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "executor/kernel/netlink.h"

struct link {
	uint32_t ifindex;
	uint32_t master; /* ifindex, 0: none */
	uint32_t card;   /* ifindex, of a VLAN: it is up only if that is; 0: none */
	uint32_t table;  /* of a VRF device */
	uint32_t flags;  /* IFF_UP ... */
	char name[IFNAMSIZ];
	char kind[16];      /* "vrf", "veth", "" for hardware */
	char port_kind[16]; /* what it is a port of: "vrf", "bridge", "" */
	bool waits;         /* VRF_TAG_WAITS: it went down with its VRF */
	bool loose;         /* a VLAN with loose_binding: it does not come up with its card */
	bool loosened;      /* VRF_TAG_WAITS_LOOSE: we have made it so */
};

struct links {
	struct link *link;
	size_t count;
	bool any; /* with MOCK: whatever a route leads out of is there */
};

/* All devices of this network namespace; free with links_free(). Returns 0 or -errno. */
int links_get(struct netlink *nl, struct links *links);
void links_free(struct links *links);

struct link *links_by_name(const struct links *links, const char *name);
struct link *links_by_index(const struct links *links, uint32_t ifindex);
struct link *links_by_table(const struct links *links, uint32_t table); /* the VRF with that table */

bool link_is_vrf(const struct link *link);

/* One device. Returns 0, -ENODEV or -errno. */
int link_get(struct netlink *nl, const char *name, struct link *link);
int link_get_index(struct netlink *nl, uint32_t ifindex, struct link *link);

/* ifindex 0: the kernel's choice.  Fails with EEXIST if name or index is taken. */
int link_add_vrf(struct netlink *nl, const char *name, uint32_t table, uint32_t ifindex);
int link_del_vrf(struct netlink *nl, const struct link *link);
int link_set_up(struct netlink *nl, const struct link *link, bool up);

/* loose_binding of a VLAN */
int link_set_loose(struct netlink *nl, const struct link *link, bool loose);

/* master NULL: release */
int link_set_master(struct netlink *nl, const struct link *link, const struct link *master);

#endif
