/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/modules_test.c - what the lines of the files say of a module, and what
 * all of them together below a directory do.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "helpers/confine/modules.h"
#include "tests/unit/tap.h"

static const char *const names[] = { "absent", "kept out", "loadable", "loaded" };

static const struct module *module(const char *name)
{
	for (int i = 0; i < MODULES; i++)
		if (!strcmp(modules[i].name, name))
			return &modules[i];
	exit(1);
}

static void take(void (*fn)(char *, struct module_facts *), const char *text, struct module_facts *f)
{
	char line[256];

	snprintf(line, sizeof(line), "%s", text);
	fn(line, f);
}

static const struct {
	const char *config, *command, *name, *state;
} cases[] = {
	{ NULL, NULL, "rxrpc", "loadable" },
	{ "blacklist rxrpc", NULL, "rxrpc", "kept out" },
	{ " \tblacklist\t rxrpc  # why", NULL, "rxrpc", "kept out" },
	{ "#blacklist rxrpc", NULL, "rxrpc", "loadable" },
	{ "blacklist rxrpc2", NULL, "rxrpc", "loadable" },
	{ "blacklist rx", NULL, "rxrpc", "loadable" },
	{ "blacklist", NULL, "rxrpc", "loadable" },
	{ "blacklist l2tp-ppp", NULL, "l2tp_ppp", "kept out" },
	{ "blacklist l2tp_ppp", NULL, "l2tp_ppp", "kept out" },
	{ "install rxrpc /bin/false", NULL, "rxrpc", "kept out" },
	{ "install rxrpc /bin/true", NULL, "rxrpc", "kept out" },
	{ "install rxrpc", NULL, "rxrpc", "loadable" },
	{ "install rxrpc /bin/false || modprobe -i rxrpc", NULL, "rxrpc", "loadable" },
	{ "install rxrpc /sbin/modprobe --ignore-install rxrpc", NULL, "rxrpc", "loadable" },
	/* its base */
	{ "install pppox /bin/false", NULL, "l2tp_ppp", "kept out" },
	{ "blacklist pppox", NULL, "pppoe", "kept out" },
	{ NULL, "ro quiet module_blacklist=smc,rxrpc x=y", "rxrpc", "kept out" },
	{ NULL, "module_blacklist=rxrpc module_blacklist=smc", "rxrpc", "loadable" },
	{ NULL, "module_blacklist=l2tp-ppp", "l2tp_ppp", "loadable" },
	{ NULL, "modprobe.blacklist=rxrpc", "rxrpc", "kept out" },
	{ NULL, "notmodule_blacklist=rxrpc", "rxrpc", "loadable" },
	{ NULL, "module_blacklist=", "rxrpc", "loadable" },
	{ "alias net-pf-21 rds", NULL, "rds", "loadable" },
	{ "alias net-pf-21", NULL, "rds", "absent" },
	{ "alias rds-mine rds", NULL, "rds", "absent" },
};
#define CASES (int)(sizeof(cases) / sizeof(*cases))

static void lines(void)
{
	for (int i = 0; i < CASES; i++) {
		struct module_facts f = { 0 };

		take(modules_take_alias, "alias net-pf-33 rxrpc", &f);
		take(modules_take_alias, "alias net-pf-24-proto-0 pppoe", &f);
		take(modules_take_alias, "alias net-pf-24-proto-1 l2tp_ppp", &f);
		if (cases[i].config)
			take(modules_take_config, cases[i].config, &f);
		if (cases[i].command)
			take(modules_take_command, cases[i].command, &f);
		is(names[module_state(module(cases[i].name), &f)], cases[i].state,
		   cases[i].config    ? cases[i].config
		   : cases[i].command ? cases[i].command
				      : cases[i].name);
	}
}

static void sum(void)
{
	struct module_facts f = { 0 };

	take(modules_take_alias, "alias net-pf-33 rxrpc", &f);
	take(modules_take_alias, "alias net-pf-24-proto-0 pppoe", &f);
	take(modules_take_config, "install rxrpc /bin/false", &f);
	take(modules_take_config, "install pppox /bin/false", &f);
	f.no_install = true;
	is(names[module_state(module("rxrpc"), &f)], "loadable", "busybox knows no install");
	f.no_install = false;
	take(modules_take_config, "install rxrpc /sbin/modprobe -i rxrpc", &f);
	is(names[module_state(module("rxrpc"), &f)], "loadable", "which of two install lines counts is not guessed");
	f.no_loading = true;
	is(names[module_state(module("rxrpc"), &f)], "kept out", "nothing is loaded any more");
	take(modules_take_protocol, "RXRPC      832      0      -1   NI       0   yes  rxrpc       n  n", &f);
	is(names[module_state(module("rxrpc"), &f)], "loaded", "but it is there");
	f.no_loading = false;
	f.of[module("pppox") - modules].there = true;
	is(names[module_state(module("pppoe"), &f)], "loadable", "a base that is there keeps nothing out");
}

