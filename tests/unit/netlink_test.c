/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/netlink_test.c - dumps that are interrupted, overrun or disturbed
 * by a signal, and those for which there is no memory.  The kernel is the real
 * one; the recvmsg() of this program, which libnl then uses, spoils what it
 * says, and the linker has our lists grow by the realloc() of this program.
 */
/* With it recvmsg() here would be another one than libnl's. */
#undef _TIME_BITS
#include <errno.h>
#include <limits.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "executor/kernel/address.h"
#include "executor/kernel/link.h"
#include "executor/kernel/netlink.h"
#include "executor/kernel/route.h"
#include "executor/kernel/rule.h"
#include "tests/unit/tap.h"

static int calls, requests;
static int fail_at, fail_with; /* the call that fails, 0: none */
static int marked;             /* so many dumps are marked as interrupted */
static bool within;            /* this one is */

static bool is_end(const struct msghdr *msg)
{
	const struct nlmsghdr *hdr = msg->msg_iov[0].iov_base;

	return hdr->nlmsg_type == NLMSG_DONE;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t got;

	if (++calls == fail_at) {
		errno = fail_with;
		return -1;
	}
	got = syscall(SYS_recvmsg, fd, msg, flags);
	if (got > 0 && !(flags & MSG_PEEK) && marked) {
		struct nlmsghdr *hdr = msg->msg_iov[0].iov_base;

		if (!within)
			hdr->nlmsg_flags |= NLM_F_DUMP_INTR;
		within = !is_end(msg);
		marked -= !within;
	}
	return got;
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	requests++;
	return syscall(SYS_sendmsg, fd, msg, flags);
}

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

static int enough = INT_MAX; /* so many lists may grow */

void *__wrap_realloc(void *old, size_t size)
{
	if (enough > 0) {
		enough--;
		return __real_realloc(old, size);
	}
	errno = ENOMEM;
	return NULL;
}

static void spoil(int at, int with, int interrupted)
{
	calls = requests = 0;
	fail_at = at;
	fail_with = with;
	marked = interrupted;
	within = false;
}

/* The names of all interfaces, in order; NULL: the dump failed. */
static const char *names(struct netlink *nl)
{
	static char text[4096];
	struct links links;

	if (links_get(nl, &links))
		return NULL;
	text[0] = '\0';
	for (size_t i = 0; i < links.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %s", links.link[i].name);
	links_free(&links);
	return text;
}

/* Each returns how many there are, or -errno. */
static int dump_links(struct netlink *nl)
{
	struct links links;
	int err = links_get(nl, &links);

	int count = err ? 0 : (int)links.count;

	if (!err)
		links_free(&links);
	return err ? err : count;
}

static int dump_addresses(struct netlink *nl)
{
	struct addresses addresses;
	int err = addresses_get(nl, 0, &addresses);

	int count = err ? 0 : (int)addresses.count;

	if (!err)
		addresses_free(&addresses);
	return err ? err : count;
}

static int dump_rules(struct netlink *nl)
{
	struct rules rules;
	int err = rules_get(nl, AF_INET, &rules);

	int count = err ? 0 : (int)rules.count;

	if (!err)
		rules_free(&rules);
	return err ? err : count;
}

static int dump_routes(struct netlink *nl)
{
	struct routes routes;
	int err = routes_get(nl, RT_TABLE_LOCAL, NULL, &routes);

	int count = err ? 0 : (int)routes.count;

	if (!err)
		routes_free(&routes);
	return err ? err : count;
}

/* A list that lacks what there was no memory for would be taken for all there is. */
static void out_of_memory(struct netlink *nl, const char *whole)
{
	static const struct {
		const char *what;
		int (*dump)(struct netlink *nl);
	} dumps[] = { { "links", dump_links },
		      { "addresses", dump_addresses },
		      { "rules", dump_rules },
		      { "routes", dump_routes } };

	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		int err, count = dumps[i].dump(nl);

		enough = 0;
		err = dumps[i].dump(nl);
		enough = INT_MAX;
		/* where this runs there need not be an address */
		ok(err == (count ? -ENOMEM : 0), "no memory for %d %s: a failure if there are any", count,
		   dumps[i].what);
		is(netlink_words(nl), strerror(count ? ENOMEM : 0), "which has a name");
	}
	enough = 1;
	ok(dump_rules(nl) == -ENOMEM, "memory for one of several rules: a failure as well");
	enough = INT_MAX;
	is(names(nl), whole, "nothing of that is left for the next");
}

int main(void)
{
	struct netlink nl;
	char whole[4096];
	const char *got;

	plan(17 + 10);
	ok(netlink_open(&nl, NULL, false) == 0, "a socket");
	spoil(0, 0, 0);
	got = names(&nl);
	snprintf(whole, sizeof(whole), "%s", got ? got : "");
	ok(strstr(whole, " lo"), "all interfaces");
	for (int at = 1; at <= 2; at++) {
		spoil(at, EINTR, 0);
		is(names(&nl), whole, "EINTR: the same");
		ok(requests == 1, "by one dump");
		spoil(at, ENOBUFS, 0);
		is(names(&nl), whole, "ENOBUFS: the same, once");
		ok(requests == 2, "by a second dump");
		spoil(0, 0, 0);
		is(names(&nl), whole, "nothing of the first is left for the next");
	}
	spoil(0, 0, 3);
	is(names(&nl), whole, "interrupted three times: the same, once");
	ok(requests == 4, "by a fourth dump");
	spoil(0, 0, 1000);
	ok(!names(&nl), "interrupted for ever: a failure");
	is(netlink_words(&nl), strerror(EAGAIN), "which has a name");
	spoil(0, 0, 0);
	is(names(&nl), whole, "and no consequence");
	out_of_memory(&nl, whole);
	netlink_close(&nl);
	return tap_done();
}
