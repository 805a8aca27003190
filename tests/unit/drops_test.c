/* SPDX-License-Identifier: ISC */
/* tests/unit/drops_test.c - what a packet that was stopped says of itself, and half a one. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "openrc/state/drops-packet.h"
#include "tests/unit/tap.h"

static struct drop_packet p;

static void parse(uint32_t reason, const char *bytes, size_t length)
{
	struct drop d = { .reason = reason, .length = (uint32_t)length };

	memset(d.header, 0xff, sizeof(d.header)); /* what was there before */
	memcpy(d.header, bytes, length < DROP_HEADER ? length : DROP_HEADER);
	drop_parse(&d, &p);
}

#define PARSE(reason, bytes) parse(reason, bytes, sizeof(bytes) - 1)

static bool says(int family, int protocol, const char *peer, int port)
{
	return p.family == family && p.protocol == protocol && !memcmp(p.peer, peer, family == AF_INET ? 4 : 16) &&
	       (port < 0 ? !p.has_port : p.has_port && p.port == port);
}

#define IP(ihl, fragment, proto) ihl "\0\0\x1c\0\0" fragment "\x40" proto "\0\0\x0a\0\0\1\x0a\0\0\2"
#define IP6(next)                "\x60\0\0\0\0\x08" next "\x40" A B
#define A                        "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
#define B                        "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2"

static void test_packets(void)
{
	PARSE(DROP_NOT_BOUND, IP("\x45", "\0\0", "\x11") "\x10\0\0\x35");
	ok(says(AF_INET, IPPROTO_UDP, "\x0a\0\0\2", 53), "out: to whom, and to which port");
	PARSE(DROP_IN | DROP_PREFIX, IP("\x45", "\0\0", "\x06") "\x10\0\0\x16");
	ok(says(AF_INET, IPPROTO_TCP, "\x0a\0\0\1", 22), "in: from whom, and to which port here");
	PARSE(DROP_NOT_BOUND, IP("\x45", "\0\0", "\x01") "\x08\0\0\x16");
	ok(says(AF_INET, IPPROTO_ICMP, "\x0a\0\0\2", -1), "ICMP has no ports");
	PARSE(DROP_NOT_BOUND, IP("\x45", "\x20\0", "\x11") "\x10\0\0\x35");
	ok(says(AF_INET, IPPROTO_UDP, "\x0a\0\0\2", 53), "the first fragment has them");
	PARSE(DROP_NOT_BOUND, IP("\x45", "\x20\1", "\x11") "\x10\0\0\x35");
	ok(says(AF_INET, IPPROTO_UDP, "\x0a\0\0\2", -1), "another has none");
	PARSE(DROP_NOT_BOUND, IP("\x46", "\0\0", "\x11") "\x94\4\0\0\x10\0\0\x35");
	ok(says(AF_INET, IPPROTO_UDP, "\x0a\0\0\2", 53), "behind an option");
	PARSE(DROP_NOT_BOUND, IP("\x4f", "\0\0", "\x11") "\x10\0\0\x35");
	ok(says(AF_INET, IPPROTO_UDP, "\x0a\0\0\2", -1), "behind options that are not there");
	PARSE(DROP_NOT_BOUND, IP("\x45", "\0\0", "\x11"));
	ok(says(AF_INET, IPPROTO_UDP, "\x0a\0\0\2", -1), "a bare header");
	PARSE(DROP_NOT_BOUND, "\x45\0\0\x1c\0\0\0\0\x40\x11\0\0\x0a\0\0\1\x0a\0\0");
	ok(!p.family && p.protocol == -1 && !p.has_port, "half a header");
	PARSE(DROP_NOT_BOUND, "");
	ok(!p.family && p.protocol == -1, "nothing");
	PARSE(DROP_NOT_BOUND, "\x55" IP("", "\0\0", "\x11") "\x10\0\0\x35");
	ok(!p.family && p.protocol == -1, "of another version");
}

