/* SPDX-License-Identifier: ISC */
/* openrc/state/changes.c - rtnetlink's groups of listeners; see changes.h.  Asks for nothing. */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "openrc/state/changes.h"

static const int groups[] = { RTNLGRP_LINK,      RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_RULE,
			      RTNLGRP_IPV6_RULE, RTNLGRP_IPV4_ROUTE,  RTNLGRP_IPV6_ROUTE };

int changes_open(void)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	int err = fd < 0 ? -errno : 0;

	if (!err && bind(fd, (struct sockaddr *)&self, sizeof(self)))
		err = -errno;
	for (unsigned int i = 0; !err && i < sizeof(groups) / sizeof(groups[0]); i++)
		if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i], sizeof(groups[i])))
			err = -errno;
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

/* What a flood of changes has pushed out of the socket (ENOBUFS) is one more that has been told. */
void changes_drain(int changes)
{
	char byte;

	for (int i = 0; i < 100000; i++)
		if (recv(changes, &byte, 1, 0) < 0 && errno != ENOBUFS && errno != EINTR)
			return;
}
