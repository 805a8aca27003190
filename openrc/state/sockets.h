/* SPDX-License-Identifier: ISC */
/* openrc/state/sockets.h - the Internet sockets of processes, as the kernel has them. */
#ifndef OPENRC_SOCKETS_H
#define OPENRC_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct inet_socket {
	uint64_t inode, cookie;
	uint64_t cgroup;          /* the id of the control group in which it was made, 0: not told (before Linux 5.8) */
	uint8_t family, protocol; /* AF_INET, IPPROTO_TCP ... */
	bool listening;           /* or, without connections, not connected */
	bool only6;               /* of IPv6, and takes nothing of IPv4 */
	bool has_mark;            /* the kernel tells it to CAP_NET_ADMIN only */
	uint16_t port;
	uint32_t ifindex; /* that it is bound to, 0: none */
	uint32_t mark;
	uint16_t peer_port;
	uint8_t address[16], peer[16]; /* peer: if it is connected */
};

struct inet_sockets {
	struct inet_socket *socket; /* by inode */
	size_t count, room;
};

/* TCP, UDP, UDP-Lite and raw sockets, both families; free with sockets_free().  0 or -errno */
int sockets_read(struct inet_sockets *all);
void sockets_free(struct inet_sockets *all);

/* Those that the process has open.  0 or -errno */
int sockets_of(const struct inet_sockets *all, pid_t pid, void (*each)(const struct inet_socket *socket, void *context),
	       void *context);

/* "tcp 0.0.0.0:22", "udp [::]:123" */
#define SOCKET_TEXT 64
const char *socket_text(const struct inet_socket *socket, char text[SOCKET_TEXT]);

/* With whom it is connected: "10.20.40.1:53", "[2001:db8::1]:53" */
const char *socket_peer_text(const struct inet_socket *socket, char text[SOCKET_TEXT]);

#endif
