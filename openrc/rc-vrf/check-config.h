/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-config.h - the parts of rc-vrf check --config; see check.h. */
#ifndef OPENRC_CHECK_CONFIG_H
#define OPENRC_CHECK_CONFIG_H

#include "openrc/rc-vrf/check.h"
#include "openrc/state/stanzas.h"

/* Words that are no keywords, and keywords without a value; what follows from one that is ours is said no more. */
void check_keywords(struct stanza *s, struct findings *f);

/* What this machine and its kernel have not, or have otherwise: interfaces, VRFs that are up, what rules may say. */
void check_machine(const struct stanzas *all, const struct services *services, struct findings *f);

/* Can the stanza's table-route-file be read? */
void check_route_file(const struct stanza *s, struct findings *f);

#endif
