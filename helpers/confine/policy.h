/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/policy.h - what the processes of a VRF may use, as the kernel has it now:
 * read over rtnetlink, written to the maps of the VRF's control groups.
 */
#ifndef HELPERS_CONFINE_POLICY_H
#define HELPERS_CONFINE_POLICY_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

#include "helpers/base/prefix.h"
#include "helpers/confine/programs.h"

struct device {
	uint32_t ifindex;
	uint32_t flags; /* DEVICE_* */
};

struct allowed {
	struct prefix prefix;
	uint8_t pass;   /* PASS_* */
	uint8_t unused; /* 0: the digest takes words */
};

/* What is about to change: left out, although the kernel still has it. */
struct leaving {
	const uint32_t *devices;
	size_t ndevices;
	const struct prefix *prefixes; /* in order, none of them passes */
	size_t nprefixes;
};

void leaving_sort(struct prefix *prefixes, size_t n);

#define SEGMENTS_MAX 256

/*
 * Begins as zeros.  The room for its lists, for as many as there can be, is taken when the first one
 * comes, and kept from one reading to the next.
 */
struct policy {
	uint32_t ifindex; /* of the VRF device */
	uint32_t table;
	uint32_t mark; /* 0: sockets are bound to the device */
	bool up;
	bool local; /* mark mode: the host's own addresses, too */
	uint32_t without;
	const struct leaving *leaving; /* kept from one reading to the next; NULL: nothing */
	unsigned int ndevices, nprefixes, nsegments;
	uint8_t (*segments)[16]; /* of routes with encap seg6 that lead out */
	struct device *devices;
	struct allowed *prefixes;
};

/*
 * Read it all, without the interface `without` (0: none).  -ENODEV: there is no such
 * device, -EOPNOTSUPP: it is not a VRF, -E2BIG: more than the maps hold.
 */
int policy_read(const char *vrf, uint32_t without, struct policy *s);

/* Only ifindex, table, up; the same errors. */
int policy_find(const char *vrf, struct policy *s);

/* The names of all VRFs that there are, "red, blue", as far as they go in; "" for none. */
void policy_names(char *text, size_t size);

const struct device *policy_device(const struct policy *s, uint32_t ifindex);

/* Differs for different sets of devices and prefixes; never 0. */
uint64_t policy_digest(const struct policy *s);
/* The same of these, in the same order */
uint64_t digest_of(const struct device *devices, size_t ndevices, const struct allowed *prefixes, size_t nprefixes);

/*
 * Is there a device that is not the VRF's own, to be used only with certain addresses?  Else
 * the prefixes mean nothing, and policy_read() leaves none.
 */
bool policy_is_limited(const struct policy *s);

/* Pure: by prefix; of two with one prefix the one that passes first. */
void allowed_sort(struct allowed *entry, size_t count);
/* In order: the one with exactly this address and length, or NULL */
const struct allowed *allowed_find(const struct allowed *entry, size_t count, const struct prefix *p);
/* The same where one after the other is looked for, in order; *at begins with 0 */
const struct allowed *allowed_next(const struct allowed *entry, size_t count, size_t *at, const struct prefix *p);

/* Is there a prefix of exactly this address and length?  For prefixes in order. */
const struct allowed *policy_prefix(const struct policy *s, const struct prefix *p);

/* Room for its lists, if they have none yet: 0 or -ENOMEM.  Whoever adds something takes it. */
int policy_take_room(struct policy *s);

/* Pure, all of these.  A device that is known already keeps its flags.  0 or -errno. */
int policy_add_device(struct policy *s, uint32_t ifindex, uint32_t flags);
/* Take a message of a dump in. */
int policy_take_route(const struct nlmsghdr *n, void *scope);
int policy_take_rule(const struct nlmsghdr *n, void *scope);
/* Of the local table: an address of broadcasts does not pass. */
int policy_take_broadcast(const struct nlmsghdr *n, void *scope);
/* Behind all routes, both. */
int policy_add_segments(struct policy *s);
int policy_deny_leaving(struct policy *s);
void policy_sort(struct policy *s);

#endif
