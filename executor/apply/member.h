/* SPDX-License-Identifier: ISC */
/* executor/apply/member.h - members of a VRF: enslave, release, take back. */
#ifndef EXECUTOR_APPLY_MEMBER_H
#define EXECUTOR_APPLY_MEMBER_H

#include "executor/apply/run.h"
#include "executor/kernel/link.h"

/*
 * Enslave run->iface to the VRF.  If the interface is not there yet (Alpine's
 * bridge script makes it after pre-up) this is a success unless `last`.
 * Returns 0, or -1 with run->failure and nothing changed.
 */
int member_enslave(struct run *run, const char *vrf, bool last);

/* Release run->iface from whatever VRF it is in; gone is a success. */
int member_release(struct run *run);

/* The member could not be enslaved, and ifupdown-ng before 0.12 goes on: keep it out of the default VRF. */
void member_keep_down(struct run *run);

/*
 * All members of a VRF that goes, whose sets are empty: down first, so that
 * their addresses never answer in the default VRF.
 */
int members_release(struct run *run, const struct link *vrf, const struct links *links);

/*
 * Those that members_release() left and whose stanza still names the VRF, and what came down with
 * them though it is in another one.  Each that cannot be costs a line, the others come.
 */
int members_take_back(struct run *run, const struct link *vrf, const struct links *links);

/* In the last phase, so that nothing else of the VRF is kept back: report those that are not back. */
int members_report(struct run *run);

/* The interface is to be a member of that VRF, went down with it and is not back with all that it had. */
bool member_is_missing(const struct link *link, const struct link *vrf);

#endif
