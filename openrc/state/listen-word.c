/* SPDX-License-Identifier: ISC */
/* openrc/state/listen-word.c - is that a listener, as vrf-listen(8) is told of it?  See listen-word.h. */
#include <arpa/inet.h>
#include <string.h>

#include "executor/stanza/parse.h"
#include "openrc/state/listen-word.h"

enum { NAME_MOST = 64 };

/* "::", "fe80::1%eth1"; whether that interface is there is for the start to find out */
static bool is_ipv6(char *text)
{
	char *scope = strchr(text, '%');
	struct in6_addr address;

	if (scope)
		*scope++ = '\0';
	return (!scope || parse_ifname(scope)) && inet_pton(AF_INET6, text, &address) == 1 &&
	       !IN6_IS_ADDR_V4MAPPED(&address);
}

static bool is_address(char *text)
{
	size_t length = strlen(text);
	struct in_addr address;

	if (length < 3 || text[0] != '[' || text[length - 1] != ']')
		return inet_pton(AF_INET, text, &address) == 1;
	text[length - 1] = '\0';
	return is_ipv6(text + 1);
}

const char *listen_word_wrong(char *word)
{
	char *colon = strchr(word, ':'), *equals = strchr(word, '='), *port = strrchr(word, ':');
	uint32_t number;

	if (colon && equals && equals < colon) {
		if (equals == word || equals - word > NAME_MOST)
			return "has an empty name, or one longer than 64 bytes";
		word = equals + 1;
	}
	if (!colon || port == colon)
		return "is not PROTOCOL:ADDRESS:PORT";
	if (strncmp(word, "tcp:", 4) && strncmp(word, "udp:", 4))
		return "has a protocol that is neither tcp nor udp";
	*port++ = '\0';
	if (!is_address(colon + 1))
		return "has no address: IPv4, or IPv6 in [], with %INTERFACE where it is link-local";
	/* no 0x50 */
	if (strspn(port, "0123456789") < strlen(port) || !parse_u32(port, &number) || !number || number > 65535)
		return "has no port from 1 to 65535";
	return NULL;
}
