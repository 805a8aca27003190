/* SPDX-License-Identifier: ISC */
/* openrc/state/handed.h - listeners of one VRF that vrf-listen(8) has handed to processes in another. */
#ifndef OPENRC_HANDED_H
#define OPENRC_HANDED_H

#include <limits.h>
#include <net/if.h>

#include "openrc/state/kernel.h"
#include "openrc/state/sockets.h"

/* Is it bound to that VRF? */
bool socket_is_bound(const struct kernel *k, const struct vrf *vrf, const struct inet_socket *s);

struct handed {
	char vrf[IFNAMSIZ];    /* whose it is, "": nobody's */
	char cgroup[PATH_MAX]; /* in which it was made, as in /proc/PID/cgroup */
};

/*
 * Was it made by vrf-listen for a process with this control group (as in /proc/PID/cgroup), or accepted
 * by such a listener, and is it bound as it was then?  Of a VRF that is away it is, by number.
 */
bool handed_find(const struct kernel *k, const struct inet_socket *s, const char *cgroup, struct handed *h);

#endif
