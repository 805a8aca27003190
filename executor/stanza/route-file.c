/* SPDX-License-Identifier: ISC */
/* executor/stanza/route-file.c - read a file of routes; see route-file.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/parse.h"
#include "executor/stanza/route-file.h"
#include "executor/stanza/statement.h"

int route_file_read(const char *path, uint32_t table, int (*each)(const struct route *, void *), void *context,
		    struct failure *f)
{
	FILE *file = fopen(path, "re");
	size_t room = 0, number = 0;
	char *line = NULL;
	int err = 0;

	if (!file)
		return fail(f, "table-route-file \"%.200s\": %s", path, strerror(errno));
	while (!err && getline(&line, &room, file) >= 0) {
		struct failure why;
		struct route route[2];
		int count;

		number++;
		line[strcspn(line, "#\n")] = '\0';
		if (!*trim(line))
			continue;
		count = statement_route(line, table, route, &why);
		if (count < 0)
			err = fail(f, "table-route-file \"%.200s\" line %zu: %s", path, number, why.text);
		for (int i = 0; !err && i < count; i++)
			err = each(&route[i], context);
	}
	if (!err && ferror(file))
		err = fail(f, "table-route-file \"%.200s\": %s", path, strerror(errno));
	free(line);
	fclose(file);
	return err;
}

static int ignore(const struct route *route, void *context)
{
	(void)route;
	(void)context;
	return 0;
}

int route_file_check(const char *path, struct failure *f)
{
	return route_file_read(path, 0, ignore, NULL, f);
}

struct listing {
	struct route_index *places;
	uint32_t table;
};

static int add_place(const struct route *route, void *context)
{
	struct listing *listing = context;

	if (route->table == listing->table)
		route_index_add(listing->places, route);
	return 0;
}

int route_file_index(const char *path, uint32_t without, uint32_t table, struct route_index *places, struct failure *f)
{
	struct listing listing = { .places = places, .table = table };

	if (route_file_read(path, without, add_place, &listing, f))
		return -1;
	return places->failed ? fail(f, "table-route-file \"%.200s\": %s", path, strerror(ENOMEM)) : 0;
}
