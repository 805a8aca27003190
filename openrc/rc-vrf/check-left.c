/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-left.c - VRFs that are there, and no stanza makes them any more: it has gone,
 * got another name, or lost its line vrf-table; see check-look.h.
 */
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/interfaces.h"
#include "helpers/base/vrf.h"
#include "openrc/rc-vrf/check-look.h"
#include "openrc/state/memory.h"

/*
 * An ifdown of that name takes it out of ifupdown-ng's list and leaves the device: by its number it
 * is known for ours then.  Of what cannot be read nothing is said; lo has always a stanza.
 */
bool is_left(const struct stanzas *all, const struct link *vrf)
{
	const char *stanza = vrf->name;
	bool listed = false;

	for (size_t i = 0; !listed && i < all->up; i++) {
		listed = !strcmp(all->running[i].iface, vrf->name);
		if (listed)
			stanza = all->running[i].stanza;
	}
	return (listed || vrf->ifindex == VRF_IFINDEX_BASE + vrf->table) &&
	       !interfaces_say(stanza, "vrf-table", NULL) && interfaces_have("lo");
}

/* "sshd", the services whose VRF it is; to be freed */
static char *whose(const struct look *l, const char *vrf)
{
	char *list = memory_copy("");

	for (size_t i = 0; i < l->all->count; i++)
		if (l->wants[i] && !strcmp(l->all->service[i].vrf, vrf))
			list = stanzas_add_name(list, l->all->service[i].name);
	return list;
}

/* Somebody wants it: to delete it would do harm, and the next boot will. */
static void cure_wanted(const struct look *l, const struct link *vrf)
{
	const struct kernel none = { 0 };
	char *names = stanzas_vrf_names(l->stanzas, &none), *who = whose(l, vrf->name);

	remedy(l->f, "write iface %s with vrf-table %u again; or %s%s, and look again: there is %s", vrf->name,
	       vrf->table, who && *who ? "have another name in the files of " : "take its auto line out",
	       who && *who ? who : "", names && *names ? names : "no VRF");
	free(names);
	free(who);
}

/* Its members go down before it is deleted, or they would answer in the default VRF. */
static void cure_unwanted(const struct look *l, const struct link *vrf)
{
	char *down = memory_copy(""), *up = memory_copy("");
	const char *listed = "", *behind = "";

	for (size_t i = 0; i < l->k->links.count; i++) {
		const struct link *link = &l->k->links.link[i];

		if (link->master != vrf->ifindex)
			continue;
		down = append(append(append(down, "ip link set "), link->name), " down; ");
		if (stanzas_of(l->stanzas, link->name))
			up = append(append(up, up && *up ? " " : "; ifup -f "), link->name);
	}
	if (stanzas_is_listed(l->stanzas, vrf->name)) {
		listed = "; sed -i '/^";
		behind = "=/d' " IFSTATE;
	}
	remedy(l->f, "%sip link del %s%s%s%s%s # or write its stanza again", down, vrf->name, listed,
	       *listed ? vrf->name : "", behind, up);
	free(down);
	free(up);
}

void check_left(const struct look *l)
{
	for (size_t i = 0; i < l->k->count; i++) {
		const struct link *vrf = l->k->vrf[i].link;

		if ((l->only && strcmp(l->only->vrf, vrf->name)) || !is_left(l->stanzas, vrf))
			continue;
		broken(l->f, "vrf-without-stanza",
		       "%s is there, and no stanza of that name has vrf-table: no ifdown takes it away, and no boot brings it",
		       vrf->name);
		if (is_anybodys(l, vrf->name) || (stanzas_find(l->stanzas, vrf->name) && interfaces_auto(vrf->name)))
			cure_wanted(l, vrf);
		else
			cure_unwanted(l, vrf);
	}
}
