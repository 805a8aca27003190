/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/policy-read.c - read a policy over rtnetlink.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helpers/base/message.h"
#include "helpers/base/netns.h"
#include "helpers/base/rtnl.h"
#include "helpers/base/text.h"
#include "helpers/base/vrf.h"
#include "helpers/confine/policy.h"

#define LOOPBACK_IFINDEX 1 /* in every network namespace */

#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif

static int take_link(const struct nlmsghdr *n, void *link)
{
	return message_link(n, link);
}

static struct rtnl_request link_request(void)
{
	const uint32_t mask = RTEXT_FILTER_SKIP_STATS;
	struct rtnl_request r = { .n = { .nlmsg_len = NLMSG_LENGTH(sizeof(r.link)),
					 .nlmsg_type = RTM_GETLINK,
					 .nlmsg_flags = NLM_F_REQUEST } };

	rtnl_put(&r, IFLA_EXT_MASK, &mask, sizeof(mask));
	return r;
}

static int link_by_name(int fd, const char *name, struct link_message *l)
{
	struct rtnl_request r = link_request();

	if (!*name || strlen(name) >= IFNAMSIZ)
		return -ENODEV;
	rtnl_put(&r, IFLA_IFNAME, name, strlen(name) + 1);
	return rtnl_ask(fd, &r, take_link, l);
}

static int link_by_index(int fd, uint32_t ifindex, struct link_message *l)
{
	struct rtnl_request r = link_request();

	r.link.ifi_index = (int)ifindex;
	return rtnl_ask(fd, &r, take_link, l);
}

struct members {
	struct policy *policy;
	uint32_t master, flags;
};

static int take_member(const struct nlmsghdr *n, void *arg)
{
	const struct members *m = arg;
	struct link_message l;
	int err = message_link(n, &l);

	/* The kernel filters as well, but need not. */
	return err || l.master != m->master ? err : policy_add_device(m->policy, l.ifindex, m->flags);
}

static int add_members(int fd, struct policy *s, uint32_t master, uint32_t flags)
{
	struct members m = { .policy = s, .master = master, .flags = flags };
	struct rtnl_request r = link_request();

	r.n.nlmsg_flags |= NLM_F_DUMP;
	rtnl_put(&r, IFLA_MASTER, &master, sizeof(master));
	return rtnl_ask(fd, &r, take_member, &m);
}

static int read_rules(int fd, struct policy *s)
{
	struct rtnl_request r = { .n = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct fib_rule_hdr)),
					 .nlmsg_type = RTM_GETRULE,
					 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP } };
	int err = rtnl_ask(fd, &r, policy_take_rule, s);

	return err || !s->mark ? err : rtnl_ask(fd, &r, policy_take_rule, s);
}

