/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-tunnel.c - by which way is a WireGuard tunnel carried?  See check-interfaces.h. */
#include <stdio.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "helpers/base/vrf.h"
#include "openrc/rc-vrf/check-interfaces.h"
#include "openrc/state/wireguard.h"

static bool takes(const struct rule *rule, uint32_t mark)
{
	return rule->fwmask && !rule->invert && (mark & rule->fwmask) == rule->fwmark;
}

/* Of either family: the endpoint has one of them. */
static bool has_rule(const struct kernel *k, uint32_t mark)
{
	for (int i = 0; i < 2; i++)
		for (size_t j = 0; j < k->rules[i].count; j++)
			if (takes(&k->rules[i].rule[j], mark))
				return true;
	return false;
}

/* The rule by which its stanza says what becomes of its mark, and which is of another one; NULL: none */
static const struct rule *other_rule(const struct stanza *s, uint32_t mark)
{
	const struct rule *other = NULL;

	for (size_t i = 0; s && i < s->table.rules.count; i++) {
		const struct rule *rule = &s->table.rules.rule[i];

		if (takes(rule, mark))
			return NULL;
		if (rule->fwmask && !rule->invert && !other)
			other = rule;
	}
	return other;
}

#define MARK_TEXT 12

static const char *mark_text(uint32_t mark, char text[MARK_TEXT])
{
	snprintf(text, MARK_TEXT, "0x%x", mark);
	return text;
}

void check_tunnel(const struct kernel *k, const struct link *link, const struct stanza *s, struct findings *f)
{
	char is[MARK_TEXT], shall[MARK_TEXT];
	const struct rule *other;
	uint32_t mark;

	/* who may not ask, or has no such tunnel any more, is told nothing */
	if (strcmp(link->kind, "wireguard") || wireguard_mark(link->ifindex, &mark))
		return;
	other = other_rule(s, mark);
	if ((mark & 0xff000000) == VRF_MARK_BASE && !has_rule(k, mark)) {
		broken(f, "tunnel-mark",
		       "%s: what carries this tunnel has mark %s, for which there is no rule: it goes by the default VRF",
		       link->name, mark_text(mark, is));
		remedy(f,
		       "write the mark of a VRF by mark, as rc-vrf shows it, where that one stands; wg set %s fwmark MARK",
		       link->name);
	} else if (other) {
		warn(f, "tunnel-other-mark",
		     "%s: what carries this tunnel has mark %s, and its stanza has a rule for mark %s", link->name,
		     mark_text(mark, is), mark_text(other->fwmark, shall));
		remedy(f, "write the same mark to both; wg set %s fwmark MARK", link->name);
	}
}