static void test_ipv6(void)
{
	static const char fragment[] = IP6("\x2c") "\x11\0\0\1....\x10\0\0\x35",
			  later[] = IP6("\x2c") "\x11\0\0\x09....\x10\0\0\x35",
			  chain[] = IP6("\0") "\x3c\0......\x11\0......\x10\0\0\x35";
	char endless[DROP_HEADER] = IP6("\0"), far[] = IP6("\0") "\x11\x20......\x10\0\0\x35";

	PARSE(DROP_NOT_BOUND, IP6("\x11") "\x10\0\0\x35");
	ok(says(AF_INET6, IPPROTO_UDP, B, 53), "IPv6, out");
	PARSE(DROP_IN | DROP_INTERFACE, IP6("\x06") "\x10\0\0\x16");
	ok(says(AF_INET6, IPPROTO_TCP, A, 22), "... in");
	PARSE(DROP_NOT_BOUND, IP6("\x3a") "\x80\0\0\0");
	ok(says(AF_INET6, IPPROTO_ICMPV6, B, -1), "... ICMPv6");
	parse(DROP_NOT_BOUND, fragment, sizeof(fragment) - 1);
	ok(says(AF_INET6, IPPROTO_UDP, B, 53), "the first fragment");
	parse(DROP_NOT_BOUND, later, sizeof(later) - 1);
	ok(says(AF_INET6, IPPROTO_UDP, B, -1), "a later one");
	parse(DROP_NOT_BOUND, chain, sizeof(chain) - 1);
	ok(says(AF_INET6, IPPROTO_UDP, B, 53), "behind two headers");
	parse(DROP_NOT_BOUND, far, sizeof(far) - 1);
	ok(says(AF_INET6, IPPROTO_UDP, B, -1), "behind one that is longer than what there is");
	parse(DROP_NOT_BOUND, endless, sizeof(endless));
	ok(p.family == AF_INET6 && !p.has_port, "headers without an end");
	parse(DROP_NOT_BOUND, endless, 39);
	ok(!p.family, "half a header");
	parse(DROP_NOT_BOUND, endless, 1u << 31);
	ok(p.family == AF_INET6 && !p.has_port, "more than there is room for");
}

static void call(uint32_t reason, struct drop_call c)
{
	parse(reason, (const char *)&c, sizeof(c));
}

static void test_calls(void)
{
	const char four[] = "\x0a\0\0\2";
	char text[DROP_PROTOCOL];

	call(DROP_SOCKET | DROP_DOWN, (struct drop_call){ .family = AF_INET6, .type = SOCK_STREAM, .port = 7 });
	ok(p.family == AF_INET6 && p.protocol == IPPROTO_TCP && !p.has_port, "a socket of streams");
	call(DROP_SOCKET | DROP_DOWN, (struct drop_call){ .family = AF_INET, .type = SOCK_DGRAM });
	ok(p.family == AF_INET && p.protocol == IPPROTO_UDP, "... of datagrams");
	call(DROP_SOCKET | DROP_NETNS, (struct drop_call){ .family = AF_INET, .type = SOCK_RAW, .protocol = 89 });
	ok(p.family == AF_INET && p.protocol == 89, "... of what it says");
	call(DROP_SOCKET | DROP_UNFILTERED,
	     (struct drop_call){ .family = AF_INET, .type = SOCK_STREAM, .protocol = 262 });
	ok(!strcmp(drop_protocol(p.protocol, text), "mptcp") &&
		   !strcmp(drop_reason(DROP_SOCKET | DROP_UNFILTERED), "unfiltered protocol"),
	   "... of MPTCP, which is no number of a packet");
	ok(!strcmp(drop_protocol(263, text), "protocol 263"), "... of one that is not known");
	call(DROP_CALL | DROP_PREFIX,
	     (struct drop_call){
		     .family = AF_INET, .type = SOCK_DGRAM, .port = htons(53), .address = { htonl(0x0a000002) } });
	ok(says(AF_INET, IPPROTO_UDP, four, 53), "a call: to whom, and to which port");
	call(DROP_CALL | DROP_PREFIX, (struct drop_call){ .family = AF_INET6,
							  .type = SOCK_STREAM,
							  .protocol = IPPROTO_TCP,
							  .port = htons(22),
							  .address = { htonl(0xfd000000), 0, 0, htonl(2) } });
	ok(says(AF_INET6, IPPROTO_TCP, B, 22), "... by IPv6");
	call(DROP_CALL | DROP_PREFIX, (struct drop_call){ .family = AF_INET6,
							  .type = SOCK_STREAM,
							  .port = htons(22),
							  .address = { 0, 0, htonl(0xffff), htonl(0x0a000002) } });
	ok(says(AF_INET, IPPROTO_TCP, four, 22), "... by a socket of both families");
	ok(!strcmp(drop_protocol(89, text), "protocol 89") && !strcmp(drop_protocol(6, text), "tcp") &&
		   !strcmp(drop_protocol(-1, text), "?"),
	   "in words");
	ok(!strcmp(drop_reason(DROP_IN | DROP_PREFIX), "outside the prefixes") &&
		   !strcmp(drop_reason(DROP_SOCKET | DROP_DOWN), "the VRF is down") && !strcmp(drop_reason(0), "?") &&
		   !strcmp(drop_reason(~0u), "packed by IPsec"),
	   "reasons, and what is none");
}

int main(void)
{
	plan(11 + 10 + 10);
	test_packets();
	test_ipv6();
	test_calls();
	return tap_done();
}
