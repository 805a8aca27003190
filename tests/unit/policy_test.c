/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/policy_test.c - rules and routes, as the kernel sends them, to a policy.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_iptunnel.h>

#include "helpers/base/rtnl.h"
#include "helpers/base/vrf.h"
#include "helpers/confine/policy.h"
#include "tests/unit/tap.h"

#define VRF   1073741825u
#define TABLE 1u
#define MARK  0x56000001u

static struct policy s;

static void reset(uint32_t mark)
{
	memset(&s, 0, sizeof(s));
	s.ifindex = VRF;
	s.table = TABLE;
	s.mark = mark;
	policy_take_room(&s);
}

static void u32(struct rtnl_request *r, unsigned short type, uint32_t value)
{
	rtnl_put(r, type, &value, sizeof(value));
}

static struct rtnl_request route(unsigned char type, const char *prefix, unsigned char length)
{
	struct rtnl_request r = { .n = { .nlmsg_len = NLMSG_LENGTH(sizeof(r.route)), .nlmsg_type = RTM_NEWROUTE } };
	unsigned char address[16];

	r.route.rtm_family = strchr(prefix, ':') ? AF_INET6 : AF_INET;
	r.route.rtm_type = type;
	r.route.rtm_dst_len = length;
	u32(&r, RTA_TABLE, TABLE);
	inet_pton(r.route.rtm_family, prefix, address);
	if (length)
		rtnl_put(&r, RTA_DST, address, r.route.rtm_family == AF_INET ? 4 : 16);
	return r;
}

static int take(struct rtnl_request r, uint32_t oif)
{
	if (oif)
		u32(&r, RTA_OIF, oif);
	return policy_take_route(&r.n, &s);
}

/* 1: passes, 0: must not, -1: not in the policy at all */
static int allowed(const char *prefix, unsigned char length)
{
	struct prefix p = { .len = length };
	const struct allowed *a;

	p.family = strchr(prefix, ':') ? AF_INET6 : AF_INET;
	inet_pton(p.family, prefix, p.addr);
	a = policy_prefix(&s, &p);
	return a ? (int)a->pass : -1;
}

static int flags(uint32_t ifindex)
{
	const struct device *d = policy_device(&s, ifindex);

	return d ? (int)d->flags : -1;
}

static void test_mark_mode(void)
{
	struct rtnl_request r;

	reset(MARK);
	take(route(RTN_UNICAST, "10.20.30.0", 24), 7);
	take(route(RTN_UNICAST, "fd00:30::", 64), 8);
	take(route(RTN_UNREACHABLE, "0.0.0.0", 0), 0);
	take(route(RTN_UNREACHABLE, "::", 0), 0);
	take(route(RTN_BLACKHOLE, "10.20.30.128", 25), 0);
	take(route(RTN_LOCAL, "127.0.0.1", 32), VRF);
	take(route(RTN_UNICAST, "127.0.0.0", 8), VRF);
	r = route(RTN_UNICAST, "192.0.2.0", 24);
	r.route.rtm_flags = RTM_F_CLONED;
	take(r, 9);
	policy_sort(&s);
	ok(flags(7) == DEVICE_IN && flags(8) == DEVICE_IN, "mark: devices of routes, for prefixes");
	ok(flags(9) == -1 && flags(VRF) == -1, "mark: not those of cached routes, nor the VRF");
	ok(allowed("10.20.30.0", 24) == PASS_ANY && allowed("fd00:30::", 64) == PASS_ANY, "mark: unicast prefixes");
	ok(allowed("10.20.30.128", 25) == 0, "mark: a hole in one");
	ok(allowed("0.0.0.0", 0) == 0 && allowed("::", 0) == 0, "mark: unreachable defaults");
	ok(allowed("127.0.0.0", 8) == -1 && allowed("192.0.2.0", 24) == -1, "mark: and no more");
}

static void test_device_mode(void)
{
	reset(0);
	s.devices[s.ndevices++] = (struct device){ VRF, DEVICE_BIND | DEVICE_IN | DEVICE_ANY };
	s.devices[s.ndevices++] = (struct device){ 7, DEVICE_BIND | DEVICE_IN | DEVICE_ANY };
	take(route(RTN_UNICAST, "10.20.30.0", 24), 7);
	take(route(RTN_UNICAST, "10.9.0.0", 16), 8);
	take(route(RTN_UNICAST, "10.9.0.0", 16), 7);
	policy_sort(&s);
	ok(s.ndevices == 3 && flags(7) & DEVICE_BIND, "device: a member stays one");
	ok(flags(8) == 0, "device: a leak goes out only, and nobody binds to it");
	ok(s.nprefixes == 1 && allowed("10.9.0.0", 16) == PASS_ANY, "device: only its prefix counts");
}