static int dump_routes(int fd, struct policy *s, unsigned char family)
{
	struct rtnl_request r = { .n = { .nlmsg_len = NLMSG_LENGTH(sizeof(r.route)),
					 .nlmsg_type = RTM_GETROUTE,
					 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
				  .route = { .rtm_family = family } };
	int err;

	rtnl_put(&r, RTA_TABLE, &s->table, sizeof(s->table));
	err = rtnl_ask(fd, &r, policy_take_route, s);
	/* A table without a route does not exist; a kernel without IPv6 has none at all. */
	return err == -ENOENT || err == -EAFNOSUPPORT || err == -EOPNOTSUPP ? 0 : err;
}

/* All families in one dump; if another than these two spoils it, again without that. */
static int read_routes(int fd, struct policy *s)
{
	int err = dump_routes(fd, s, AF_UNSPEC);

	if (!err || err == -EAGAIN || err == -E2BIG)
		return err;
	s->nprefixes = s->nsegments = 0;
	err = dump_routes(fd, s, AF_INET);
	return err ? err : dump_routes(fd, s, AF_INET6);
}

/*
 * A broadcast to a shared interface's network comes to this host's own listeners as well, by a
 * copy that no filter sees: it is not for who may not reach the host's own addresses.
 */
static int read_broadcasts(int fd, struct policy *s)
{
	const uint32_t table = RT_TABLE_LOCAL;
	struct rtnl_request r = { .n = { .nlmsg_len = NLMSG_LENGTH(sizeof(r.route)),
					 .nlmsg_type = RTM_GETROUTE,
					 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
				  .route = { .rtm_family = AF_INET, .rtm_type = RTN_BROADCAST } };

	int err;

	rtnl_put(&r, RTA_TABLE, &table, sizeof(table));
	err = rtnl_ask(fd, &r, policy_take_broadcast, s);
	return err == -ENOENT ? 0 : err;
}

/* A leak into another VRF: the packet leaves a second time, by a member of that one. */
static int add_leaks(int fd, struct policy *s)
{
	unsigned int n = s->ndevices;
	int err = 0;

	for (unsigned int i = 0; !err && i < n; i++) {
		struct link_message l = { 0 };

		if (s->devices[i].flags & (DEVICE_BIND | DEVICE_ANY))
			continue;
		err = link_by_index(fd, s->devices[i].ifindex, &l);
		if (!err && l.vrf)
			err = add_members(fd, s, l.ifindex, s->devices[i].flags);
		if (err == -ENODEV)
			err = 0;
	}
	return err;
}

static int find(int fd, const char *vrf, struct policy *s)
{
	struct link_message l = { 0 };
	int err = link_by_name(fd, vrf, &l);

	if (err)
		return err;
	if (!l.vrf || !l.table)
		return -EOPNOTSUPP;
	s->ifindex = l.ifindex;
	s->table = l.table;
	s->up = l.flags & IFF_UP;
	return 0;
}

static int read_all(int fd, const char *vrf, struct policy *s)
{
	int err = find(fd, vrf, s);

	if (!err)
		err = read_rules(fd, s);
	if (!err && !s->mark) {
		err = policy_add_device(s, s->ifindex, DEVICE_OWN);
		if (!err)
			err = add_members(fd, s, s->ifindex, DEVICE_OWN);
	}
	if (!err && s->local)
		err = policy_add_device(s, LOOPBACK_IFINDEX, DEVICE_IN | DEVICE_ANY);
	if (!err)
		err = read_routes(fd, s);
	if (!err && s->mark && !s->local)
		err = read_broadcasts(fd, s);
	if (!err)
		err = add_leaks(fd, s);
	if (!err)
		err = policy_add_segments(s);
	if (!err)
		err = policy_deny_leaving(s);
	if (!policy_is_limited(s))
		s->nprefixes = 0;
	policy_sort(s);
	return err;
}

/* Not the arrays: pages that nobody writes cost nothing. */
static void clear(struct policy *s, uint32_t without)
{
	s->ifindex = s->table = s->mark = 0;
	s->up = s->local = false;
	s->without = without;
	s->ndevices = s->nprefixes = s->nsegments = 0;
}

static int read_by(int (*fn)(int fd, const char *vrf, struct policy *s), const char *vrf, uint32_t without,
		   struct policy *s)
{
	int err = -EAGAIN;

	for (int i = 0; err == -EAGAIN && i < 100; i++) {
		int fd = rtnl_open();

		if (fd < 0)
			return fd;
		netns_ask(fd);
		clear(s, without);
		err = fn(fd, vrf, s);
		close(fd);
	}
	return err;
}

/*
 * The number of an interface, 0: none.  A socket of no network can be bound as well, and no module is loaded for a
 * name that there is not, as by SIOCGIFINDEX.
 */
static uint32_t number(int fd, const char *name)
{
	uint32_t ifindex = 0;
	socklen_t size = sizeof(ifindex);

	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) ||
	    getsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &ifindex, &size))
		return 0;
	return ifindex;
}

/* What follows a colon these calls do not look at. */
static bool find_numbered(int fd, const char *vrf, struct policy *s)
{
	struct ethtool_drvinfo driver = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq r = { .ifr_data = (void *)&driver };

	if (strlen(vrf) >= IFNAMSIZ || strchr(vrf, ':'))
		return false;
	strcpy(r.ifr_name, vrf);
	s->ifindex = number(fd, vrf);
	if (s->ifindex <= VRF_IFINDEX_BASE || ioctl(fd, SIOCETHTOOL, &r) || strcmp(driver.driver, "vrf") ||
	    ioctl(fd, SIOCGIFFLAGS, &r))
		return false;
	s->table = s->ifindex - VRF_IFINDEX_BASE;
	s->up = r.ifr_flags & IFF_UP;
	return true;
}

/*
 * One that `vrf` has made has its table in its number: what rtnetlink has to say of a link is four times as
 * much work.
 */
int policy_find(const char *vrf, struct policy *s)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool found;

	if (fd < 0)
		return -errno;
	netns_ask(fd);
	clear(s, 0);
	found = find_numbered(fd, vrf, s);
	close(fd);
	return found ? 0 : read_by(find, vrf, 0, s);
}

int policy_read(const char *vrf, uint32_t without, struct policy *s)
{
	return read_by(read_all, vrf, without, s);
}

struct names {
	char *text, *at;
	const char *end;
};

static int take_name(const struct nlmsghdr *n, void *arg)
{
	struct names *names = arg;
	struct link_message l;
	int err = message_link(n, &l);

	char *at;

	if (err || !l.vrf || !l.name)
		return err;
	at = text_append(names->at, names->end, names->at == names->text ? "" : ", ");
	at = text_append_n(at, names->end, RTA_DATA(l.name), strnlen(RTA_DATA(l.name), RTA_PAYLOAD(l.name)));
	if (at)
		names->at = at;
	else
		*names->at = '\0';
	return 0;
}

void policy_names(char *text, size_t size)
{
	struct names names = { text, text, text + size };
	struct rtnl_request r = link_request();
	int fd = rtnl_open();

	*text = '\0';
	if (fd < 0)
		return;
	r.n.nlmsg_flags |= NLM_F_DUMP;
	rtnl_ask(fd, &r, take_name, &names);
	close(fd);
}
