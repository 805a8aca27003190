/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/policy.c - what the processes of a VRF may use, as the kernel has it now.
 *
 * Device mode: the VRF and its members without limit; a device that a route of the VRF's
 * table leaks to only for the prefixes of such routes, and only outwards.  Mark mode: the
 * devices of the table's routes, for the table's prefixes.
 */
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/lwtunnel.h>
#include <linux/seg6_iptunnel.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "helpers/base/message.h"
#include "helpers/base/pages.h"
#include "helpers/base/vrf.h"
#include "helpers/confine/policy.h"

const struct device *policy_device(const struct policy *s, uint32_t ifindex)
{
	for (unsigned int i = 0; i < s->ndevices; i++)
		if (s->devices[i].ifindex == ifindex)
			return &s->devices[i];
	return NULL;
}

static bool is_leaving(const struct policy *s, uint32_t ifindex)
{
	for (size_t i = 0; s->leaving && i < s->leaving->ndevices; i++)
		if (s->leaving->devices[i] == ifindex)
			return true;
	return ifindex == s->without;
}

int policy_take_room(struct policy *s)
{
	struct room {
		uint8_t segments[SEGMENTS_MAX][16];
		struct device devices[DEVICES_MAX];
		struct allowed prefixes[PREFIXES_MAX];
	} * room;

	if (s->prefixes)
		return 0;
	room = pages_take(sizeof(*room));
	if (!room)
		return -ENOMEM;
	s->segments = room->segments;
	s->devices = room->devices;
	s->prefixes = room->prefixes;
	return 0;
}

int policy_add_device(struct policy *s, uint32_t ifindex, uint32_t flags)
{
	if (!ifindex || is_leaving(s, ifindex) || policy_device(s, ifindex))
		return 0;
	if (s->ndevices == DEVICES_MAX)
		return -E2BIG;
	if (policy_take_room(s))
		return -ENOMEM;
	s->devices[s->ndevices++] = (struct device){ .ifindex = ifindex, .flags = flags };
	return 0;
}

/* Ours, the VRF's table, a mark: sockets are bound by it (helpers/base/vrf.h). */
int policy_take_rule(const struct nlmsghdr *n, void *arg)
{
	struct policy *s = arg;
	struct rule_message r;

	if (message_rule(n, &r))
		return -EBADMSG;
	if ((r.header->family != AF_INET && r.header->family != AF_INET6) || r.header->action != FR_ACT_TO_TBL ||
	    r.protocol != VRF_PROTOCOL || !r.mark)
		return 0;
	/* By its place: a table-rule with a mark binds nobody. */
	if (r.table == s->table && r.pref == VRF_PREF_MARK)
		s->mark = r.mark;
	/* Comes before the rule above: only the second dump knows the mark. */
	else if (r.mark == s->mark && r.table == RT_TABLE_LOCAL && r.pref == VRF_PREF_MARK_LOCAL)
		s->local = true;
	return 0;
}

static int add_prefix(struct policy *s, const struct prefix *p, uint8_t pass)
{
	if (s->nprefixes == PREFIXES_MAX)
		return -E2BIG;
	if (policy_take_room(s))
		return -ENOMEM;
	s->prefixes[s->nprefixes++] = (struct allowed){ .prefix = *p, .pass = pass };
	return 0;
}

static int compare_prefixes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct prefix));
}

static void swap(unsigned char *a, unsigned char *b, size_t size)
{
	for (; size; size--, a++, b++) {
		const unsigned char c = *a;

		*a = *b;
		*b = c;
	}
}

/* The largest of what is below comes to this place, of those that are in order but for it. */
static void sink(unsigned char *base, size_t at, size_t n, size_t size, int (*order)(const void *, const void *))
{
	for (size_t below; (below = 2 * at + 1) < n; at = below) {
		if (below + 1 < n && order(base + below * size, base + (below + 1) * size) < 0)
			below++;
		if (order(base + at * size, base + below * size) >= 0)
			return;
		swap(base + at * size, base + below * size, size);
	}
}

/* Heapsort.  That of musl is larger than anything else in vrf-exec; that of glibc asks for memory. */
static void sort(void *base, size_t n, size_t size, int (*order)(const void *, const void *))
{
	for (size_t at = n / 2; at-- > 0;)
		sink(base, at, n, size, order);
	for (; n > 1; n--) {
		swap(base, (unsigned char *)base + (n - 1) * size, size);
		sink(base, 0, n - 1, size, order);
	}
}

void leaving_sort(struct prefix *prefixes, size_t n)
{
	sort(prefixes, n, sizeof(*prefixes), compare_prefixes);
}

static bool leaves(const struct policy *s, const struct prefix *p)
{
	return s->leaving && s->leaving->nprefixes &&
	       bsearch(p, s->leaving->prefixes, s->leaving->nprefixes, sizeof(*p), compare_prefixes);
}

/* Not only absent: a wider one would let it pass. */
int policy_deny_leaving(struct policy *s)
{
	int err = 0;

	for (size_t i = 0; !err && s->leaving && i < s->leaving->nprefixes; i++)
		err = add_prefix(s, &s->leaving->prefixes[i], PASS_NONE);
	return err;
}

