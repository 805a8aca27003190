/* SPDX-License-Identifier: ISC */
/* executor/stanza/ip.h - the ip(8) that ifupdown-ng's scripts run. */
#ifndef EXECUTOR_STANZA_IP_H
#define EXECUTOR_STANZA_IP_H

#include <stdbool.h>

/*
 * ifupdown-ng's static executor adds a gateway by `ip route add ... vrf NAME`; busybox's
 * takes the words for garbage.
 */
bool ip_knows_vrf(void);

#endif
