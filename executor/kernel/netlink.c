/* SPDX-License-Identifier: ISC */
/* executor/kernel/netlink.c - the one rtnetlink socket; see netlink.h. */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/handlers.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "executor/kernel/mock.h"
#include "executor/kernel/netlink.h"
#include "executor/model/lack.h"

#ifndef NETLINK_GET_STRICT_CHK
#define NETLINK_GET_STRICT_CHK 12
#endif

/* Enough for a dump that races with a busy routing daemon, few enough to end. */
#define DUMP_TRIES 20

struct answer {
	struct netlink *nl;
	netlink_taker each;
	void *context;
	int failed; /* what `each` has returned */
	bool interrupted;
	bool complete;
};

/* The attributes behind a struct nlmsgerr; include/uapi/linux/netlink.h, enum nlmsgerr_attrs. */
void netlink_keep_extack(struct netlink *nl, struct nlmsgerr *err)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)((char *)err - NLMSG_HDRLEN);
	int skip = sizeof(*err);
	struct nlattr *message;

	nl->extack[0] = '\0';
	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
		skip += (int)(NLMSG_ALIGN(err->msg.nlmsg_len) - NLMSG_HDRLEN);
	message = nlmsg_find_attr(hdr, skip, NLMSGERR_ATTR_MSG);
	if (message)
		nla_strlcpy(nl->extack, message, sizeof(nl->extack));
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *context)
{
	struct answer *answer = context;

	(void)from;
	answer->complete = true;
	answer->nl->error = -err->error;
	netlink_keep_extack(answer->nl, err);
	return NL_STOP;
}

static int on_message(struct nl_msg *msg, void *context)
{
	struct answer *answer = context;
	struct nlmsghdr *hdr = nlmsg_hdr(msg);

	if (hdr->nlmsg_flags & NLM_F_DUMP_INTR)
		answer->interrupted = true;
	/* What follows is read all the same: it must not be taken for the next answer. */
	if (answer->each && !answer->failed)
		answer->failed = answer->each(hdr, answer->context);
	return NL_OK;
}

static int on_finish(struct nl_msg *msg, void *context)
{
	struct answer *answer = context;
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	int error = 0;

	if (hdr->nlmsg_flags & NLM_F_DUMP_INTR)
		answer->interrupted = true;
	/* The end of a dump carries its errno (net/netlink/af_netlink.c, netlink_dump_done). */
	if (nlmsg_datalen(hdr) >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(hdr), sizeof(error));
	if (error < 0)
		answer->nl->error = -error;
	answer->complete = true;
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *context)
{
	struct answer *answer = context;

	(void)msg;
	answer->complete = true;
	return NL_STOP;
}

int netlink_any_sequence(struct nl_msg *msg, void *context)
{
	(void)msg;
	(void)context;
	return NL_OK;
}

static int connect_socket(struct netlink *nl)
{
	int one = 1, fd;

	fd = nl_connect(nl->sk, NETLINK_ROUTE);
	if (fd < 0)
		return fd == -NLE_NOMEM ? -ENOMEM : -EPROTONOSUPPORT;
	/* One dump of a large table must not overrun the buffer; libnl's default is 32 KiB. */
	nl_socket_set_buffer_size(nl->sk, 1 << 20, 1 << 18);
	nl_socket_set_msg_buf_size(nl->sk, 1 << 16);
	fd = nl_socket_get_fd(nl->sk);
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	/* Lets the kernel filter dumps by table, master and kind (4.20). */
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	return 0;
}

int netlink_open(struct netlink *nl, const char *mock, bool verbose)
{
	int err;

	memset(nl, 0, sizeof(*nl));
	nl->mock = mock;
	nl->verbose = verbose;
	if (mock)
		return 0;
	nl->sk = nl_socket_alloc();
	if (!nl->sk)
		return -ENOMEM;
	err = connect_socket(nl);
	if (err)
		netlink_close(nl);
	return err;
}

struct nl_msg *netlink_message(int type, void *header, size_t size)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, 0);

	if (msg && !nlmsg_append(msg, header, size, NLMSG_ALIGNTO))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/* What is left of a dump that overran the buffer must not be taken for the next answer. */
static int start_afresh(struct netlink *nl)
{
	nl_close(nl->sk);
	return connect_socket(nl);
}

void netlink_close(struct netlink *nl)
{
	mock_end(nl);
	if (nl->sk)
		nl_socket_free(nl->sk);
	nl->sk = NULL;
}

