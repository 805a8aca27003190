/* SPDX-License-Identifier: ISC */
/* executor/stanza/statement-route.c - `[TYPE] DEST [via GW] [dev IF] ...`; see statement.h. */
#include <ctype.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/model/prefix.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/statement-words.h"
#include "executor/stanza/statement.h"
#include "executor/stanza/tablename.h"
#include "helpers/base/vrf.h"

static int read_via(struct parser *p)
{
	const char *value = statement_value(p);
	bool inet6 = value && !strcmp(value, "inet6"), inet = value && !strcmp(value, "inet");

	if (inet6 || inet)
		value = statement_value(p);
	if (!value)
		return -1;
	if (!parse_address(value, &p->hop->via) || (inet6 && p->hop->via.family != AF_INET6) ||
	    (inet && p->hop->via.family != AF_INET))
		return statement_bad(p, value, "an address");
	if (p->is_default && !p->route->dst.family)
		p->route->dst.family = inet6 ? AF_INET : p->hop->via.family;
	if (p->hop->via.family != p->route->dst.family && !inet6)
		return statement_bad(p, value, "of the destination's family (via inet6 ADDR for an IPv4 route)");
	return 0;
}

static int read_src(struct parser *p)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!parse_address(value, &p->route->src))
		return statement_bad(p, value, "an address");
	if (!p->route->dst.family)
		p->route->dst.family = p->route->src.family;
	return p->route->src.family == p->route->dst.family ? 0
							    : statement_bad(p, value, "of the destination's family");
}

static int read_metric(struct parser *p, const struct attribute *row)
{
	if (statement_number(p, row->least, row->most, &p->route->metric))
		return -1;
	/* By it we know the table's last word again, which no change of a stanza takes away. */
	if (p->route->metric == VRF_UNREACHABLE_METRIC)
		return fail(p->f, "%s \"%u\" is not free: the unreachable default of every VRF has it", p->word,
			    p->route->metric);
	return 0;
}

static int read_scope(struct parser *p)
{
	static const struct {
		const char *word;
		uint8_t scope;
	} scopes[] = { { "global", RT_SCOPE_UNIVERSE }, { "link", RT_SCOPE_LINK }, { "host", RT_SCOPE_HOST } };
	const char *value = statement_value(p);

	if (!value)
		return -1;
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		if (strcmp(value, scopes[i].word))
			continue;
		p->route->scope = scopes[i].scope;
		p->route->has_scope = true;
		return 0;
	}
	return statement_bad(p, value, "global, link or host");
}

/* The bits of the words that speak of a hop. */
static uint64_t hop_bits(const struct attributes *rows)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < rows->count; i++)
		bits |= (uint64_t)rows->row[i].hop << i;
	return bits;
}

static int read_nexthop(struct parser *p, const struct attribute *row)
{
	uint64_t bits = hop_bits(p->rows);

	if (!p->route->hops && p->seen & bits)
		return fail(p->f, "\"nexthop\" cannot follow via or dev of the route itself");
	p->is_nexthop = true;
	if (p->route->hops == HOPS_MAX)
		return fail(p->f, "more than %d nexthops", HOPS_MAX);
	p->hop = &p->hops[p->route->hops++];
	p->seen &= ~(bits | 1ull << (row - p->rows->row));
	return 0;
}

static int read_encap(struct parser *p)
{
	p->hop->encap = statement_encap(p);
	return p->hop->encap ? 0 : -1;
}

static int read_own(struct parser *p, const struct attribute *row)
{
	switch (row->kind) {
	case KIND_VIA:
		return read_via(p);
	case KIND_ADDRESS:
		return read_src(p);
	case KIND_SCOPE:
		return read_scope(p);
	case KIND_TABLE:
		return statement_table(p, false, &p->route->table);
	case KIND_VRF:
		return statement_vrf(p, &p->route->table);
	case KIND_ENCAP:
		return read_encap(p);
	case KIND_NEXTHOP:
		return read_nexthop(p, row);
	default:
		return row->type == RTA_PRIORITY && row->kind == KIND_NUMBER ? read_metric(p, row) : STATEMENT_COMMON;
	}
}

static bool is_type(const char *word)
{
	return route_type(word) != RTN_UNSPEC;
}

/* Why it is no destination. */
static int no_destination(struct parser *p, const char *word)
{
	if (statement_knows(p->rows, word))
		return fail(p->f, "\"%s\" stands behind the destination", word);
	if (isalpha((unsigned char)*word) && !strpbrk(word, ":./"))
		return fail(p->f,
			    "\"%.64s\" is neither a prefix nor default, nor a type: unicast, unreachable, blackhole, "
			    "prohibit, throw, local, broadcast, anycast, multicast",
			    word);
	return fail(p->f, "\"%.64s\" is not a prefix (ADDRESS[/LENGTH], no bit set behind the length)", word);
}

