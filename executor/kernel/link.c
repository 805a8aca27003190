/* SPDX-License-Identifier: ISC */
/* executor/kernel/link.c - network devices; see link.h. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vrf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "executor/model/lack.h"
#include "helpers/base/message.h"
#include "helpers/base/vrf.h"

static bool is_vlan(const struct link *link)
{
	return !strcmp(link->kind, "vlan");
}

static bool is_loose(const struct rtattr *data)
{
	const struct rtattr *flags = message_nested(data, IFLA_VLAN_FLAGS);
	const struct ifla_vlan_flags *value = flags ? RTA_DATA(flags) : NULL;

	return value && RTA_PAYLOAD(flags) >= sizeof(*value) && value->flags & VLAN_FLAG_LOOSE_BINDING;
}

/* The sysctls of each device come with it: to open them would cost a path lookup for each. */
static void read_families(const struct rtattr *families, struct link *link)
{
	const struct rtattr *conf = message_nested(message_nested(families, AF_INET), IFLA_INET_CONF);
	const uint32_t *value = conf ? RTA_DATA(conf) : NULL;

	/* The array begins with what has number 1. */
	if (!value || RTA_PAYLOAD(conf) < IPV4_DEVCONF_TAG * sizeof(*value))
		return;
	link->loosened = value[IPV4_DEVCONF_TAG - 1] == VRF_TAG_WAITS_LOOSE;
	link->waits = link->loosened || value[IPV4_DEVCONF_TAG - 1] == VRF_TAG_WAITS;
}

static void read_link(const struct nlmsghdr *hdr, struct link *link)
{
	struct link_message l;

	memset(link, 0, sizeof(*link));
	if (message_link(hdr, &l))
		return;
	link->ifindex = l.ifindex;
	link->flags = l.flags;
	link->master = l.master;
	link->table = l.table;
	message_text(l.name, link->name, sizeof(link->name));
	message_text(l.kind, link->kind, sizeof(link->kind));
	message_text(l.port_kind, link->port_kind, sizeof(link->port_kind));
	link->card = is_vlan(link) ? l.lower : 0;
	link->loose = is_vlan(link) && is_loose(l.data);
	read_families(l.families, link);
}

static int add_link(struct nlmsghdr *hdr, void *context)
{
	struct links *links = context;
	struct link *grown = lack_noted(realloc(links->link, (links->count + 1) * sizeof(*grown)));

	if (!grown)
		return -ENOMEM;
	links->link = grown;
	read_link(hdr, &grown[links->count]);
	if (grown[links->count].ifindex)
		links->count++;
	return 0;
}

static void forget_links(void *context)
{
	links_free(context);
}

/* Of one device by name or by index, or of all. */
static struct nl_msg *get_request(const char *name, uint32_t ifindex)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex };
	struct nl_msg *msg = netlink_message(RTM_GETLINK, &ifi, sizeof(ifi));

	/* Counters are most of an answer, and those of IPv6 are added up over all processors. */
	if (msg && !nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS) &&
	    (!name || !nla_put_string(msg, IFLA_IFNAME, name)))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

int links_get(struct netlink *nl, struct links *links)
{
	links->link = NULL;
	links->count = 0;
	links->any = nl->mock;
	return netlink_dump(nl, get_request(NULL, 0), add_link, forget_links, links);
}

void links_free(struct links *links)
{
	free(links->link);
	links->link = NULL;
	links->count = 0;
}

struct link *links_by_name(const struct links *links, const char *name)
{
	for (size_t i = 0; i < links->count; i++)
		if (!strcmp(links->link[i].name, name))
			return &links->link[i];
	return NULL;
}

struct link *links_by_index(const struct links *links, uint32_t ifindex)
{
	for (size_t i = 0; i < links->count; i++)
		if (links->link[i].ifindex == ifindex)
			return &links->link[i];
	return NULL;
}

struct link *links_by_table(const struct links *links, uint32_t table)
{
	for (size_t i = 0; i < links->count; i++)
		if (link_is_vrf(&links->link[i]) && links->link[i].table == table)
			return &links->link[i];
	return NULL;
}

