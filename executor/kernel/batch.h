/* SPDX-License-Identifier: ISC */
/*
 * executor/kernel/batch.h - many requests in one send, one acknowledgement for all of
 * them: the kernel handles the messages of a send one after the other in the
 * sender's context and answers at once only those that failed.
 */
#ifndef EXECUTOR_KERNEL_BATCH_H
#define EXECUTOR_KERNEL_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "executor/kernel/netlink.h"

/* More do not make it faster, and each failure takes a buffer of the socket's. */
#define BATCH_MESSAGES 128
#define BATCH_BYTES    32768

struct batch {
	struct netlink *nl;
	/* Called for each request that failed: its tag, and the errno. The words are in nl->extack. */
	void (*failed)(size_t tag, int error, void *context);
	void *context;
	size_t count, bytes;
	uint32_t first; /* sequence number of the first message */
	size_t tag[BATCH_MESSAGES];
	uint32_t last_offset; /* of the message that asks for the acknowledgement */
	char buffer[BATCH_BYTES];
};

/* Queue a request and free it; full batches are sent. Returns 0 or -errno (of the socket, not of a request). */
int batch_add(struct batch *batch, struct nl_msg *msg, size_t tag);
int batch_flush(struct batch *batch);

#endif
