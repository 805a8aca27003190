/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/lease.h - the routes of a DHCP lease, for an interface that is a
 * member of a VRF.  Clients know of no table but main; their hooks keep them
 * from it and pass on what the server said:
 *
 *	LEASE_ROUTES	DESTINATION GATEWAY, any number of times (RFC 3442)
 *	LEASE_ROUTERS	GATEWAY ..., which counts only without the former
 */
#ifndef EXECUTOR_APPLY_LEASE_H
#define EXECUTOR_APPLY_LEASE_H

#include "executor/apply/run.h"
#include "executor/kernel/link.h"
#include "executor/model/route.h"
#include "helpers/base/nameserver.h"

struct lease_words {
	char *text;     /* to be freed */
	bool classless; /* it is LEASE_ROUTES */
};

struct lease {
	char *rest;         /* what is still to be read, which is written to */
	bool classless;     /* it is LEASE_ROUTES */
	struct route route; /* what all its routes have in common; routers go up in metric */
	struct hop hop;     /* ... and their hops */
};

/* The next route that it says.  Returns 1, 0 if that was all, -1 for words that say none: go on behind them. */
int lease_next(struct lease *lease, struct route *route, struct failure *f);

/* The VRF that run->iface is a member of, or NULL. */
const struct link *lease_vrf(const struct run *run, const struct links *links);

/*
 * Put them, with protocol dhcp, into the table of `vrf`, and take away those
 * that the server no longer gives.  The lease's default route goes from main if
 * a client put it there, with a warning.  Returns 0, or -1 with run->failure.
 */
int lease_apply(struct run *run, const struct link *vrf, const struct links *links);

/* Add those of the lease that lease_apply() had for this member.  What cannot be is reported. */
void lease_restore(struct run *run, const struct link *vrf, const struct link *member);

/* In a file of /run.  lease_keep() returns 0 or -errno, lease_kept() whether there is one. */
int lease_keep(const char *iface, const struct lease_words *words);
bool lease_kept(const char *iface, struct lease_words *words);
void lease_forget(const char *iface);

/* Its nameservers, in another file, those of IPv6 (six) in one more: LEASE_NAMESERVERS, words.  0 or -errno */
int lease_names_keep(const char *iface, bool six, const char *words);
void lease_names_forget(const char *iface, bool six);
/* Those of the leases of a VRF's members, the first three */
void lease_names_of(const struct links *links, uint32_t vrf, struct nameservers *all);

#endif
