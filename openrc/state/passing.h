/* SPDX-License-Identifier: ISC */
/*
 * openrc/state/passing.h - what the filters let pass, read from the maps by which they go
 * (helpers/confine/attached.h): of a control group, or of a VRF in which nothing runs.
 */
#ifndef OPENRC_PASSING_H
#define OPENRC_PASSING_H

#include <stdbool.h>
#include <stdint.h>

#include "executor/model/prefix.h"

struct policy;

struct passing {
	bool filtered;               /* else all of it passes */
	bool would;                  /* nothing runs there yet: what a service that starts now would get */
	uint32_t ifindex, mark;      /* the binding */
	int devices, prefixes;       /* maps, -1: none */
	const struct policy *policy; /* without maps */
};

/*
 * cgroup: as in /proc/PID/cgroup; NULL: the VRF's own set.  0 or -errno; close it in both cases.
 * -ENODEV: there is no such VRF.
 */
int passing_open(const char *cgroup, const char *vrf, struct passing *p);
void passing_close(struct passing *p);

#define PASSING_NONE (-1)

/* DEVICE_* of an interface (programs.h), or PASSING_NONE. */
int passing_device(const struct passing *p, uint32_t ifindex);

/* PASS_* of an address, or PASSING_NONE. */
int passing_prefix(const struct passing *p, const struct prefix *address);

#endif
