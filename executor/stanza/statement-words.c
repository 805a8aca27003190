/* SPDX-License-Identifier: ISC */
/* executor/stanza/statement-words.c - a row of words, and values of each kind; see statement-words.h. */
#include <ctype.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "executor/stanza/parse.h"
#include "executor/stanza/statement-words.h"
#include "executor/stanza/tablename.h"
#include "helpers/base/vrf.h"

const char *statement_value(struct parser *p)
{
	const char *value = next_word(&p->rest);

	if (!value)
		fail(p->f, "\"%s\" needs a value", p->word);
	return value;
}

bool statement_take(struct parser *p, const char *word)
{
	const char *next = p->rest + strspn(p->rest, " \t\r\n");
	size_t length = strlen(word);

	if (strncmp(next, word, length) || (next[length] && !isspace((unsigned char)next[length])))
		return false;
	next_word(&p->rest);
	return true;
}

int statement_bad(struct parser *p, const char *value, const char *wanted)
{
	return fail(p->f, "%s \"%.64s\" is not %s", p->word, value, wanted);
}

int statement_number(struct parser *p, uint32_t least, uint32_t most, uint32_t *number)
{
	const char *value = statement_value(p);
	char wanted[64];

	if (!value)
		return -1;
	if (parse_u32(value, number) && *number >= least && *number <= most)
		return 0;
	snprintf(wanted, sizeof(wanted), "a number from %u to %u", least, most);
	return statement_bad(p, value, wanted);
}

int statement_table(struct parser *p, bool systems, uint32_t *table)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if ((!parse_table(value, table) && !parse_table_of_vrf(value, table)) || (systems && !*table))
		return statement_bad(p, value, "a number, a name in rt_tables or a VRF of the interfaces file");
	/* main, default and local belong to the system; a VRF's table must not be one of them */
	if (!systems && table_is_systems(*table))
		return statement_bad(p, value, "allowed: 0 and 253 to 255 are the system's");
	return 0;
}

int statement_vrf(struct parser *p, uint32_t *table)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	return parse_table_of_vrf(value, table) ? 0 : statement_bad(p, value, "a VRF of the interfaces file");
}

static int read_flag(struct parser *p, const struct attribute *row, void *of)
{
	(void)p;
	attribute_set_number(row, of, true);
	return 0;
}

static int read_number(struct parser *p, const struct attribute *row, void *of)
{
	uint32_t number;

	if (statement_number(p, row->least, row->most, &number))
		return -1;
	attribute_set_number(row, of, row->kind == KIND_NUMBER_0 ? number + 1 : number);
	return 0;
}

static int read_metric(struct parser *p, const struct attribute *row, void *of)
{
	if (statement_take(p, "lock"))
		*attribute_locks(row, of) |= 1u << row->type;
	return read_number(p, row, of);
}

/* `40ms`, `1s` or a number of milliseconds */
static int read_time(struct parser *p, const struct attribute *row, void *of)
{
	const char *value = statement_value(p);
	size_t digits = value ? strspn(value, "0123456789") : 0;
	uint32_t number, factor = 0;
	char text[12];

	if (!value)
		return -1;
	if (!value[digits] || !strcmp(value + digits, "ms"))
		factor = 1;
	else if (!strcmp(value + digits, "s"))
		factor = 1000;
	snprintf(text, sizeof(text), "%.*s", (int)digits, value);
	if (digits >= sizeof(text) || !factor || !parse_u32(text, &number) || !number || number > UINT32_MAX / factor)
		return statement_bad(p, value, "a time (N, Nms or Ns)");
	attribute_set_number(row, of, number * factor);
	*attribute_locks(row, of) |= 1u << row->type;
	return 0;
}

static int read_features(struct parser *p, const struct attribute *row, void *of)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (strcmp(value, "ecn"))
		return statement_bad(p, value, "ecn");
	attribute_set_number(row, of, row->most);
	return 0;
}

static int read_algorithm(struct parser *p, const struct attribute *row, void *of)
{
	bool lock = statement_take(p, "lock");
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (strlen(value) >= row->size)
		return statement_bad(p, value, "the name of an algorithm (1 to 15 bytes)");
	strcpy(attribute_field(row, of), value);
	if (lock)
		((struct route *)of)->metrics[RTAX_LOCK] |= 1u << row->type;
	return 0;
}

