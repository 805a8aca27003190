/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/env_test.c - the environment as ifupdown-ng and a shell make it, and
 * ifquery for what it cannot carry.  The ifquery here prints a file.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "executor/stanza/env.h"
#include "executor/stanza/interfaces.h"
#include "tests/unit/tap.h"

static char directory[] = "/tmp/env_test.XXXXXX";
static char answer[64], script[64], interfaces[64];

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	if (!file)
		exit(1);
	fputs(text, file);
	fclose(file);
	chmod(path, mode);
}

/* What ifquery prints, and how it ends. */
static void ifquery(const char *text, int status)
{
	char body[256];

	write_file(answer, text, 0600);
	snprintf(body, sizeof(body), "#!/bin/sh\ncat %s\necho warning >&2\nexit %d\n", answer, status);
	write_file(script, body, 0700);
	setenv("IFQUERY", script, 1);
}

static struct values got;
static struct failure failure;

static int values(const char *keyword)
{
	values_free(&got);
	failure.text[0] = '\0';
	return interfaces_values("eth0", true, keyword, &got, &failure);
}

/* "[a][b]" */
static const char *list(void)
{
	static char text[512];

	text[0] = '\0';
	for (size_t i = 0; i < got.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "[%s]", got.text[i]);
	return text;
}

static void plain(void)
{
	setenv("IFACE", "eth0", 1);
	setenv("EMPTY", "", 1);
	is(env_get("IFACE"), "eth0", "a variable");
	ok(!env_get("EMPTY") && !env_get("MISSING"), "an empty one counts as none");
	setenv("IF_TABLE_ROUTE", " \t10.0.0.0/8 dev eth0 \t", 1);
	is(env_option("table-route"), "10.0.0.0/8 dev eth0", "a keyword's value, trimmed");
	is(env_option("table-route"), "10.0.0.0/8 dev eth0", "and again");
	setenv("IF_VRF_TABLE", "  ", 1);
	ok(!env_option("vrf-table") && !env_option("vrf-member"), "blanks count as none");
	ok(!env_option("a-keyword-that-is-longer-than-any-that-there-will-ever-be-in-this-program"),
	   "a very long keyword has none");
}

static void lines(void)
{
	setenv("IF_TABLE_ROUTE", "c", 1);
	ifquery("a\n  b  \nc\n", 0);
	ok(values("table-route") == 0, "three lines");
	is(list(), "[a][b][c]", "in their order");
	ifquery("a, b ,,\nc\n", 0);
	ok(values("table-route") == 0, "a list on one of them");
	is(list(), "[a][b][c]", "is divided");
	ifquery("b\nc", 0);
	ok(values("table-route") == 0 && got.count == 2, "a last line without its end");
	unsetenv("IF_TABLE_ROUTE");
	ifquery("a\n", 0);
	ok(values("table-route") == 0 && got.count == 0, "without the variable nobody is asked");
	ok(interfaces_values("eth1", false, "table-route", &got, &failure) == 0 && got.count == 1,
	   "for another interface always");
	values_free(&got);
	ok(interfaces_query("eth1", "table-route", &got, &failure) == 0, "lines as they stand");
	is(list(), "[a]", "are given");
	values_free(&got);
	ifquery("red\nblue\n", 0);
	ok(interfaces_say("eth1", "vrf-member", "blue") && !interfaces_say("eth1", "vrf-member", "red"),
	   "the last line says it");
	ok(interfaces_say("eth1", "vrf-member", NULL), "or anything");
	ifquery("", 1);
	ok(!interfaces_say("eth9", "vrf-member", NULL), "an unknown interface says nothing");
	ifquery("blue\n", 3);
	ok(!interfaces_say("eth1", "vrf-member", "blue"), "nor does what cannot be read");
}

