/* SPDX-License-Identifier: ISC */
/* executor/apply/names.h - whom the services of a VRF ask for names.  Every function runs under the machine's lock. */
#ifndef EXECUTOR_APPLY_NAMES_H
#define EXECUTOR_APPLY_NAMES_H

#include "executor/apply/run.h"
#include "executor/kernel/link.h"
#include "executor/stanza/stanza.h"

/* What the stanza says, from now on; what cannot be is said, and no reason to fail. */
int names_come(struct run *run, const struct vrf_options *o);
/* resolv.conf may have changed. */
int names_again(struct run *run);
/* A member's lease is another one: for a VRF that has its nameservers from there. */
int names_leased(struct run *run, const struct link *vrf, const struct links *links);
/* The VRF goes. */
int names_go(struct run *run);

#endif
