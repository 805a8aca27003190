/* SPDX-License-Identifier: ISC */
/* tests/unit/text_test.c - words in the kernel's list of LSMs, and in a stanza's commands. */
#include <string.h>

#include "helpers/base/text.h"
#include "tests/unit/tap.h"

static void list(const char *text, bool want, const char *name)
{
	ok(text_has_word(text, "bpf", ",", ",\n") == want, "%s", name);
}

static void command(const char *text, bool want, const char *name)
{
	ok(text_has_word(text, "eth1", " \t", " \t;&|") == want, "%s", name);
}

static void number(const char *text, const char *name)
{
	ok(text_number(text) == -1, "no number: %s", name);
}

int main(void)
{
	plan(24);
	list("bpf", true, "the only one");
	list("lockdown,bpf", true, "the last");
	list("bpf,yama\n", true, "the first");
	list("lockdown,bpf,yama", true, "one of several");
	list("lockdown,yama,bpf\n", true, "before a newline");
	list("lockdown,bpf2,xbpf", false, "others that contain it");
	list("lockdown,bpf2,bpf", true, "and then itself");
	list("", false, "none");
	command("ip link set eth1 master red", true, "an interface");
	command("ip link set master red dev eth1;true", true, "before another command");
	command("ip link set eth10 master red", false, "one with a longer name");
	command("ip link set veth1 master red", false, "at either end");
	command("ip link set eth1.5 master red", false, "a VLAN on it");
	ok(text_number("0") == 0 && text_number("4711") == 4711 && text_number("2147483647") == 2147483647, "numbers");
	number("", "none");
	number("2147483648", "one too many");
	number("99999999999999999999", "many too many");
	number("-1", "a sign");
	number("1x", "something behind it");
	number(" 1", "something before it");
	ok(!strcmp(text_find("a vrf, vrf/red", "vrf/"), "vrf/red"), "the place of a word");
	ok(!strcmp(text_find("aab", "ab"), "ab"), "behind its own beginning");
	ok(!text_find("red/vr", "vrf") && !text_find("", "vrf"), "none");
	ok(!strcmp(text_find("vrf", "vrf"), "vrf"), "all of it");
	return tap_done();
}
