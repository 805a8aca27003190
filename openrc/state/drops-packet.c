/* SPDX-License-Identifier: ISC */
/*
 * openrc/state/drops-packet.c - what the first bytes of a packet say, which may be anything; see
 * drops-packet.h.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "openrc/state/drops-packet.h"

/* Those behind which a header of the next protocol follows, and those without ports (IANA) */
enum { PROTO_HOPOPTS = 0, PROTO_ROUTING = 43, PROTO_FRAGMENT = 44, PROTO_AH = 51, PROTO_DSTOPTS = 60 };

/* <linux/in.h>, newer than those of some C libraries */
enum { PROTO_L2TP = 115, PROTO_SMC = 256, PROTO_MPTCP = 262 };

static uint16_t read16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static bool has_ports(int protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE ||
	       protocol == IPPROTO_SCTP || protocol == IPPROTO_DCCP;
}

static void parse_ports(const uint8_t *header, size_t length, size_t at, struct drop_packet *p)
{
	if (!has_ports(p->protocol) || at + 4 > length)
		return;
	p->has_port = true;
	p->port = read16(header + at + 2);
}

static void parse_ipv4(const uint8_t *header, size_t length, bool in, struct drop_packet *p)
{
	if (length < 20)
		return;
	p->family = AF_INET;
	p->protocol = header[9];
	memcpy(p->peer, header + (in ? 12 : 16), 4);
	/* of fragments the first alone has them */
	if (!(read16(header + 6) & 0x1fff))
		parse_ports(header, length, (header[0] & 15) * 4u, p);
}

/* Where the next header begins, or 0: there is none, or it is out of sight. */
static size_t behind(const uint8_t *header, size_t length, size_t at, int protocol)
{
	if (at + 8 > length)
		return 0;
	switch (protocol) {
	case PROTO_HOPOPTS:
	case PROTO_ROUTING:
	case PROTO_DSTOPTS:
		return at + 8 + header[at + 1] * 8u;
	case PROTO_AH:
		return at + 8 + header[at + 1] * 4u;
	case PROTO_FRAGMENT:
		return at + 8;
	default:
		return 0;
	}
}

static void parse_ipv6(const uint8_t *header, size_t length, bool in, struct drop_packet *p)
{
	size_t at = 40, next;
	bool first = true;

	if (length < 40)
		return;
	p->family = AF_INET6;
	p->protocol = header[6];
	memcpy(p->peer, header + (in ? 8 : 24), 16);
	while (first && (next = behind(header, length, at, p->protocol))) {
		first = p->protocol != PROTO_FRAGMENT || !(read16(header + at + 2) & 0xfff8);
		p->protocol = header[at];
		at = next;
	}
	if (first)
		parse_ports(header, length, at, p);
}

static bool is_mapped(const uint32_t address[4])
{
	return !address[0] && !address[1] && address[2] == htonl(0xffff);
}

static void parse_call(const struct drop *d, struct drop_packet *p)
{
	struct drop_call call;

	memcpy(&call, d->header, sizeof(call));
	p->family = (uint8_t)call.family;
	p->protocol = (int)call.protocol;
	if (!p->protocol && call.type == SOCK_STREAM)
		p->protocol = IPPROTO_TCP;
	else if (!p->protocol && call.type == SOCK_DGRAM)
		p->protocol = IPPROTO_UDP;
	if (!(d->reason & DROP_CALL))
		return;
	if (call.family == AF_INET6 && is_mapped(call.address)) {
		p->family = AF_INET;
		call.address[0] = call.address[3];
	}
	memcpy(p->peer, call.address, p->family == AF_INET ? 4 : 16);
	p->has_port = has_ports(p->protocol);
	if (p->has_port)
		p->port = ntohs((uint16_t)call.port);
}

void drop_parse(const struct drop *d, struct drop_packet *p)
{
	const size_t length = d->length < DROP_HEADER ? d->length : DROP_HEADER;
	const bool in = d->reason & DROP_IN;

	*p = (struct drop_packet){ .protocol = -1 };
	if (d->reason & (DROP_SOCKET | DROP_CALL))
		parse_call(d, p);
	else if (length && d->header[0] >> 4 == 4)
		parse_ipv4(d->header, length, in, p);
	else if (length && d->header[0] >> 4 == 6)
		parse_ipv6(d->header, length, in, p);
}

const char *drop_reason(uint32_t reason)
{
	static const char *const words[DROP_REASON + 1] = {
		[DROP_DOWN] = "the VRF is down",          [DROP_NOT_BOUND] = "not bound",
		[DROP_INTERFACE] = "other interface",     [DROP_PREFIX] = "outside the prefixes",
		[DROP_NETNS] = "other network namespace", [DROP_UNFILTERED] = "unfiltered protocol",
		[DROP_PACKED] = "packed by IPsec",
	};
	const char *word = words[reason & DROP_REASON];

	return word ? word : "?";
}

const char *drop_protocol(int protocol, char text[DROP_PROTOCOL])
{
	static const struct {
		int number;
		const char *name;
	} known[] = {
		{ IPPROTO_TCP, "tcp" },       { IPPROTO_UDP, "udp" },         { IPPROTO_ICMP, "icmp" },
		{ IPPROTO_ICMPV6, "icmpv6" }, { IPPROTO_SCTP, "sctp" },       { IPPROTO_IGMP, "igmp" },
		{ IPPROTO_DCCP, "dccp" },     { IPPROTO_UDPLITE, "udplite" }, { PROTO_L2TP, "l2tp" },
		{ PROTO_SMC, "smc" },         { PROTO_MPTCP, "mptcp" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].number == protocol)
			return known[i].name;
	if (protocol < 0)
		return "?";
	/* sockets have some that no packet can have */
	snprintf(text, DROP_PROTOCOL, "protocol %u", (unsigned int)protocol & 0xffff);
	return text;
}
