/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/routes.c - whatever stands in a table-route-file: it is taken as a whole, each route with a table, or
 * refused with a reason; and reading it, checking it and counting its places agree on which.
 */
#include <string.h>

#include "executor/stanza/ifquery.h"
#include "executor/stanza/route-file.h"
#include "tests/fuzz/file.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* In the place of the one that starts a program for each name that no file has: there is no such interface. */
char *ifquery(const char *const options[], int *status)
{
	*status = *options ? 1 : 127;
	return NULL;
}

static int take(const struct route *route, void *context)
{
	size_t *count = context;

	if (!route->table || !route->dst.family || route->dst.len > 128)
		abort();
	++*count;
	return 0;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct route_index places = { 0 };
	struct failure f = { "" };
	size_t count = 0;
	int err;

	file_of(data, size);
	err = route_file_read(file_path, 7, take, &count, &f);
	if (err ? !f.text[0] : f.text[0] != '\0')
		abort();
	if (err != route_file_check(file_path, &f) || err != route_file_index(file_path, 7, 7, &places, &f))
		abort();
	if (!err && places.count > count)
		abort();
	route_index_free(&places);
	return 0;
}
