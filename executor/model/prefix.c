/* SPDX-License-Identifier: ISC */
/* executor/model/prefix.c - addresses with a prefix length; see prefix.h. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "executor/model/prefix.h"

unsigned int family_bits(int family)
{
	return family == AF_INET ? 32 : 128;
}

const char *prefix_text(const struct prefix *p, char text[PREFIX_TEXT])
{
	size_t length;

	if (!inet_ntop(p->family, p->addr, text, PREFIX_TEXT))
		return "?";
	length = strlen(text);
	if (p->len != family_bits(p->family))
		snprintf(text + length, PREFIX_TEXT - length, "/%u", p->len);
	return text;
}

bool prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return a->family == b->family && a->len == b->len && !memcmp(a->addr, b->addr, sizeof(a->addr));
}

bool prefix_covers(const struct prefix *wide, const struct prefix *p)
{
	unsigned int bits = wide->len, bytes = bits / 8;
	uint8_t mask = (uint8_t)(0xff00 >> bits % 8);

	return wide->family == p->family && bits <= p->len && !memcmp(wide->addr, p->addr, bytes) &&
	       (!(bits % 8) || !((wide->addr[bytes] ^ p->addr[bytes]) & mask));
}

struct prefix prefix_network(const struct prefix *address)
{
	struct prefix network = *address;

	for (unsigned int bit = address->len; bit < 8 * sizeof(network.addr); bit++)
		network.addr[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	return network;
}

bool prefix_is_link_local(const struct prefix *p)
{
	return p->family == AF_INET6 && p->addr[0] == 0xfe && (p->addr[1] & 0xc0) == 0x80;
}
