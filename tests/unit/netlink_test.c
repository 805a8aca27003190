/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/netlink_test.c - dumps that are interrupted, overrun or disturbed
 * by a signal.  The kernel is the real one; the recvmsg() of this program,
 * which libnl then uses, spoils what it says.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "executor/kernel/link.h"
#include "executor/kernel/netlink.h"
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

int main(void)
{
	struct netlink nl;
	char whole[4096];
	const char *got;

	plan(17);
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
	netlink_close(&nl);
	return tap_done();
}
