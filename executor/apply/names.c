/* SPDX-License-Identifier: ISC */
/* executor/apply/names.c - whom the services of a VRF ask for names; see names.h. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "executor/apply/lease.h"
#include "executor/apply/names.h"
#include "helpers/confine/names.h"

static int result(struct run *run, int err)
{
	return err ? run_fail(run, "cannot set the nameservers of its services: %s", strerror(-err)) : 0;
}

/* A question cannot change its family, whoever asks it has made a socket for it. */
static void warn_of_families(struct run *run, const struct nameservers *own)
{
	struct nameservers asked;
	bool left_out;

	if (resolv_read(RESOLV_CONF, &asked, &left_out))
		return;
	for (int ipv4 = 0; ipv4 < 2; ipv4++)
		if (nameservers_have_family(own, ipv4) && !nameservers_have_family(&asked, ipv4) &&
		    !nameservers_have_family(own, !ipv4))
			run_warn(run,
				 "vrf-nameserver is not asked: resolv.conf lists no nameserver with an IPv%d address",
				 ipv4 ? 4 : 6);
}

/*
 * What resolv.conf was when all VRFs had been told of it, for OpenRC's hook to see whether it is that still; not
 * there if none wants to know.  Taken before it is read: what comes in between is found to be new.
 */
#define KEPT  "/run/vrf-ng.resolv"
#define FRESH "/run/vrf-ng.new.resolv"

static void copy_resolv(void)
{
	int from = open(RESOLV_CONF, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int to = open(FRESH, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	char block[4096];
	ssize_t n;

	while (from >= 0 && to >= 0 && (n = read(from, block, sizeof(block))) > 0)
		if (write(to, block, (size_t)n) != n)
			break;
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
}

static int follow(struct run *run)
{
	char failed[IFNAMSIZ] = "";
	unsigned int vrfs;
	int err;

	copy_resolv();
	err = names_follow(&vrfs, failed);
	if (err || !vrfs)
		unlink(FRESH);
	else if (rename(FRESH, KEPT))
		err = -errno;
	if (!err && !vrfs)
		unlink(KEPT);
	return err ? run_fail(run, "cannot have the nameservers of %s follow resolv.conf: %s",
			      *failed ? failed : "VRFs", strerror(-err))
		   : 0;
}

int names_again(struct run *run)
{
	return netlink_mocked(&run->nl, NULL) || access(KEPT, F_OK) ? 0 : follow(run);
}

static int find_leased(struct run *run, struct nameservers *own)
{
	const struct link *vrf;
	struct links links;

	if (links_get(&run->nl, &links))
		return run_fail(run, "cannot list the interfaces: %s", netlink_words(&run->nl));
	vrf = links_by_name(&links, run->iface);
	if (vrf)
		lease_names_of(&links, vrf->ifindex, own);
	links_free(&links);
	return 0;
}

int names_leased(struct run *run, const struct link *vrf, const struct links *links)
{
	struct nameservers own;
	struct names n;

	if (names_read(vrf->name, &n) || !n.lease)
		return 0;
	lease_names_of(links, vrf->ifindex, &own);
	return result(run, names_set(vrf->name, &own, true));
}

int names_come(struct run *run, const struct vrf_options *o)
{
	struct nameservers own = o->nameservers;
	int err;

	if (netlink_mocked(&run->nl, NULL))
		return 0;
	if (o->lease_names && find_leased(run, &own))
		return -1;
	err = names_set(run->iface, &own, o->lease_names);
	if (err == -EINVAL && (own.count || o->lease_names)) {
		run_warn(run, "vrf-nameserver has no effect: the kernel lacks BPF programs for questions and answers");
		return 0;
	}
	if (!err)
		warn_of_families(run, &own);
	if (err)
		return result(run, err);
	return own.count || o->lease_names ? follow(run) : names_again(run);
}

int names_go(struct run *run)
{
	return netlink_mocked(&run->nl, NULL) ? 0 : result(run, names_empty(run->iface));
}
