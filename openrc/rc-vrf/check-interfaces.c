/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-interfaces.c - interfaces that VRFs need, and what the kernel has of their
 * stanzas; see check-interfaces.h.
 */
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/interfaces.h"
#include "executor/stanza/parse.h"
#include "openrc/rc-vrf/check-interfaces.h"
#include "openrc/rc-vrf/print.h"

static bool same_address(const struct prefix *a, const struct prefix *b)
{
	return a->family == b->family && !memcmp(a->addr, b->addr, family_bits(a->family) / 8);
}

static bool has_address(const struct kernel *k, const struct link *link, const struct prefix *address)
{
	for (size_t i = 0; i < k->addresses.count; i++)
		if (k->addresses.address[i].ifindex == link->ifindex &&
		    same_address(&k->addresses.address[i].local, address))
			return true;
	return false;
}

static bool has_any_address(const struct kernel *k, const struct link *link)
{
	for (size_t i = 0; i < k->addresses.count; i++)
		if (k->addresses.address[i].ifindex == link->ifindex)
			return true;
	return false;
}

/* The first address of its stanza that the kernel has not. */
static bool lacks_address(const struct kernel *k, const struct link *link, const struct stanza *s,
			  struct prefix *missing)
{
	struct values lines = { 0 };
	struct failure ignored;
	bool lacks = false;

	if (interfaces_query(s->name, "address", &lines, &ignored))
		return false;
	for (size_t i = 0; !lacks && i < lines.count; i++) {
		char *rest = lines.text[i], *word = next_word(&rest), *slash = word ? strchr(word, '/') : NULL;

		if (slash)
			*slash = '\0';
		lacks = word && parse_address(word, missing) && k->has[missing->family == AF_INET6] &&
			!has_address(k, link, missing);
	}
	values_free(&lines);
	return lacks;
}

/* Is one of its own addresses in the table?  The kernel adds that with the address, and never again. */
static bool has_local(const struct vrf *vrf, const struct prefix *address)
{
	for (size_t i = 0; i < vrf->routes.count; i++)
		if (vrf->routes.route[i].type == RTN_LOCAL && same_address(&vrf->routes.route[i].dst, address))
			return true;
	return false;
}

/* One of its addresses without which nothing comes from its table. */
static const struct prefix *lost_address(const struct kernel *k, const struct link *link, const struct vrf *vrf)
{
	for (size_t i = 0; i < k->addresses.count; i++) {
		const struct address *a = &k->addresses.address[i];

		/* one of IPv6 gets its route when there is a carrier, and nobody else who has it */
		if (a->local.family == AF_INET6 &&
		    (a->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED) || !(link->flags & IFF_RUNNING)))
			continue;
		if (a->ifindex == link->ifindex && !has_local(vrf, &a->local))
			return &a->local;
	}
	return NULL;
}

enum ailment interface_ailment(const struct kernel *k, const struct link *link, const struct stanza *s,
			       struct prefix *address)
{
	const struct vrf *vrf = kernel_vrf_of(k, link);
	const struct prefix *lost;

	if (!(link->flags & IFF_UP))
		return INTERFACE_DOWN;
	if (lacks_address(k, link, s, address))
		return INTERFACE_BARE;
	lost = vrf && !vrf->mark ? lost_address(k, link, vrf) : NULL;
	if (!lost)
		return INTERFACE_WELL;
	*address = *lost;
	return INTERFACE_ROUTELESS;
}

/* What it still has ifup would add once more, with words of ip's that look like a failure. */
const char *interface_flush(const struct link *link, const struct stanza *s, char text[CURE_TEXT])
{
	text[0] = '\0';
	if (interfaces_say(s->name, "address", NULL))
		snprintf(text, CURE_TEXT, "ip addr flush dev %s; ", link->name);
	return text;
}

const char *interface_cure(const struct kernel *k, const struct link *link, const struct stanza *s,
			   enum ailment ailment, char text[CURE_TEXT])
{
	char flush[CURE_TEXT];

	/* Its link-local address and the routes of all come when it goes up, and at no other time. */
	if (ailment == INTERFACE_ROUTELESS)
		snprintf(text, CURE_TEXT, "%sip link set %s down; ifup -f %s", interface_flush(link, s, flush),
			 link->name, link->name);
	else if (ailment == INTERFACE_BARE && !has_any_address(k, link))
		snprintf(text, CURE_TEXT, "ip link set %s down; ifup -f %s", link->name, link->name);
	else if (ailment != INTERFACE_WELL)
		snprintf(text, CURE_TEXT, "ifup -f %s", link->name);
	else
		text[0] = '\0';
	return text;
}
