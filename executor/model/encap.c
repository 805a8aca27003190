/* SPDX-License-Identifier: ISC */
/* executor/model/encap.c - what is put around packets; see encap.h. */
#include <arpa/inet.h>
#include <linux/lwtunnel.h>
#include <linux/seg6_iptunnel.h>
#include <linux/seg6_local.h>
#include <string.h>

#include "executor/model/append.h"
#include "executor/model/encap.h"
#include "executor/model/value.h"

/* Later than the headers of some releases. */
#define MODE_ENCAP_RED   3
#define MODE_L2ENCAP_RED 4

/* clang-format off */
#define WORDS(name) { name, sizeof(name) / sizeof((name)[0]) }
/* clang-format on */

static const struct encap_word types[] = { { "mpls", LWTUNNEL_ENCAP_MPLS, 0 },
					   { "ip", LWTUNNEL_ENCAP_IP, 0 },
					   { "ip6", LWTUNNEL_ENCAP_IP6, 0 },
					   { "seg6", LWTUNNEL_ENCAP_SEG6, 0 },
					   { "seg6local", LWTUNNEL_ENCAP_SEG6_LOCAL, 0 } };
const struct encap_words encap_types = WORDS(types);

static const struct encap_word modes[] = { { "encap", SEG6_IPTUN_MODE_ENCAP, 0 },
					   { "inline", SEG6_IPTUN_MODE_INLINE, 0 },
					   { "l2encap", SEG6_IPTUN_MODE_L2ENCAP, 0 },
					   { "encap.red", MODE_ENCAP_RED, 0 },
					   { "l2encap.red", MODE_L2ENCAP_RED, 0 } };
const struct encap_words encap_modes = WORDS(modes);

static const struct encap_word actions[] = {
	{ "End", SEG6_LOCAL_ACTION_END, 0 },
	{ "End.X", SEG6_LOCAL_ACTION_END_X, ENCAP_NEEDS_NH6 },
	{ "End.T", SEG6_LOCAL_ACTION_END_T, ENCAP_NEEDS_TABLE },
	{ "End.DX6", SEG6_LOCAL_ACTION_END_DX6, ENCAP_NEEDS_NH6 },
	{ "End.DX4", SEG6_LOCAL_ACTION_END_DX4, ENCAP_NEEDS_NH4 },
	{ "End.DT6", SEG6_LOCAL_ACTION_END_DT6, ENCAP_NEEDS_TABLE | ENCAP_NEEDS_VRFTABLE },
	{ "End.DT4", SEG6_LOCAL_ACTION_END_DT4, ENCAP_NEEDS_VRFTABLE },
	{ "End.DT46", SEG6_LOCAL_ACTION_END_DT46, ENCAP_NEEDS_VRFTABLE },
};
const struct encap_words encap_actions = WORDS(actions);

const struct encap_word *encap_by_word(const struct encap_words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (!strcmp(words->word[i].word, word))
			return &words->word[i];
	return NULL;
}

const struct encap_word *encap_by_number(const struct encap_words *words, uint32_t number)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->word[i].number == number)
			return &words->word[i];
	return NULL;
}

const struct encap *encap_of(const struct encap *value)
{
	static struct values_kept kept;

	return value_of(&kept, value, sizeof(*value));
}

#define append(...) append_to(text, room, __VA_ARGS__)

static void append_mpls(const struct encap *encap, char *text, size_t room)
{
	for (unsigned int i = 0; i < encap->labels; i++)
		append(i ? "/%u" : " %u", encap->label[i]);
	if (encap->has_ttl)
		append(" ttl %u", encap->ttl);
}

static void append_tunnel(const struct encap *encap, char *text, size_t room)
{
	bool six = encap->type == LWTUNNEL_ENCAP_IP6;
	char address[PREFIX_TEXT];

	if (encap->id)
		append(" id %llu", (unsigned long long)encap->id);
	if (encap->src.family)
		append(" src %s", prefix_text(&encap->src, address));
	if (encap->dst.family)
		append(" dst %s", prefix_text(&encap->dst, address));
	if (encap->tos)
		append(six ? " tc %u" : " tos %u", encap->tos);
	if (encap->ttl)
		append(six ? " hoplimit %u" : " ttl %u", encap->ttl);
	append("%s%s%s", encap->flags & ENCAP_KEY ? " key" : "", encap->flags & ENCAP_CSUM ? " csum" : "",
	       encap->flags & ENCAP_SEQ ? " seq" : "");
}

static void append_seg6(const struct encap *encap, char *text, size_t room)
{
	const struct encap_word *mode = encap_by_number(&encap_modes, encap->mode);
	char address[INET6_ADDRSTRLEN];

	append(" mode %s segs ", mode ? mode->word : "?");
	for (unsigned int i = 0; i < encap->segments; i++)
		append(i ? ",%s" : "%s", inet_ntop(AF_INET6, encap->segment[i], address, sizeof(address)));
}

static void append_local(const struct encap *encap, char *text, size_t room)
{
	const struct encap_word *action = encap_by_number(&encap_actions, encap->mode);
	char address[PREFIX_TEXT];

	append(" action %s", action ? action->word : "?");
	if (encap->table)
		append(" table %u", encap->table);
	if (encap->vrftable)
		append(" vrftable %u", encap->vrftable);
	if (encap->hop.family)
		append(encap->hop.family == AF_INET ? " nh4 %s" : " nh6 %s", prefix_text(&encap->hop, address));
	if (encap->count)
		append(" count");
}

void encap_append(const struct encap *encap, char *text, size_t room)
{
	const struct encap_word *type = encap_by_number(&encap_types, encap->type);

	append(" %s", type ? type->word : "?");
	if (encap->type == LWTUNNEL_ENCAP_MPLS)
		append_mpls(encap, text, room);
	else if (encap->type == LWTUNNEL_ENCAP_SEG6)
		append_seg6(encap, text, room);
	else if (encap->type == LWTUNNEL_ENCAP_SEG6_LOCAL)
		append_local(encap, text, room);
	else
		append_tunnel(encap, text, room);
}