static int read_device(struct parser *p, const struct attribute *row, void *of)
{
	const char *value = statement_value(p);

	if (!value)
		return -1;
	if (!parse_ifname(value))
		return statement_bad(p, value, "an interface name (1 to 15 bytes)");
	strcpy(attribute_field(row, of), value);
	return 0;
}

/* ip(8) takes it for hexadecimal in any case. */
static int read_dsfield(struct parser *p, const struct attribute *row, void *of)
{
	const char *value = statement_value(p);
	uint32_t number = 256;
	char text[16];

	if (!value)
		return -1;
	snprintf(text, sizeof(text), "%s%.8s", strncmp(value, "0x", 2) ? "0x" : "", value);
	if (!parse_name(value, "rt_dsfield", &number) && (strlen(value) > 4 || !parse_u32(text, &number)))
		number = 256;
	if (number > 255 || number & 3)
		return statement_bad(p, value,
				     "a byte in hexadecimal without the bits of ECN, or a name in rt_dsfield");
	attribute_set_number(row, of, number);
	return 0;
}

static int read_dscp(struct parser *p, const struct attribute *row, void *of)
{
	const char *value = statement_value(p);
	uint32_t number = 0;
	bool named = value && parse_name(value, "rt_dsfield", &number) && number < 256 && !(number & 3);

	if (!value)
		return -1;
	if (!named && (!parse_u32(value, &number) || number > row->most))
		return statement_bad(p, value, "a number from 0 to 63 or a name in rt_dsfield");
	attribute_set_number(row, of, (named ? number >> 2 : number) + 1);
	return 0;
}

static int read_group(struct parser *p, const struct attribute *row, void *of)
{
	const char *value = statement_value(p);
	uint32_t number;

	if (!value)
		return -1;
	if ((!parse_u32(value, &number) && !parse_name(value, "group", &number)) || number > row->most)
		return statement_bad(p, value, "a number or a name in /etc/iproute2/group");
	attribute_set_number(row, of, number + 1);
	return 0;
}

static bool parse_realm(const char *text, uint32_t *realm)
{
	return (parse_u32(text, realm) || parse_name(text, "rt_realms", realm)) && *realm < 256;
}

/* `TO`, `FROM/` or `FROM/TO` */
static int read_realms(struct parser *p, const struct attribute *row, void *of)
{
	const char *value = statement_value(p), *to = value ? strchr(value, '/') : NULL;
	uint32_t from = 0, number = 0;
	char text[64] = "";

	if (!value)
		return -1;
	if (to)
		snprintf(text, sizeof(text), "%.*s", (int)(to - value), value);
	to = to ? to + 1 : value;
	if ((text[0] && !parse_realm(text, &from)) || (*to && !parse_realm(to, &number)) || !(from || number))
		return statement_bad(p, value, "a realm or two (TO or FROM/TO, 0 to 255 or a name in rt_realms)");
	attribute_set_number(row, of, from << 16 | number);
	return 0;
}

static int read_protocol(struct parser *p, const struct attribute *row, void *of)
{
	const char *value = statement_value(p);
	uint32_t number;

	(void)row;
	(void)of;
	if (!value)
		return -1;
	if (parse_u32(value, &number) && number == VRF_PROTOCOL)
		return 0;
	return statement_bad(p, value, "86, by which vrf-ng knows its own again");
}

static int read_preference(struct parser *p, const struct attribute *row, void *of)
{
	static const char *const words[] = { "medium", "high", "", "low" }; /* RFC 4191, 2.1 */
	const char *value = statement_value(p);

	if (!value)
		return -1;
	for (uint32_t i = 0; i < 4; i++) {
		if (strcmp(value, words[i]))
			continue;
		attribute_set_number(row, of, i);
		return 0;
	}
	return statement_bad(p, value, "low, medium or high");
}

static int read_mark(struct parser *p, const struct attribute *row, void *of)
{
	const char *value = statement_value(p);
	const char *slash = value ? strchr(value, '/') : NULL;
	uint32_t *mark = attribute_field(row, of);
	char text[16];

	if (!value)
		return -1;
	mark[1] = UINT32_MAX;
	if (slash && (size_t)(slash - value) < sizeof(text)) {
		memcpy(text, value, (size_t)(slash - value));
		text[slash - value] = '\0';
		if (parse_u32(text, &mark[0]) && parse_u32(slash + 1, &mark[1]) && mark[1])
			return 0;
	} else if (!slash && parse_u32(value, &mark[0])) {
		return 0;
	}
	return statement_bad(p, value, "a mark (M or M/MASK)");
}

