/* SPDX-License-Identifier: ISC */
/* executor/stanza/statement-encap.c - what follows the word encap of a route; see statement-words.h. */
#include <arpa/inet.h>
#include <linux/lwtunnel.h>
#include <linux/seg6_iptunnel.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/encap.h"
#include "executor/model/prefix.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/statement-words.h"

/* `16/17/18` */
static int read_mpls(struct parser *p, struct encap *encap)
{
	char *labels = next_word(&p->rest), *label;
	uint32_t ttl = 0;

	if (!labels)
		return fail(p->f, "\"encap mpls\" needs a label");
	while ((label = strsep(&labels, "/"))) {
		if (encap->labels == ENCAP_LABELS)
			return fail(p->f, "encap mpls: more than %d labels", ENCAP_LABELS);
		if (!parse_u32(label, &encap->label[encap->labels]) || encap->label[encap->labels] > 0xfffff)
			return fail(p->f, "encap mpls \"%.64s\" is not a label from 0 to 1048575", label);
		encap->labels++;
	}
	if (!statement_take(p, "ttl"))
		return 0;
	p->word = "encap mpls ttl";
	if (statement_number(p, 1, 255, &ttl))
		return -1;
	encap->ttl = (uint8_t)ttl;
	encap->has_ttl = true;
	return 0;
}

static int read_address(struct parser *p, const char *word, int family, struct prefix *address)
{
	const char *value;

	p->word = word;
	value = statement_value(p);
	if (!value)
		return -1;
	if (parse_address(value, address) && address->family == family)
		return 0;
	return statement_bad(p, value, family == AF_INET ? "an IPv4 address" : "an IPv6 address");
}

static int read_byte(struct parser *p, const char *word, uint8_t *byte)
{
	uint32_t number = 0;

	p->word = word;
	if (statement_number(p, 0, 255, &number))
		return -1;
	*byte = (uint8_t)number;
	return 0;
}

static int read_id(struct parser *p, struct encap *encap)
{
	const char *value;
	char *end;

	p->word = "id";
	value = statement_value(p);
	if (!value)
		return -1;
	encap->id = strtoull(value, &end, 0);
	return *value >= '0' && *value <= '9' && !*end ? 0 : statement_bad(p, value, "a number");
}

static int read_tunnel(struct parser *p, struct encap *encap)
{
	bool six = encap->type == LWTUNNEL_ENCAP_IP6;
	int family = six ? AF_INET6 : AF_INET, err = 0;

	while (!err) {
		if (statement_take(p, "id"))
			err = read_id(p, encap);
		else if (statement_take(p, "src"))
			err = read_address(p, "src", family, &encap->src);
		else if (statement_take(p, "dst"))
			err = read_address(p, "dst", family, &encap->dst);
		else if (statement_take(p, six ? "tc" : "tos"))
			err = read_byte(p, six ? "tc" : "tos", &encap->tos);
		else if (statement_take(p, six ? "hoplimit" : "ttl"))
			err = read_byte(p, six ? "hoplimit" : "ttl", &encap->ttl);
		else if (statement_take(p, "key"))
			encap->flags |= ENCAP_KEY;
		else if (statement_take(p, "csum"))
			encap->flags |= ENCAP_CSUM;
		else if (statement_take(p, "seq"))
			encap->flags |= ENCAP_SEQ;
		else
			break;
	}
	if (!err && !encap->dst.family)
		return fail(p->f, "\"encap %s\" needs dst", six ? "ip6" : "ip");
	return err;
}

static const struct encap_word *read_word(struct parser *p, const char *word, const struct encap_words *words,
					  const char *wanted)
{
	const struct encap_word *found;
	const char *value;

	p->word = word;
	value = statement_value(p);
	found = value ? encap_by_word(words, value) : NULL;
	if (value && !found)
		statement_bad(p, value, wanted);
	return found;
}

