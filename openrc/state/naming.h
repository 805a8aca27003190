/* SPDX-License-Identifier: ISC */
/* openrc/state/naming.h - rules and routes with the names that people know: of tables, VRFs and protocols. */
#ifndef OPENRC_NAMING_H
#define OPENRC_NAMING_H

#include "executor/stanza/tablename.h"
#include "openrc/state/kernel.h"

struct naming {
	struct number_names tables, protocols;
	const struct links *links;
};

/* The files are read once; the links stay the caller's. */
void naming_read(struct naming *n, const struct links *links);
void naming_free(struct naming *n);

/* "table main", "table 77"; of a VRF's that has no name of its own "vrf red" */
#define TABLE_TEXT 64
const char *naming_table(const struct naming *n, uint32_t table, char text[TABLE_TEXT]);

/* The rule with its table so. */
const char *naming_rule(const struct naming *n, const struct rule *rule, char text[RULE_TEXT]);

/* "static", "86" */
#define PROTOCOL_TEXT 32
const char *naming_protocol(const struct naming *n, uint8_t protocol, char text[PROTOCOL_TEXT]);

/* The route as `ip route show vrf NAME` has it: no table, but who made it, and whether it is dead. */
const char *naming_route(const struct naming *n, const struct route *route, char text[ROUTE_TEXT]);

#endif
