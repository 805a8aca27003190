/* SPDX-License-Identifier: ISC */
/* executor/kernel/mock.c - the kernel of MOCK; see mock.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/mock.h"
#include "executor/model/lack.h"

/* Types of messages come in fours: new, delete, get, set (include/uapi/linux/rtnetlink.h). */
#define VERB(type) ((type)&3)
#define NEW(type)  ((type) & ~3)
enum { VERB_NEW, VERB_DEL, VERB_GET, VERB_SET };

/* Where the kernel chooses the index of a device. */
#define FIRST_INDEX 1000

static int add(struct netlink *nl, struct nl_msg *msg)
{
	struct nl_msg **grown = lack_noted(realloc(nl->told, (nl->told_count + 1) * sizeof(struct nl_msg *)));

	if (!grown)
		return -(nl->error = ENOMEM);
	nl->told = grown;
	nlmsg_get(msg);
	grown[nl->told_count++] = msg;
	return 0;
}

static void drop(struct netlink *nl, size_t i)
{
	nlmsg_free(nl->told[i]);
	nl->told[i] = nl->told[--nl->told_count];
}

static bool equal(const struct nlmsghdr *a, const struct nlmsghdr *b)
{
	return a->nlmsg_len == b->nlmsg_len && !memcmp(nlmsg_data(a), nlmsg_data(b), (size_t)nlmsg_datalen(a));
}

/* Is this the device that the message is about, by name or by index? */
static bool is_about(struct nlmsghdr *link, struct nlmsghdr *hdr)
{
	const struct ifinfomsg *its = nlmsg_data(link), *ifi = nlmsg_data(hdr);
	struct nlattr *name = nlmsg_find_attr(hdr, sizeof(*ifi), IFLA_IFNAME);
	struct nlattr *its_name = nlmsg_find_attr(link, sizeof(*ifi), IFLA_IFNAME);

	if (name)
		return its_name && !strcmp(nla_get_string(name), nla_get_string(its_name));
	return its->ifi_index == ifi->ifi_index;
}

static struct nl_msg *find_link(const struct netlink *nl, struct nlmsghdr *hdr)
{
	for (size_t i = 0; i < nl->told_count; i++) {
		struct nlmsghdr *link = nlmsg_hdr(nl->told[i]);

		if (link->nlmsg_type == RTM_NEWLINK && is_about(link, hdr))
			return nl->told[i];
	}
	return NULL;
}

/* Up and down, and the master: of attributes that are there twice the last one counts. */
static int set_link(struct netlink *nl, struct nlmsghdr *hdr)
{
	struct nlattr *master = nlmsg_find_attr(hdr, sizeof(struct ifinfomsg), IFLA_MASTER);
	const struct ifinfomsg *ifi = nlmsg_data(hdr);
	struct nl_msg *link = find_link(nl, hdr);
	struct ifinfomsg *its = link ? nlmsg_data(nlmsg_hdr(link)) : NULL;

	if (!its)
		return 0;
	its->ifi_flags = (its->ifi_flags & ~ifi->ifi_change) | (ifi->ifi_flags & ifi->ifi_change);
	return master && nla_put_u32(link, IFLA_MASTER, nla_get_u32(master)) ? -(nl->error = ENOMEM) : 0;
}

/* A new device without an index gets one; what is no new one keeps what else it has. */
static int new_link(struct netlink *nl, struct nl_msg *msg)
{
	struct ifinfomsg *ifi = nlmsg_data(nlmsg_hdr(msg));

	if (find_link(nl, nlmsg_hdr(msg)))
		return 0;
	if (!ifi->ifi_index)
		ifi->ifi_index = FIRST_INDEX + (int)nl->told_count;
	return add(nl, msg);
}

int mock_request(struct netlink *nl, struct nl_msg *msg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	int type = hdr->nlmsg_type;

	if (type == RTM_NEWLINK)
		return new_link(nl, msg);
	if (type == RTM_SETLINK)
		return set_link(nl, hdr);
	if (VERB(type) == VERB_NEW)
		return add(nl, msg);
	for (size_t i = nl->told_count; VERB(type) == VERB_DEL && i-- > 0;) {
		struct nlmsghdr *its = nlmsg_hdr(nl->told[i]);

		if (its->nlmsg_type == NEW(type) && (type == RTM_DELLINK ? is_about(its, hdr) : equal(its, hdr)))
			drop(nl, i);
	}
	return 0;
}

int mock_dump(struct netlink *nl, struct nl_msg *msg, netlink_taker each, void *context)
{
	const struct nlmsghdr *hdr = nlmsg_hdr(msg);
	/* what every header of the family begins with; 0: all of them */
	unsigned char family = *(const unsigned char *)nlmsg_data(hdr);
	int err = 0;

	for (size_t i = 0; !err && i < nl->told_count; i++) {
		struct nlmsghdr *its = nlmsg_hdr(nl->told[i]);

		if (its->nlmsg_type == NEW(hdr->nlmsg_type) &&
		    (!family || *(const unsigned char *)nlmsg_data(its) == family))
			err = each(its, context);
	}
	nl->error = -err;
	return err;
}

int mock_get(struct netlink *nl, struct nl_msg *msg, netlink_taker each, void *context)
{
	struct nl_msg *link = nlmsg_hdr(msg)->nlmsg_type == RTM_GETLINK ? find_link(nl, nlmsg_hdr(msg)) : NULL;
	int err = link ? each(nlmsg_hdr(link), context) : -ENODEV;

	nl->error = -err;
	return err;
}

void mock_before(struct netlink *nl, bool on)
{
	nl->before = on;
}

int mock_link(struct netlink *nl, const char *name, uint32_t ifindex, const char *port_kind)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex };
	struct nl_msg *msg = netlink_message(RTM_NEWLINK, &ifi, sizeof(ifi));
	struct nlattr *info;
	int err = -ENOMEM;

	if (msg && !nla_put_string(msg, IFLA_IFNAME, name) &&
	    (!port_kind || ((info = nla_nest_start(msg, IFLA_LINKINFO)) &&
			    !nla_put_string(msg, IFLA_INFO_SLAVE_KIND, port_kind) && !nla_nest_end(msg, info))))
		err = add(nl, msg);
	nlmsg_free(msg);
	return err;
}

void mock_end(struct netlink *nl)
{
	while (nl->told_count)
		drop(nl, nl->told_count - 1);
	free(nl->told);
	nl->told = NULL;
}