/*
 * The filter sees such a packet as it leaves: to the segment.  Only of one segment: whoever may
 * send raw packets there could name others before the last, and be led anywhere.
 */
static int take_segment(struct policy *s, const struct hop_message *hop)
{
	const struct rtattr *srh = message_nested(hop->encap, SEG6_IPTUNNEL_SRH);
	struct seg6_iptunnel_encap tunnel;
	struct ipv6_sr_hdr header;
	const uint8_t *segment;

	if (!srh || RTA_PAYLOAD(srh) < sizeof(tunnel) + sizeof(header) + 16)
		return 0;
	memcpy(&tunnel, RTA_DATA(srh), sizeof(tunnel));
	memcpy(&header, (const uint8_t *)RTA_DATA(srh) + sizeof(tunnel), sizeof(header));
	/* the others leave the packet bare, or make a frame of it; 3: encap.red */
	if ((tunnel.mode != SEG6_IPTUN_MODE_ENCAP && tunnel.mode != 3) || header.first_segment)
		return 0;
	segment = (const uint8_t *)RTA_DATA(srh) + sizeof(tunnel) + sizeof(header);
	for (unsigned int i = 0; i < s->nsegments; i++)
		if (!memcmp(s->segments[i], segment, 16))
			return 0;
	if (s->nsegments == SEGMENTS_MAX)
		return -E2BIG;
	if (policy_take_room(s))
		return -ENOMEM;
	memcpy(s->segments[s->nsegments++], segment, 16);
	return 0;
}

static bool covers(const struct prefix *wide, const struct prefix *p)
{
	unsigned int bits = wide->len, bytes = bits / 8;
	uint8_t mask = (uint8_t)(0xff00 >> bits % 8);

	return wide->family == p->family && wide->len <= p->len && !memcmp(wide->addr, p->addr, bytes) &&
	       (!(bits % 8) || !((wide->addr[bytes] ^ p->addr[bytes]) & mask));
}

/* Where all may pass it would narrow that. */
static bool passes(const struct policy *s, const struct prefix *p)
{
	const struct allowed *best = NULL;

	for (unsigned int i = 0; i < s->nprefixes; i++)
		if (covers(&s->prefixes[i].prefix, p) &&
		    (!best || s->prefixes[i].prefix.len > best->prefix.len ||
		     (s->prefixes[i].prefix.len == best->prefix.len && s->prefixes[i].pass)))
			best = &s->prefixes[i];
	return best && best->pass == PASS_ANY;
}

int policy_add_segments(struct policy *s)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < s->nsegments; i++) {
		struct prefix p = { .family = AF_INET6, .len = 128 };

		memcpy(p.addr, s->segments[i], sizeof(p.addr));
		if (!passes(s, &p))
			err = add_prefix(s, &p, PASS_SEGMENT);
	}
	return err;
}

/* The VRF's own devices are in the policy before any route is taken. */
static int take_hop(struct policy *s, uint32_t ifindex, bool *leaks)
{
	const struct device *d = policy_device(s, ifindex);

	/* The VRF device itself has 127.0.0.0/8 in the table, in mark mode as well. */
	if (!ifindex || ifindex == s->ifindex || is_leaving(s, ifindex) || (d && d->flags & DEVICE_BIND))
		return 0;
	*leaks = true;
	return policy_add_device(s, ifindex, s->mark ? DEVICE_IN : 0);
}

static bool is_seg6(const struct hop_message *hop)
{
	const struct rtattr *type = hop->encap_type;

	return type && RTA_PAYLOAD(type) >= 2 && *(const uint16_t *)RTA_DATA(type) == LWTUNNEL_ENCAP_SEG6;
}

/* pass: the more of what it was and what this way is good for */
static int take_way(struct policy *s, uint32_t ifindex, const struct hop_message *hop, uint8_t *pass)
{
	bool out = false;
	int err = take_hop(s, ifindex, &out);

	if (err || !out)
		return err;
	if (!is_seg6(hop)) {
		*pass = PASS_ANY;
		return 0;
	}
	if (*pass == PASS_NONE)
		*pass = PASS_INSIDE;
	return take_segment(s, hop);
}

/* The route's own interface, or those of all its hops. */
static int take_hops(struct policy *s, const struct route_message *r, uint8_t *pass)
{
	const struct rtnexthop *hop = NULL;
	int err = take_way(s, r->oif, &r->hop, pass);

	while (!err && r->multipath && (hop = message_hop(r->multipath, hop))) {
		const struct hop_message m = message_hop_attributes(hop);

		err = take_way(s, (uint32_t)hop->rtnh_ifindex, &m, pass);
	}
	return err;
}

