/* SPDX-License-Identifier: ISC */
/*
 * executor/kernel/netlink.h - the one rtnetlink socket, on libnl-3.  libnl has no
 * extended acknowledgements and maps errno to coarser numbers of its own; here
 * the kernel's errno and its words are kept for the message.
 */
#ifndef EXECUTOR_KERNEL_NETLINK_H
#define EXECUTOR_KERNEL_NETLINK_H

#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdbool.h>

struct netlink {
	struct nl_sock *sk;
	int error;            /* errno of the last request, 0 if it succeeded */
	unsigned char family; /* that it was for */
	char extack[160];     /* the kernel's words for it, or "" */
	const char *mock;     /* MOCK: print the ip(8) line instead of acting (mock.h) */
	struct nl_msg **told; /* all that this kernel knows */
	size_t told_count;
	bool before;  /* what it is told now was there before */
	bool verbose; /* VERBOSE: print it, then act */
};

/* Returns 0 or -errno.  With `mock` no socket is opened and nothing is there. */
int netlink_open(struct netlink *nl, const char *mock, bool verbose);
void netlink_close(struct netlink *nl);

/* A message of this type with its header, the family's own; NULL: no memory. */
struct nl_msg *netlink_message(int type, void *header, size_t size);

/*
 * Send one request, wait for the kernel's answer, free `msg`.  `line` is the
 * ip(8) command that does the same.  Returns 0 or -errno, with nl->error and
 * nl->extack set.  A NULL msg is ENOMEM.
 */
int netlink_request(struct netlink *nl, struct nl_msg *msg, const char *line);

/* Takes a message.  Returns 0 or -errno: then it gets no more of them, and that is the dump's result. */
typedef int (*netlink_taker)(struct nlmsghdr *hdr, void *context);

/*
 * Dump, calling `each` once a message; `msg` is freed.  A dump that the kernel
 * marks as interrupted, or that overran the socket's buffer, is repeated.
 * `forget` (may be NULL) is told to forget what it has before that, and after a
 * failure: half a list must not pass for a list.  Returns 0 or -errno, -EAGAIN
 * if it never was whole.
 */
int netlink_dump(struct netlink *nl, struct nl_msg *msg, netlink_taker each, void (*forget)(void *), void *context);

/* One question, one answer (RTM_GETLINK, RTM_GETROUTE): `each` gets the answer. */
int netlink_get(struct netlink *nl, struct nl_msg *msg, netlink_taker each, void *context);

/*
 * libnl expects an answer to each number in turn; a batch gets one for many.
 * Nothing is left in the socket when a request ends, so no check is lost.
 */
int netlink_any_sequence(struct nl_msg *msg, void *context);

/* Take the kernel's words out of an error message into nl->extack. */
void netlink_keep_extack(struct netlink *nl, struct nlmsgerr *err);

/* "File exists" or "File exists: Table is used by another VRF", of the last request. */
const char *netlink_words(struct netlink *nl);

/*
 * Tell of an action that is no netlink request (a sysctl); NULL: of one for which nobody types a line.
 * Returns true if it must not be done.
 */
bool netlink_mocked(struct netlink *nl, const char *line);

#endif
