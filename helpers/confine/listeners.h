/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/listeners.h - the filter of a control group of listeners: what is made there, and
 * whatever becomes of it, hears only what it was made for.
 */
#ifndef HELPERS_CONFINE_LISTENERS_H
#define HELPERS_CONFINE_LISTENERS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

/*
 * Attach it, or take the one that is there; everywhere: no VRF's programs hold the devices of these sockets.
 * Returns its map or -errno; -EPROTO: another version's is there, which cannot be replaced.
 */
int listeners_filter(int group, bool everywhere);

/*
 * What a socket, which is not bound yet, and all that it accepts may hear: what is sent to this address, of IPv4 or
 * IPv6.  One without hears nothing.  0 or -errno
 */
int listeners_allow(int map, int fd, const struct sockaddr *to, bool everywhere);

#endif
