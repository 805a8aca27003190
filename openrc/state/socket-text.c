/* SPDX-License-Identifier: ISC */
/* openrc/state/socket-text.c - sockets as people read them; pure, see sockets.h. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

#include "openrc/state/sockets.h"

static const char *protocol_name(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_UDPLITE:
		return "udplite";
	default:
		return "raw";
	}
}

const char *socket_text(const struct inet_socket *s, char text[SOCKET_TEXT])
{
	char address[INET6_ADDRSTRLEN] = "?";

	inet_ntop(s->family, s->address, address, sizeof(address));
	snprintf(text, SOCKET_TEXT, s->family == AF_INET6 ? "%s [%s]:%u" : "%s %s:%u", protocol_name(s->protocol),
		 address, s->port);
	return text;
}

const char *socket_peer_text(const struct inet_socket *s, char text[SOCKET_TEXT])
{
	char address[INET6_ADDRSTRLEN] = "?";

	inet_ntop(s->family, s->peer, address, sizeof(address));
	snprintf(text, SOCKET_TEXT, s->family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, s->peer_port);
	return text;
}
