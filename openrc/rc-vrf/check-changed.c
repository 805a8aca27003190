/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-changed.c - a VRF that is up, and a stanza that was changed since; see check.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/rc-vrf/check.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/state/memory.h"
#include "openrc/state/stanzas.h"

/* Sockets keep the binding that they have: "; rc-service sshd restart" for each that has any; to be freed */
static char *restarts(const struct services *all, const char *vrf)
{
	char *text = memory_copy(""), *grown;

	for (size_t i = 0; i < all->count; i++) {
		const struct service *s = &all->service[i];

		if (strcmp(s->vrf, vrf) || !s->inside)
			continue;
		grown = memory_text("%s; rc-service %s restart", text, s->name);
		free(text);
		text = grown;
	}
	return text;
}

static const char *binding(bool by_mark, uint32_t mark, char text[32])
{
	snprintf(text, 32, by_mark ? "mark 0x%x" : "device", mark);
	return text;
}

bool has_changed_table(const struct stanza *s, const struct vrf *vrf)
{
	return vrf && s && s->vrf.is_vrf && !s->bad && s->vrf.table && s->vrf.table != vrf->link->table;
}

void check_changed(const struct stanza *s, const struct vrf *vrf, const struct services *all, struct findings *f)
{
	char is[32], shall[32], *restart;

	if (!vrf || !s->vrf.is_vrf || s->bad)
		return;
	restart = restarts(all, s->name);
	if (has_changed_table(s, vrf)) {
		broken(f, "stanza-table", "%s has table %u, and its stanza says %u", s->name, vrf->link->table,
		       s->vrf.table);
		/* no device changes its table, and its number goes by that */
		remedy(f, "ifdown -f %s; ifup -f %s%s", s->name, s->name, restart);
	} else if (vrf->mark != (s->vrf.by_mark ? s->vrf.mark : 0)) {
		broken(f, "stanza-binding", "%s is bound by %s, and its stanza says %s", s->name,
		       binding(vrf->mark, vrf->mark, is), binding(s->vrf.by_mark, s->vrf.mark, shall));
		remedy(f, "ifup -f %s%s", s->name, restart);
	}
	free(restart);
}
