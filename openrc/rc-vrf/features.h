/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/features.h - what of this kernel all the rest stands on. */
#ifndef OPENRC_FEATURES_H
#define OPENRC_FEATURES_H

#include <stdbool.h>

#include "openrc/rc-vrf/check.h"

enum { FEATURE_VRF, FEATURE_CGROUP2, FEATURE_CGROUP_BPF, FEATURE_LSM, FEATURE_IPV6, FEATURES };

struct feature {
	const char *name;
	bool has;
	bool needed;         /* by everything, not only by some of it */
	const char *without; /* what is so without it */
	const char *remedy;
};

/* k: as it was read.  Loads no module and changes nothing. */
void features_read(const struct kernel *k, struct feature all[FEATURES]);

/* The release, as uname(2) has it, to be printed above them. */
const char *features_kernel(void);

void show_features(const struct feature all[FEATURES]);
void show_features_json(const struct feature all[FEATURES]);

#endif