bool link_is_vrf(const struct link *link)
{
	return !strcmp(link->kind, "vrf");
}

static int take_link(struct nlmsghdr *hdr, void *context)
{
	read_link(hdr, context);
	return 0;
}

int link_get(struct netlink *nl, const char *name, struct link *link)
{
	memset(link, 0, sizeof(*link));
	return netlink_get(nl, get_request(name, 0), take_link, link);
}

int link_get_index(struct netlink *nl, uint32_t ifindex, struct link *link)
{
	memset(link, 0, sizeof(*link));
	return netlink_get(nl, get_request(NULL, ifindex), take_link, link);
}

int link_add_vrf(struct netlink *nl, const char *name, uint32_t table, uint32_t ifindex)
{
	struct rtnl_link *vrf = rtnl_link_vrf_alloc();
	struct nl_msg *msg = NULL;
	char line[128];

	if (vrf) {
		rtnl_link_set_name(vrf, name);
		if (ifindex)
			rtnl_link_set_ifindex(vrf, (int)ifindex);
		rtnl_link_vrf_set_tableid(vrf, table);
		if (rtnl_link_build_add_request(vrf, NLM_F_CREATE | NLM_F_EXCL, &msg) < 0)
			msg = NULL;
		rtnl_link_put(vrf);
	}
	/* The index is left out of the line: it is ours to choose, not the reader's to type. */
	snprintf(line, sizeof(line), "ip link add %s type vrf table %u", name, table);
	return netlink_request(nl, msg, line);
}

int link_del_vrf(struct netlink *nl, const struct link *link)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC, .ifi_index = (int)link->ifindex };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_DELLINK, 0);
	char line[128];

	if (msg && nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	snprintf(line, sizeof(line), "ip link del %s type vrf table %u", link->name, link->table);
	return netlink_request(nl, msg, line);
}

static struct nl_msg *set_request(const struct link *link, unsigned int flags, unsigned int change)
{
	struct ifinfomsg ifi = {
		.ifi_family = AF_UNSPEC, .ifi_index = (int)link->ifindex, .ifi_flags = flags, .ifi_change = change
	};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_SETLINK, 0);

	if (!msg || !nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

int link_set_up(struct netlink *nl, const struct link *link, bool up)
{
	char line[64];

	snprintf(line, sizeof(line), "ip link set %s %s", link->name, up ? "up" : "down");
	return netlink_request(nl, set_request(link, up ? IFF_UP : 0, IFF_UP), line);
}

int link_set_loose(struct netlink *nl, const struct link *link, bool loose)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC, .ifi_index = (int)link->ifindex };
	struct ifla_vlan_flags flags = { .flags = loose ? VLAN_FLAG_LOOSE_BINDING : 0,
					 .mask = VLAN_FLAG_LOOSE_BINDING };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWLINK, 0);
	struct nlattr *info, *data;
	char line[96];

	if (msg &&
	    (nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO) || !(info = nla_nest_start(msg, IFLA_LINKINFO)) ||
	     nla_put_string(msg, IFLA_INFO_KIND, "vlan") || !(data = nla_nest_start(msg, IFLA_INFO_DATA)) ||
	     nla_put(msg, IFLA_VLAN_FLAGS, sizeof(flags), &flags) || nla_nest_end(msg, data) ||
	     nla_nest_end(msg, info))) {
		nlmsg_free(msg);
		msg = NULL;
	}
	snprintf(line, sizeof(line), "ip link set %s type vlan loose_binding %s", link->name, loose ? "on" : "off");
	return netlink_request(nl, msg, line);
}

int link_set_master(struct netlink *nl, const struct link *link, const struct link *master)
{
	struct nl_msg *msg = set_request(link, 0, 0);
	char line[96];

	if (msg && nla_put_u32(msg, IFLA_MASTER, master ? master->ifindex : 0)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	if (master)
		snprintf(line, sizeof(line), "ip link set %s master %s", link->name, master->name);
	else
		snprintf(line, sizeof(line), "ip link set %s nomaster", link->name);
	return netlink_request(nl, msg, line);
}
