/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-names.h - a name in the place of an address: whom would be asked; see why.h. */
#ifndef OPENRC_WHY_NAMES_H
#define OPENRC_WHY_NAMES_H

#include "openrc/rc-vrf/why.h"

/*
 * Nobody is asked.  The target becomes what /etc/hosts says, or the nameserver that would be asked
 * first, and facts->names says which; with own by the VRF's nameservers.
 */
void why_names(const struct place *place, bool own, struct facts *facts);

/* Pure: the first address that the text of a hosts file has for a name; false: none. */
bool hosts_find(char *text, const char *name, struct prefix *address);

#endif
