/* SPDX-License-Identifier: ISC */
/* tests/unit/text_test.c - words in the kernel's list of LSMs, and in a stanza's commands. */
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

int main(void)
{
	plan(13);
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
	return tap_done();
}
