/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/netns.h - the network namespace of this process.  It is looked up once.
 */
#ifndef HELPERS_BASE_NETNS_H
#define HELPERS_BASE_NETNS_H

#define NETNS_DIR "/run/netns"

/* Its inode, or 0: unknown. */
unsigned long long netns_inode(void);

/* Its number as the kernel gives it to programs, never used twice; 0: unknown (before Linux 5.14). */
unsigned long long netns_cookie(void);

/* Any socket of this process knows it: with one that is there already no other has to be made. */
void netns_ask(int fd);

/* The name under which ip-netns(8) knows it, or "". */
const char *netns_name(void);

#endif
