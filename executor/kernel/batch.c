/* SPDX-License-Identifier: ISC */
/* executor/kernel/batch.c - many requests in one send; see batch.h. */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/handlers.h>
#include <string.h>

#include "executor/kernel/batch.h"

struct receipt {
	struct batch *batch;
	bool complete;
};

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *context)
{
	struct receipt *receipt = context;
	struct batch *batch = receipt->batch;
	size_t index = err->msg.nlmsg_seq - batch->first;

	(void)from;
	if (index >= batch->count)
		return NL_SKIP;
	batch->nl->error = -err->error;
	netlink_keep_extack(batch->nl, err);
	if (batch->failed)
		batch->failed(batch->tag[index], -err->error, batch->context);
	receipt->complete |= index == batch->count - 1;
	return NL_SKIP;
}

static int on_ack(struct nl_msg *msg, void *context)
{
	struct receipt *receipt = context;

	(void)msg;
	receipt->complete = true;
	return NL_STOP;
}

static int receive(struct batch *batch)
{
	struct receipt receipt = { .batch = batch };
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int err = 0;

	if (!cb)
		return -ENOMEM;
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, &receipt);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, &receipt);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, netlink_any_sequence, NULL);
	while (!receipt.complete && err >= 0)
		err = nl_recvmsgs(batch->nl->sk, cb);
	nl_cb_put(cb);
	return err < 0 ? -EIO : 0;
}

int batch_flush(struct batch *batch)
{
	int err = 0;

	if (!batch->count)
		return 0;
	((struct nlmsghdr *)(batch->buffer + batch->last_offset))->nlmsg_flags |= NLM_F_ACK;
	if (nl_sendto(batch->nl->sk, batch->buffer, batch->bytes) < 0)
		err = -EIO;
	if (!err)
		err = receive(batch);
	batch->count = 0;
	batch->bytes = 0;
	return err;
}

int batch_add(struct batch *batch, struct nl_msg *msg, size_t tag)
{
	struct nlmsghdr *hdr;
	size_t size;
	int err = 0;

	if (!msg)
		return -ENOMEM;
	nl_complete_msg(batch->nl->sk, msg);
	hdr = nlmsg_hdr(msg);
	hdr->nlmsg_flags &= (uint16_t)~NLM_F_ACK;
	size = NLMSG_ALIGN(hdr->nlmsg_len);
	if (batch->count == BATCH_MESSAGES || batch->bytes + size > BATCH_BYTES)
		err = batch_flush(batch);
	if (!err && size <= BATCH_BYTES) {
		if (!batch->count)
			batch->first = hdr->nlmsg_seq;
		/* A gap would mix up whose failure it is: libnl counts up by one. */
		hdr->nlmsg_seq = batch->first + (uint32_t)batch->count;
		memcpy(batch->buffer + batch->bytes, hdr, hdr->nlmsg_len);
		batch->last_offset = (uint32_t)batch->bytes;
		batch->tag[batch->count++] = tag;
		batch->bytes += size;
	}
	nlmsg_free(msg);
	return err;
}
