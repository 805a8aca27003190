/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/stanza.c - whatever stands behind our keywords in /etc/network/interfaces: a reader takes it or says why
 * not, and routes and rules that it takes are read again as they are written.
 */
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/ifquery.h"
#include "executor/stanza/keyword.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/statement.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* In the place of the one that starts a program for each name that no file has: there is no such interface. */
char *ifquery(const char *const options[], int *status)
{
	*status = *options ? 1 : 127;
	return NULL;
}

static void check_route(const char *value)
{
	struct route route[2], again[2];
	char text[VALUE_MAX], written[ROUTE_TEXT];
	struct failure f = { "" };
	int count, n;

	memcpy(text, value, strlen(value) + 1);
	count = statement_route(text, 7, route, &f);
	if (count < 0 ? !f.text[0] : count < 1 || count > 2)
		abort();
	for (int i = 0; i < count; i++) {
		route_text(&route[i], written);
		if (route[i].table != 7 || strlen(written) == sizeof(written) - 1)
			continue;
		n = statement_route(written, 7, again, &f);
		if (n < 1 ||
		    !(route_same_place(&route[i], &again[0]) || (n == 2 && route_same_place(&route[i], &again[1]))))
			abort();
	}
}

static void check_rule(const char *value)
{
	struct rule rule[2], again[2];
	char text[VALUE_MAX], written[RULE_TEXT];
	struct failure f = { "" };
	int count;

	memcpy(text, value, strlen(value) + 1);
	count = statement_rule(text, 7, rule, &f);
	if (count < 0 ? !f.text[0] : count < 1 || count > 2)
		abort();
	for (int i = 0; i < count; i++) {
		rule_text(&rule[i], written);
		if (statement_rule(written, 7, again, &f) < 1)
			abort();
	}
}

static void read_value(const struct keyword *keyword, const char *value)
{
	struct failure f = { "" };
	const struct said said = { .keyword = keyword, .text = value, .iface = "red", .failure = &f };
	struct vrf_options vrf = { 0 };
	struct l3mdev_options l3mdev = { 0 };
	struct table_options table = { 0 };
	int err = keyword->vrf      ? keyword->vrf(&said, &vrf)
		  : keyword->l3mdev ? keyword->l3mdev(&said, &l3mdev)
				    : keyword->table(&said, &table);

	if (err ? err != -1 || !f.text[0] : memchr(vrf.member, '\0', sizeof(vrf.member)) == NULL)
		abort();
	table_options_free(&table);
	if (!strcmp(keyword->name, "table-route"))
		check_route(value);
	else if (!strcmp(keyword->name, "table-rule"))
		check_rule(value);
}

/* Lines of a stanza, or a whole file, of which our keywords count. */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *text = malloc(size + 1), *rest = text, *line;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	while ((line = strsep(&rest, "\n"))) {
		char *word = trim(line), *value = word + strcspn(word, " \t");
		const struct keyword *keyword;

		if (*value)
			*value++ = '\0';
		keyword = keyword_find(word);
		value = trim(value);
		if (keyword && *value && strlen(value) < VALUE_MAX)
			read_value(keyword, value);
	}
	free(text);
	return 0;
}
