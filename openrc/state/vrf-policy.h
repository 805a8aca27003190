/* SPDX-License-Identifier: ISC */
/* openrc/state/vrf-policy.h - what the processes of a VRF may use, as the maps of its programs have it. */
#ifndef OPENRC_VRF_POLICY_H
#define OPENRC_VRF_POLICY_H

#include "helpers/confine/policy.h"

struct vrf_policy {
	unsigned int sets; /* that the VRF has; 0: nobody has been kept in it, and all below is empty */
	uint32_t ifindex, mark;
	bool limited;          /* there are prefixes, or none at all passes */
	struct device *device; /* by ifindex */
	size_t devices;
	struct allowed *prefix; /* in order */
	size_t prefixes;
};

/* Of several sets the last, which is the newest.  0 or -errno: -EPERM without privilege; free with vrf_policy_free() */
int vrf_policy_read(const char *vrf, struct vrf_policy *p);
void vrf_policy_free(struct vrf_policy *p);

#endif
