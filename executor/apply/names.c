/* SPDX-License-Identifier: ISC */
/* executor/apply/names.c - whom the services of a VRF ask for names; see names.h. */
#include <errno.h>
#include <string.h>

#include "executor/apply/names.h"
#include "helpers/confine/names.h"

static int result(struct run *run, int err)
{
	return err ? run_fail(run, "cannot set the nameservers of its services: %s", strerror(-err)) : 0;
}

static bool has_family(const struct nameservers *all, bool ipv4)
{
	for (unsigned int i = 0; i < all->count; i++)
		if (nameserver_is_ipv4(&all->server[i]) == ipv4)
			return true;
	return false;
}

/* A question cannot change its family, whoever asks it has made a socket for it. */
static void warn_of_families(struct run *run, const struct nameservers *own)
{
	struct nameservers asked;
	bool left_out;

	if (resolv_read(RESOLV_CONF, &asked, &left_out))
		return;
	for (int ipv4 = 0; ipv4 < 2; ipv4++)
		if (has_family(own, ipv4) && !has_family(&asked, ipv4) && !has_family(own, !ipv4))
			run_warn(run, "vrf-nameserver is not asked: resolv.conf lists no nameserver with an IPv%d address",
				 ipv4 ? 4 : 6);
}

int names_come(struct run *run, const struct vrf_options *o)
{
	int err;

	if (run->nl.mock)
		return 0;
	err = names_set(run->iface, &o->nameservers);
	if (err == -EINVAL && o->nameservers.count) {
		run_warn(run, "vrf-nameserver has no effect: the kernel lacks BPF programs for questions and answers");
		return 0;
	}
	if (!err)
		warn_of_families(run, &o->nameservers);
	return result(run, err);
}

int names_go(struct run *run)
{
	return run->nl.mock ? 0 : result(run, names_empty(run->iface));
}
