/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/drops.h - `rc-vrf drops [VRF | SERVICE] [--watch] [--json]` */
#ifndef OPENRC_RC_VRF_DROPS_H
#define OPENRC_RC_VRF_DROPS_H

#include "openrc/rc-vrf/show-drops.h"

/* Returns the exit status; *wrong the argument that is none, if one is: then nothing was done. */
int drops(int argc, char **argv, bool json, const char **wrong);

/* Whose they are that are asked for; NULL: all.  The program ends if nobody has the name. */
struct drops_of drops_find(const struct services *all, const struct links *links, const struct rings *rings,
			   const char *name);

/* Until somebody ends it; a line for each as it comes */
int drops_watch(const char *name, bool json);

#endif
