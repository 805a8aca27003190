/* SPDX-License-Identifier: ISC */
/* executor/apply/pretend.h - with MOCK: what the phases before this one would have made is there. */
#ifndef EXECUTOR_APPLY_PRETEND_H
#define EXECUTOR_APPLY_PRETEND_H

#include "executor/apply/run.h"

/*
 * The stanza's interface, a VRF but in `create`, which makes it; or the VRF that it is a member of,
 * and it in there but in `pre-up`.  For lo a VRF of anybody's.  A stanza that cannot be read has
 * nothing: the phase has the words for it.
 */
void pretend(struct run *run, const char *phase);

#endif
