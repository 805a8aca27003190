/* SPDX-License-Identifier: ISC */
/* executor/kernel/sysctl.c - values below /proc/sys/net; see sysctl.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "executor/kernel/sysctl.h"
#include "helpers/base/vrf.h"

static int open_value(const char *path, int flags)
{
	char full[128];

	snprintf(full, sizeof(full), "/proc/sys/net/%s", path);
	return open(full, flags | O_CLOEXEC);
}

int sysctl_read(const char *path, int *value)
{
	int fd = open_value(path, O_RDONLY);
	char text[16];
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -EIO;
	text[n] = '\0';
	*value = atoi(text);
	return 0;
}

int sysctl_write(const char *path, int value)
{
	int fd = open_value(path, O_WRONLY), err = 0;
	char text[16];
	int length;

	if (fd < 0)
		return -errno;
	length = snprintf(text, sizeof(text), "%d\n", value);
	if (write(fd, text, (size_t)length) != length)
		err = -errno;
	close(fd);
	return err;
}

int sysctl_set(struct netlink *nl, const char *name, int value)
{
	char line[96], path[64];
	int before;

	snprintf(line, sizeof(line), "sysctl -w %s=%d", name, value);
	snprintf(path, sizeof(path), "%s", name + strlen("net."));
	for (char *dot; (dot = strchr(path, '.'));)
		*dot = '/';
	if (!nl->mock && !sysctl_read(path, &before) && before == value)
		return 0;
	return netlink_mocked(nl, line) ? 0 : sysctl_write(path, value);
}

int sysctl_keep_addresses(struct netlink *nl, const char *dev, int keep)
{
	char path[64];
	int before;

	/* A slash cannot stand in a device's name, a dot can: the path takes it as it is. */
	snprintf(path, sizeof(path), "ipv6/conf/%s/keep_addr_on_down", dev);
	if (netlink_mocked(nl, NULL) || sysctl_read(path, &before) || (before != keep && sysctl_write(path, keep)))
		return -1;
	return before;
}

void sysctl_wait_for_vrf(struct netlink *nl, const char *dev, int tag)
{
	char path[64];
	int before;

	snprintf(path, sizeof(path), "ipv4/conf/%s/tag", dev);
	if (!netlink_mocked(nl, NULL) && !sysctl_read(path, &before) && before != tag &&
	    (!before || before == VRF_TAG_WAITS || before == VRF_TAG_WAITS_LOOSE))
		sysctl_write(path, tag);
}