static void test_order(void)
{
	reset(MARK);
	take(route(RTN_UNREACHABLE, "0.0.0.0", 0), 0);
	take(route(RTN_UNICAST, "0.0.0.0", 0), 7);
	take(route(RTN_UNREACHABLE, "0.0.0.0", 0), 0);
	take(route(RTN_UNICAST, "::", 0), 7);
	policy_sort(&s);
	ok(s.nprefixes == 2, "the same prefix once");
	ok(allowed("0.0.0.0", 0) == PASS_ANY, "a default route before the unreachable one");
}

static void test_multipath(void)
{
	struct rtnl_request r = route(RTN_UNICAST, "10.0.0.0", 8);
	struct rtnexthop hops[3] = { { .rtnh_len = sizeof(*hops), .rtnh_ifindex = 7 },
				     { .rtnh_len = sizeof(*hops), .rtnh_ifindex = 8 },
				     { .rtnh_len = 200, .rtnh_ifindex = 9 } };

	reset(MARK);
	rtnl_put(&r, RTA_MULTIPATH, hops, sizeof(hops));
	ok(!take(r, 0) && flags(7) == DEVICE_IN && flags(8) == DEVICE_IN, "both next hops");
	ok(flags(9) == -1, "a next hop longer than its attribute");
}

static void test_without(void)
{
	reset(MARK);
	s.without = 7;
	take(route(RTN_UNICAST, "10.20.30.0", 24), 7);
	take(route(RTN_UNICAST, "10.9.0.0", 16), 8);
	policy_sort(&s);
	ok(flags(7) == -1 && flags(8) == DEVICE_IN, "without an interface: not in the set");
	ok(allowed("10.20.30.0", 24) == -1, "without an interface: nor are its routes");
}

static struct prefix prefix(const char *address, unsigned char length)
{
	struct prefix p = { .len = length };

	p.family = strchr(address, ':') ? AF_INET6 : AF_INET;
	inet_pton(p.family, address, p.addr);
	return p;
}

/* Routes that are about to change, and an interface */
static void test_leaving(void)
{
	const uint32_t devices[] = { 11, 9 };
	struct prefix prefixes[] = { prefix("fd00:30::", 64), prefix("10.20.30.0", 24), prefix("10.0.0.1", 32) };
	const struct leaving leaving = { .devices = devices, .ndevices = 2, .prefixes = prefixes, .nprefixes = 3 };

	reset(MARK);
	s.leaving = &leaving;
	leaving_sort(prefixes, 3);
	take(route(RTN_UNICAST, "10.20.30.0", 24), 7);
	take(route(RTN_UNICAST, "fd00:30::", 64), 7);
	take(route(RTN_UNICAST, "10.0.0.0", 8), 8);
	take(route(RTN_UNICAST, "10.9.0.0", 16), 9);
	take(route(RTN_UNICAST, "10.20.0.0", 16), 8);
	ok(policy_deny_leaving(&s) == 0, "leaving: all of it");
	policy_sort(&s);
	ok(flags(7) == -1 && flags(8) == DEVICE_IN, "leaving: not the device of such routes alone");
	ok(flags(9) == -1 && allowed("10.9.0.0", 16) == -1, "leaving: neither an interface nor where it leads");
	ok(allowed("10.20.30.0", 24) == 0 && allowed("fd00:30::", 64) == 0,
	   "leaving: denied, inside a wider one as well");
	ok(allowed("10.0.0.1", 32) == 0, "leaving: also what no route was there for");
	ok(allowed("10.0.0.0", 8) == PASS_ANY && allowed("10.20.0.0", 16) == PASS_ANY, "leaving: all else stays");
	s.nprefixes = PREFIXES_MAX;
	ok(policy_deny_leaving(&s) == -E2BIG, "leaving: no room");
	s.leaving = NULL;
}

