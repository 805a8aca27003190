/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/rtnl.c - the smallest rtnetlink reader that is correct.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "helpers/base/rtnl.h"

#ifndef NETLINK_GET_STRICT_CHK
#define NETLINK_GET_STRICT_CHK 12
#endif

int rtnl_open(void)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int one = 1, fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return -errno;
	/* Lets the kernel filter route dumps by table (Linux 4.20). */
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&self, sizeof(self))) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

void rtnl_put(struct rtnl_request *r, unsigned short type, const void *data, size_t len)
{
	struct rtattr *a = (struct rtattr *)((char *)r + NLMSG_ALIGN(r->n.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	r->n.nlmsg_len = (uint32_t)(NLMSG_ALIGN(r->n.nlmsg_len) + RTA_ALIGN(a->rta_len));
}

static int transmit(int fd, struct rtnl_request *r)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n;

	do
		n = sendto(fd, r, r->n.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof(kernel));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/*
 * The kernel makes pieces of a dump as large as the receiver has room for, takes twice that
 * much memory and clears it: for a few lines that costs more than all else.  So the room is
 * what it takes at least, that is a page less its own overhead, until there is more to read.
 */
enum { ROOM_ONE = 2048, ROOM_MIN = 3776, ROOM_MAX = 8192 };
static size_t room = ROOM_MIN;

/* The length of a datagram from the kernel, none else; -EAGAIN: it did not fit, but will. */
static ssize_t receive(int fd, char *buf, size_t size)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		struct iovec iov = { .iov_base = buf, .iov_len = size };
		struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1 };
		const bool most = size == ROOM_MAX;
		ssize_t n = recvmsg(fd, &m, 0);

		if (n > ROOM_MIN / 2)
			room = ROOM_MAX;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == ENOBUFS ? -EAGAIN : -errno;
		if (m.msg_namelen != sizeof(from) || from.nl_pid != 0)
			continue;
		if (m.msg_flags & MSG_TRUNC)
			return most ? -EMSGSIZE : -EAGAIN;
		return n;
	}
}

/* NLMSG_DONE and NLMSG_ERROR begin with an errno, negative */
static int status(const struct nlmsghdr *n)
{
	int err = 0;

	if (n->nlmsg_len >= NLMSG_LENGTH(sizeof(err)))
		memcpy(&err, NLMSG_DATA(n), sizeof(err));
	return err < 0 ? err : 0;
}

/* NLMSG_OK compares signed with unsigned, and the padding may reach past the end. */
static bool complete(const struct nlmsghdr *n, long len)
{
	return len >= (long)sizeof(*n) && n->nlmsg_len >= sizeof(*n) && (long)n->nlmsg_len <= len;
}

static const struct nlmsghdr *following(const struct nlmsghdr *n, long *len)
{
	*len -= (long)NLMSG_ALIGN(n->nlmsg_len);
	return (const struct nlmsghdr *)((const char *)n + NLMSG_ALIGN(n->nlmsg_len));
}

/* After a failure of fn a dump is read to its end: what follows on the socket is not ours. */
static void take(struct rtnl_answer *a, const struct nlmsghdr *n)
{
	a->interrupted |= n->nlmsg_flags & NLM_F_DUMP_INTR;
	if (n->nlmsg_type == NLMSG_ERROR || n->nlmsg_type == NLMSG_DONE) {
		a->done = true;
		if (!a->result)
			a->result = status(n);
		if (!a->result && a->interrupted)
			a->result = -EAGAIN;
		return;
	}
	if (!a->result)
		a->result = a->fn(n, a->arg);
	a->done = !a->dump;
}

void rtnl_take(struct rtnl_answer *a, const void *datagram, size_t size)
{
	const struct nlmsghdr *n = datagram;
	long len = (long)size;

	for (; !a->done && complete(n, len); n = following(n, &len))
		if (n->nlmsg_seq == a->seq)
			take(a, n);
}

static int take_all(int fd, struct rtnl_answer *a, char *buf, const size_t *size)
{
	while (!a->done) {
		ssize_t n = receive(fd, buf, *size);

		if (n < 0)
			return (int)n;
		rtnl_take(a, buf, (size_t)n);
	}
	return a->result;
}

/* Neither is inlined: a page of the stack that is not touched need not be there. */
static __attribute__((noinline)) int take_one(int fd, struct rtnl_answer *a)
{
	_Alignas(struct nlmsghdr) char buf[ROOM_ONE];
	const size_t size = sizeof(buf);

	return take_all(fd, a, buf, &size);
}

static __attribute__((noinline)) int take_large(int fd, struct rtnl_answer *a)
{
	_Alignas(struct nlmsghdr) char buf[ROOM_MAX];

	return take_all(fd, a, buf, &room);
}

int rtnl_ask(int fd, struct rtnl_request *r, int (*fn)(const struct nlmsghdr *n, void *arg), void *arg)
{
	static unsigned int seq;
	struct rtnl_answer a = { .fn = fn, .arg = arg };
	int err;

	a.seq = r->n.nlmsg_seq = ++seq;
	a.dump = (r->n.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	err = transmit(fd, r);
	if (err)
		return err;
	return a.dump || room == ROOM_MAX ? take_large(fd, &a) : take_one(fd, &a);
}
