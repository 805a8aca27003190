/* SPDX-License-Identifier: ISC */
/* executor/stanza/stanza-table.c - the table- options of a stanza; see stanza.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/env.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/keyword.h"
#include "executor/stanza/route-file.h"
#include "executor/stanza/tablename.h"

bool stanza_has_table(void)
{
	for (const struct keyword *k = keywords; k->name; k++)
		if (k->table && env_option(k->name))
			return true;
	return false;
}

static int read_word(const struct source *from, const struct keyword *keyword, struct table_options *o,
		     struct failure *f)
{
	char text[VALUE_MAX];
	const struct said said = { keyword, text, from->iface, f };
	int found = stanza_word(from, keyword->name, text, f);

	return stanza_go_on(from, found > 0 ? keyword->table(&said, o) : found, f);
}

static int read_every(const struct source *from, const struct keyword *keyword, struct table_options *o,
		      struct failure *f)
{
	struct values values = { 0 };
	int err = stanza_go_on(from, interfaces_values(from->iface, from->own, keyword->name, &values, f), f);

	for (size_t i = 0; !err && i < values.count; i++) {
		const struct said said = { keyword, values.text[i], from->iface, f };

		err = stanza_go_on(from, keyword->table(&said, o), f);
	}
	values_free(&values);
	return err;
}

static int read_one(const struct source *from, const struct keyword *keyword, struct table_options *o,
		    struct failure *f)
{
	return (keyword->lines == ONE_WORD ? read_word : read_every)(from, keyword, o, f);
}

static int read_named(const struct source *from, const char *name, struct table_options *o, struct failure *f)
{
	return read_one(from, keyword_find(name), o, f);
}

int stanza_table(const struct source *from, uint32_t table, struct table_options *options, struct failure *f)
{
	int err = 0;

	memset(options, 0, sizeof(*options));
	options->table = table;
	for (const struct keyword *k = keywords; !err && k->name; k++)
		if (k->table)
			err = read_one(from, k, options, f);
	if (err)
		table_options_free(options);
	return err;
}

static int cannot_stand(const struct derived *d, const char *why, const char *more, struct failure *f)
{
	return d->follow[0] ? fail(f, "table-follow \"%s\" cannot stand here: %s%s", d->follow, why, more)
			    : fail(f, "table-connected cannot stand here: %s%s", why, more);
}

/* Another VRF whose table that is: its own stanza answers for all of that, and takes out what it does not say. */
static int check_others_table(const char *iface, const struct table_options *o, struct failure *f)
{
	struct values names = { 0 };
	int err = interfaces_list(&names, f);

	interfaces_read_all();
	for (size_t i = 0; !err && i < names.count; i++) {
		uint32_t table;

		if (strcmp(names.text[i], iface) && parse_table_of_vrf(names.text[i], &table) && table == o->table)
			err = cannot_stand(&o->derived, "its table is for the stanza to fill that has it, ",
					   names.text[i], f);
	}
	values_free(&names);
	return err;
}

int stanza_derives(const char *iface, const struct vrf_options *vrf, const struct table_options *o, struct failure *f)
{
	const struct derived *d = &o->derived;

	if (!derives(d))
		return 0;
	/* outside of VRFs a change of an interface is looked at for its own stanza alone; a member's are not in main */
	if (vrf->member[0])
		return cannot_stand(d, "the routes of a member are its VRF's", "", f);
	if (!vrf->is_vrf && strcmp(d->follow, iface))
		return cannot_stand(d, "it is for that interface's own stanza, or a VRF's", "", f);
	if (!o->table)
		return fail(f, "table-follow \"%s\" has no table: say table-id", d->follow);
	return vrf->is_vrf && vrf->table == o->table ? 0 : check_others_table(iface, o, f);
}

static int read_derived(const struct source *from, struct table_options *o, struct failure *f)
{
	return read_named(from, "table-connected", o, f) || read_named(from, "table-follow", o, f) ? -1 : 0;
}

int stanza_routes(const struct source *from, uint32_t table, struct table_options *options, struct failure *f)
{
	memset(options, 0, sizeof(*options));
	if (read_named(from, "table-route", options, f) || read_named(from, "table-route-file", options, f) ||
	    read_derived(from, options, f) ||
	    ((options->routes.count || options->file || derives(&options->derived)) &&
	     read_named(from, "table-id", options, f))) {
		table_options_free(options);
		return -1;
	}
	table_options_fill(options, table);
	return 0;
}

int stanza_rules(const struct source *from, uint32_t table, struct table_options *options, struct failure *f)
{
	memset(options, 0, sizeof(*options));
	if (read_named(from, "table-rule", options, f) || read_named(from, "table-follow", options, f) ||
	    ((options->rules.count || options->derived.pref) && read_named(from, "table-id", options, f))) {
		table_options_free(options);
		return -1;
	}
	table_options_fill(options, table);
	return 0;
}

int stanza_places(const struct source *from, uint32_t own, uint32_t table, struct route_index *places,
		  struct failure *f)
{
	struct table_options options;
	int err = stanza_routes(from, own, &options, f);

	if (!err && options.file)
		err = route_file_index(options.file, options.table ? options.table : own, table, places, f);
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

struct refusing {
	uint32_t table;
	struct routes *refused;
	bool failed;
};

static int add_refused(const struct route *route, void *context)
{
	struct refusing *refusing = context;

	if (route->table == refusing->table && !route_type_has_hops(route->type) &&
	    routes_add(refusing->refused, route))
		refusing->failed = true;
	return 0;
}

int table_options_refused(const struct table_options *options, struct routes *refused, struct failure *f)
{
	struct refusing refusing = { .table = options->table, .refused = refused };

	if (!options->file || !options->derived.follow[0])
		return 0;
	if (route_file_read(options->file, options->table, add_refused, &refusing, f))
		return -1;
	return refusing.failed ? fail(f, "table-route-file \"%.200s\": %s", options->file, strerror(ENOMEM)) : 0;
}

void table_options_free(struct table_options *options)
{
	routes_free(&options->routes);
	rules_free(&options->rules);
	free(options->file);
	options->file = NULL;
}