static char root[] = "/tmp/modules_test.XXXXXX";
static int top;

static void put(const char *path, const char *text)
{
	char part[256];
	int fd;

	for (const char *slash = path; (slash = strchr(slash, '/')); slash++) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdirat(top, part, 0755);
	}
	fd = openat(top, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		exit(1);
	close(fd);
}

static const char *state(const char *name)
{
	struct module_facts f;

	modules_read(top, &f);
	return names[module_state(module(name), &f)];
}

/* The line that counts begins at each of the places around the end of a block of 32 KiB in turn, or is cut off. */
static void long_file(const char *path)
{
	static char text[3 * 32768];
	int found = 0, cut = 0;

	for (size_t at = 32768 - 40; at < 32768 + 8; at++) {
		char *to = text;

		while (to + 64 < text + at)
			to = stpcpy(to, "alias of:net-pf-24N*T* rds\nalias pci:v0net-pf- rds\n");
		while (to < text + at)
			*to++ = '\n';
		stpcpy(stpcpy(to, "alias net-pf-21 rds\n"), "alias usb:v1net-pf d\n");
		put(path, text);
		found += !strcmp(state("rds"), "loadable");
		to[strlen("alias net-pf-21 rds")] = '\0';
		put(path, text);
		cut += !strcmp(state("rds"), "absent");
	}
	is(found == 48 ? "all" : "some", "all", "wherever in a long file its line is");
	is(cut == 48 ? "none" : "some", "none", "but a line that does not end");
}

static void tree(void)
{
	char alias[256];
	struct utsname kernel;

	if (!mkdtemp(root) || uname(&kernel))
		exit(1);
	top = open(root, O_RDONLY | O_DIRECTORY);
	is(state("rxrpc"), "kept out", "a kernel that loads no modules");
	put("proc/sys/kernel/modprobe", "/sbin/modprobe\n");
	is(state("rxrpc"), "absent", "one that knows none of that name");
	snprintf(alias, sizeof(alias), "lib/modules/%s/modules.alias", kernel.release);
	put(alias,
	    "# x\nalias pci:v0 e1000\nalias net-pf-33 rxrpc\nalias net-pf-24-proto-0 pppoe\nalias net-pf-41 kcm\n");
	is(state("rxrpc"), "loadable", "one that does");
	long_file(alias);
	put(alias, "alias net-pf-33 rxrpc\nalias net-pf-24-proto-0 pppoe\n");
	put("lib/modprobe.d/net.conf", "install rxrpc /bin/false\n");
	is(state("rxrpc"), "kept out", "it is kept out by the last directory");
	put("etc/modprobe.d/net.conf", "# empty\n");
	is(state("rxrpc"), "loadable", "whose file another of that name hides");
	put("run/modprobe.d/more.conf", "install rxrpc \\\n/bin/false\n");
	is(state("rxrpc"), "loadable", "a command on the next line is not looked at");
	put("run/modprobe.d/more.conf", "options x \\\nblacklist rxrpc\n");
	is(state("rxrpc"), "loadable", "and what a line goes on with is no line");
	put("run/modprobe.d/more.conf", "options x y\nblacklist rxrpc");
	is(state("rxrpc"), "kept out", "a last line without its end");
	mkdirat(top, "sbin", 0755);
	put("bin/busybox", "");
	if (symlinkat("../bin/busybox", top, "sbin/modprobe"))
		exit(1);
	is(state("rxrpc"), "loadable", "busybox reads the first directory alone");
	put("etc/modprobe.d/a", "blacklist rxrpc\n");
	put("etc/modprobe.d/.b.conf", "blacklist rxrpc\n");
	is(state("rxrpc"), "loadable", "other files are none");
	put("etc/modprobe.d/b.conf", "install rxrpc /bin/false\n");
	is(state("rxrpc"), "loadable", "in which install means nothing to it");
	put("etc/modprobe.d/b.conf", "blacklist rxrpc\n");
	is(state("rxrpc"), "kept out", "and blacklist does");
	put("proc/cmdline", "quiet module_blacklist=pppoe\n");
	is(state("pppoe"), "kept out", "the kernel's command line");
	put("proc/sys/kernel/modules_disabled", "1\n");
	put("etc/modprobe.d/b.conf", "");
	is(state("rxrpc"), "kept out", "modules_disabled");
	put("sys/module/rxrpc/refcnt", "0\n");
	is(state("rxrpc"), "loaded", "a module that is loaded");
	put("proc/net/protocols", "protocol  size\nPPPOE     1240      0\n");
	is(state("pppoe"), "loaded", "one that is built in");
	put("proc/net/can/stats", "");
	is(state("can"), "loaded", "and leaves a trace elsewhere");
	close(top);
	snprintf(alias, sizeof(alias), "rm -r %s", root);
	if (system(alias))
		exit(1);
}

int main(void)
{
	plan(CASES + 24);
	lines();
	sum();
	tree();
	return tap_done();
}
