/* SPDX-License-Identifier: ISC */
/* executor/kernel/encap.c - struct encap to and from netlink; see attribute.h. */
/* First: the kernel's headers leave out what musl's has only if they come later (linux/libc-compat.h). */
#include <netinet/in.h>

#include <endian.h>
#include <errno.h>
#include <linux/lwtunnel.h>
#include <linux/mpls_iptunnel.h>
#include <linux/rtnetlink.h>
#include <linux/seg6.h>
#include <linux/seg6_iptunnel.h>
#include <linux/seg6_local.h>
#include <string.h>

#include "executor/kernel/attribute.h"

/* Later than the headers of some releases; include/uapi/linux/seg6_local.h */
#define LOCAL_COUNTERS  10
#define COUNTER_PACKETS 2
#define COUNTER_ERRORS  4

/* RFC 8754: the segment routing header's */
#define ROUTING_TYPE 4

/* RFC 3032: label, traffic class, bottom of stack, ttl */
#define LABEL_SHIFT  12
#define LABEL_BOTTOM 0x100

static int put_mpls(struct nl_msg *msg, const struct encap *encap)
{
	uint32_t stack[ENCAP_LABELS];
	int err;

	for (unsigned int i = 0; i < encap->labels; i++)
		stack[i] = htobe32(encap->label[i] << LABEL_SHIFT | (i + 1 == encap->labels ? LABEL_BOTTOM : 0));
	err = nla_put(msg, MPLS_IPTUNNEL_DST, (int)(encap->labels * sizeof(stack[0])), stack);
	return err || !encap->has_ttl ? err : nla_put_u8(msg, MPLS_IPTUNNEL_TTL, encap->ttl);
}

static int put_address(struct nl_msg *msg, int type, const struct prefix *p)
{
	return p->family ? nla_put(msg, type, (int)family_bits(p->family) / 8, p->addr) : 0;
}

/* The numbers of ip's attributes are those of ip6's. */
static int put_tunnel(struct nl_msg *msg, const struct encap *encap)
{
	uint64_t id = htobe64(encap->id);
	int err = encap->id ? nla_put(msg, LWTUNNEL_IP_ID, sizeof(id), &id) : 0;

	if (!err)
		err = put_address(msg, LWTUNNEL_IP_DST, &encap->dst);
	if (!err)
		err = put_address(msg, LWTUNNEL_IP_SRC, &encap->src);
	if (!err && encap->tos)
		err = nla_put_u8(msg, LWTUNNEL_IP_TOS, encap->tos);
	if (!err && encap->ttl)
		err = nla_put_u8(msg, LWTUNNEL_IP_TTL, encap->ttl);
	if (!err && encap->flags)
		err = nla_put_u16(msg, LWTUNNEL_IP_FLAGS, htobe16(encap->flags));
	return err;
}

/* The header has the segments from the last to the first; RFC 8754, 2. */
static int put_seg6(struct nl_msg *msg, const struct encap *encap)
{
	/* Inline, the packet's own destination is the last, and the kernel fills it in. */
	unsigned int own = encap->mode == SEG6_IPTUN_MODE_INLINE, all = encap->segments + own;
	unsigned char
		buffer[sizeof(struct seg6_iptunnel_encap) + sizeof(struct ipv6_sr_hdr) + 16 * (ENCAP_SEGMENTS + 1)];
	struct seg6_iptunnel_encap *tunnel = (struct seg6_iptunnel_encap *)buffer;
	struct ipv6_sr_hdr *srh = tunnel->srh;
	size_t size = sizeof(*srh) + 16 * all;

	memset(buffer, 0, sizeof(buffer));
	tunnel->mode = (int)encap->mode;
	srh->hdrlen = (uint8_t)(size / 8 - 1);
	srh->type = ROUTING_TYPE;
	srh->segments_left = srh->first_segment = (uint8_t)(all - 1);
	for (unsigned int i = 0; i < encap->segments; i++)
		memcpy((unsigned char *)(srh + 1) + 16 * (all - 1 - i), encap->segment[i], 16);
	return nla_put(msg, SEG6_IPTUNNEL_SRH, (int)(sizeof(*tunnel) + size), buffer);
}

/* All of them, at 0. */
static int put_counters(struct nl_msg *msg)
{
	struct nlattr *nest = nla_nest_start(msg, LOCAL_COUNTERS);
	uint64_t zero = 0;

	for (int type = COUNTER_PACKETS; nest && type <= COUNTER_ERRORS; type++)
		if (nla_put(msg, type, sizeof(zero), &zero))
			return -ENOMEM;
	return nest ? nla_nest_end(msg, nest) : -ENOMEM;
}

static int put_local(struct nl_msg *msg, const struct encap *encap)
{
	int err = nla_put_u32(msg, SEG6_LOCAL_ACTION, encap->mode);

	if (!err && encap->table)
		err = nla_put_u32(msg, SEG6_LOCAL_TABLE, encap->table);
	if (!err && encap->vrftable)
		err = nla_put_u32(msg, SEG6_LOCAL_VRFTABLE, encap->vrftable);
	if (!err)
		err = put_address(msg, encap->hop.family == AF_INET ? SEG6_LOCAL_NH4 : SEG6_LOCAL_NH6, &encap->hop);
	return err || !encap->count ? err : put_counters(msg);
}

