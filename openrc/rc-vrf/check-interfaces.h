/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-interfaces.h - is an interface as its stanza has it, and what makes it so? */
#ifndef OPENRC_CHECK_INTERFACES_H
#define OPENRC_CHECK_INTERFACES_H

#include <net/if.h>

#include "executor/model/prefix.h"
#include "openrc/rc-vrf/check.h"
#include "openrc/state/kernel.h"
#include "openrc/state/stanzas.h"

enum ailment {
	INTERFACE_WELL,
	INTERFACE_DOWN,
	INTERFACE_BARE,      /* an address of its stanza is missing */
	INTERFACE_ROUTELESS, /* the table of its VRF lacks what the kernel adds for an address */
};

/* `address`: of the last two, the first one. */
enum ailment interface_ailment(const struct kernel *k, const struct link *link, const struct stanza *s,
			       struct prefix *address);

/* Room for what is to be typed. */
#define CURE_TEXT (8 * IFNAMSIZ + 64)

/* "ifup -f eth1", "" if it is well. */
const char *interface_cure(const struct kernel *k, const struct link *link, const struct stanza *s,
			   enum ailment ailment, char text[CURE_TEXT]);

/* "ip addr flush dev eth1; ", "" if it has none to be added again. */
const char *interface_flush(const struct link *link, const struct stanza *s, char text[CURE_TEXT]);

/* What table-connected and table-follow of that stanza have made; for a service if it is its VRF's table. */
void check_derived(struct netlink *nl, const struct kernel *k, const struct stanzas *stanzas, const struct stanza *s,
		   const struct service *only, struct findings *f);

/* Of a WireGuard tunnel: by which VRF is it carried?  s: its stanza, NULL: none */
void check_tunnel(const struct kernel *k, const struct link *link, const struct stanza *s, struct findings *f);

#endif
