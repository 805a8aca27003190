/* SPDX-License-Identifier: ISC */
/* executor/kernel/sysctl.h - values below /proc/sys/net. */
#ifndef EXECUTOR_KERNEL_SYSCTL_H
#define EXECUTOR_KERNEL_SYSCTL_H

#include "executor/kernel/netlink.h"

/* `path` is below /proc/sys/net/. Returns 0 or -errno. */
int sysctl_read(const char *path, int *value);
int sysctl_write(const char *path, int value);

/*
 * As sysctl -w, if the value is another one; with MOCK that line alone.  `name` is the whole one, with
 * no device's in it.  Returns 0 or -errno.
 */
int sysctl_set(struct netlink *nl, const char *name, int value);

/*
 * net.ipv6.conf.DEV.keep_addr_on_down: without it the kernel drops the global
 * IPv6 addresses of an interface that goes down or changes its master.
 * Returns the former value, or -1 if there is no IPv6.
 */
int sysctl_keep_addresses(struct netlink *nl, const char *dev, int keep);

/* net.ipv4.conf.DEV.tag: VRF_TAG_WAITS, VRF_TAG_WAITS_LOOSE or 0; what is none of these stays. */
void sysctl_wait_for_vrf(struct netlink *nl, const char *dev, int tag);

#endif
