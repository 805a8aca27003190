/* SPDX-License-Identifier: ISC */
/* openrc/state/wireguard.c - the mark of a WireGuard tunnel; see wireguard.h. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/wireguard.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "openrc/state/memory.h"
#include "openrc/state/wireguard.h"

struct answer {
	int attribute; /* that is looked for */
	uint32_t value;
	int error;
};

static int take(struct nl_msg *msg, void *context)
{
	struct answer *a = context;
	struct nlattr *found = nlmsg_find_attr(nlmsg_hdr(msg), GENL_HDRLEN, a->attribute);

	if (!found)
		return NL_OK;
	a->value = nla_len(found) == sizeof(uint16_t) ? nla_get_u16(found) : nla_get_u32(found);
	a->error = 0;
	return NL_OK;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *context)
{
	struct answer *a = context;

	(void)from;
	a->error = e->error;
	return NL_STOP;
}

/* A question of one family, with what has been put behind its header.  Takes the message. */
static int ask(struct nl_sock *sk, struct nl_msg *msg, struct answer *a)
{
	int err = nl_send_auto(sk, msg);

	nlmsg_free(msg);
	if (err < 0)
		return -EIO;
	a->error = -ENOENT;
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, take, a);
	nl_socket_modify_err_cb(sk, NL_CB_CUSTOM, on_error, a);
	if (nl_recvmsgs_default(sk) == -NLE_NOMEM)
		memory_out();
	return a->error;
}

static struct nl_msg *question(uint16_t family, int flags, uint8_t command, uint8_t version)
{
	struct nl_msg *msg = nlmsg_alloc_simple(family, flags);
	struct genlmsghdr header = { .cmd = command, .version = version };

	if (!msg || nlmsg_append(msg, &header, sizeof(header), NLMSG_ALIGNTO))
		memory_out();
	return msg;
}

static int find_family(struct nl_sock *sk, uint16_t *family)
{
	struct nl_msg *msg = question(GENL_ID_CTRL, NLM_F_REQUEST, CTRL_CMD_GETFAMILY, 1);
	struct answer a = { .attribute = CTRL_ATTR_FAMILY_ID };
	int err;

	nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, WG_GENL_NAME);
	err = ask(sk, msg, &a);
	*family = (uint16_t)a.value;
	return err;
}

static int read_mark(struct nl_sock *sk, uint16_t family, uint32_t ifindex, uint32_t *mark)
{
	struct nl_msg *msg = question(family, NLM_F_REQUEST | NLM_F_DUMP, WG_CMD_GET_DEVICE, WG_GENL_VERSION);
	struct answer a = { .attribute = WGDEVICE_A_FWMARK };
	int err;

	nla_put_u32(msg, WGDEVICE_A_IFINDEX, ifindex);
	err = ask(sk, msg, &a);
	*mark = a.value;
	return err;
}

int wireguard_mark(uint32_t ifindex, uint32_t *mark)
{
	struct nl_sock *sk = nl_socket_alloc();
	uint16_t family;
	int err = sk && !nl_connect(sk, NETLINK_GENERIC) ? 0 : -EIO;

	/* each question has one answer, and no second one that would be taken for that of the next */
	if (!err)
		nl_socket_disable_auto_ack(sk);
	if (!err)
		err = find_family(sk, &family);
	if (!err)
		err = read_mark(sk, family, ifindex, mark);
	nl_socket_free(sk);
	return err;
}
