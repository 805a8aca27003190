/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-promises.c - all that is checked, in an order in which remedies can be typed; see check.h. */
#include "openrc/rc-vrf/check.h"

/* What a service in a VRF rests on. */
static void check_needs(struct netlink *nl, const struct kernel *k, const struct services *all,
			const struct service *only, struct findings *f)
{
	const struct services one = { .service = (struct service *)only, .count = 1, .tree = all->tree };
	const struct vrf *vrf = kernel_vrf(k, only->vrf);

	check_features(k, &one, f);
	check_installation(&one, f);
	if (vrf)
		check_kernel(nl, k, vrf, f);
}

void check_promises(struct netlink *nl, const struct kernel *k, const struct services *all, const struct service *only,
		    struct findings *f)
{
	/* first what makes other remedies work */
	check_stanzas(nl, k, all, only, f);
	if (!only) {
		check_features(k, all, f);
		check_installation(all, f);
		check_kernel(nl, k, NULL, f);
		check_system(all, f);
		check_resolvers(k, f);
	} else if (only->vrf[0]) {
		check_needs(nl, k, all, only, f);
	}
	check_files(k, all, only, f);
	check_listeners(k, all, only, f);
	check_services(k, all, only, f);
	check_drops(k, all, only, f);
}
