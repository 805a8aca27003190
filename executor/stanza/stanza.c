/* SPDX-License-Identifier: ISC */
/* executor/stanza/stanza.c - the vrf- and l3mdev- options of a stanza; see stanza.h. */
#include <stdio.h>
#include <string.h>

#include "executor/stanza/env.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/keyword.h"
#include "helpers/base/vrf.h"

int stanza_word(const struct source *from, const char *keyword, char text[VALUE_MAX], struct failure *f)
{
	struct values lines = { 0 };
	const char *value;
	int found = 0;

	if (!from->own && interfaces_passed(from->iface, keyword, &lines, f))
		return -1;
	/* A stanza may repeat what its template says: the last one counts, as in the environment. */
	if (from->own)
		value = env_option(keyword);
	else
		value = lines.count ? lines.text[lines.count - 1] : NULL;
	if (value && strlen(value) >= VALUE_MAX)
		found = fail(f, "%s \"%.64s...\" is too long", keyword, value);
	else if (value)
		found = snprintf(text, VALUE_MAX, "%s", value) >= 0;
	values_free(&lines);
	return found;
}

int stanza_go_on(const struct source *from, int err, const struct failure *f)
{
	if (!err || !from->each)
		return err;
	from->each(f->text, from->context);
	return 0;
}

static int read_vrf(const struct source *from, const struct keyword *keyword, struct vrf_options *o, struct failure *f)
{
	char text[VALUE_MAX];
	const struct said said = { keyword, text, from->iface, f };
	int found = stanza_word(from, keyword->name, text, f);

	return found > 0 ? keyword->vrf(&said, o) : found;
}

/* A mark that nobody has said is made from the table's number. */
static int complete_mark(struct vrf_options *o, struct failure *f)
{
	if (o->mark || !o->by_mark)
		return 0;
	/* Larger tables would share a mark. */
	if (o->table > 0xffffff)
		return fail(f, "table %u has no default mark: vrf-mark is needed", o->table);
	o->mark = VRF_MARK_BASE | o->table;
	return 0;
}

/* Keywords that mean nothing without others. */
static int check_needs(const struct source *from, const struct vrf_options *o, struct failure *f)
{
	char text[VALUE_MAX];

	for (const struct keyword *k = keywords; !o->is_vrf && from->own && k->name; k++)
		if (k->needs == NEEDS_TABLE && stanza_word(from, k->name, text, f) > 0)
			return fail(f, "%s \"%.64s\" needs vrf-table", k->name, text);
	if (o->is_vrf && o->member[0])
		return fail(f, "vrf-member \"%s\": a VRF cannot be a member of a VRF", o->member);
	/* upstream's static executor would route the VRF into itself */
	if (o->is_vrf && from->own && env_option("gateways"))
		return fail(f,
			    "gateway \"%.64s\" cannot stand in a VRF's own stanza: write table-route default via %.64s",
			    env_option("gateways"), env_option("gateways"));
	if (!o->by_mark && o->mark_local)
		return fail(f, "vrf-mark-local \"yes\" needs vrf-bind mark");
	if (o->by_mark && o->unreachable_rule)
		return fail(f, "vrf-unreachable \"rule\" needs vrf-bind device: one by mark has rules alone");
	return 0;
}

int stanza_vrf(const struct source *from, struct vrf_options *options, struct failure *f)
{
	memset(options, 0, sizeof(*options));
	options->loopback = true;
	for (const struct keyword *k = keywords; k->name; k++)
		if (k->vrf && stanza_go_on(from, read_vrf(from, k, options, f), f))
			return -1;
	if (stanza_go_on(from, complete_mark(options, f), f))
		return -1;
	return stanza_go_on(from, check_needs(from, options, f), f);
}

static int read_l3mdev(const struct source *from, const struct keyword *keyword, struct l3mdev_options *o,
		       struct failure *f)
{
	char text[VALUE_MAX];
	const struct said said = { keyword, text, from->iface, f };
	int found = stanza_word(from, keyword->name, text, f);

	return found > 0 ? keyword->l3mdev(&said, o) : found;
}

/* Anywhere else they would hold until the next VRF comes up, which reads lo's. */
static int belong_to_lo(struct failure *f)
{
	char names[VALUE_MAX] = "";
	size_t length = 0;

	/* they stand together in the table */
	for (const struct keyword *k = keywords; k->name; k++) {
		const char *between = !length ? "" : k[1].needs == NEEDS_LO ? ", " : " and ";

		if (k->needs == NEEDS_LO && length < sizeof(names))
			length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s", between, k->name);
	}
	return fail(f, "%s belong in the stanza of lo", names);
}

int stanza_l3mdev(const struct source *from, struct l3mdev_options *options, struct failure *f)
{
	memset(options, 0, sizeof(*options));
	options->order.unreachable_pref = VRF_PREF_UNREACHABLE;
	options->order.local_pref = VRF_PREF_LOCAL;
	options->order.loopback = true;
	for (const struct keyword *k = keywords; k->name; k++)
		if (k->l3mdev && stanza_go_on(from, read_l3mdev(from, k, options, f), f))
			return -1;
	return options->any && strcmp(from->iface, "lo") ? stanza_go_on(from, belong_to_lo(f), f) : 0;
}
