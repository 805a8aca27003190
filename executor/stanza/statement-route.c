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

/* via, dev, weight and onlink stand first in words[], nexthop behind them */
#define HOP_WORDS 0x0fu
#define NEXTHOP_WORDS 0x1fu

static int read_via(struct parser *p)
{
	const char *value = statement_value(p);
	bool inet6 = value && !strcmp(value, "inet6");

	if (inet6)
		value = statement_value(p);
	if (!value)
		return -1;
	if (!parse_address(value, &p->hop->via) || (inet6 && p->hop->via.family != AF_INET6))
		return statement_bad(p, value, "an address");
	if (p->is_default && !p->route->dst.family)
		p->route->dst.family = inet6 ? AF_INET : p->hop->via.family;
	if (p->hop->via.family != p->route->dst.family && !inet6)
		return statement_bad(p, value, "of the destination's family (via inet6 ADDR for an IPv4 route)");
	return 0;
}

static int read_dev(struct parser *p)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!parse_ifname(value))
		return statement_bad(p, value, "an interface name (1 to 15 bytes)");
	strcpy(p->hop->dev, value);
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
	return p->route->src.family == p->route->dst.family ? 0 : statement_bad(p, value, "of the destination's family");
}

static int read_metric(struct parser *p)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!parse_u32(value, &p->route->metric))
		return statement_bad(p, value, "a number from 0 to 4294967295");
	/* By it we know the table's last word again, which no change of a stanza takes away. */
	if (p->route->metric == VRF_UNREACHABLE_METRIC)
		return statement_bad(p, value, "free: the unreachable default of every VRF has it");
	return 0;
}

static int read_mtu(struct parser *p)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	/* 65535: an IP packet's length field */
	if (parse_u32(value, &p->route->mtu) && p->route->mtu >= 68 && p->route->mtu <= 65535)
		return 0;
	return statement_bad(p, value, "a number from 68 to 65535");
}

static int read_table(struct parser *p)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!parse_table(value, &p->route->table))
		return statement_bad(p, value, "a number or a name in rt_tables");
	/* main, default and local belong to the system; a VRF's table must not be one of them */
	if (p->route->table == 0 || (p->route->table >= RT_TABLE_DEFAULT && p->route->table <= RT_TABLE_LOCAL))
		return statement_bad(p, value, "allowed: 0 and 253 to 255 are the system's");
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

static int read_weight(struct parser *p)
{
	const char *value = statement_value(p);
	uint32_t weight;

	if (!value)
		return -1;
	if (!parse_u32(value, &weight) || weight < 1 || weight > 256)
		return statement_bad(p, value, "a number from 1 to 256");
	p->hop->weight = (uint16_t)weight;
	return 0;
}

static int read_onlink(struct parser *p)
{
	p->hop->onlink = true;
	return 0;
}

static int read_nexthop(struct parser *p)
{
	if (!p->route->hops && p->seen & HOP_WORDS)
		return fail(p->f, "\"nexthop\" cannot follow via or dev of the route itself");
	p->is_nexthop = true;
	if (p->route->hops == HOPS_MAX)
		return fail(p->f, "more than %d nexthops", HOPS_MAX);
	p->hop = &p->route->hop[p->route->hops++];
	p->seen &= ~NEXTHOP_WORDS;
	return 0;
}

static const struct statement_word words[] = { { "via", read_via },	   { "dev", read_dev },	    { "weight", read_weight }, { "onlink", read_onlink },
	      { "nexthop", read_nexthop }, { "src", read_src },	    { "metric", read_metric }, { "mtu", read_mtu },
	      { "table", read_table },	   { "scope", read_scope } };

static bool read_type(const char *word, struct route *route)
{
	static const struct {
		const char *word;
		uint8_t type;
	} types[] = { { "unicast", RTN_UNICAST },
		      { "unreachable", RTN_UNREACHABLE },
		      { "blackhole", RTN_BLACKHOLE },
		      { "prohibit", RTN_PROHIBIT },
		      { "throw", RTN_THROW } };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(word, types[i].word))
			continue;
		route->type = types[i].type;
		return true;
	}
	return false;
}

static bool is_type(const char *word)
{
	struct route ignored;

	return read_type(word, &ignored);
}

/* Why it is no destination. */
static int no_destination(struct parser *p, const char *word)
{
	if (statement_knows(words, sizeof(words) / sizeof(words[0]), word))
		return fail(p->f, "\"%s\" stands behind the destination", word);
	if (isalpha((unsigned char)*word) && !strpbrk(word, ":./"))
		return fail(p->f, "\"%.64s\" is neither a prefix nor default, nor a type: unicast, unreachable, blackhole, "
				  "prohibit, throw", word);
	return fail(p->f, "\"%.64s\" is not a prefix (ADDRESS[/LENGTH], no bit set behind the length)", word);
}

static int read_destination(struct parser *p)
{
	const char *word = next_word(&p->rest);

	if (word && read_type(word, p->route))
		word = next_word(&p->rest);
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

static int check(struct parser *p)
{
	struct route *route = p->route;

	for (unsigned int i = 0; i < route->hops; i++)
		if (!route->hop[i].via.family && !route->hop[i].dev[0])
			return fail(p->f, "\"nexthop\" needs via or dev");
	for (unsigned int i = 0; i < route->hops; i++)
		if (is_link_local(&route->hop[i].via) && !route->hop[i].dev[0])
			return fail(p->f, "a gateway below fe80::/10 needs dev: every link has such addresses");
	if (route->type == RTN_UNICAST && !route->hops)
		return fail(p->f, "neither via nor dev says where to send (of routes between commas each needs its own)");
	if (route->type != RTN_UNICAST && route->hops)
		return fail(p->f, "a route of this type has neither via nor dev");
	if (!route->hops && (route->hop[0].onlink || route->hop[0].weight))
		return fail(p->f, "a route of this type has neither onlink nor weight");
	if (p->hop == &route->hop[0] && !p->is_nexthop && route->hop[0].weight)
		return fail(p->f, "\"weight\" needs nexthop");
	if (route->hops == 1 && route->hop[0].onlink && !route->hop[0].dev[0])
		return fail(p->f, "\"onlink\" needs dev");
	return 0;
}

int statement_route(char *text, uint32_t table, struct route route[2], struct failure *f)
{
	struct parser p = { .rest = text, .route = route, .hop = &route->hop[0], .f = f, .misplaced = is_type };

	memset(route, 0, 2 * sizeof(*route));
	route->type = RTN_UNICAST;
	route->protocol = VRF_PROTOCOL;
	route->table = table;
	if (read_destination(&p))
		return -1;
	if (statement_words(&p, words, sizeof(words) / sizeof(words[0])))
		return -1;
	/* via, dev and onlink stood for themselves, without `nexthop` */
	if (!route->hops && (route->hop[0].via.family || route->hop[0].dev[0]))
		route->hops = 1;
	if (check(&p))
		return -1;
	/* Among one there is nothing to weigh, and the kernel keeps no weight. */
	if (route->hops == 1)
		route->hop[0].weight = 0;
	if (route->dst.family)
		return 1;
	route[1] = route[0];
	route[0].dst.family = AF_INET;
	route[1].dst.family = AF_INET6;
	return 2;
}
