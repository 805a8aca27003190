/* SPDX-License-Identifier: ISC */
/* executor/stanza/keyword-vrf.c - the values of the vrf- keywords; see keyword.h. */
#include <stdio.h>
#include <string.h>

#include "executor/stanza/keyword.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/tablename.h"
#include "helpers/base/vrf.h"

static int check_name(const struct said *said)
{
	if (!parse_vrf_name(said->iface))
		return fail(said->failure,
			    "\"%.64s\" cannot name a VRF (1 to 15 bytes, no slash, colon or blank, no reserved word)",
			    said->iface);
	/* The kernel puts a number in the place of %d (dev_alloc_name()), and knows no other use of it. */
	if (strchr(said->iface, '%'))
		return fail(said->failure, "\"%.64s\" cannot name a VRF: the kernel would make another name of it",
			    said->iface);
	/* Its `link` would have made a VLAN of that name before we make the VRF. */
	if (strchr(said->iface, '.'))
		return fail(said->failure,
			    "\"%.64s\" cannot name a VRF: ifupdown-ng takes a name with a dot for a VLAN", said->iface);
	return 0;
}

/* Sets is_vrf: a stanza is a VRF's if it has a table. */
int read_vrf_table(const struct said *said, struct vrf_options *o)
{
	o->is_vrf = true;
	if (check_name(said))
		return -1;
	o->table_auto = !strcmp(said->text, "auto");
	if (o->table_auto)
		o->table = table_of_name(said->iface);
	else if (!parse_table(said->text, &o->table))
		return said_is_not(said, "a number, auto or a name in rt_tables");
	/* The kernel would take 253 to 255 and merge the VRF with default, main or local. */
	if (table_is_systems(o->table))
		return said_is_not(said, "allowed: 0 and 253 to 255 are the system's");
	return 0;
}

int read_vrf_member(const struct said *said, struct vrf_options *o)
{
	if (!strcmp(said->text, "default") || !strcmp(said->text, "none"))
		return fail(said->failure, "vrf-member \"%s\": for no VRF leave the line out", said->text);
	if (!parse_ifname(said->text))
		return said_is_not(said, "a VRF's name (1 to 15 bytes)");
	strcpy(o->member, said->text);
	return 0;
}

int read_vrf_bind(const struct said *said, struct vrf_options *o)
{
	/* what is neither makes no other keyword wrong */
	o->by_mark = strcmp(said->text, "device");
	return o->by_mark && strcmp(said->text, "mark") ? said_is_not(said, "device or mark") : 0;
}

/* Behind vrf-bind, which says whether there is one. */
int read_vrf_mark(const struct said *said, struct vrf_options *o)
{
	if (!parse_u32(said->text, &o->mark) || !o->mark)
		return said_is_not(said, "a number from 1 to 4294967295");
	return o->by_mark ? 0 : fail(said->failure, "vrf-mark \"%.64s\" needs vrf-bind mark", said->text);
}

int read_vrf_mark_local(const struct said *said, struct vrf_options *o)
{
	return said_yesno(said, &o->mark_local);
}

int read_vrf_loopback(const struct said *said, struct vrf_options *o)
{
	return said_yesno(said, &o->loopback);
}

int read_vrf_unreachable(const struct said *said, struct vrf_options *o)
{
	o->unreachable_rule = !strcmp(said->text, "rule");
	return o->unreachable_rule || !strcmp(said->text, "route") ? 0 : said_is_not(said, "route or rule");
}

int read_vrf_nameserver(const struct said *said, struct vrf_options *o)
{
	struct nameservers *all = &o->nameservers;
	char text[VALUE_MAX], *rest = text, *word;

	if (!strcmp(said->text, "none"))
		return 0;
	o->lease_names = !strcmp(said->text, "lease");
	if (o->lease_names && o->by_mark)
		return fail(said->failure,
			    "vrf-nameserver \"lease\" needs vrf-bind device: one by mark has no members");
	if (o->lease_names)
		return 0;
	snprintf(text, sizeof(text), "%s", said->text);
	while ((word = next_word(&rest))) {
		struct nameserver s;
		const char *wrong = nameserver_parse(word, &s);

		if (wrong)
			return fail(said->failure, "vrf-nameserver \"%.64s\" is %s", word, wrong);
		if (all->count == NAMESERVERS_MAX)
			return fail(said->failure, "vrf-nameserver \"%.64s\" is one too many: resolvers ask three",
				    word);
		if (nameservers_have(all, &s))
			return fail(said->failure, "vrf-nameserver \"%.64s\" stands there twice", word);
		all->server[all->count++] = s;
	}
	return 0;
}