static void mismatch(void)
{
	setenv("IF_TABLE_ROUTE", "home", 1);
	ifquery("a\nb\n", 0);
	ok(values("table-route") == -1, "another stanza's lines are refused");
	is(failure.text,
	   "table-route \"home\" is not what ifquery reads for this interface (ifup IFACE=STANZA cannot be used with "
	   "repeatable keywords)",
	   "with the reason");
	ifquery("home\nb\n", 0);
	ok(values("table-route") == -1, "the last line counts");
	ifquery("", 1);
	ok(values("table-route") == -1, "so are none");
	ifquery("", 1);
	ok(interfaces_values("eth1", false, "table-route", &got, &failure) == 0 && !got.count,
	   "an unknown interface has no values");
}

static void broken(void)
{
	setenv("IF_TABLE_ROUTE", "a", 1);
	setenv("IFQUERY", "/nowhere/ifquery", 1);
	ok(values("table-route") == -1, "without ifquery");
	is(failure.text, "cannot read table-route: ifquery not found", "it says so");
	ifquery("a\n", 3);
	ok(values("table-route") == -1, "ifquery fails");
	is(failure.text, "cannot read table-route: ifquery ended with status 3", "with its status");
	write_file(script, "#!/bin/sh\nkill -9 $$\n", 0700);
	ok(values("table-route") == -1, "or is killed");
	ifquery("", 1);
	setenv("INTERFACES_FILE", "/nowhere/interfaces", 1);
	ok(values("table-route") == -1, "the interfaces file is not there");
	is(failure.text, "cannot read table-route: /nowhere/interfaces: No such file or directory", "with the reason");
	setenv("INTERFACES_FILE", directory, 1);
	ok(interfaces_list(&got, &failure) == -1, "the list of interfaces fails too");
	setenv("INTERFACES_FILE", interfaces, 1);
}

static void arguments(void)
{
	write_file(interfaces, "", 0600);
	write_file(script, "#!/bin/sh\nfor word; do printf '%s\\n' \"$word\"; done\n", 0700);
	setenv("IFQUERY", script, 1);
	values_free(&got);
	ok(interfaces_query("eth1", "table-route", &got, &failure) == 0 && got.count == 7, "ifquery's words");
	ok(got.count == 7 && !strcmp(got.text[0], "-E") && !strcmp(got.text[1], "/dev/null"), "without executors");
	ok(got.count == 7 && !strcmp(got.text[2], "-i") && !strcmp(got.text[3], interfaces) &&
		   !strcmp(got.text[4], "-p") && !strcmp(got.text[5], "table-route") && !strcmp(got.text[6], "eth1"),
	   "-i FILE -p KEYWORD IFACE");
	values_free(&got);
	ok(interfaces_list(&got, &failure) == 0 && got.count == 5 && !strcmp(got.text[4], "-L"), "-i FILE -L");
	write_file(script, "#!/bin/sh\nls /proc/self/fd\n", 0700);
	ok(dup2(0, 20) == 20, "ifup leaks descriptors");
	values_free(&got);
	ok(interfaces_list(&got, &failure) == 0, "ifquery is started");
	ok(!strstr(list(), "[20]"), "without them");
	close(20);
}

/* lif_environment_push(): NAME=value has at most 4095 bytes. */
static void long_values(void)
{
	size_t room = 4095 - strlen("IF_TABLE_ROUTE=");
	char *line = calloc(1, 9000), *cut = calloc(1, 9000);

	memset(line, 'a', 6000);
	memcpy(cut, line, room);
	setenv("IF_TABLE_ROUTE", cut, 1);
	ifquery(line, 0);
	ok(values("table-route") == 0 && got.count == 1 && strlen(got.text[0]) == 6000, "a cut value is read whole");
	line[10] = 'b';
	ifquery(line, 0);
	ok(values("table-route") == -1, "another that is cut is refused");
	line[10] = 'a';
	line[room] = '\0';
	ifquery(line, 0);
	ok(values("table-route") == -1, "one that just fits may have been cut by ifquery, and is refused");
	cut[3880] = line[3880] = '\0';
	setenv("IF_TABLE_ROUTE", cut, 1);
	ifquery(line, 0);
	ok(values("table-route") == 0 && strlen(got.text[0]) == 3880, "one that is surely shorter is read");
	memset(cut, 'a', room);
	memset(line, 'a', 6000);
	cut[room - 1] = '\0';
	setenv("IF_TABLE_ROUTE", cut, 1);
	ifquery(line, 0);
	ok(values("table-route") == -1, "a shorter one was not cut, and is refused");
	line[room - 2] = ' ';
	line[room - 1] = ' ';
	cut[room - 2] = ' ';
	cut[room - 1] = ' ';
	setenv("IF_TABLE_ROUTE", cut, 1);
	ifquery(line, 0);
	ok(values("table-route") == 0, "one that was cut behind a blank");
	free(line);
	free(cut);
}

