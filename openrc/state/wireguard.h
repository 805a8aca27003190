/* SPDX-License-Identifier: ISC */
/* openrc/state/wireguard.h - what the kernel says of a WireGuard tunnel, by its family of generic netlink. */
#ifndef OPENRC_WIREGUARD_H
#define OPENRC_WIREGUARD_H

#include <stdint.h>

/* The mark of what carries it, 0: none.  0 or -errno; only root may ask. */
int wireguard_mark(uint32_t ifindex, uint32_t *mark);

#endif
