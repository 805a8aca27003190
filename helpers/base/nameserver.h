/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/nameserver.h - nameservers, and those that the host's resolv.conf lists.
 */
#ifndef HELPERS_BASE_NAMESERVER_H
#define HELPERS_BASE_NAMESERVER_H

#include <stdbool.h>
#include <stddef.h>

#define NAMESERVERS_MAX 3 /* MAXNS of the C libraries */
#define NAMESERVER_PORT 53

struct nameserver {
	unsigned char address[16]; /* IPv4 as ::ffff:a.b.c.d */
	unsigned short port;
};

struct nameservers {
	unsigned int count;
	struct nameserver server[NAMESERVERS_MAX];
};

#define RESOLV_CONF "/etc/resolv.conf"

bool nameserver_is_ipv4(const struct nameserver *s);
bool nameserver_same(const struct nameserver *a, const struct nameserver *b);
bool nameservers_have(const struct nameservers *all, const struct nameserver *s);
bool nameservers_have_family(const struct nameservers *all, bool ipv4);

/* ADDR or ADDR@PORT.  Says why not in a word, or NULL. */
const char *nameserver_parse(const char *text, struct nameserver *s);
/* The same again; the room is enough for any */
#define NAMESERVER_TEXT 56
void nameserver_text(const struct nameserver *s, char text[NAMESERVER_TEXT]);

/*
 * What resolvers ask who read this text of resolv.conf: its first three; if it lists none, this host itself.
 * left_out: one of them cannot be told by an address alone (a link-local one).
 */
void resolv_parse(char *text, struct nameservers *all, bool *left_out);

/* The same without that: false if it lists none. */
bool resolv_list(char *text, struct nameservers *all, bool *left_out);

/* The file, or what counts if it is not there.  0 or -errno */
int resolv_read(const char *file, struct nameservers *all, bool *left_out);

#endif