int policy_take_route(const struct nlmsghdr *n, void *arg)
{
	struct policy *s = arg;
	struct route_message r;
	uint8_t pass = PASS_NONE;
	int err;

	err = message_route(n, &r);
	if (err)
		return err;
	/* A kernel without the family dumps all others instead. */
	if ((r.to.family != AF_INET && r.to.family != AF_INET6) || r.header->rtm_flags & RTM_F_CLONED ||
	    r.table != s->table)
		return 0;
	switch (r.header->rtm_type) {
	case RTN_UNICAST:
		if (leaves(s, &r.to))
			return 0;
		err = take_hops(s, &r, &pass);
		if (pass == PASS_NONE)
			return err;
		break;
	case RTN_UNREACHABLE:
	case RTN_BLACKHOLE:
	case RTN_PROHIBIT:
	case RTN_THROW:
		break;
	default:
		return 0;
	}
	return err ? err : add_prefix(s, &r.to, pass);
}

int policy_take_broadcast(const struct nlmsghdr *n, void *arg)
{
	struct route_message r;
	int err = message_route(n, &r);

	if (err)
		return err;
	if (r.to.family != AF_INET || r.header->rtm_type != RTN_BROADCAST)
		return 0;
	return add_prefix(arg, &r.to, PASS_NONE);
}

/* As the kernel lists them, so that there is nothing to sort: of one address the longest IPv4 prefix, the shortest IPv6 one first */
static int compare_keys(const struct prefix *x, const struct prefix *y)
{
	int order =
		x->family != y->family ? (x->family < y->family ? -1 : 1) : memcmp(x->addr, y->addr, sizeof(x->addr));

	if (order || x->len == y->len)
		return order;
	return (x->len < y->len) == (x->family == AF_INET) ? 1 : -1;
}

/* Of two routes to the same prefix the one that passes first. */
static int compare(const void *a, const void *b)
{
	const struct allowed *x = a, *y = b;
	int order = compare_keys(&x->prefix, &y->prefix);

	return order ? order : (int)y->pass - (int)x->pass;
}

/* Into the entries before it, which are in order. */
static void insert(struct allowed *entry, size_t count)
{
	const struct allowed one = entry[count];
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare(&entry[middle], &one) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	memmove(&entry[low + 1], &entry[low], (count - low) * sizeof(*entry));
	entry[low] = one;
}

/* A few that are behind all others come from other lists: broadcasts, what leaves. */
void allowed_sort(struct allowed *entry, size_t count)
{
	enum { FEW = 64 };
	size_t sorted = count ? 1 : 0;

	while (sorted < count && compare(&entry[sorted - 1], &entry[sorted]) <= 0)
		sorted++;
	if (count - sorted > FEW)
		sort(entry, count, sizeof(*entry), compare);
	else
		for (; sorted < count; sorted++)
			insert(entry, sorted);
}

void policy_sort(struct policy *s)
{
	unsigned int n = 0;

	if (!s->nprefixes)
		return;
	allowed_sort(s->prefixes, s->nprefixes);
	for (unsigned int i = 1; i < s->nprefixes; i++)
		if (memcmp(&s->prefixes[n].prefix, &s->prefixes[i].prefix, sizeof(struct prefix)))
			s->prefixes[++n] = s->prefixes[i];
	s->nprefixes = n + 1;
}

static int by_prefix(const void *key, const void *element)
{
	return compare_keys(key, &((const struct allowed *)element)->prefix);
}

const struct allowed *allowed_find(const struct allowed *entry, size_t count, const struct prefix *p)
{
	return count ? bsearch(p, entry, count, sizeof(*entry), by_prefix) : NULL;
}

const struct allowed *allowed_next(const struct allowed *entry, size_t count, size_t *at, const struct prefix *p)
{
	int order = 1;

	while (*at < count && (order = compare_keys(&entry[*at].prefix, p)) < 0)
		++*at;
	return order ? NULL : &entry[*at];
}

const struct allowed *policy_prefix(const struct policy *s, const struct prefix *p)
{
	return allowed_find(s->prefixes, s->nprefixes, p);
}

bool policy_is_limited(const struct policy *s)
{
	if (s->mark)
		return true;
	for (unsigned int i = 0; i < s->ndevices; i++)
		if (s->devices[i].flags != DEVICE_OWN)
			return true;
	return false;
}

/* FNV-1a, of words, folded: the multiplication alone never carries a bit down. */
static uint64_t digest(uint64_t h, const void *data, size_t size)
{
	const unsigned char *p = data;
	uint32_t word;

	for (; size; size -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = (h ^ word) * 1099511628211u;
		h ^= h >> 32;
	}
	return h;
}

_Static_assert(sizeof(struct device) % 4 == 0 && sizeof(struct allowed) % 4 == 0, "words");

uint64_t digest_of(const struct device *devices, size_t ndevices, const struct allowed *prefixes, size_t nprefixes)
{
	uint64_t h = 14695981039346656037u;

	h = digest(h, devices, ndevices * sizeof(*devices));
	h = digest(h, prefixes, nprefixes * sizeof(*prefixes));
	return h ? h : 1;
}

uint64_t policy_digest(const struct policy *s)
{
	return digest_of(s->devices, s->ndevices, s->prefixes, s->nprefixes);
}
