/* SPDX-License-Identifier: ISC */
/* executor/stanza/keyword-table.c - the values of the table- keywords; see keyword.h. */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/lack.h"
#include "executor/stanza/keyword.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/statement.h"
#include "executor/stanza/tablename.h"
#include "helpers/base/vrf.h"

int read_table_id(const struct said *said, struct table_options *o)
{
	if (!parse_table(said->text, &o->table) && !parse_table_of_vrf(said->text, &o->table))
		return said_is_not(said, "a number, a name in rt_tables or a VRF of the interfaces file");
	if (table_is_systems(o->table))
		return said_is_not(said, "allowed: 0 and 253 to 255 are the system's");
	return 0;
}

int read_table_connected(const struct said *said, struct table_options *o)
{
	uint8_t type = route_type(said->text);

	if (type != RTN_UNREACHABLE && type != RTN_BLACKHOLE && type != RTN_PROHIBIT)
		return said_is_not(said, "unreachable, blackhole or prohibit");
	o->derived.connected = type;
	return 0;
}

/* IFACE [pref N] */
int read_table_follow(const struct said *said, struct table_options *o)
{
	char text[VALUE_MAX], *rest = text, *name, *word;

	snprintf(text, sizeof(text), "%s", said->text);
	name = next_word(&rest);
	if (!name || !parse_ifname(name) || !strcmp(name, "lo"))
		return said_is_not(said, "an interface, with or without pref N");
	strcpy(o->derived.follow, name);
	o->derived.pref = 0;
	word = next_word(&rest);
	if (!word)
		return 0;
	name = next_word(&rest);
	/* behind the rules of VRFs, before main */
	if (strcmp(word, "pref") || !name || next_word(&rest) || !parse_u32(name, &o->derived.pref) ||
	    o->derived.pref <= VRF_PREF_UNREACHABLE || o->derived.pref >= 32766)
		return said_is_not(said, "an interface, with or without pref N (2001 to 32765)");
	return 0;
}

/* The statement as it was written, for the message; parsing cuts it into words. */
static int refuse(const struct said *said)
{
	struct failure why = *said->failure;

	return fail(said->failure, "%s \"%.200s\": %s", said->keyword->name, said->text, why.text);
}

static int out_of_memory(const struct said *said)
{
	fail(said->failure, "out of memory");
	return refuse(said);
}

int read_table_route(const struct said *said, struct table_options *o)
{
	struct route route[2];
	char *text = lack_noted(strdup(said->text));
	int count = text ? statement_route(text, o->table, route, said->failure) : fail(said->failure, "out of memory");

	free(text);
	if (count < 0)
		return refuse(said);
	for (int i = 0; i < count; i++)
		if (routes_add(&o->routes, &route[i]))
			return out_of_memory(said);
	return 0;
}

int read_table_rule(const struct said *said, struct table_options *o)
{
	struct rule rule[2];
	char *text = lack_noted(strdup(said->text));
	int count = text ? statement_rule(text, o->table, rule, said->failure) : fail(said->failure, "out of memory");

	free(text);
	if (count < 0)
		return refuse(said);
	for (int i = 0; i < count; i++)
		if (rules_add(&o->rules, &rule[i]))
			return out_of_memory(said);
	return 0;
}

int read_table_route_file(const struct said *said, struct table_options *o)
{
	if (o->file)
		return fail(said->failure, "%s \"%.200s\" stands beside \"%.100s\": one file a stanza",
			    said->keyword->name, said->text, o->file);
	if (said->text[0] != '/')
		return fail(said->failure, "%s \"%.200s\" is not an absolute path", said->keyword->name, said->text);
	o->file = lack_noted(strdup(said->text));
	return o->file ? 0 : out_of_memory(said);
}
