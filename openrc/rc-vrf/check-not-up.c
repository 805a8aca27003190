/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-not-up.c - stanzas that ifupdown-ng does not take for up: somebody has said
 * ifdown, or their ifup has failed.  What an ifup that fails has done until then stays, and an
 * ifdown leaves nothing of a VRF: one that is there all the same is nobody's wish.
 */
#include <string.h>

#include "openrc/rc-vrf/check-look.h"

/* It may be meant so. */
static void only_warn(struct findings *f)
{
	f->finding[f->count - 1].warning = true;
}

/* One that a service misses is said elsewhere. */
static void check_vrf(const struct look *l, const struct stanza *s)
{
	const bool there = kernel_vrf(l->k, s->name), wanted = interfaces_auto(s->name) || is_anybodys(l, s->name);

	if (l->only && strcmp(l->only->vrf, s->name))
		return;
	if (there) {
		broken(l->f, "vrf-half-up",
		       "%s is there, and ifupdown-ng does not take it for up: of what its stanza says some may be missing",
		       s->name);
		remedy(l->f, "ifup %s # if that fails, mend first what it says; rc-vrf check --config says more",
		       s->name);
		/* made by hand, or for a bridge that is its member */
		if (!wanted)
			only_warn(l->f);
	} else if (interfaces_auto(s->name) && !is_anybodys(l, s->name)) {
		warn(l->f, "vrf-not-up", "%s has an auto line, and ifupdown-ng does not take it for up", s->name);
		remedy(l->f, "ifup %s # unless somebody took it down on purpose; if it fails: rc-vrf check --config",
		       s->name);
	}
}

/* An ifdown releases a member. */
static void check_interface(const struct look *l, const struct stanza *s)
{
	const struct link *link = links_by_name(&l->k->links, s->name);
	const struct vrf *vrf = link ? kernel_vrf_of(l->k, link) : NULL;

	if (!interfaces_auto(s->name) || !is_needed(l, s, s->name))
		return;
	broken(l->f, "interface-not-up", "%s has an auto line, and ifupdown-ng does not take it for up", s->name);
	remedy(l->f, "ifup %s # unless somebody took it down on purpose; if it fails: rc-vrf check --config", s->name);
	if (!vrf || strcmp(vrf->link->name, s->vrf.member))
		only_warn(l->f);
}

void check_not_up(const struct look *l, enum not_up which)
{
	for (size_t i = 0; i < l->stanzas->names.count; i++) {
		const struct stanza *s = &l->stanzas->stanza[i];

		if (stanzas_is_listed(l->stanzas, s->name))
			continue;
		if (s->vrf.is_vrf && which == NOT_UP_VRFS)
			check_vrf(l, s);
		else if (!s->vrf.is_vrf && which == (s->vrf.member[0] ? NOT_UP_MEMBERS : NOT_UP_OTHERS))
			check_interface(l, s);
	}
}
