/* SPDX-License-Identifier: ISC */
/*
 * openrc/state/unrouted.h - what found no route, as it happens: the kernel's tracepoints of route
 * look-ups, in an instance of tracefs of our own.  Until it is closed each look-up on this host costs a little more.
 */
#ifndef OPENRC_UNROUTED_H
#define OPENRC_UNROUTED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "openrc/state/drops-packet.h"

struct unrouted {
	uint32_t table;
	struct drop_packet packet;
	int error; /* ENETUNREACH ...; EAGAIN: no route of this table */
	pid_t pid; /* 0: it was no process's own doing */
	char command[16];
	uint64_t when; /* nanoseconds of CLOCK_MONOTONIC */
};

/* Pure: a line of trace_pipe.  False: it is none of a socket's packet that goes out and finds no route. */
bool unrouted_parse(const char *line, struct unrouted *u);

struct tracing {
	int tracefs; /* mounted for nobody but us */
	int instance;
	int pipe;
	char name[32];
	char text[8192]; /* of the last line what there was */
	size_t length;
	uint64_t lost; /* came faster than they were read; whoever has said so sets it to 0 */
};

/* 0 or -errno: -ENODEV, the kernel has no tracefs.  Instances of those who were killed go before. */
int tracing_begin(struct tracing *t);
void tracing_end(struct tracing *t);

/* The same for those alone; where there is no tracefs there are none. */
void tracing_remove_left(void);

/* What has come since the last time. */
void tracing_read(struct tracing *t, void (*each)(const struct unrouted *u, void *context), void *context);

#endif
