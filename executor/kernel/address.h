/* SPDX-License-Identifier: ISC */
/* executor/kernel/address.h - addresses of devices. */
#ifndef EXECUTOR_KERNEL_ADDRESS_H
#define EXECUTOR_KERNEL_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "executor/kernel/link.h"
#include "executor/model/prefix.h"

struct address {
	uint32_t ifindex;
	uint8_t scope;       /* RT_SCOPE_* */
	uint32_t flags;      /* IFA_F_* */
	struct prefix local; /* len is the prefix length of the network */
};

struct addresses {
	struct address *address;
	size_t count;
};

/* Addresses of one device (ifindex 0: of all), both families. Returns 0 or -errno. */
int addresses_get(struct netlink *nl, uint32_t ifindex, struct addresses *addresses);
/* Of an interface in no VRF, and not for that link or the host alone: what it is in is a matter of table main. */
bool address_is_mains(const struct address *address, const struct links *links);
void addresses_free(struct addresses *addresses);

/* Add an address that asks nobody (nodad) and needs no broadcast. EEXIST is success. */
int address_add(struct netlink *nl, const struct link *link, const char *address);

/* Delete one. EADDRNOTAVAIL: it is not there. */
int address_del(struct netlink *nl, const struct link *link, const char *address);

#endif