static void test_broken_routes(void)
{
	struct rtnl_request r = route(RTN_UNICAST, "10.0.0.0", 8);
	unsigned char short_address[2] = { 10, 0 };

	reset(MARK);
	r.route.rtm_dst_len = 33;
	ok(take(r, 7) == -EBADMSG, "longer than the family's addresses");
	r = route(RTN_UNICAST, "0.0.0.0", 0);
	rtnl_put(&r, RTA_DST, short_address, sizeof(short_address));
	ok(take(r, 7) == -EBADMSG, "an address cut short");
	r = route(RTN_UNICAST, "10.0.0.0", 8);
	r.n.nlmsg_len = NLMSG_LENGTH(4);
	ok(policy_take_route(&r.n, &s) == -EBADMSG && policy_take_broadcast(&r.n, &s) == -EBADMSG,
	   "a header cut short");
	s.nprefixes = PREFIXES_MAX;
	ok(take(route(RTN_UNICAST, "10.0.0.0", 8), 7) == -E2BIG, "one prefix too many");
	reset(MARK);
	s.ndevices = DEVICES_MAX;
	ok(take(route(RTN_UNICAST, "10.0.0.0", 8), 7) == -E2BIG, "one device too many");
	reset(MARK);
	r = route(RTN_UNICAST, "10.0.0.0", 8);
	r.route.rtm_family = AF_INET6 + 100;
	ok(!take(r, 7) && !s.nprefixes, "another family");
}

static void take_rule(unsigned char protocol, uint32_t pref, uint32_t mark, uint32_t table)
{
	struct rtnl_request r = { .n = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct fib_rule_hdr)),
					 .nlmsg_type = RTM_NEWRULE } };
	struct fib_rule_hdr *h = NLMSG_DATA(&r.n);

	h->family = AF_INET;
	h->action = FR_ACT_TO_TBL;
	rtnl_put(&r, FRA_PROTOCOL, &protocol, sizeof(protocol));
	u32(&r, FRA_PRIORITY, pref);
	u32(&r, FRA_FWMARK, mark);
	u32(&r, FRA_TABLE, table);
	policy_take_rule(&r.n, &s);
}

static void test_rules(void)
{
	reset(0);
	take_rule(VRF_PROTOCOL, VRF_PREF_MARK, MARK + 1, TABLE + 1);
	take_rule(RTPROT_STATIC, VRF_PREF_MARK, 1, TABLE);
	take_rule(VRF_PROTOCOL, VRF_PREF_MARK, 0, TABLE);
	take_rule(VRF_PROTOCOL, 3000, 5, TABLE);
	ok(!s.mark, "rules of others, of other tables, without a mark and in other places");
	take_rule(VRF_PROTOCOL, VRF_PREF_MARK, MARK, TABLE);
	ok(s.mark == MARK && !s.local, "our rule: its mark");
	take_rule(VRF_PROTOCOL, VRF_PREF_MARK_LOCAL, MARK + 1, RT_TABLE_LOCAL);
	take_rule(VRF_PROTOCOL, VRF_PREF_MARK_LOCAL + 1, MARK, RT_TABLE_LOCAL);
	take_rule(RTPROT_STATIC, VRF_PREF_MARK_LOCAL, MARK, RT_TABLE_LOCAL);
	ok(!s.local, "local: not by the rule of another mark, place or owner");
	take_rule(VRF_PROTOCOL, VRF_PREF_MARK_LOCAL, MARK, RT_TABLE_LOCAL);
	ok(s.local, "local: by ours");
}

/* Of the local table, in mark mode */
static void test_broadcasts(void)
{
	struct rtnl_request r;

	reset(MARK);
	take(route(RTN_UNICAST, "10.20.30.0", 24), 2);
	r = route(RTN_BROADCAST, "10.20.30.255", 32);
	policy_take_broadcast(&r.n, &s);
	r = route(RTN_LOCAL, "10.20.30.40", 32);
	policy_take_broadcast(&r.n, &s);
	policy_sort(&s);
	ok(allowed("10.20.30.0", 24) == PASS_ANY && allowed("10.20.30.255", 32) == 0, "a broadcast does not pass");
	ok(allowed("10.20.30.40", 32) == -1, "... other routes of the local table say nothing");
}

/* A route out of the VRF that packs its packets for that many segments, of which this is the last one. */
static struct rtnl_request seg6(const char *prefix, unsigned char length, int mode, const char *segment,
				unsigned int count)
{
	struct rtnl_request r = route(RTN_UNICAST, prefix, length);
	struct {
		struct rtattr attr;
		int mode;
		unsigned char srh[sizeof(struct ipv6_sr_hdr)];
		struct in6_addr segments[2];
	} encap = { .attr = { .rta_type = SEG6_IPTUNNEL_SRH }, .mode = mode };
	uint16_t type = LWTUNNEL_ENCAP_SEG6;

	encap.srh[offsetof(struct ipv6_sr_hdr, type)] = 4;
	encap.srh[offsetof(struct ipv6_sr_hdr, first_segment)] = (unsigned char)(count - 1);
	encap.attr.rta_len = (uint16_t)(sizeof(encap) - (2 - count) * 16);
	inet_pton(AF_INET6, segment, &encap.segments[count - 1]);
	rtnl_put(&r, RTA_ENCAP_TYPE, &type, sizeof(type));
	rtnl_put(&r, RTA_ENCAP, &encap, encap.attr.rta_len);
	return r;
}

