/* SPDX-License-Identifier: ISC */
/* executor/stanza/stanza.c - the vrf- and l3mdev- options of a stanza; see stanza.h. */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/env.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/stanza.h"
#include "executor/stanza/tablename.h"
#include "helpers/base/vrf.h"

/* Longest value of a keyword that holds one word. */
#define WORD_MAX 256

/* The value of a keyword that stands once: 1 and the text, 0 if it is not there, -1 with the reason. */
static int text_of(const struct source *from, const char *keyword, char text[WORD_MAX], struct failure *f)
{
	struct values lines = { 0 };
	const char *value;
	int found = 0;

	if (!from->own && interfaces_query(from->iface, keyword, &lines, f))
		return -1;
	/* A stanza may repeat what its template says: the last one counts, as in the environment. */
	if (from->own)
		value = env_option(keyword);
	else
		value = lines.count ? lines.text[lines.count - 1] : NULL;
	if (value && strlen(value) >= WORD_MAX)
		found = fail(f, "%s \"%.64s...\" is too long", keyword, value);
	else if (value)
		found = snprintf(text, WORD_MAX, "%s", value) >= 0;
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

static int bad(struct failure *f, const char *keyword, const char *text, const char *wanted)
{
	return fail(f, "%s \"%.64s\" is not %s", keyword, text, wanted);
}

static int read_yesno(const struct source *from, const char *keyword, bool *value, struct failure *f)
{
	char text[WORD_MAX];
	int found = text_of(from, keyword, text, f);

	if (found > 0 && !parse_yesno(text, value))
		return bad(f, keyword, text, "yes or no");
	return found < 0 ? -1 : 0;
}

/* Sets is_vrf: a stanza is a VRF's if it has a table. */
static int read_table(const struct source *from, struct vrf_options *o, struct failure *f)
{
	char text[WORD_MAX];
	int found = text_of(from, "vrf-table", text, f);

	if (found <= 0)
		return found;
	o->is_vrf = true;
	if (!parse_vrf_name(from->iface))
		return fail(f, "\"%.64s\" cannot name a VRF (1 to 15 bytes, no slash, colon or blank, no reserved word)",
			    from->iface);
	/* Its `link` would have made a VLAN of that name before we make the VRF. */
	if (strchr(from->iface, '.'))
		return fail(f, "\"%.64s\" cannot name a VRF: ifupdown-ng takes a name with a dot for a VLAN", from->iface);
	o->table_auto = !strcmp(text, "auto");
	if (o->table_auto)
		o->table = table_of_name(from->iface);
	else if (!parse_table(text, &o->table))
		return bad(f, "vrf-table", text, "a number, auto or a name in rt_tables");
	/* The kernel would take 253 to 255 and merge the VRF with default, main or local. */
	if (o->table == 0 || (o->table >= RT_TABLE_DEFAULT && o->table <= RT_TABLE_LOCAL))
		return bad(f, "vrf-table", text, "allowed: 0 and 253 to 255 are the system's");
	return 0;
}

static int read_bind(const struct source *from, struct vrf_options *o, struct failure *f)
{
	char text[WORD_MAX];
	int found = text_of(from, "vrf-bind", text, f);

	if (found <= 0)
		return found;
	/* what is neither makes no other keyword wrong */
	o->by_mark = strcmp(text, "device");
	if (o->by_mark && strcmp(text, "mark"))
		return bad(f, "vrf-bind", text, "device or mark");
	return 0;
}

static int read_unreachable(const struct source *from, struct vrf_options *o, struct failure *f)
{
	char text[WORD_MAX];
	int found = text_of(from, "vrf-unreachable", text, f);

	if (found <= 0)
		return found;
	o->unreachable_rule = !strcmp(text, "rule");
	if (!o->unreachable_rule && strcmp(text, "route"))
		return bad(f, "vrf-unreachable", text, "route or rule");
	return 0;
}

static int read_mark(const struct source *from, struct vrf_options *o, struct failure *f)
{
	char text[WORD_MAX];
	int found = text_of(from, "vrf-mark", text, f);

	if (found < 0)
		return -1;
	if (found && (!parse_u32(text, &o->mark) || !o->mark))
		return bad(f, "vrf-mark", text, "a number from 1 to 4294967295");
	if (found && !o->by_mark)
		return fail(f, "vrf-mark \"%.64s\" needs vrf-bind mark", text);
	if (found)
		return 0;
	/* Larger tables would share a mark. */
	if (o->by_mark && o->table > 0xffffff)
		return fail(f, "table %u has no default mark: vrf-mark is needed", o->table);
	o->mark = o->by_mark ? VRF_MARK_BASE | o->table : 0;
	return 0;
}

static int read_member(const struct source *from, struct vrf_options *o, struct failure *f)
{
	char text[WORD_MAX];
	int found = text_of(from, "vrf-member", text, f);

	if (found <= 0)
		return found;
	if (!strcmp(text, "default") || !strcmp(text, "none"))
		return fail(f, "vrf-member \"%s\": for no VRF leave the line out", text);
	if (!parse_ifname(text))
		return bad(f, "vrf-member", text, "a VRF's name (1 to 15 bytes)");
	strcpy(o->member, text);
	return 0;
}

/* Keywords that mean nothing without vrf-table. */
static int check_vrf_only(const struct source *from, const struct vrf_options *o, struct failure *f)
{
	static const char *const keywords[] = { "vrf-bind", "vrf-mark", "vrf-mark-local", "vrf-loopback",
					"vrf-unreachable" };
	char text[WORD_MAX];

	for (size_t i = 0; !o->is_vrf && from->own && i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (text_of(from, keywords[i], text, f) > 0)
			return fail(f, "%s \"%.64s\" needs vrf-table", keywords[i], text);
	if (o->is_vrf && o->member[0])
		return fail(f, "vrf-member \"%s\": a VRF cannot be a member of a VRF", o->member);
	/* upstream's static executor would route the VRF into itself */
	if (o->is_vrf && from->own && env_option("gateways"))
		return fail(f, "gateway \"%.64s\" cannot stand in a VRF's own stanza: write table-route default via %.64s",
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
	if (stanza_go_on(from, read_table(from, options, f), f) || stanza_go_on(from, read_member(from, options, f), f) ||
	    stanza_go_on(from, read_bind(from, options, f), f) || stanza_go_on(from, read_mark(from, options, f), f) ||
	    stanza_go_on(from, read_yesno(from, "vrf-mark-local", &options->mark_local, f), f) ||
	    stanza_go_on(from, read_yesno(from, "vrf-loopback", &options->loopback, f), f) ||
	    stanza_go_on(from, read_unreachable(from, options, f), f))
		return -1;
	return stanza_go_on(from, check_vrf_only(from, options, f), f);
}

/* `none` is the value that stands for that word; where it is not 0, 0 has a meaning of its own. */
static int read_pref(const struct source *from, const char *keyword, uint32_t none, uint32_t *pref,
		     struct l3mdev_options *o, struct failure *f)
{
	char text[WORD_MAX];
	int found = text_of(from, keyword, text, f);

	if (found <= 0)
		return found;
	o->any = true;
	*pref = none;
	if (!strcmp(text, "none"))
		return 0;
	/* Behind the kernel's own rule at 1000, before main at 32766. */
	if (parse_u32(text, pref) && ((*pref > VRF_PREF_L3MDEV && *pref < 32766) || (none && *pref == 0)))
		return 0;
	return bad(f, keyword, text,
		   none ? "none, 0 or a preference from 1001 to 32765" : "none or a preference from 1001 to 32765");
}

static int read_accept(const struct source *from, struct l3mdev_options *o, struct failure *f)
{
	static const struct {
		const char *word;
		unsigned int bit;
	} words[] = { { "tcp", ACCEPT_TCP }, { "udp", ACCEPT_UDP }, { "raw", ACCEPT_RAW } };
	char text[WORD_MAX], *rest = text, *word;
	int found = text_of(from, "l3mdev-accept", text, f);

	if (found <= 0)
		return found;
	o->any = o->set_accept = true;
	if (!strcmp(text, "none"))
		return 0;
	while ((word = strsep(&rest, ","))) {
		unsigned int bit = 0;

		word = trim(word);
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (!strcmp(word, words[i].word))
				bit = words[i].bit;
		if (!bit)
			return bad(f, "l3mdev-accept", word, "none or a list of tcp, udp, raw");
		o->accept |= bit;
	}
	return 0;
}

static int read_strict(const struct source *from, struct l3mdev_options *o, struct failure *f)
{
	char text[WORD_MAX];
	int found = text_of(from, "l3mdev-strict", text, f);

	if (found <= 0)
		return found;
	o->any = o->set_strict = true;
	return parse_yesno(text, &o->strict) ? 0 : bad(f, "l3mdev-strict", text, "yes or no");
}

int stanza_l3mdev(const struct source *from, struct l3mdev_options *options, struct failure *f)
{
	memset(options, 0, sizeof(*options));
	options->order.unreachable_pref = VRF_PREF_UNREACHABLE;
	options->order.local_pref = VRF_PREF_LOCAL;
	options->order.loopback = true;
	if (stanza_go_on(from, read_pref(from, "l3mdev-unreachable-pref", 0, &options->order.unreachable_pref, options, f), f) ||
	    stanza_go_on(from, read_pref(from, "l3mdev-local-pref", LOCAL_UNTOUCHED, &options->order.local_pref, options, f), f) ||
	    stanza_go_on(from, read_accept(from, options, f), f) || stanza_go_on(from, read_strict(from, options, f), f))
		return -1;
	/* Anywhere else they would hold until the next VRF comes up, which reads lo's. */
	if (options->any && strcmp(from->iface, "lo"))
		return stanza_go_on(from, fail(f, "l3mdev-unreachable-pref, l3mdev-local-pref, l3mdev-accept and l3mdev-strict "
						  "belong in the stanza of lo"), f);
	return 0;
}
