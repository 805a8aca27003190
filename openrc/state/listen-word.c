/* SPDX-License-Identifier: ISC */
/* openrc/state/listen-word.c - what vrf-listen(8) would say of a listener; see listen-word.h. */
#include <stddef.h>

#include "executor/stanza/parse.h"
#include "openrc/state/listen-word.h"

static const char *const wrong[] = {
	[LISTEN_NAME] = "has an empty name, or one longer than 64 bytes",
	[LISTEN_FORM] = "is not PROTOCOL:ADDRESS:PORT",
	[LISTEN_PROTOCOL] = "has a protocol that is neither tcp nor udp",
	[LISTEN_ADDRESS] = "has no address: IPv4, or IPv6 in [], with %INTERFACE where it is link-local",
	[LISTEN_PORT] = "has no port from 1 to 65535",
};

/* Whether the interface of a link-local address is there is for the start to find out. */
const char *listen_word_wrong(const char *word, struct listen_word *w)
{
	enum listen_wrong what = listen_word_parse(word, w);

	if (w->scope[0] && !parse_ifname(w->scope))
		what = LISTEN_ADDRESS;
	return wrong[what];
}
