/* SPDX-License-Identifier: ISC */
/*
 * executor/kernel/mock.h - the kernel of MOCK: what it was told to make is there afterwards, and
 * nothing else is.  For netlink.c, and for who says what is taken to be there from the start.
 */
#ifndef EXECUTOR_KERNEL_MOCK_H
#define EXECUTOR_KERNEL_MOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "executor/kernel/netlink.h"

/* On: requests are what was there before, and no line is printed for them. */
void mock_before(struct netlink *nl, bool on);

/* A device without a kind; port_kind: what it is a port of, or NULL.  Returns 0 or -ENOMEM. */
int mock_link(struct netlink *nl, const char *name, uint32_t ifindex, const char *port_kind);

/* A request, a dump, a question as netlink_request() and the like have them; `msg` stays the caller's. */
int mock_request(struct netlink *nl, struct nl_msg *msg);
int mock_dump(struct netlink *nl, struct nl_msg *msg, netlink_taker each, void *context);
int mock_get(struct netlink *nl, struct nl_msg *msg, netlink_taker each, void *context);

/* Free what it knows. */
void mock_end(struct netlink *nl);

#endif
