/* SPDX-License-Identifier: ISC */
/* executor/apply/leave.h - an interface that is in a VRF which its stanza does not name. */
#ifndef EXECUTOR_APPLY_LEAVE_H
#define EXECUTOR_APPLY_LEAVE_H

#include <stdbool.h>

#include "executor/apply/run.h"

/*
 * Was run->iface put there by us, and its line vrf-member has gone since?  True if the VRF is one
 * of ours and no command of any stanza gives the interface a master.
 */
bool leave_wanted(struct run *run);

#endif
