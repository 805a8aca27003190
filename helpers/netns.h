/* SPDX-License-Identifier: ISC */
/*
 * helpers/netns.h - the network namespace of this process.  It is looked up once.
 */
#ifndef HELPERS_NETNS_H
#define HELPERS_NETNS_H

#include <sys/stat.h>

#define NETNS_DIR "/run/netns"

/* Device and inode say which it is; NULL: unknown. */
const struct stat *netns_own(void);

/* The name under which ip-netns(8) knows it, or "". */
const char *netns_name(void);

#endif
