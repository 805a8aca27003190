/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-target.c - addresses and names as they are typed; pure, see why.h. */
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "executor/model/append.h"
#include "executor/stanza/parse.h"
#include "openrc/rc-vrf/why-names.h"
#include "openrc/rc-vrf/why.h"

static const struct {
	const char *name;
	uint8_t number;
} protocols[] = { { "tcp", IPPROTO_TCP }, { "udp", IPPROTO_UDP }, { "icmp", IPPROTO_ICMP }, { "ping", IPPROTO_ICMP } };

static bool take_protocol(const char *word, uint8_t *protocol)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (!strcasecmp(word, protocols[i].name)) {
			*protocol = protocols[i].number;
			return true;
		}
	return false;
}

static bool take_port(const char *word, uint16_t *port)
{
	uint32_t number;

	if (!parse_u32(word, &number) || !number || number > 0xffff)
		return false;
	*port = (uint16_t)number;
	return true;
}

/* Letters, digits, dots, hyphens and underscores, no more than DNS has. */
static bool is_name(const char *text)
{
	size_t length = strlen(text);

	if (!length || length > 253 || text[0] == '-' || text[0] == '.')
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr(".-_", *text))
			return false;
	return true;
}

/* Into the text, which it changes: `[ADDR]:PORT`, `ADDR:PORT`, or an address of IPv6 alone. */
static char *cut_port(char *text, bool *bad)
{
	char *colon = strchr(text, ':'), *end;

	*bad = false;
	if (*text == '[') {
		end = strchr(text, ']');
		*bad = !end || (end[1] && end[1] != ':');
		if (*bad)
			return NULL;
		*end = '\0';
		memmove(text, text + 1, strlen(text + 1) + 1);
		return end[1] ? end + 2 : NULL;
	}
	if (!colon || strchr(colon + 1, ':'))
		return NULL;
	*colon = '\0';
	return colon + 1;
}

static bool is_zero(const struct prefix *p)
{
	static const uint8_t none[16];

	return !memcmp(p->addr, none, sizeof(none));
}

/* ::ffff:10.1.2.3: a socket of IPv6 that sends and hears by IPv4. */
static void unmap(struct prefix *p)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct prefix ipv4 = { .family = AF_INET, .len = 32 };

	if (p->family != AF_INET6 || memcmp(p->addr, mapped, sizeof(mapped)))
		return;
	memcpy(ipv4.addr, p->addr + sizeof(mapped), 4);
	*p = ipv4;
}

/* 10.20.50, 10.20.40.300: no top-level domain is digits alone (RFC 3696, 2). */
static bool ends_in_digits(const char *text)
{
	const char *dot = strrchr(text, '.'), *last = dot ? dot + 1 : text;

	return *last && strspn(last, "0123456789") == strlen(last);
}

static const char *what_is_wrong(const struct target *t)
{
	const struct prefix *p = &t->address;
	bool group = p->family == AF_INET ? (p->addr[0] & 0xf0) == 0xe0 : p->addr[0] == 0xff;
	bool link = prefix_is_link_local(p);

	if (!p->family)
		return t->dev[0] ? "a name has no interface" : NULL;
	if (is_zero(p))
		return "is nobody's address";
	if (group)
		return "is a group, and this is about one host";
	if (p->family == AF_INET && !memcmp(p->addr, "\xff\xff\xff\xff", 4))
		return "is everybody, and this is about one host";
	if (link && !t->dev[0])
		return "is for one link: write %INTERFACE behind it";
	if (!link && t->dev[0])
		return "is no link-local address, and has no interface";
	return NULL;
}

const char *target_parse(const char *text, struct target *t)
{
	char copy[sizeof(t->name) + 64], *slash, *port, *percent;
	bool bad;

	*t = (struct target){ .text = text };
	if (strlen(text) >= sizeof(copy))
		return "is too long";
	strcpy(copy, text);
	slash = strrchr(copy, '/');
	if (slash)
		*slash++ = '\0';
	if (slash && !take_protocol(slash, &t->protocol))
		return "has something else than tcp, udp or icmp behind its /: write ADDR, ADDR:PORT, ADDR/PROTO or ADDR:PORT/PROTO";
	port = cut_port(copy, &bad);
	if (bad)
		return "lacks a bracket";
	if (port && !take_port(port, &t->port))
		return "has no port from 1 to 65535";
	if (port && t->protocol == IPPROTO_ICMP)
		return "has a port, which icmp has not";
	if (port && !t->protocol)
		t->protocol = IPPROTO_TCP;
	percent = strchr(copy, '%');
	if (percent) {
		*percent++ = '\0';
		if (!parse_ifname(percent))
			return "has no interface behind %";
		strcpy(t->dev, percent);
	}
	if (!parse_address(copy, &t->address)) {
		t->address = (struct prefix){ 0 };
		if (!is_name(copy) || ends_in_digits(copy))
			return "is neither an address nor a name";
		strcpy(t->name, copy);
	}
	unmap(&t->address);
	return what_is_wrong(t);
}

static const char *protocol_text(uint8_t protocol)
{
	return protocol == IPPROTO_TCP ? "tcp" : protocol == IPPROTO_UDP ? "udp" : "icmp";
}

const char *target_text(const struct target *t, char text[TARGET_TEXT])
{
	char address[PREFIX_TEXT];

	snprintf(text, TARGET_TEXT, "%s%s%s", t->address.family ? prefix_text(&t->address, address) : t->name,
		 t->dev[0] ? "%" : "", t->dev);
	if (t->port)
		append_to(text, TARGET_TEXT, " port %u", t->port);
	if (t->protocol)
		append_to(text, TARGET_TEXT, t->port ? " (%s)" : " by %s", protocol_text(t->protocol));
	return text;
}

bool hosts_find(char *text, const char *name, struct prefix *address)
{
	char *line;

	while (text && (line = strsep(&text, "\n"))) {
		char *rest = line, *word, *first;

		line[strcspn(line, "#")] = '\0';
		first = next_word(&rest);
		while (first && (word = next_word(&rest)))
			if (!strcasecmp(word, name) && parse_address(first, address))
				return true;
	}
	return false;
}
