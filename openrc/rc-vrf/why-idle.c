/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-idle.c - no route: is it because an interface of the VRF's is down?  See why-read.h. */
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/sysctl.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/parse.h"
#include "openrc/rc-vrf/why-read.h"
#include "openrc/state/memory.h"

/* Whose routes of that family the kernel has taken away */
static bool is_idle(const struct link *link, uint8_t family, bool *no_ipv6)
{
	char path[64];
	int value = 0;

	*no_ipv6 = false;
	if (!(link->flags & IFF_UP))
		return true;
	snprintf(path, sizeof(path), "ipv6/conf/%s/disable_ipv6", link->name);
	if (family == AF_INET6)
		sysctl_read(path, &value);
	*no_ipv6 = value;
	return value;
}

/* Does that line of a stanza, "10.9.0.0/16 via 10.30.0.1 dev eth1", name the interface? */
static bool names(char *line, const char *interface)
{
	char *rest = line, *word;
	bool dev = false;

	while ((word = next_word(&rest))) {
		word[strcspn(word, ",")] = '\0';
		if (dev && !strcmp(word, interface))
			return true;
		dev = !strcmp(word, "dev");
	}
	return false;
}

static bool is_its(const struct place *p, const struct link *link, struct values *routes)
{
	bool its = p->device && link->master == p->device->ifindex;

	for (size_t i = 0; !its && i < routes->count; i++) {
		char *line = memory_copy(routes->text[i]);

		its = names(line, link->name);
		free(line);
	}
	return its;
}

void why_idle(struct reader *r)
{
	struct facts *f = r->facts;
	struct values routes = { 0 };
	struct failure ignored;

	if (!f->place.vrf[0])
		return;
	interfaces_query(f->place.vrf, "table-route", &routes, &ignored);
	for (size_t i = 0; !f->idle && i < r->k->links.count; i++) {
		const struct link *link = &r->k->links.link[i];

		if (is_idle(link, f->target.address.family, &f->idle_no_ipv6) && is_its(&f->place, link, &routes))
			f->idle = link;
	}
	values_free(&routes);
}