static int read_seg6(struct parser *p, struct encap *encap)
{
	const struct encap_word *mode;
	char *segments, *segment;

	if (!statement_take(p, "mode"))
		return fail(p->f, "\"encap seg6\" needs mode");
	mode = read_word(p, "mode", &encap_modes, "encap, inline, l2encap, encap.red or l2encap.red");
	if (!mode)
		return -1;
	encap->mode = mode->number;
	if (!statement_take(p, "segs") || !(segments = next_word(&p->rest)))
		return fail(p->f, "\"encap seg6\" needs segs");
	while ((segment = strsep(&segments, ","))) {
		if (encap->segments == ENCAP_SEGMENTS)
			return fail(p->f, "encap seg6: more than %d segments", ENCAP_SEGMENTS);
		if (inet_pton(AF_INET6, segment, encap->segment[encap->segments++]) != 1)
			return fail(p->f, "segs \"%.64s\" is not an IPv6 address", segment);
	}
	return 0;
}

/* What an action needs is what it takes; of two tables one. */
static int check_local(struct parser *p, const struct encap *encap, const struct encap_word *action)
{
	unsigned int has = (encap->table ? ENCAP_NEEDS_TABLE : 0u) | (encap->vrftable ? ENCAP_NEEDS_VRFTABLE : 0u) |
			   (encap->hop.family == AF_INET ? ENCAP_NEEDS_NH4 : 0u) |
			   (encap->hop.family == AF_INET6 ? ENCAP_NEEDS_NH6 : 0u);
	static const char *const needs[] = { "nothing behind it but count", "table", "vrftable",
					     "table or vrftable",           "nh4",   [ENCAP_NEEDS_NH6] = "nh6" };

	if ((has & ~action->needs) || (action->needs && (!has || (has & (has - 1)))))
		return fail(p->f, "action %s needs %s", action->word, needs[action->needs]);
	return 0;
}

static int read_local(struct parser *p, struct encap *encap)
{
	const struct encap_word *action;
	int err = 0;

	if (!statement_take(p, "action"))
		return fail(p->f, "\"encap seg6local\" needs action");
	action = read_word(p, "action", &encap_actions,
			   "End, End.X, End.T, End.DX4, End.DX6, End.DT4, End.DT6 or End.DT46");
	if (!action)
		return -1;
	encap->mode = action->number;
	while (!err) {
		/* A route's own table stands behind the last of these, or before encap. */
		if (action->needs & ENCAP_NEEDS_TABLE && !encap->table && !encap->vrftable &&
		    statement_take(p, "table")) {
			p->word = "table";
			err = statement_table(p, true, &encap->table);
		} else if (statement_take(p, "vrftable")) {
			p->word = "vrftable";
			err = statement_table(p, false, &encap->vrftable);
		} else if (statement_take(p, "nh4")) {
			err = read_address(p, "nh4", AF_INET, &encap->hop);
		} else if (statement_take(p, "nh6")) {
			err = read_address(p, "nh6", AF_INET6, &encap->hop);
		} else if (statement_take(p, "count")) {
			encap->count = true;
		} else {
			break;
		}
	}
	return err ? err : check_local(p, encap, action);
}

static int read_encap(struct parser *p, struct encap *encap)
{
	const struct encap_word *type = read_word(p, p->word, &encap_types, "mpls, ip, ip6, seg6 or seg6local");

	if (!type)
		return -1;
	encap->type = (uint16_t)type->number;
	switch (encap->type) {
	case LWTUNNEL_ENCAP_MPLS:
		return read_mpls(p, encap);
	case LWTUNNEL_ENCAP_SEG6:
		return read_seg6(p, encap);
	case LWTUNNEL_ENCAP_SEG6_LOCAL:
		return read_local(p, encap);
	default:
		return read_tunnel(p, encap);
	}
}

const struct encap *statement_encap(struct parser *p)
{
	const struct encap *kept;
	struct encap encap;

	/* Its padding, too: values are compared as bytes. */
	memset(&encap, 0, sizeof(encap));
	if (read_encap(p, &encap))
		return NULL;
	kept = encap_of(&encap);
	if (!kept)
		fail(p->f, "out of memory");
	return kept;
}
