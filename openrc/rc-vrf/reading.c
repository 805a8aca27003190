/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/reading.c - what commands begin with, and end with if it fails; see reading.h. */
#include <string.h>
#include <unistd.h>

#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/reading.h"
#include "openrc/state/typo.h"

static void read_by(int (*fn)(struct netlink *nl, struct kernel *k), struct netlink *nl, struct kernel *k)
{
	int error = netlink_open(nl, NULL, false);

	if (!error)
		error = fn(nl, k);
	if (error)
		trouble("cannot read the VRFs: %s", strerror(-error));
}

void read_kernel(struct netlink *nl, struct kernel *k)
{
	read_by(kernel_read, nl, k);
}

void read_outline(struct netlink *nl, struct kernel *k)
{
	read_by(kernel_read_outline, nl, k);
}

void read_services(struct services *all)
{
	int error = services_read(all);

	if (error)
		trouble("cannot read the services: %s", strerror(-error));
}

static _Noreturn void fail_no_service(const struct services *all, const char *name)
{
	const char *near = NULL;
	size_t least = TYPO_LONGEST;
	struct netlink nl;
	struct kernel k;

	read_outline(&nl, &k);
	if (kernel_vrf(&k, name))
		trouble("%s is a VRF, and this is for a service", name);
	for (size_t i = 0; i < all->count; i++)
		if (typo_is_nearer(name, all->service[i].name, &least))
			near = all->service[i].name;
	if (near)
		trouble("%s: there is no such service; %s may be meant", name, near);
	trouble("%s: there is no such service", name);
}

struct service *find_service(struct services *all, const char *name)
{
	struct service *service;

	read_services(all);
	service = services_find(all, name);
	if (!service)
		fail_no_service(all, name);
	return service;
}

void need_root(const char *what)
{
	if (geteuid())
		trouble("only root can %s", what);
}
