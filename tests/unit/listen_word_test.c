/* SPDX-License-Identifier: ISC */
/* tests/unit/listen_word_test.c - words that vrf-listen(8) takes for listeners; tests/net/listen.sh asks it for the same. */
#include "openrc/state/listen-word.h"
#include "tests/unit/tap.h"

static const struct {
	const char *word, *wrong;
} cases[] = {
	{ "tcp:10.20.40.40:80", NULL },
	{ "udp:0.0.0.0:53", NULL },
	{ "web=tcp:10.20.40.40:80", NULL },
	{ "tcp:[::]:65535", NULL },
	{ "udp:[2001:db8:40::40]:161", NULL },
	{ "a=udp:[fe80::1%eth1]:161", NULL },
	{ "tcp:10.20.40.40", "is not PROTOCOL:ADDRESS:PORT" },
	{ "80", "is not PROTOCOL:ADDRESS:PORT" },
	{ "sctp:0.0.0.0:80", "has a protocol that is neither tcp nor udp" },
	{ "10.20.40.40:tcp:80", "has a protocol that is neither tcp nor udp" },
	{ "tcp:::80", "has no address: IPv4, or IPv6 in [], with %INTERFACE where it is link-local" },
	{ "tcp:localhost:80", "has no address: IPv4, or IPv6 in [], with %INTERFACE where it is link-local" },
	{ "tcp:10.20.40.400:80", "has no address: IPv4, or IPv6 in [], with %INTERFACE where it is link-local" },
	{ "tcp:2001:db8::1:80", "has no address: IPv4, or IPv6 in [], with %INTERFACE where it is link-local" },
	{ "tcp:[::ffff:10.20.40.40]:80",
	  "has no address: IPv4, or IPv6 in [], with %INTERFACE where it is link-local" },
	{ "tcp:[10.20.40.40]:80", "has no address: IPv4, or IPv6 in [], with %INTERFACE where it is link-local" },
	{ "tcp:[fe80::1%]:80", "has no address: IPv4, or IPv6 in [], with %INTERFACE where it is link-local" },
	{ "tcp:0.0.0.0:0", "has no port from 1 to 65535" },
	{ "tcp:0.0.0.0:65536", "has no port from 1 to 65535" },
	{ "tcp:0.0.0.0:0x50", "has no port from 1 to 65535" },
	{ "tcp:0.0.0.0:", "has no port from 1 to 65535" },
	{ "tcp:0.0.0.0:http", "has no port from 1 to 65535" },
	{ "=tcp:0.0.0.0:80", "has an empty name, or one longer than 64 bytes" },
	{ "1234567890123456789012345678901234567890123456789012345678901234=tcp:0.0.0.0:80", NULL },
	{ "12345678901234567890123456789012345678901234567890123456789012345=tcp:0.0.0.0:80",
	  "has an empty name, or one longer than 64 bytes" },
};

int main(void)
{
	const int count = sizeof(cases) / sizeof(cases[0]);

	plan(count);
	for (int i = 0; i < count; i++) {
		struct listen_word w;

		is(listen_word_wrong(cases[i].word, &w), cases[i].wrong, cases[i].word);
	}
	return tap_done();
}
