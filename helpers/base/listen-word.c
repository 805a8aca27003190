/* SPDX-License-Identifier: ISC */
/* helpers/base/listen-word.c - how vrf-listen(8) is told of a listener; see listen-word.h. */
#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "helpers/base/listen-word.h"
#include "helpers/base/text.h"

/* "::", "fe80::1%eth1" */
static bool parse_ipv6(char *text, struct listen_word *w)
{
	char *scope = strchr(text, '%');

	if (scope) {
		*scope++ = '\0';
		if (!*scope || !text_append(w->scope, w->scope + sizeof(w->scope), scope))
			return false;
	}
	w->to.in6.sin6_family = AF_INET6;
	w->length = sizeof(w->to.in6);
	return inet_pton(AF_INET6, text, &w->to.in6.sin6_addr) == 1 && !IN6_IS_ADDR_V4MAPPED(&w->to.in6.sin6_addr);
}

/* "10.20.30.40", "[::]" */
static bool parse_address(const char *text, size_t length, struct listen_word *w)
{
	char address[INET6_ADDRSTRLEN + 1 + IFNAMSIZ];
	const bool ipv6 = length > 2 && text[0] == '[' && text[length - 1] == ']';

	if (ipv6) {
		text++;
		length -= 2;
	}
	if (!text_append_n(address, address + sizeof(address), text, length))
		return false;
	if (ipv6)
		return parse_ipv6(address, w);
	w->to.in.sin_family = AF_INET;
	w->length = sizeof(w->to.in);
	return inet_pton(AF_INET, address, &w->to.in.sin_addr) == 1;
}

enum listen_wrong listen_word_parse(const char *text, struct listen_word *w)
{
	const char *colon = strchr(text, ':'), *equals = strchr(text, '='), *port = strrchr(text, ':');
	int number;

	*w = (struct listen_word){ 0 };
	if (colon && equals && equals < colon) {
		if (equals == text || !text_append_n(w->name, w->name + sizeof(w->name), text, (size_t)(equals - text)))
			return LISTEN_NAME;
		text = equals + 1;
	}
	if (!colon || port == colon)
		return LISTEN_FORM;
	if (strncmp(text, "tcp:", 4) && strncmp(text, "udp:", 4))
		return LISTEN_PROTOCOL;
	w->type = *text == 't' ? SOCK_STREAM : SOCK_DGRAM;
	if (!parse_address(colon + 1, (size_t)(port - colon - 1), w))
		return LISTEN_ADDRESS;
	number = text_number(port + 1);
	if (number < 1 || number > 65535)
		return LISTEN_PORT;
	w->to.in.sin_port = htons((in_port_t)number); /* at the same place for both families */
	return LISTEN_GOOD;
}