int encap_put(struct nl_msg *msg, const struct encap *encap)
{
	int err = nla_put_u16(msg, RTA_ENCAP_TYPE, encap->type);
	struct nlattr *nest = err ? NULL : nla_nest_start(msg, RTA_ENCAP);

	if (!nest)
		return -ENOMEM;
	if (encap->type == LWTUNNEL_ENCAP_MPLS)
		err = put_mpls(msg, encap);
	else if (encap->type == LWTUNNEL_ENCAP_SEG6)
		err = put_seg6(msg, encap);
	else if (encap->type == LWTUNNEL_ENCAP_SEG6_LOCAL)
		err = put_local(msg, encap);
	else
		err = put_tunnel(msg, encap);
	return err ? err : nla_nest_end(msg, nest);
}

static bool get_mpls(const struct nlattr *attr, struct encap *encap)
{
	const unsigned char *byte = nla_data(attr);

	if (nla_type(attr) == MPLS_IPTUNNEL_TTL) {
		encap->has_ttl = true;
		encap->ttl = nla_get_u8(attr);
		return true;
	}
	encap->labels = (uint8_t)(nla_len(attr) / 4);
	if (nla_type(attr) != MPLS_IPTUNNEL_DST || nla_len(attr) / 4 > ENCAP_LABELS)
		return false;
	for (unsigned int i = 0; i < encap->labels; i++) {
		uint32_t entry;

		memcpy(&entry, byte + 4 * i, sizeof(entry));
		encap->label[i] = be32toh(entry) >> LABEL_SHIFT;
	}
	return true;
}

/* All zero is an address that was not given. */
static void get_address(const struct nlattr *attr, int family, struct prefix *address)
{
	struct prefix none = { 0 };

	nla_memcpy(address->addr, attr, sizeof(address->addr));
	if (!memcmp(address->addr, none.addr, sizeof(none.addr)))
		return;
	address->family = (uint8_t)family;
	address->len = (uint8_t)family_bits(family);
}

static bool get_tunnel(const struct nlattr *attr, struct encap *encap)
{
	int family = encap->type == LWTUNNEL_ENCAP_IP6 ? AF_INET6 : AF_INET;

	switch (nla_type(attr)) {
	case LWTUNNEL_IP_ID:
		nla_memcpy(&encap->id, attr, sizeof(encap->id));
		encap->id = be64toh(encap->id);
		return true;
	case LWTUNNEL_IP_DST:
		get_address(attr, family, &encap->dst);
		return true;
	case LWTUNNEL_IP_SRC:
		get_address(attr, family, &encap->src);
		return true;
	case LWTUNNEL_IP_TOS:
		encap->tos = nla_get_u8(attr);
		return true;
	case LWTUNNEL_IP_TTL:
		encap->ttl = nla_get_u8(attr);
		return true;
	case LWTUNNEL_IP_FLAGS:
		encap->flags = be16toh(nla_get_u16(attr));
		return !(encap->flags & ~(ENCAP_CSUM | ENCAP_KEY | ENCAP_SEQ));
	default:
		return nla_type(attr) == LWTUNNEL_IP_PAD;
	}
}

static bool get_seg6(const struct nlattr *attr, struct encap *encap)
{
	const struct seg6_iptunnel_encap *tunnel = nla_data(attr);
	const struct ipv6_sr_hdr *srh = tunnel->srh;
	unsigned int own, all;

	if (nla_type(attr) != SEG6_IPTUNNEL_SRH || nla_len(attr) < (int)(sizeof(*tunnel) + sizeof(*srh)))
		return false;
	encap->mode = (uint32_t)tunnel->mode;
	own = encap->mode == SEG6_IPTUN_MODE_INLINE;
	all = srh->first_segment + 1u;
	/* What follows the segments (hmac) is not known. */
	if (srh->flags || all < own || all - own > ENCAP_SEGMENTS ||
	    nla_len(attr) != (int)(sizeof(*tunnel) + sizeof(*srh) + 16 * all))
		return false;
	encap->segments = (uint8_t)(all - own);
	for (unsigned int i = 0; i < encap->segments; i++)
		memcpy(encap->segment[i], (const unsigned char *)(srh + 1) + 16 * (all - 1 - i), 16);
	return true;
}

static bool get_local(const struct nlattr *attr, struct encap *encap)
{
	switch (nla_type(attr)) {
	case SEG6_LOCAL_ACTION:
		encap->mode = nla_get_u32(attr);
		return encap_by_number(&encap_actions, encap->mode);
	case SEG6_LOCAL_TABLE:
		encap->table = nla_get_u32(attr);
		return true;
	case SEG6_LOCAL_VRFTABLE:
		encap->vrftable = nla_get_u32(attr);
		return true;
	case SEG6_LOCAL_NH4:
		get_address(attr, AF_INET, &encap->hop);
		return true;
	case SEG6_LOCAL_NH6:
		get_address(attr, AF_INET6, &encap->hop);
		return true;
	default:
		encap->count |= nla_type(attr) == LOCAL_COUNTERS;
		return nla_type(attr) == LOCAL_COUNTERS;
	}
}

const struct encap *encap_get(uint16_t type, const struct nlattr *attr)
{
	bool (*get)(const struct nlattr *, struct encap *) = get_tunnel;
	struct encap encap;
	struct nlattr *each;
	int rest;

	memset(&encap, 0, sizeof(encap));
	encap.type = type;
	if (!encap_by_number(&encap_types, type))
		return NULL;
	if (type == LWTUNNEL_ENCAP_MPLS)
		get = get_mpls;
	else if (type == LWTUNNEL_ENCAP_SEG6)
		get = get_seg6;
	else if (type == LWTUNNEL_ENCAP_SEG6_LOCAL)
		get = get_local;
	nla_for_each_nested(each, attr, rest)
		if (!get(each, &encap))
			return NULL;
	return encap_of(&encap);
}
