/* SPDX-License-Identifier: ISC */
/* openrc/state/sockets.c - the Internet sockets of processes, by sock_diag(7); see sockets.h. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "openrc/state/memory.h"
#include "openrc/state/sockets.h"

static const uint8_t protocols[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, IPPROTO_RAW };

struct dump {
	struct inet_sockets *all;
	uint8_t protocol;
	bool refused;
	int error;
};

static int take(struct nl_msg *msg, void *context)
{
	struct dump *dump = context;
	struct inet_sockets *all = dump->all;
	struct nlmsghdr *n = nlmsg_hdr(msg);
	const struct inet_diag_msg *d = nlmsg_data(n);
	struct inet_socket *s;
	struct nlattr *mark, *only6, *cgroup;

	/* what has no inode (time-wait) belongs to no process */
	if (nlmsg_datalen(n) < (int)sizeof(*d) || !d->idiag_inode)
		return NL_OK;
	if (all->count == all->room) {
		all->room = all->room ? all->room * 2 : 64;
		all->socket = memory_grow(all->socket, all->room, sizeof(*all->socket));
	}
	s = &all->socket[all->count++];
	*s = (struct inet_socket){ .inode = d->idiag_inode,
				   .cookie = (uint64_t)d->id.idiag_cookie[1] << 32 | d->id.idiag_cookie[0],
				   .family = d->idiag_family,
				   .protocol = dump->protocol,
				   .listening =
					   d->idiag_state == (dump->protocol == IPPROTO_TCP ? TCP_LISTEN : TCP_CLOSE),
				   .port = ntohs(d->id.idiag_sport),
				   .peer_port = ntohs(d->id.idiag_dport),
				   .ifindex = d->id.idiag_if };
	memcpy(s->address, d->id.idiag_src, sizeof(s->address));
	memcpy(s->peer, d->id.idiag_dst, sizeof(s->peer));
	only6 = nlmsg_find_attr(n, sizeof(*d), INET_DIAG_SKV6ONLY);
	s->only6 = only6 && nla_get_u8(only6);
	cgroup = nlmsg_find_attr(n, sizeof(*d), INET_DIAG_CGROUP_ID);
	s->cgroup = cgroup ? nla_get_u64(cgroup) : 0;
	mark = nlmsg_find_attr(n, sizeof(*d), INET_DIAG_MARK);
	if (mark) {
		s->has_mark = true;
		s->mark = nla_get_u32(mark);
	}
	return NL_OK;
}

/* A protocol whose diag module is not there has no sockets that anybody could tell of. */
static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *context)
{
	struct dump *dump = context;

	(void)from;
	dump->refused = true;
	if (e->error != -ENOENT && e->error != -EAFNOSUPPORT)
		dump->error = e->error;
	return NL_STOP;
}

/* -errno for an error of libnl's */
static int failed(int err)
{
	if (err == -NLE_NOMEM)
		memory_out();
	return -EIO;
}

static int read_some(struct nl_sock *sk, struct inet_sockets *all, uint8_t family, uint8_t protocol)
{
	struct inet_diag_req_v2 request = { .sdiag_family = family, .sdiag_protocol = protocol, .idiag_states = ~0U };
	struct dump dump = { .all = all, .protocol = protocol };
	int err = nl_send_simple(sk, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, &request, sizeof(request));

	if (err < 0)
		return failed(err);
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, take, &dump);
	nl_socket_modify_err_cb(sk, NL_CB_CUSTOM, on_error, &dump);
	err = nl_recvmsgs_default(sk);
	/* half of an answer is none */
	return err < 0 && !dump.refused ? failed(err) : dump.error;
}

static int by_inode(const void *a, const void *b)
{
	uint64_t x = ((const struct inet_socket *)a)->inode, y = ((const struct inet_socket *)b)->inode;

	return x < y ? -1 : x > y;
}

int sockets_read(struct inet_sockets *all)
{
	struct nl_sock *sk = nl_socket_alloc();
	int err = 0;

	memset(all, 0, sizeof(*all));
	if (!sk)
		memory_out();
	err = nl_connect(sk, NETLINK_SOCK_DIAG);
	if (err)
		err = failed(err);
	for (size_t i = 0; !err && i < sizeof(protocols); i++) {
		err = read_some(sk, all, AF_INET, protocols[i]);
		if (!err)
			err = read_some(sk, all, AF_INET6, protocols[i]);
	}
	nl_socket_free(sk);
	if (all->count)
		qsort(all->socket, all->count, sizeof(*all->socket), by_inode);
	return err;
}

void sockets_free(struct inet_sockets *all)
{
	free(all->socket);
}

int sockets_of(const struct inet_sockets *all, pid_t pid, void (*each)(const struct inet_socket *socket, void *context),
	       void *context)
{
	char path[32], target[64];
	struct dirent *e;
	DIR *fds;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	fds = opendir(path);
	if (!fds) {
		memory_or_else();
		return errno == ENOENT ? 0 : -errno;
	}
	while ((e = readdir(fds))) {
		ssize_t n = readlinkat(dirfd(fds), e->d_name, target, sizeof(target) - 1);
		struct inet_socket key = { 0 }, *found;

		target[n < 0 ? 0 : n] = '\0';
		if (strncmp(target, "socket:[", 8) || !all->count)
			continue;
		key.inode = strtoull(target + 8, NULL, 10);
		found = bsearch(&key, all->socket, all->count, sizeof(key), by_inode);
		if (found)
			each(found, context);
	}
	closedir(fds);
	return 0;
}
