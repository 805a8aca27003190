/* SPDX-License-Identifier: ISC */
/*
 * executor/apply/waiting.h - what a VRF's routes may wait for: a member, or another VRF, that stanzas
 * speak of and that is not up yet.  When it comes up the routes are applied again, so that one
 * which had to wait is no failure; the last that comes has nothing left to wait for.
 */
#ifndef EXECUTOR_APPLY_WAITING_H
#define EXECUTOR_APPLY_WAITING_H

#include "executor/apply/run.h"
#include "executor/apply/table-apply.h"
#include "executor/kernel/link.h"
#include "executor/model/route.h"

/* Is a device to come without which this route cannot be? */
bool waits_for_device(const struct run *run, const struct selection *scope, const struct route *route,
		      const struct links *links);

/* The kernel's error is one that another member could end: a gateway that nothing reaches, an interface that is down. */
bool waits_after(int error);

/* Is there any member that is not up in the VRF yet, run->iface apart? */
bool waits_for_member(const struct run *run, const struct selection *scope, const struct links *links);

/* Is any member up? */
bool has_member_up(const struct selection *scope, const struct links *links);

#endif
