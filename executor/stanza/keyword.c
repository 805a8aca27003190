/* SPDX-License-Identifier: ISC */
/* executor/stanza/keyword.c - the table of our keywords; see keyword.h. */
#include <stdio.h>
#include <string.h>

#include "executor/stanza/keyword.h"
#include "executor/stanza/parse.h"

const struct keyword keywords[] = {
	{ "vrf-table", ONE_WORD, NEEDS_NOTHING, .vrf = read_vrf_table },
	{ "vrf-member", ONE_WORD, NEEDS_NOTHING, .vrf = read_vrf_member, .requires = true },
	{ "vrf-bind", ONE_WORD, NEEDS_TABLE, .vrf = read_vrf_bind },
	{ "vrf-mark", ONE_WORD, NEEDS_TABLE, .vrf = read_vrf_mark },
	{ "vrf-mark-local", ONE_WORD, NEEDS_TABLE, .vrf = read_vrf_mark_local },
	{ "vrf-loopback", ONE_WORD, NEEDS_TABLE, .vrf = read_vrf_loopback },
	{ "vrf-unreachable", ONE_WORD, NEEDS_TABLE, .vrf = read_vrf_unreachable },
	{ "vrf-nameserver", ONE_WORD, NEEDS_TABLE, .vrf = read_vrf_nameserver },
	{ "l3mdev-unreachable-pref", ONE_WORD, NEEDS_LO, .l3mdev = read_l3mdev_unreachable_pref },
	{ "l3mdev-local-pref", ONE_WORD, NEEDS_LO, .l3mdev = read_l3mdev_local_pref },
	{ "l3mdev-accept", ONE_WORD, NEEDS_LO, .l3mdev = read_l3mdev_accept },
	{ "l3mdev-strict", ONE_WORD, NEEDS_LO, .l3mdev = read_l3mdev_strict },
	{ "table-id", ONE_WORD, NEEDS_NOTHING, .table = read_table_id },
	{ "table-connected", ONE_WORD, NEEDS_TABLE, .table = read_table_connected },
	{ "table-follow", ONE_WORD, NEEDS_NOTHING, .table = read_table_follow },
	{ "table-route", EVERY_VALUE, NEEDS_NOTHING, .table = read_table_route },
	{ "table-rule", EVERY_VALUE, NEEDS_NOTHING, .table = read_table_rule },
	{ "table-route-file", EVERY_VALUE, NEEDS_NOTHING, .table = read_table_route_file },
	{ 0 },
};

const struct keyword *keyword_find(const char *name)
{
	for (const struct keyword *k = keywords; k->name; k++)
		if (!strcmp(k->name, name))
			return k;
	return NULL;
}

int said_is_not(const struct said *said, const char *wanted)
{
	return fail(said->failure, "%s \"%.64s\" is not %s", said->keyword->name, said->text, wanted);
}

int said_yesno(const struct said *said, bool *value)
{
	return parse_yesno(said->text, value) ? 0 : said_is_not(said, "yes or no");
}
