/* SPDX-License-Identifier: ISC */
/* openrc/state/naming.c - rules and routes with the names that people know; see naming.h. */
#include <stdio.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "openrc/state/memory.h"
#include "openrc/state/naming.h"

void naming_read(struct naming *n, const struct links *links)
{
	if (table_names_read(&n->tables) || protocol_names_read(&n->protocols))
		memory_out();
	n->links = links;
}

void naming_free(struct naming *n)
{
	number_names_free(&n->tables);
	number_names_free(&n->protocols);
}

const char *naming_table(const struct naming *n, uint32_t table, char text[TABLE_TEXT])
{
	const char *name = number_name(&n->tables, table);
	const struct link *link = name ? NULL : links_by_table(n->links, table);

	if (name)
		snprintf(text, TABLE_TEXT, "table %s", name);
	else if (link)
		snprintf(text, TABLE_TEXT, "vrf %s", link->name);
	else
		snprintf(text, TABLE_TEXT, "table %u", table);
	return text;
}

const char *naming_rule(const struct naming *n, const struct rule *rule, char text[RULE_TEXT])
{
	char table[TABLE_TEXT];

	return rule_text_with(rule, rule_looks_up(rule) ? naming_table(n, rule->table, table) : NULL, text);
}

const char *naming_protocol(const struct naming *n, uint8_t protocol, char text[PROTOCOL_TEXT])
{
	const char *name = number_name(&n->protocols, protocol);

	if (name)
		snprintf(text, PROTOCOL_TEXT, "%s", name);
	else
		snprintf(text, PROTOCOL_TEXT, "%u", protocol);
	return text;
}

const char *naming_route(const struct naming *n, const struct route *route, char text[ROUTE_TEXT])
{
	char protocol[PROTOCOL_TEXT], words[PROTOCOL_TEXT + 8] = "";

	/* ip(8) is silent on what it made itself */
	if (route->protocol != RTPROT_BOOT)
		snprintf(words, sizeof(words), "proto %s", naming_protocol(n, route->protocol, protocol));
	route_text_with(route, words, text);
	if (route->dead && strlen(text) + sizeof(" dead") <= ROUTE_TEXT)
		strcat(text, " dead");
	return text;
}
