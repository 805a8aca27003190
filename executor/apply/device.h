/* SPDX-License-Identifier: ISC */
/* executor/apply/device.h - the life of a VRF device. Each returns 0, or -1 with run->failure. */
#ifndef EXECUTOR_APPLY_DEVICE_H
#define EXECUTOR_APPLY_DEVICE_H

#include "executor/apply/run.h"
#include "executor/stanza/stanza.h"

/* Make the device, down, with its unreachable default. */
int device_create(struct run *run, const struct vrf_options *o);

/* Add the unreachable default again: that of IPv6 is on lo, and the kernel drops it when lo goes down. */
int device_end_table(struct run *run, const struct vrf_options *o);

/* Set it up, with loopback, rules, its former members and the sets of its services. */
int device_up(struct run *run, const struct vrf_options *o);

/* Take members, device, rules and routes away. o->table 0: whatever the kernel has under that name. */
int device_destroy(struct run *run, const struct vrf_options *o);

#endif
