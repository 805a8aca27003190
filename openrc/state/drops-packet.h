/* SPDX-License-Identifier: ISC */
/* openrc/state/drops-packet.h - what a record of a ring says, in values and in words.  Pure. */
#ifndef OPENRC_DROPS_PACKET_H
#define OPENRC_DROPS_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "helpers/confine/programs.h"

/* What a packet says of itself, or a socket that was refused. */
struct drop_packet {
	uint8_t family; /* AF_INET, AF_INET6; 0: unknown */
	int protocol;   /* IPPROTO_TCP ...; -1: unknown */
	bool has_port;
	uint16_t port;    /* that it is for: the peer's if it goes out, one of this host's if it comes in */
	uint8_t peer[16]; /* unspecified of a socket */
};

void drop_parse(const struct drop *d, struct drop_packet *p);
/* "outside the prefixes"; "?" for what no version knows */
const char *drop_reason(uint32_t reason);
/* "tcp", or the number; it needs no more room than DROP_PROTOCOL */
#define DROP_PROTOCOL 16
const char *drop_protocol(int protocol, char text[DROP_PROTOCOL]);

#endif