static void test_segments(void)
{
	reset(0);
	s.devices[s.ndevices++] = (struct device){ VRF, DEVICE_OWN };
	s.devices[s.ndevices++] = (struct device){ 7, DEVICE_OWN };
	take(seg6("10.2.0.0", 16, SEG6_IPTUN_MODE_ENCAP, "fc00:2::d46", 1), 8);
	take(seg6("fd00:2::", 64, 3, "fc00:2::d46", 1), 8);
	take(seg6("10.3.0.0", 16, SEG6_IPTUN_MODE_ENCAP, "fc00:3::d46", 2), 8);
	take(seg6("fd00:4::", 64, SEG6_IPTUN_MODE_INLINE, "fc00:4::d46", 1), 8);
	take(seg6("10.5.0.0", 16, SEG6_IPTUN_MODE_ENCAP, "fc00:5::d46", 1), 7);
	take(seg6("10.6.0.0", 16, SEG6_IPTUN_MODE_ENCAP, "fc00:6::d46", 1), 8);
	take(seg6("10.7.0.0", 16, SEG6_IPTUN_MODE_ENCAP, "fc00:7::d46", 1), 8);
	take(seg6("10.8.0.0", 16, SEG6_IPTUN_MODE_ENCAP, "fc00:2::d46", 1), 8);
	take(route(RTN_UNICAST, "10.8.0.0", 16), 8);
	take(route(RTN_UNICAST, "fc00:6::", 33), 8);
	take(route(RTN_UNICAST, "fc00:7::", 32), 8);
	take(route(RTN_UNREACHABLE, "fc00:7::d40", 124), 0);
	policy_add_segments(&s);
	policy_sort(&s);
	ok(allowed("fc00:2::d46", 128) == PASS_SEGMENT && s.nsegments == 3, "a segment, once");
	ok(allowed("10.2.0.0", 16) == PASS_INSIDE && allowed("fd00:2::", 64) == PASS_INSIDE,
	   "... what leads there passes inside");
	ok(allowed("10.3.0.0", 16) == PASS_INSIDE, "... never bare");
	ok(allowed("10.8.0.0", 16) == PASS_ANY, "but if another route leads there as well");
	ok(allowed("fc00:3::d46", 128) == -1, "none of several");
	ok(allowed("fc00:4::d46", 128) == -1, "none that leaves the packet bare");
	ok(allowed("fc00:5::d46", 128) == -1, "none through a member, by which all passes");
	ok(allowed("fc00:6::d46", 128) == -1, "none where all passes");
	ok(allowed("fc00:7::d46", 128) == PASS_SEGMENT, "but in a hole of that");
}

/* However many come in no order at all: each is found, and none twice. */
static void test_many(void)
{
	enum { MANY = 1000 };
	unsigned int missing = 0;
	char text[INET_ADDRSTRLEN];

	reset(MARK);
	for (unsigned int i = 0; i < 2 * MANY; i++) {
		snprintf(text, sizeof(text), "10.%u.%u.0", i * 7 % MANY / 256, i * 7 % MANY % 256);
		take(route(RTN_UNICAST, text, 24), 7);
	}
	policy_sort(&s);
	for (unsigned int i = 0; i < MANY; i++) {
		struct prefix p = { .family = AF_INET, .len = 24 };

		snprintf(text, sizeof(text), "10.%u.%u.0", i / 256, i % 256);
		inet_pton(AF_INET, text, p.addr);
		missing += !policy_prefix(&s, &p);
	}
	ok(s.nprefixes == MANY && !missing, "many: each once, whatever their order");
}

int main(void)
{
	plan(6 + 3 + 2 + 2 + 2 + 7 + 6 + 4 + 2 + 9 + 1 + 1);
	test_many();
	test_mark_mode();
	test_device_mode();
	test_order();
	test_multipath();
	test_without();
	test_leaving();
	test_broken_routes();
	test_rules();
	test_broadcasts();
	test_segments();
	ok(policy_find("no-such-vrf", &s) == -ENODEV, "no such interface");
	return tap_done();
}
