/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/rtnl.h - the smallest rtnetlink reader that is correct: requests with
 * attributes, answers one message at a time.  It never changes anything.
 */
#ifndef HELPERS_BASE_RTNL_H
#define HELPERS_BASE_RTNL_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rtnl_request {
	struct nlmsghdr n;
	union {
		struct ifinfomsg link;
		struct rtmsg route;
		struct rtmsg rule; /* as large as struct fib_rule_hdr, which begins alike */
	};
	char attributes[128];
};

/* A socket or -errno. */
int rtnl_open(void);

/* Append an attribute; the caller knows that it fits. */
void rtnl_put(struct rtnl_request *r, unsigned short type, const void *data, size_t len);

/*
 * Send r and call fn with every message of the answer; a negative result of fn ends it.
 * -EAGAIN: the kernel's state changed while it was dumped, or what came is larger than what
 * comes usually: start again, with a new socket.
 */
int rtnl_ask(int fd, struct rtnl_request *r, int (*fn)(const struct nlmsghdr *n, void *arg), void *arg);

/* What is left of an answer, datagram by datagram. */
struct rtnl_answer {
	uint32_t seq;
	bool dump;
	int (*fn)(const struct nlmsghdr *n, void *arg);
	void *arg;
	bool done, interrupted;
	int result;
};

/* Pure: take a datagram in. */
void rtnl_take(struct rtnl_answer *a, const void *datagram, size_t size);

#endif
