/* SPDX-License-Identifier: ISC */
/*
 * helpers/selftest.c - does the confinement of the control group we are in work?
 *
 * Kernels before 5.15 run no program at all once the net_cls or net_prio controller is in
 * use, and a program attached further up has the last word.  Asking a socket tells.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helpers/selftest.h"

#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif

static int get(int fd, int option, unsigned int *value)
{
	socklen_t len = sizeof(*value);

	return getsockopt(fd, SOL_SOCKET, option, value, &len);
}

static const char *check_binding(const struct policy *s, int fd)
{
	unsigned int value = 0;

	if (get(fd, s->mark ? SO_MARK : SO_BINDTOIFINDEX, &value))
		return "cannot read a socket's binding";
	if (value != (s->mark ? s->mark : s->ifindex))
		return s->mark ? "sockets do not get its mark: see bpftool cgroup tree"
			       : "sockets are not bound to it: see bpftool cgroup tree";
	return NULL;
}

/*
 * Leave the VRF as any process can: UDP forgets its device on connect(AF_UNSPEC)
 * (__udp_disconnect()).  Where a program keeps it from that, or a mark takes privilege to change,
 * lo does the same where the VRF may not use it.  False: this socket has no way out.
 */
static bool leave(const struct policy *s, int fd)
{
	const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	unsigned int value = 0;

	if (s->mark)
		return !setsockopt(fd, SOL_SOCKET, SO_MARK, &value, sizeof(value)) || !s->local;
	if (connect(fd, &nowhere, sizeof(nowhere)))
		return errno == EPERM;
	return !get(fd, SO_BINDTOIFINDEX, &value) && value != s->ifindex;
}

/*
 * 0.0.0.0 as a destination is this host by lo, whatever the rules, the binding and the
 * mark say (ip_route_output_key_hash_rcu()): the packet meets the filter, never a wire.
 */
static const char *check_filter(const struct policy *s, int fd)
{
	const struct sockaddr_in self = { .sin_family = AF_INET, .sin_port = htons(9) };

	if (!leave(s, fd))
		return NULL;
	if (sendto(fd, "", 0, MSG_DONTWAIT, (const struct sockaddr *)&self, sizeof(self)) >= 0)
		return "a socket that left it can still send";
	/* By mark, a socket that keeps it is told so before there is a packet (point.c). */
	if (errno == EPERM || (s->mark && errno == ENETUNREACH))
		return NULL;
	return "cannot tell whether a socket that left it can still send";
}

static const char *check_family(const struct policy *s, int family, bool filter)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const char *wrong;

	if (fd < 0)
		return errno == EAFNOSUPPORT ? NULL : "sockets are refused";
	wrong = check_binding(s, fd);
	if (!wrong && filter)
		wrong = check_filter(s, fd);
	close(fd);
	return wrong;
}

const char *selftest(const struct policy *s, bool filter)
{
	const char *wrong = check_family(s, AF_INET, filter);

	return wrong ? wrong : check_family(s, AF_INET6, false);
}
