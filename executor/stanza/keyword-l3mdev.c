/* SPDX-License-Identifier: ISC */
/* executor/stanza/keyword-l3mdev.c - the values of the l3mdev- keywords; see keyword.h. */
#include <stdio.h>
#include <string.h>

#include "executor/stanza/keyword.h"
#include "executor/stanza/parse.h"
#include "helpers/base/vrf.h"

/* Behind the kernel's own rule at 1000, before main at 32766. */
static bool is_pref(const char *text, uint32_t *pref)
{
	return parse_u32(text, pref) && *pref > VRF_PREF_L3MDEV && *pref < 32766;
}

int read_l3mdev_unreachable_pref(const struct said *said, struct l3mdev_options *o)
{
	uint32_t *pref = &o->order.unreachable_pref;

	o->any = true;
	if (is_pref(said->text, pref))
		return 0;
	*pref = 0;
	return strcmp(said->text, "none") ? said_is_not(said, "none or a preference from 1001 to 32765") : 0;
}

/* 0 has a meaning of its own here. */
int read_l3mdev_local_pref(const struct said *said, struct l3mdev_options *o)
{
	uint32_t *pref = &o->order.local_pref;

	o->any = true;
	if (is_pref(said->text, pref) || (parse_u32(said->text, pref) && *pref == 0))
		return 0;
	*pref = LOCAL_UNTOUCHED;
	return strcmp(said->text, "none") ? said_is_not(said, "none, 0 or a preference from 1001 to 32765") : 0;
}

static unsigned int accept_bit(const char *word)
{
	static const struct {
		const char *word;
		unsigned int bit;
	} words[] = { { "tcp", ACCEPT_TCP }, { "udp", ACCEPT_UDP }, { "raw", ACCEPT_RAW } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(word, words[i].word))
			return words[i].bit;
	return 0;
}

int read_l3mdev_accept(const struct said *said, struct l3mdev_options *o)
{
	char list[VALUE_MAX], *rest = list, *word;

	o->any = o->set_accept = true;
	if (!strcmp(said->text, "none"))
		return 0;
	snprintf(list, sizeof(list), "%s", said->text);
	while ((word = strsep(&rest, ","))) {
		struct said one = *said;
		unsigned int bit;

		one.text = word = trim(word);
		bit = accept_bit(word);
		if (!bit)
			return said_is_not(&one, "none or a list of tcp, udp, raw");
		o->accept |= bit;
	}
	return 0;
}

int read_l3mdev_strict(const struct said *said, struct l3mdev_options *o)
{
	o->any = o->set_strict = true;
	return said_yesno(said, &o->strict);
}
