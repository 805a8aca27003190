/* SPDX-License-Identifier: ISC */
/* executor/kernel/address.c - addresses of devices; see address.h. */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/route/addr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/address.h"
#include "executor/kernel/link.h"
#include "executor/model/lack.h"

static int add_one(struct nlmsghdr *hdr, void *context)
{
	struct addresses *addresses = context;
	struct ifaddrmsg *ifa = nlmsg_data(hdr);
	struct nlattr *attr[IFA_MAX + 1], *local;
	struct address *grown;

	if (nlmsg_parse(hdr, sizeof(*ifa), attr, IFA_MAX, NULL) < 0)
		return 0;
	local = attr[IFA_LOCAL] ? attr[IFA_LOCAL] : attr[IFA_ADDRESS];
	if (!local)
		return 0;
	grown = lack_noted(realloc(addresses->address, (addresses->count + 1) * sizeof(*grown)));
	if (!grown)
		return -ENOMEM;
	addresses->address = grown;
	grown += addresses->count++;
	memset(grown, 0, sizeof(*grown));
	grown->ifindex = ifa->ifa_index;
	grown->scope = ifa->ifa_scope;
	grown->flags = attr[IFA_FLAGS] ? nla_get_u32(attr[IFA_FLAGS]) : ifa->ifa_flags;
	grown->local.family = ifa->ifa_family;
	grown->local.len = ifa->ifa_prefixlen;
	nla_memcpy(grown->local.addr, local, sizeof(grown->local.addr));
	return 0;
}

static void forget(void *context)
{
	addresses_free(context);
}

int addresses_get(struct netlink *nl, uint32_t ifindex, struct addresses *addresses)
{
	struct ifaddrmsg ifa = { .ifa_family = AF_UNSPEC, .ifa_index = ifindex };

	addresses->address = NULL;
	addresses->count = 0;
	return netlink_dump(nl, netlink_message(RTM_GETADDR, &ifa, sizeof(ifa)), add_one, forget, addresses);
}

bool address_is_mains(const struct address *address, const struct links *links)
{
	const struct link *link = links_by_index(links, address->ifindex);
	const struct link *master = link ? links_by_index(links, link->master) : NULL;

	return link && address->scope < RT_SCOPE_LINK && strcmp(link->name, "lo") && !link_is_vrf(link) &&
	       !(master && link_is_vrf(master));
}

void addresses_free(struct addresses *addresses)
{
	free(addresses->address);
	addresses->address = NULL;
	addresses->count = 0;
}

/* NULL: no memory, or none of an address. */
static struct rtnl_addr *host_address(const struct link *link, const char *address)
{
	struct rtnl_addr *addr = rtnl_addr_alloc();
	struct nl_addr *local = NULL;

	if (!addr || nl_addr_parse(address, AF_UNSPEC, &local)) {
		rtnl_addr_put(addr);
		return NULL;
	}
	rtnl_addr_set_ifindex(addr, (int)link->ifindex);
	rtnl_addr_set_local(addr, local);
	rtnl_addr_set_scope(addr, RT_SCOPE_HOST);
	if (nl_addr_get_family(local) == AF_INET6)
		rtnl_addr_set_flags(addr, IFA_F_NODAD);
	nl_addr_put(local);
	return addr;
}

int address_add(struct netlink *nl, const struct link *link, const char *address)
{
	struct rtnl_addr *addr = host_address(link, address);
	struct nl_msg *msg = NULL;
	char line[128];
	int err;

	if (addr && rtnl_addr_build_add_request(addr, NLM_F_CREATE | NLM_F_EXCL, &msg) < 0)
		msg = NULL;
	rtnl_addr_put(addr);
	snprintf(line, sizeof(line), "ip address add %s dev %s", address, link->name);
	err = netlink_request(nl, msg, line);
	return err == -EEXIST ? 0 : err;
}

int address_del(struct netlink *nl, const struct link *link, const char *address)
{
	struct rtnl_addr *addr = host_address(link, address);
	struct nl_msg *msg = NULL;
	char line[128];

	if (addr && rtnl_addr_build_delete_request(addr, 0, &msg) < 0)
		msg = NULL;
	rtnl_addr_put(addr);
	snprintf(line, sizeof(line), "ip address del %s dev %s", address, link->name);
	return netlink_request(nl, msg, line);
}
