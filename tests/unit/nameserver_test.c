/* SPDX-License-Identifier: ISC */
/* tests/unit/nameserver_test.c - nameservers as text, those of resolv.conf, and which leads to which of the VRF's. */
#include <stdio.h>
#include <string.h>

#include "helpers/base/nameserver.h"
#include "helpers/confine/names.h"
#include "tests/unit/tap.h"

static void list(const struct nameservers *all, char *text, size_t size)
{
	char one[NAMESERVER_TEXT];

	*text = '\0';
	for (unsigned int i = 0; i < all->count; i++) {
		nameserver_text(&all->server[i], one);
		snprintf(text + strlen(text), size - strlen(text), "%s%s", i ? " " : "", one);
	}
}

static void resolv(const char *file, const char *want, bool want_left_out, const char *name)
{
	char text[512], found[256];
	struct nameservers all;
	bool left_out;

	snprintf(text, sizeof(text), "%s", file);
	resolv_parse(text, &all, &left_out);
	list(&all, found, sizeof(found));
	ok(!strcmp(found, want) && left_out == want_left_out, "resolv.conf: %s: %s", name, found);
}

static void server(const char *text, const char *want)
{
	char written[NAMESERVER_TEXT] = "";
	struct nameserver s;
	const char *wrong = nameserver_parse(text, &s);

	if (!wrong)
		nameserver_text(&s, written);
	ok(!strcmp(wrong ? "-" : written, want), "%s is %s", text, want);
}

static struct nameservers of(const char *words)
{
	struct nameservers all = { 0 };
	char text[256], *rest = text, *word;

	snprintf(text, sizeof(text), "%s", words);
	while ((word = strsep(&rest, " ")))
		if (*word)
			nameserver_parse(word, &all.server[all.count++]);
	return all;
}

/* `want`: for each that is asked the index of the VRF's, or - */
static void match(const char *asked, const char *servers, const char *want)
{
	const struct nameservers a = of(asked), s = of(servers);
	char found[NAMESERVERS_MAX + 1] = "";
	struct names n;

	names_match(&n, &a, &s);
	for (unsigned int i = 0; i < a.count; i++) {
		unsigned int answer = (unsigned int)n.ask6[i].answer / 16;

		found[i] = (char)(answer == NOBODY ? '-' : '0' + answer);
		if (nameserver_is_ipv4(&a.server[i]) && n.ask4[i].answer != n.ask6[i].answer)
			found[i] = '!';
		if (!nameserver_is_ipv4(&a.server[i]) && n.ask4[i].answer / 16 != NOBODY)
			found[i] = '!';
	}
	ok(!strcmp(found, want) && names_any(&n) == (strspn(want, "-") != strlen(want)), "%s to %s: %s", asked, servers,
	   found);
}

int main(void)
{
	plan(33);
	resolv("nameserver 10.0.0.1\n", "10.0.0.1", false, "one");
	resolv("nameserver\t10.0.0.1", "10.0.0.1", false, "a tab, and no newline");
	resolv("search a\nnameserver 10.0.0.1\noptions edns0\nnameserver 2001:db8::1\n", "10.0.0.1 2001:db8::1", false,
	       "two families");
	resolv("nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4\n",
	       "10.0.0.1 10.0.0.2 10.0.0.3", false, "four");
	resolv("", "127.0.0.1 ::1", false, "empty");
	resolv("# nameserver 1.1.1.1\n;nameserver 1.1.1.1\n", "127.0.0.1 ::1", false, "comments");
	resolv("nameserver 10.0.0.1 # c\r\nnameserver 10.0.0.2;c\n", "10.0.0.1 10.0.0.2", false, "comments behind");
	resolv("nameservers 10.0.0.1\nnameserver10.0.0.2\n nameserver 10.0.0.3\n", "127.0.0.1 ::1", false,
	       "not the word");
	resolv("nameserver 127.1\n", "127.0.0.1", false, "as inet_aton(3)");
	resolv("nameserver x\nnameserver\nnameserver 10.0.0.1\n", "10.0.0.1", false, "no addresses");
	resolv("nameserver fe80::1%eth0\n", "", true, "link-local with a scope");
	resolv("nameserver fe80::1\nnameserver 10.0.0.1\n", "10.0.0.1", true, "link-local");
	server("10.0.0.1", "10.0.0.1");
	server("10.0.0.1@53", "10.0.0.1");
	server("10.0.0.1@5353", "10.0.0.1@5353");
	server("2001:DB8::1@65535", "2001:db8::1@65535");
	server("10.0.0.1@65536", "-");
	server("10.0.0.1@+1", "-");
	server("10.1", "-");
	server("::ffff:10.0.0.1", "-");
	server("fe80::1", "-");
	server("febf::1", "-");
	match("10.0.0.1", "10.1.0.1", "0");
	match("10.0.0.1 10.0.0.2 10.0.0.3", "10.1.0.1", "000");
	match("10.0.0.1 10.0.0.2", "10.1.0.1 10.1.0.2 10.1.0.3", "01");
	match("10.0.0.1 2001:db8::1", "10.1.0.1 2001:db8:1::1", "01");
	match("10.0.0.1 2001:db8::1", "2001:db8:1::1 10.1.0.1", "10");
	match("10.0.0.1", "2001:db8:1::1", "-");
	match("2001:db8::1", "10.1.0.1", "-");
	match("10.0.0.1", "10.0.0.1", "-");
	match("10.0.0.1 10.0.0.2", "10.0.0.2 10.0.0.3", "1-");
	match("10.0.0.1 10.0.0.2", "10.0.0.2", "0-");
	match("10.0.0.1", "10.0.0.1@5353", "0");
	return 0;
}
