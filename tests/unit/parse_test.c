/* SPDX-License-Identifier: ISC */
/* tests/unit/parse_test.c - text to value: what is taken, and that nothing else is. */
#include <arpa/inet.h>

#include "executor/model/prefix.h"
#include "executor/stanza/parse.h"
#include "tests/unit/tap.h"

static void numbers(void)
{
	static const char *const bad[] = {
		"",     "-1",  "+1",         " 1",          "1 ",  "1x",  "x",
		"0x",   "0xg", "4294967296", "0x100000000", "1.5", "1\n", "99999999999999999999",
		"0x-1", "--1"
	};
	static const struct {
		const char *text;
		uint32_t value;
	} good[] = { { "0", 0 },     { "1", 1 },      { "4294967295", UINT32_MAX },
		     { "0x10", 16 }, { "0XfF", 255 }, { "0xffffffff", UINT32_MAX },
		     { "010", 10 } };
	uint32_t value;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!parse_u32(bad[i], &value), "\"%s\" is no number", bad[i]);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(parse_u32(good[i].text, &value) && value == good[i].value, "\"%s\" is one", good[i].text);
}

static void ranges(void)
{
	static const char *const bad[] = {
		"", "-", "1-", "-2", "2-1", "1-2-3", "1-101", "101", "1 -2", "a-b", "00000000000000001-2"
	};
	uint32_t first, last;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!parse_range(bad[i], 100, &first, &last), "\"%s\" is no range up to 100", bad[i]);
	ok(parse_range("7", 100, &first, &last) && first == 7 && last == 7, "one number is a range");
	ok(parse_range("7-100", 100, &first, &last) && first == 7 && last == 100, "7-100");
	ok(parse_range("0-0x10", 100, &first, &last) && first == 0 && last == 16, "0-0x10");
}

static void words(void)
{
	char list[] = " one\ttwo   three ", blank[] = " \t", *rest = list;
	char text[] = "  a b \r\n", only[] = "   ";
	bool value = false;

	ok(parse_yesno("yes", &value) && value, "yes");
	ok(parse_yesno("no", &value) && !value, "no");
	ok(!parse_yesno("Yes", &value) && !parse_yesno("", &value) && !parse_yesno("yes ", &value), "nothing else");
	is(next_word(&rest), "one", "the first word");
	is(next_word(&rest), "two", "the second");
	is(next_word(&rest), "three", "the last");
	ok(!next_word(&rest) && !next_word(&rest), "none after it");
	rest = blank;
	ok(!next_word(&rest), "none among blanks");
	is(trim(text), "a b", "trim");
	is(trim(only), "", "trim of blanks");
}

static void names(void)
{
	static const char *const bad[] = { "", ".", "..", "a/b", "a:b", "a b", "a\tb", "a\n", "0123456789abcdef" };
	static const char *const reserved[] = { "default", "main", "local", "all", "lo", "vrf", "none", "dev" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!parse_ifname(bad[i]) && !parse_vrf_name(bad[i]), "\"%s\" is no name", bad[i]);
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		ok(parse_ifname(reserved[i]) && !parse_vrf_name(reserved[i]), "\"%s\" is none for a VRF", reserved[i]);
	ok(parse_ifname("0123456789abcde") && parse_vrf_name("0123456789abcde"), "15 bytes are");
	ok(parse_vrf_name("vrf-red") && parse_vrf_name("default2") && parse_vrf_name("eth0.5@x"), "so are these");
}

static void addresses(void)
{
	static const char *const bad[] = { "",          "10.0.0", "10.0.0.256",        "10.0.0.0.1",  " 10.0.0.1",
					   "10.0.0.1 ", "::g",    "1:2:3:4:5:6:7:8:9", "10.0.0.1/32", "fe80::1%eth0",
					   "default" };
	struct prefix p;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!parse_address(bad[i], &p), "\"%s\" is no address", bad[i]);
	ok(parse_address("10.0.0.1", &p) && p.family == AF_INET && p.len == 32, "10.0.0.1");
	ok(parse_address("fe80::1", &p) && p.family == AF_INET6 && p.len == 128, "fe80::1");
}

static void prefixes(void)
{
	static const char *const bad[] = { "10.0.0.0/33",
					   "10.0.0.1/8",
					   "10.0.0.0/",
					   "10.0.0.0/-1",
					   "10.0.0.0/+8",
					   "/8",
					   "10.0.0.0/8/8",
					   "10.0.0.0/255.0.0.0",
					   "fd00::/129",
					   "fd00::1/64",
					   "10/8",
					   "10.0.0.0/ 8",
					   "10.0.0.0/8 ",
					   "default",
					   "",
					   "1234567890123456789012345678901234567890123456789/8" };
	struct prefix p, q;
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!parse_prefix(bad[i], &p), "\"%s\" is no prefix", bad[i]);
	ok(parse_prefix("10.20.30.0/24", &p) && p.len == 24, "10.20.30.0/24");
	is(prefix_text(&p, text), "10.20.30.0/24", "and back");
	ok(parse_prefix("10.20.30.128/25", &p), "the last bit of the prefix is set");
	ok(parse_prefix("0.0.0.0/0", &p) && p.family == AF_INET && p.len == 0, "0.0.0.0/0");
	ok(parse_prefix("2001:db8::/32", &p) && p.family == AF_INET6 && p.len == 32, "2001:db8::/32");
	is(prefix_text(&p, text), "2001:db8::/32", "and back");
	ok(parse_prefix("2001:DB8:0:0::1", &p) && p.len == 128, "an address is a prefix of full length");
	is(prefix_text(&p, text), "2001:db8::1", "which is not printed");
	ok(parse_prefix("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", &p), "the longest");
	ok(prefix_equal(&p, &p), "a prefix equals itself");
	ok(parse_prefix("10.0.0.0/8", &p) && parse_prefix("10.0.0.0/9", &q) && !prefix_equal(&p, &q),
	   "not one of another length");
	ok(parse_prefix("0.0.0.0/0", &p) && parse_prefix("::/0", &q) && !prefix_equal(&p, &q), "or family");
}

int main(void)
{
	plan(107);
	numbers();
	ranges();
	words();
	names();
	addresses();
	prefixes();
	return tap_done();
}