bool netlink_mocked(struct netlink *nl, const char *line)
{
	if (!line || nl->before)
		return nl->mock;
	if (nl->mock)
		printf("%s\n", line);
	else if (nl->verbose)
		fprintf(stderr, "+ %s\n", line);
	return nl->mock;
}

static int lacks(struct netlink *nl)
{
	lack_noted(NULL);
	return -(nl->error = ENOMEM);
}

/* Read until the answer is complete.  Returns 0 or -errno. */
static int receive(struct netlink *nl, struct answer *answer)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int err = 0;

	if (!cb)
		return lacks(nl);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, answer);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_message, answer);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, answer);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, answer);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, netlink_any_sequence, NULL);
	/* An answer and its ACK are two datagrams. */
	while (err >= 0 && !answer->complete)
		err = nl_recvmsgs(nl->sk, cb);
	nl_cb_put(cb);
	if (err == -NLE_DUMP_INTR)
		answer->interrupted = true;
	else if (err < 0 && !nl->error)
		nl->error = err == -NLE_NOMEM ? ENOBUFS : EIO;
	if (answer->failed && !nl->error)
		nl->error = -answer->failed;
	return -nl->error;
}

static int transact(struct netlink *nl, struct nl_msg *msg, struct answer *answer)
{
	answer->nl = nl;
	answer->interrupted = answer->complete = false;
	answer->failed = 0;
	nl->error = 0;
	nl->extack[0] = '\0';
	/* what every header of ours begins with */
	nl->family = *(const unsigned char *)nlmsg_data(nlmsg_hdr(msg));
	if (nl_send_auto(nl->sk, msg) < 0)
		return -(nl->error = errno ? errno : EIO);
	return receive(nl, answer);
}

int netlink_request(struct netlink *nl, struct nl_msg *msg, const char *line)
{
	struct answer answer = { 0 };

	nl->error = 0;
	nl->extack[0] = '\0';
	if (!msg) {
		return lacks(nl);
	} else if (netlink_mocked(nl, line)) {
		mock_request(nl, msg);
	} else {
		nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_ACK;
		transact(nl, msg, &answer);
	}
	nlmsg_free(msg);
	return -nl->error;
}

int netlink_dump(struct netlink *nl, struct nl_msg *msg, netlink_taker each, void (*forget)(void *), void *context)
{
	struct answer answer = { .each = each, .context = context };
	int err = 0;

	if (!msg)
		return lacks(nl);
	if (nl->mock)
		err = mock_dump(nl, msg, each, context);
	for (int tries = 0; !nl->mock && tries < DUMP_TRIES; tries++) {
		nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_DUMP;
		nlmsg_hdr(msg)->nlmsg_seq = NL_AUTO_SEQ;
		nlmsg_hdr(msg)->nlmsg_pid = NL_AUTO_PORT;
		err = transact(nl, msg, &answer);
		if (!answer.interrupted && err != -ENOBUFS)
			break;
		if (err == -ENOBUFS && start_afresh(nl))
			break;
		/* until it is tried again */
		err = -(nl->error = EAGAIN);
		if (forget)
			forget(context);
	}
	if (err && forget)
		forget(context);
	nlmsg_free(msg);
	return err;
}

int netlink_get(struct netlink *nl, struct nl_msg *msg, netlink_taker each, void *context)
{
	struct answer answer = { .each = each, .context = context };
	int err;

	if (!msg)
		return lacks(nl);
	/* libnl waits for an ACK unless told not to: ask for one, it ends the answer. */
	nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_ACK;
	err = nl->mock ? mock_get(nl, msg, each, context) : transact(nl, msg, &answer);
	nlmsg_free(msg);
	/* one answer fills no buffer: libnl had no memory */
	return err == -ENOBUFS ? lacks(nl) : err;
}

const char *netlink_words(struct netlink *nl)
{
	static char words[256];

	/* "Not supported" alone says that to nobody */
	if (!nl->extack[0] && nl->family == AF_INET6 && (nl->error == EOPNOTSUPP || nl->error == EAFNOSUPPORT) &&
	    access("/proc/net/if_inet6", F_OK))
		strcpy(nl->extack, "this kernel has no IPv6");
	if (!nl->extack[0])
		return strerror(nl->error);
	snprintf(words, sizeof(words), "%s: %s", strerror(nl->error), nl->extack);
	return words;
}
