/* SPDX-License-Identifier: ISC */
/* helpers/base/listen-word.h - how vrf-listen(8) is told of a listener: [NAME=]PROTOCOL:ADDRESS:PORT; pure. */
#ifndef HELPERS_BASE_LISTEN_WORD_H
#define HELPERS_BASE_LISTEN_WORD_H

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define LISTEN_NAME_MAX 64

struct listen_word {
	char name[LISTEN_NAME_MAX + 1]; /* "": it has none */
	char scope[IFNAMSIZ];           /* the interface of a link-local address, which `to` has not; "": none */
	int type;                       /* SOCK_STREAM, SOCK_DGRAM */
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} to;
	socklen_t length;
};

/* What is wrong with a word; LISTEN_GOOD: nothing */
enum listen_wrong {
	LISTEN_GOOD,
	LISTEN_NAME,     /* empty, or too long */
	LISTEN_FORM,     /* a colon too few */
	LISTEN_PROTOCOL, /* neither tcp nor udp */
	LISTEN_ADDRESS,  /* none of IPv4, or of IPv6 in brackets */
	LISTEN_PORT,     /* no number from 1 to 65535 */
};

enum listen_wrong listen_word_parse(const char *text, struct listen_word *w);

#endif
