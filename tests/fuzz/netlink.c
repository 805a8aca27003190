/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/netlink.c - whatever a datagram holds, reading it stays inside, and a policy
 * made of it is in order.
 *
 * The first byte says how: 1 mark mode, 2 without an interface.
 */
#include <stdlib.h>
#include <string.h>

#include "helpers/base/message.h"
#include "helpers/base/rtnl.h"
#include "helpers/confine/policy.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static int take(const struct nlmsghdr *n, void *arg)
{
	struct link_message link;

	switch (n->nlmsg_type) {
	case RTM_NEWLINK:
		return message_link(n, &link);
	case RTM_NEWRULE:
		return policy_take_rule(n, arg);
	default:
		return policy_take_route(n, arg);
	}
}

static void check(const struct policy *s)
{
	for (unsigned int i = 0; i < s->nprefixes; i++) {
		const struct prefix *p = &s->prefixes[i].prefix;

		if (policy_prefix(s, p) != &s->prefixes[i] || p->len > 128)
			abort();
	}
	for (unsigned int i = 0; i < s->ndevices; i++)
		if (policy_device(s, s->devices[i].ifindex) != &s->devices[i] || s->devices[i].ifindex == s->without)
			abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct policy s;
	struct rtnl_answer a = { .dump = true, .fn = take, .arg = &s };
	void *datagram;

	if (!size)
		return 0;
	s.ifindex = 1073741825;
	s.table = 1;
	s.mark = *data & 1 ? 0x56000001 : 0;
	s.without = *data & 2 ? 2 : 0;
	s.ndevices = s.nprefixes = 0;
	policy_add_device(&s, s.ifindex, DEVICE_BIND | DEVICE_IN | DEVICE_ANY);

	/* Of its own size, so that the sanitizer sees a read behind it, and aligned. */
	datagram = malloc(size - 1);
	memcpy(datagram, data + 1, size - 1);
	rtnl_take(&a, datagram, size - 1);
	free(datagram);
	policy_sort(&s);
	check(&s);
	return 0;
}
