/* SPDX-License-Identifier: ISC */
/* executor/stanza/statement-rule.c - `[not] [from P] [to P] ... (table T | TYPE)`; see statement.h. */
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>

#include "executor/model/prefix.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/statement-words.h"
#include "executor/stanza/statement.h"
#include "executor/stanza/tablename.h"
#include "helpers/base/vrf.h"

static int read_prefix(struct parser *p, struct prefix *prefix)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!strcmp(value, "all"))
		return 0;
	if (!parse_prefix(value, prefix))
		return statement_bad(p, value, "a prefix (ADDRESS[/LENGTH], no bit set behind the length)");
	if (p->rule->family && p->rule->family != prefix->family)
		return statement_bad(p, value, "of the other address's family");
	p->rule->family = prefix->family;
	return 0;
}

static int read_from(struct parser *p)
{
	return read_prefix(p, &p->rule->from);
}

static int read_to(struct parser *p)
{
	return read_prefix(p, &p->rule->to);
}

static int read_not(struct parser *p)
{
	p->rule->invert = true;
	return 0;
}

static int read_name(struct parser *p, char name[IFNAMSIZ])
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!parse_ifname(value))
		return statement_bad(p, value, "an interface name (1 to 15 bytes)");
	strcpy(name, value);
	return 0;
}

static int read_iif(struct parser *p)
{
	return read_name(p, p->rule->iif);
}

static int read_oif(struct parser *p)
{
	return read_name(p, p->rule->oif);
}

static int read_fwmark(struct parser *p)
{
	const char *value = statement_value(p);
	const char *slash = value ? strchr(value, '/') : NULL;
	char mark[16];

	if (!value)
		return -1;
	p->rule->fwmask = UINT32_MAX;
	if (slash && (size_t)(slash - value) < sizeof(mark)) {
		memcpy(mark, value, (size_t)(slash - value));
		mark[slash - value] = '\0';
		if (parse_u32(mark, &p->rule->fwmark) && parse_u32(slash + 1, &p->rule->fwmask) && p->rule->fwmask)
			return 0;
	} else if (!slash && parse_u32(value, &p->rule->fwmark)) {
		return 0;
	}
	return statement_bad(p, value, "a mark (M or M/MASK)");
}

static int read_ipproto(struct parser *p)
{
	/* The names that ports go with; getprotobyname() would need a database that may be absent. */
	static const struct {
		const char *word;
		uint8_t number;
	} names[] = { { "icmp", IPPROTO_ICMP }, { "tcp", IPPROTO_TCP },	  { "udp", IPPROTO_UDP },
		      { "dccp", IPPROTO_DCCP }, { "sctp", IPPROTO_SCTP }, { "ipv6-icmp", IPPROTO_ICMPV6 } };
	const char *value = statement_value(p);
	uint32_t number;

	if (!value)
		return -1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(value, names[i].word))
			p->rule->ipproto = names[i].number;
	if (p->rule->ipproto)
		return 0;
	if (!parse_u32(value, &number) || number < 1 || number > 255)
		return statement_bad(p, value, "a protocol (tcp, udp, sctp, dccp, icmp, ipv6-icmp or 1 to 255)");
	p->rule->ipproto = (uint8_t)number;
	return 0;
}

static int read_ports(struct parser *p, struct port_range *range)
{
	const char *value = statement_value(p);
	uint32_t first, last;

	if (!value)
		return -1;
	/* FRA_SPORT_RANGE: 1 to 65534 (net/core/fib_rules.c, fib_rule_port_range_valid: end < 0xffff) */
	if (!parse_range(value, 65534, &first, &last) || !first)
		return statement_bad(p, value, "a port or a range of ports (1 to 65534)");
	range->first = (uint16_t)first;
	range->last = (uint16_t)last;
	return 0;
}

static int read_sport(struct parser *p)
{
	return read_ports(p, &p->rule->sport);
}

static int read_dport(struct parser *p)
{
	return read_ports(p, &p->rule->dport);
}

static int read_uidrange(struct parser *p)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!parse_range(value, UINT32_MAX - 1, &p->rule->uid_first, &p->rule->uid_last))
		return statement_bad(p, value, "a uid or a range of uids");
	p->rule->has_uids = true;
	return 0;
}

static int read_pref(struct parser *p)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!parse_u32(value, &p->rule->pref) || !p->rule->pref)
		return statement_bad(p, value, "a preference from 1 to 4294967295");
	p->rule->has_pref = true;
	return 0;
}

static int set_action(struct parser *p, uint8_t action)
{
	if (p->rule->action)
		return fail(p->f, "\"%s\" stands beside another action", p->word);
	p->rule->action = action;
	return 0;
}

static int read_table(struct parser *p)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!parse_table(value, &p->rule->table) || !p->rule->table)
		return statement_bad(p, value, "a number or a name in rt_tables");
	return set_action(p, FR_ACT_TO_TBL);
}

static int read_unreachable(struct parser *p)
{
	return set_action(p, FR_ACT_UNREACHABLE);
}

static int read_prohibit(struct parser *p)
{
	return set_action(p, FR_ACT_PROHIBIT);
}

static int read_blackhole(struct parser *p)
{
	return set_action(p, FR_ACT_BLACKHOLE);
}

static const struct statement_word words[] = { { "not", read_not },
	      { "from", read_from },
	      { "to", read_to },
	      { "iif", read_iif },
	      { "oif", read_oif },
	      { "fwmark", read_fwmark },
	      { "ipproto", read_ipproto },
	      { "sport", read_sport },
	      { "dport", read_dport },
	      { "uidrange", read_uidrange },
	      { "pref", read_pref },
	      { "table", read_table },
	      { "lookup", read_table },
	      { "unreachable", read_unreachable },
	      { "prohibit", read_prohibit },
	      { "blackhole", read_blackhole } };

/* All packets, or nearly all: those without a mark, those that are not something. */
static bool is_for_everything(const struct rule *rule)
{
	return rule->invert || (!rule->from.len && !rule->to.len && !rule->iif[0] && !rule->oif[0] && !rule->fwmark &&
				!rule->ipproto && !rule->sport.first && !rule->dport.first && !rule->has_uids);
}

int statement_rule(char *text, uint32_t table, struct rule rule[2], struct failure *f)
{
	struct parser p = { .rest = text, .rule = rule, .f = f };

	memset(rule, 0, 2 * sizeof(*rule));
	rule->protocol = VRF_PROTOCOL;
	if (statement_words(&p, words, sizeof(words) / sizeof(words[0])))
		return -1;
	/* The kernel would put it just before the second rule, at 0, and the host's own addresses behind it. */
	if (!rule->has_pref && is_for_everything(rule))
		return fail(f, "a rule for everything needs pref: without one it would stand before local, at 0");
	if (!rule->action) {
		rule->action = FR_ACT_TO_TBL;
		rule->table = table;
	}
	if (rule->family)
		return 1;
	rule[1] = rule[0];
	rule[0].family = AF_INET;
	rule[1].family = AF_INET6;
	return 2;
}