static int read_destination(struct parser *p)
{
	const char *word = next_word(&p->rest);

	if (word && is_type(word)) {
		p->route->type = route_type(word);
		word = next_word(&p->rest);
	}
	if (!word)
		return fail(p->f, "no destination");
	p->is_default = !strcmp(word, "default");
	if (p->is_default)
		return 0;
	return parse_prefix(word, &p->route->dst) ? 0 : no_destination(p, word);
}

static bool is_link_local(const struct prefix *address)
{
	return address->family == AF_INET6 && address->addr[0] == 0xfe && (address->addr[1] & 0xc0) == 0x80;
}

/* A word of a hop that has no place in a route that leads nowhere or to a nexthop object. */
static int check_no_hop(struct parser *p, const char *what)
{
	for (size_t i = 0; i < p->rows->count; i++) {
		const struct attribute *row = &p->rows->row[i];

		if (row->hop && attribute_is_set(row, &p->hops[0]))
			return fail(p->f, "a route %s has no %.*s", what, (int)strcspn(row->words, " "), row->words);
	}
	return 0;
}

static int check_hops(struct parser *p)
{
	struct route *route = p->route;

	for (unsigned int i = 0; i < route->hops; i++)
		if (!p->hops[i].via.family && !p->hops[i].dev[0])
			return fail(p->f, "\"nexthop\" needs via or dev");
	for (unsigned int i = 0; i < route->hops; i++)
		if (is_link_local(&p->hops[i].via) && !p->hops[i].dev[0])
			return fail(p->f, "a gateway below fe80::/10 needs dev: every link has such addresses");
	if (route->nhid)
		return p->is_nexthop ? fail(p->f, "a route by nhid has no nexthop") : check_no_hop(p, "by nhid");
	if (route_type_has_hops(route->type) && !route->hops)
		return fail(p->f,
			    "neither via nor dev says where to send (of routes between commas each needs its own)");
	if (!route_type_has_hops(route->type) && route->hops)
		return fail(p->f, "a route of this type has neither via nor dev");
	if (!route->hops)
		return check_no_hop(p, "of this type");
	if (p->hop == p->hops && !p->is_nexthop && p->hop->weight)
		return fail(p->f, "\"weight\" needs nexthop");
	if (route->hops == 1 && p->hop->onlink && !p->hop->dev[0])
		return fail(p->f, "\"onlink\" needs dev");
	return 0;
}

/* Words that only one of the families has; in a default for both they say which is meant. */
static int check_family(struct parser *p)
{
	for (size_t i = 0; i < p->rows->count; i++) {
		const struct attribute *row = &p->rows->row[i];
		bool said = !row->hop && attribute_is_set(row, p->route);

		for (unsigned int k = 0; row->hop && k < HOPS_MAX; k++)
			said |= attribute_is_set(row, &p->hops[k]);
		if (!row->family || !said)
			continue;
		if (!p->route->dst.family)
			p->route->dst.family = row->family;
		if (p->route->dst.family != row->family)
			return fail(p->f, "\"%.*s\" is for %s alone", (int)strcspn(row->words, " "), row->words,
				    row->family == AF_INET ? "IPv4" : "IPv6");
	}
	return 0;
}

int statement_route(char *text, uint32_t table, struct route route[2], struct failure *f)
{
	struct hop hops[HOPS_MAX];
	struct parser p = { .rest = text,
			    .route = route,
			    .hop = hops,
			    .hops = hops,
			    .f = f,
			    .rows = &route_attributes,
			    .read = read_own,
			    .misplaced = is_type };

	memset(route, 0, 2 * sizeof(*route));
	memset(hops, 0, sizeof(hops));
	route->type = RTN_UNICAST;
	route->protocol = VRF_PROTOCOL;
	route->table = table;
	if (read_destination(&p))
		return -1;
	if (statement_words(&p))
		return -1;
	/* via, dev and onlink stood for themselves, without `nexthop` */
	if (!route->hops && !route->nhid && (hops[0].via.family || hops[0].dev[0]))
		route->hops = 1;
	if (check_hops(&p) || check_family(&p))
		return -1;
	/*
	 * As for ip(8), whose default is one of IPv4: a nexthop by number has one family, and IPv6
	 * takes no list of hops without gateways (fib6_nh_init()).
	 */
	if (!route->dst.family && (route->nhid || route->hops > 1))
		route->dst.family = AF_INET;
	/* ip(8) gives a list of hops that one, whatever its length. */
	if (p.is_nexthop && !route->has_scope && route->type == RTN_UNICAST)
		route->has_scope = true;
	/* Among one there is nothing to weigh, and the kernel keeps no weight. */
	if (route->hops == 1)
		hops[0].weight = 0;
	if (route_set_hops(route, hops, route->hops))
		return fail(f, "out of memory");
	if (route->dst.family)
		return 1;
	route[1] = route[0];
	route[0].dst.family = AF_INET;
	route[1].dst.family = AF_INET6;
	return 2;
}
