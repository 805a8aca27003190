/* SPDX-License-Identifier: ISC */
/* openrc/state/asked.h - the rules to which what the services of a VRF send can come.  Pure. */
#ifndef OPENRC_ASKED_H
#define OPENRC_ASKED_H

#include "openrc/state/kernel.h"

/*
 * Those of a family, in the kernel's order; `asked` has room for all of them.  A rule that may or may not match, by
 * an address for instance, is among them; what a `goto` passes by, and what stands behind a rule at which every
 * lookup ends, is not.  Returns how many.
 */
size_t rules_asked(const struct kernel *k, const struct vrf *vrf, int family, const struct rule **asked);

#endif