/*
 * ifupdown-ng puts each of several lines into the environment, and starts the
 * executor by a shell: only the last one comes through.
 */
static void duplicates(void)
{
	static const char *const shells[] = { "/bin/sh", "/bin/dash", "/bin/busybox", "/usr/bin/dash",
					      "/usr/bin/busybox" };
	char *environment[] = { "IF_TABLE_ROUTE=first", "IF_TABLE_ROUTE=second", "IF_TABLE_ROUTE=last", NULL };
	bool last = true;

	write_file(script, "#!/bin/sh\nexec env\n", 0700);
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		char *words[] = { strstr(shells[i], "busybox") ? "ash" : "sh", "-c", script, NULL };
		char text[4096] = "";
		int ends[2];
		pid_t pid;

		if (access(shells[i], X_OK) || pipe(ends))
			continue;
		pid = fork();
		if (!pid) {
			dup2(ends[1], 1);
			execve(shells[i], words, environment);
			_exit(127);
		}
		close(ends[1]);
		for (ssize_t n, size = 0; (n = read(ends[0], text + size, sizeof(text) - 1 - (size_t)size)) > 0;)
			size += n;
		close(ends[0]);
		waitpid(pid, NULL, 0);
		last &= strstr(text, "IF_TABLE_ROUTE=last") && !strstr(text, "=first") && !strstr(text, "=second");
	}
	ok(last, "a shell keeps the last of several variables of one name");
}

static const char *query(const char *iface)
{
	values_free(&got);
	return interfaces_query(iface, "table-route", &got, &failure) ? failure.text : list();
}

/* The last to be tried: what was read is kept. */
static void all_at_once(void)
{
	ifquery("iface eth1\n  table-route wrong\n", 1);
	interfaces_read_all();
	ifquery("asked\n", 0);
	is(query("eth1"), "[asked]", "what could not be read at once is asked for");
	ifquery("auto lo\niface lo\n  use link\n\nauto eth1\niface eth1 no-defaults\n  table-route a \n  table-routes b\n"
		"  table-route c d, e\n\ntemplate base\n  table-route f\n\niface eth10\n  table-route g\n",
		0);
	interfaces_read_all();
	ifquery("asked\n", 0);
	is(query("eth1"), "[a][c d, e]", "every line of a stanza");
	is(query("eth10"), "[g]", "and of none else");
	is(query("lo"), "", "nothing");
	is(query("eth"), "[asked]", "an interface without a stanza, which may be up as another's");
	is(query("base"), "[asked]", "a template is no interface's stanza");
}

int main(void)
{
	plan(52);
	if (!mkdtemp(directory))
		return 1;
	snprintf(answer, sizeof(answer), "%s/answer", directory);
	snprintf(script, sizeof(script), "%s/ifquery", directory);
	snprintf(interfaces, sizeof(interfaces), "%s/interfaces", directory);
	plain();
	lines();
	mismatch();
	broken();
	arguments();
	long_values();
	duplicates();
	all_at_once();
	values_free(&got);
	unlink(answer);
	unlink(script);
	unlink(interfaces);
	rmdir(directory);
	return tap_done();
}