static int read_ipproto(struct parser *p, const struct attribute *row, void *of)
{
	/* The names that ports go with; getprotobyname() would need a database that may be absent. */
	static const struct {
		const char *word;
		uint8_t number;
	} names[] = { { "icmp", IPPROTO_ICMP }, { "tcp", IPPROTO_TCP },   { "udp", IPPROTO_UDP },
		      { "dccp", IPPROTO_DCCP }, { "sctp", IPPROTO_SCTP }, { "ipv6-icmp", IPPROTO_ICMPV6 } };
	const char *value = statement_value(p);
	uint32_t number = 0;

	if (!value)
		return -1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(value, names[i].word))
			number = names[i].number;
	if (!number && (!parse_u32(value, &number) || number < row->least || number > row->most))
		return statement_bad(p, value, "a protocol (tcp, udp, sctp, dccp, icmp, ipv6-icmp or 1 to 255)");
	attribute_set_number(row, of, number);
	return 0;
}

static int read_ports(struct parser *p, const struct attribute *row, void *of)
{
	const char *value = statement_value(p);
	struct port_range *range = attribute_field(row, of);
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

static int read_uids(struct parser *p, const struct attribute *row, void *of)
{
	const char *value = statement_value(p);
	struct uid_range *uids = attribute_field(row, of);

	if (!value)
		return -1;
	if (!parse_range(value, UINT32_MAX - 1, &uids->first, &uids->last))
		return statement_bad(p, value, "a uid or a range of uids");
	uids->given = true;
	return 0;
}

static int (*const readers[])(struct parser *, const struct attribute *,
			      void *) = { [KIND_FLAG] = read_flag,         [KIND_NUMBER] = read_number,
					  [KIND_NUMBER_0] = read_number,   [KIND_GROUP] = read_group,
					  [KIND_DEVICE] = read_device,     [KIND_DSFIELD] = read_dsfield,
					  [KIND_DSCP] = read_dscp,         [KIND_REALMS] = read_realms,
					  [KIND_PROTOCOL] = read_protocol, [KIND_PREFERENCE] = read_preference,
					  [KIND_METRIC] = read_metric,     [KIND_TIME] = read_time,
					  [KIND_FEATURES] = read_features, [KIND_ALGORITHM] = read_algorithm,
					  [KIND_MARK] = read_mark,         [KIND_IPPROTO] = read_ipproto,
					  [KIND_PORTS] = read_ports,       [KIND_UIDS] = read_uids };

static int read_row(struct parser *p, size_t i, const char *word)
{
	const struct attribute *row = &p->rows->row[i];
	/* `vrf` stands behind `table`, and is another word for it. */
	uint64_t bit = 1ull << (row->kind == KIND_VRF ? i - 1 : i);
	int err;

	if (p->seen & bit)
		return fail(p->f, "\"%s\" stands twice", word);
	p->seen |= bit;
	p->word = word;
	err = p->read(p, row);
	if (err != STATEMENT_COMMON)
		return err;
	return readers[row->kind](p, row, row->hop ? (void *)p->hop : p->route ? (void *)p->route : (void *)p->rule);
}

static int read_word(struct parser *p, const char *word)
{
	for (size_t i = 0; i < p->rows->count; i++)
		if (attribute_has_word(&p->rows->row[i], word))
			return read_row(p, i, word);
	if (p->misplaced && p->misplaced(word))
		return fail(p->f, "\"%.64s\" stands before the destination", word);
	return fail(p->f, "\"%.64s\" is not known", word);
}

bool statement_knows(const struct attributes *rows, const char *word)
{
	for (size_t i = 0; i < rows->count; i++)
		if (attribute_has_word(&rows->row[i], word))
			return true;
	return false;
}

int statement_words(struct parser *p)
{
	const char *word;

	while ((word = next_word(&p->rest)))
		if (read_word(p, word))
			return -1;
	return 0;
}
