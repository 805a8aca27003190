/* SPDX-License-Identifier: ISC */
/* executor/stanza/stanza-table.c - the table- options of a stanza; see stanza.h. */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/env.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/route-file.h"
#include "executor/stanza/stanza.h"
#include "executor/stanza/statement.h"
#include "executor/stanza/tablename.h"

bool stanza_has_table(void)
{
	return env_option("table-route") || env_option("table-rule") || env_option("table-route-file") ||
	       env_option("table-id");
}

/* The statement as it was written, for the message; parsing cuts it into words. */
static int refuse(struct failure *f, const char *keyword, const char *statement)
{
	struct failure why = *f;

	return fail(f, "%s \"%.200s\": %s", keyword, statement, why.text);
}

static int read_route(const char *statement, struct table_options *o, struct failure *f)
{
	struct route route[2];
	char *text = strdup(statement);
	int count = text ? statement_route(text, o->table, route, f) : fail(f, "out of memory");

	free(text);
	if (count < 0)
		return refuse(f, "table-route", statement);
	for (int i = 0; i < count; i++)
		if (routes_add(&o->routes, &route[i]))
			return fail(f, "table-route \"%.200s\": out of memory", statement);
	return 0;
}

static int read_rule(const char *statement, struct table_options *o, struct failure *f)
{
	struct rule rule[2];
	char *text = strdup(statement);
	int count = text ? statement_rule(text, o->table, rule, f) : fail(f, "out of memory");

	free(text);
	if (count < 0)
		return refuse(f, "table-rule", statement);
	for (int i = 0; i < count; i++)
		if (rules_add(&o->rules, &rule[i]))
			return fail(f, "table-rule \"%.200s\": out of memory", statement);
	return 0;
}

static int read_statements(const struct source *from, const char *keyword,
			   int (*read)(const char *, struct table_options *, struct failure *),
			   struct table_options *o, struct failure *f)
{
	struct values values = { 0 };
	int err = interfaces_values(from->iface, from->own, keyword, &values, f);

	for (size_t i = 0; !err && i < values.count; i++)
		err = stanza_go_on(from, read(values.text[i], o, f), f);
	values_free(&values);
	return err;
}

static int read_id(const struct source *from, struct table_options *o, struct failure *f)
{
	struct values values = { 0 };
	const char *text;
	int err = interfaces_values(from->iface, from->own, "table-id", &values, f);

	text = values.count ? values.text[values.count - 1] : NULL;
	if (!err && text && !parse_table(text, &o->table) && !parse_table_of_vrf(text, &o->table))
		err = fail(f, "table-id \"%.64s\" is not a number, a name in rt_tables or a VRF of the interfaces file",
			   text);
	else if (!err && text &&
		 (o->table == 0 || (o->table >= RT_TABLE_DEFAULT && o->table <= RT_TABLE_LOCAL)))
		err = fail(f, "table-id \"%.64s\" is not allowed: 0 and 253 to 255 are the system's", text);
	values_free(&values);
	return err;
}

static int read_file_name(const struct source *from, struct table_options *o, struct failure *f)
{
	struct values values = { 0 };
	int err = interfaces_values(from->iface, from->own, "table-route-file", &values, f);

	if (!err && values.count > 1)
		err = fail(f, "table-route-file \"%.200s\" stands beside \"%.100s\": one file a stanza", values.text[1],
			   values.text[0]);
	if (!err && values.count && values.text[0][0] != '/')
		err = fail(f, "table-route-file \"%.200s\" is not an absolute path", values.text[0]);
	if (!err && values.count) {
		o->file = values.text[0];
		values.text[0] = NULL;
	}
	values_free(&values);
	return err;
}

int stanza_table(const struct source *from, uint32_t table, struct table_options *options, struct failure *f)
{
	memset(options, 0, sizeof(*options));
	options->table = table;
	if (stanza_go_on(from, read_id(from, options, f), f) ||
	    read_statements(from, "table-route", read_route, options, f) ||
	    read_statements(from, "table-rule", read_rule, options, f) ||
	    stanza_go_on(from, read_file_name(from, options, f), f)) {
		table_options_free(options);
		return -1;
	}
	return 0;
}

int stanza_routes(const struct source *from, uint32_t table, struct table_options *options, struct failure *f)
{
	memset(options, 0, sizeof(*options));
	if (read_statements(from, "table-route", read_route, options, f) || read_file_name(from, options, f) ||
	    ((options->routes.count || options->file) && read_id(from, options, f))) {
		table_options_free(options);
		return -1;
	}
	table_options_fill(options, table);
	return 0;
}

int stanza_rules(const struct source *from, uint32_t table, struct table_options *options, struct failure *f)
{
	memset(options, 0, sizeof(*options));
	if (read_statements(from, "table-rule", read_rule, options, f) ||
	    (options->rules.count && read_id(from, options, f))) {
		table_options_free(options);
		return -1;
	}
	table_options_fill(options, table);
	return 0;
}

int stanza_places(const struct source *from, uint32_t table, struct route_index *places, struct failure *f)
{
	struct table_options options;
	int err = stanza_routes(from, table, &options, f);

	if (!err && options.file)
		err = route_file_index(options.file, table, table, places, f);
	for (size_t i = 0; !err && i < options.routes.count; i++)
		if (options.routes.route[i].table == table)
			route_index_add(places, &options.routes.route[i]);
	table_options_free(&options);
	return err;
}

void table_options_fill(struct table_options *options, uint32_t table)
{
	if (!options->table)
		options->table = table;
	for (size_t i = 0; i < options->routes.count; i++)
		if (!options->routes.route[i].table)
			options->routes.route[i].table = options->table;
	for (size_t i = 0; i < options->rules.count; i++)
		if (rule_needs_table(&options->rules.rule[i]))
			options->rules.rule[i].table = options->table;
}

void table_options_free(struct table_options *options)
{
	routes_free(&options->routes);
	rules_free(&options->rules);
	free(options->file);
	options->file = NULL;
}
