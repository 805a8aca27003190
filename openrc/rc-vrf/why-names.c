/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-names.c - whom would a name be asked of?  See why-names.h. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "helpers/confine/names.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/why-names.h"
#include "openrc/state/file.h"
#include "openrc/state/memory.h"

#define HOSTS "/etc/hosts"

static bool in_hosts(const char *name, struct prefix *address)
{
	char *text = file_read(HOSTS);
	bool found = text && hosts_find(text, name, address);

	free(text);
	return found;
}

static bool lists_none(void)
{
	char *text = file_read(RESOLV_CONF);
	struct nameservers listed;
	bool left_out, none = !text || !resolv_list(text, &listed, &left_out);

	free(text);
	return none;
}

/* In whose place the VRF's is asked; itself, if in nobody's. */
static const struct nameserver *instead(const struct names *n, const struct nameserver *asked)
{
	for (unsigned int i = 0; i < NAMESERVERS_MAX; i++) {
		unsigned int answer = (unsigned int)(n->ask6[i].answer / 16);

		if (answer < n->servers.count && !memcmp(n->ask6[i].ip, asked->address, sizeof(asked->address)))
			return &n->servers.server[answer];
	}
	return asked;
}

static void aim(struct target *t, const struct nameserver *s)
{
	bool ipv4 = nameserver_is_ipv4(s);

	t->address = (struct prefix){ .family = ipv4 ? AF_INET : AF_INET6, .len = ipv4 ? 32 : 128 };
	memcpy(t->address.addr, s->address + (ipv4 ? 12 : 0), ipv4 ? 4 : 16);
	t->protocol = IPPROTO_UDP;
	t->port = s->port;
}

void why_names(const struct place *place, bool own, struct facts *facts)
{
	struct target *t = &facts->target;
	const struct nameserver *asked;
	struct nameservers listed;
	char text[NAMESERVER_TEXT], as[NAMESERVER_TEXT];
	struct names n;
	bool left_out;

	if (in_hosts(t->name, &t->address)) {
		facts->names = memory_text("%s stands in " HOSTS ", and nobody is asked", t->name);
		return;
	}
	if (facts->from)
		trouble("%s: write an address: names are not looked up", t->text);
	if (resolv_read(RESOLV_CONF, &listed, &left_out) || !listed.count)
		trouble("cannot read " RESOLV_CONF);
	asked = &listed.server[0];
	nameserver_text(asked, as);
	if (own && place->device && !names_read(place->vrf, &n))
		asked = instead(&n, asked);
	nameserver_text(asked, text);
	facts->looks_up = true;
	facts->lists_none = asked == &listed.server[0] && lists_none();
	aim(t, asked);
	if (asked == &listed.server[0])
		facts->names =
			memory_text("%s is asked of %s, %s " RESOLV_CONF, t->name, text,
				    facts->lists_none ? "there being no nameserver in" : "the first nameserver of");
	else
		facts->names = memory_text("%s is asked of %s, VRF %s's nameserver in the place of %s in " RESOLV_CONF,
					   t->name, text, place->vrf, as);
}
