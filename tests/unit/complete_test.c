/* SPDX-License-Identifier: ISC */
/* tests/unit/complete_test.c - usage lines as completion reads them. */
#include <stdlib.h>

#include "openrc/rc-vrf/complete.h"
#include "tests/unit/tap.h"

static char text[256];

static void each(const char *word, size_t length, void *context)
{
	(void)context;
	sprintf(text + strlen(text), "%s%.*s", *text ? " " : "", (int)length, word);
}

/* What can stand behind these words. */
static const char *behind(const char *arguments, const char *words)
{
	char *argv[8], *copy = strdup(words), *rest = copy;
	int argc = 0;

	if (!copy)
		exit(1);
	for (char *word; argc < 8 && (word = strsep(&rest, " "));)
		if (*word)
			argv[argc++] = word;
	text[0] = '\0';
	complete_words(arguments, argc, argv, each, NULL);
	free(copy);
	return text;
}

int main(void)
{
	static const char check[] = "[SERVICE | --config [FILE] | --kernel]";

	plan(14);
	is(behind("", ""), "", "a command without arguments");
	is(behind("SERVICE VRF", ""), "SERVICE", "the first");
	is(behind("SERVICE VRF", "sshd"), "VRF", "the second");
	is(behind("SERVICE VRF", "sshd red"), "", "no third");
	is(behind("[VRF | SERVICE]", ""), "VRF SERVICE", "one of two");
	is(behind("SERVICE|VRF ADDR[:PORT][/PROTO]", ""), "SERVICE VRF", "without blanks");
	is(behind("SERVICE|VRF ADDR[:PORT][/PROTO]", "sshd"), "ADDR", "what is glued to a name is no other");
	is(behind(check, ""), "SERVICE --config --kernel", "a name or an option");
	is(behind(check, "--config"), "FILE", "what follows an option");
	is(behind(check, "sshd"), "--config --kernel", "options stand anywhere");
	is(behind("[VRF | SERVICE] [--watch]", ""), "VRF SERVICE --watch", "an option of its own has no place");
	is(behind("[VRF | SERVICE] [--watch]", "--watch"), "VRF SERVICE --watch", "and takes none");
	is(behind("SERVICE COMMAND [ARG...]", "sshd ss"), "ARG...", "the last");
	is(behind("[--dot | --svg]", ""), "--dot --svg", "options alone");
	return tap_done();
}
