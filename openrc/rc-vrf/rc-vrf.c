/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/rc-vrf.c - VRFs and the services in them, as the kernel has them: show, check,
 * repair.  Commands in files of their own speak by print.c and json.c.
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "executor/model/lack.h"
#include "helpers/confine/groups.h"
#include "helpers/confine/names.h"
#include "openrc/rc-vrf/check.h"
#include "openrc/rc-vrf/command.h"
#include "openrc/rc-vrf/complete.h"
#include "openrc/rc-vrf/drops.h"
#include "openrc/rc-vrf/features.h"
#include "openrc/rc-vrf/map.h"
#include "openrc/rc-vrf/metrics.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/reading.h"
#include "openrc/rc-vrf/set.h"
#include "openrc/rc-vrf/show-one.h"
#include "openrc/rc-vrf/show.h"
#include "openrc/rc-vrf/watch.h"
#include "openrc/rc-vrf/why.h"
#include "openrc/state/memory.h"
#include "openrc/state/typo.h"

/* Something that was promised does not hold. */
enum { EXIT_BROKEN = 1 };

static bool json;

static int command_show(int argc, char **argv);
static int command_watch(int argc, char **argv);
static int command_check(int argc, char **argv);
static int command_drops(int argc, char **argv);
static int command_why(int argc, char **argv);
static int command_exec(int argc, char **argv);
static int command_sync(int argc, char **argv);
static int command_metrics(int argc, char **argv);

static const struct command commands[] = {
	{ "show", "[VRF | SERVICE]", command_show, 0, 1, true },
	{ "watch", "[VRF | SERVICE]", command_watch, 0, 1, true },
	{ "map", "[--dot | --svg]", show_map, 0, 1, false },
	{ "check", "[SERVICE | --config [FILE] | --kernel]", command_check, 0, 2, true },
	{ "drops", "[VRF | SERVICE] [--watch]", command_drops, 0, 3, true },
	{ "why", "SERVICE|VRF|default [from] ADDR[:PORT][/PROTO]", command_why, 2, 3, true },
	{ "exec", "SERVICE COMMAND [ARG...]", command_exec, 2, -1, false },
	{ "set", "SERVICE VRF", set_vrf, 2, 2, false },
	{ "unset", "SERVICE", unset_vrf, 1, 1, false },
	{ "sync", "", command_sync, 0, 0, false },
	{ "metrics", "[FILE]", command_metrics, 0, 1, false },
};

static void usage(FILE *to)
{
	fprintf(to, "usage: rc-vrf [--json] [%s %s]\n", commands[0].name, commands[0].arguments);
	for (size_t i = 1; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(to, "       rc-vrf %s%s%s%s\n", commands[i].json ? "[--json] " : "", commands[i].name,
			*commands[i].arguments ? " " : "", commands[i].arguments);
	fputs("       rc-vrf --complete [WORD...]\n"
	      "       rc-vrf --help | --version\n",
	      to);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/* Who knows which command he wants need not look for it among all. */
static _Noreturn void fail_usage(const char *command)
{
	const struct command *c = find_command(command);

	fprintf(stderr, "usage: rc-vrf %s%s%s%s\n", c->json ? "[--json] " : "", c->name, *c->arguments ? " " : "",
		c->arguments);
	exit(EXIT_TROUBLE);
}

/* Of a command that has none, or whose own are taken by now */
static void refuse_option(const char *command, int argc, char **argv)
{
	if (!argc || argv[0][0] != '-')
		return;
	complain("%s: there is no option %s", command, argv[0]);
	fail_usage(command);
}

/* Say what there is not enough of, or too much. */
static void check_arguments(const struct command *c, int count, char **argv)
{
	const char *words = c->arguments;

	if (count < c->least) {
		for (int i = 0; i < count; i++)
			do
				words = strchr(words, ' ') + 1;
			while (*words == '[');
		complain("%s: %.*s is missing", c->name, (int)strcspn(words, " "), words);
		fail_usage(c->name);
	}
	if (c->most >= 0 && count > c->most) {
		complain("%s: \"%s\" is one argument too many", c->name, argv[c->most]);
		fail_usage(c->name);
	}
	if (json && !c->json) {
		complain("%s has no form in JSON", c->name);
		fail_usage(c->name);
	}
}

static int command_show(int argc, char **argv)
{
	struct rings rings = { 0 };
	struct inet_sockets sockets;
	struct services all;
	struct netlink nl;
	struct kernel k;
	int error, unread;

	refuse_option("show", argc, argv);
	if (argc)
		return show_name(argv[0], json);
	read_kernel(&nl, &k);
	read_services(&all);
	error = sockets_read(&sockets);
	if (error)
		complain("cannot list the sockets: %s", strerror(-error));
	if (!json) {
		show_tables(&k, &all, &sockets);
	} else {
		unread = rings_read(&rings);
		/* only root is told what was stopped */
		if (unread && !geteuid())
			complain("cannot read what was stopped: %s", strerror(-unread));
		show_json(&k, &all, &sockets, unread ? NULL : &rings);
	}
	rings_free(&rings);
	sockets_free(&sockets);
	services_free(&all);
	kernel_free(&k);
	netlink_close(&nl);
	return 0;
}

static int command_watch(int argc, char **argv)
{
	refuse_option("watch", argc, argv);
	return watch(command_show, argc, argv, json);
}

static int command_drops(int argc, char **argv)
{
	const char *wrong = NULL;
	int status = drops(argc, argv, json, &wrong);

	if (!wrong)
		return status;
	complain(wrong[0] == '-' ? "drops: there is no option %s" : "drops: \"%s\" is one argument too many", wrong);
	fail_usage("drops");
}

static int report(struct findings *f)
{
	int status = findings_broken(f) ? EXIT_BROKEN : 0;

	(json ? show_findings_json : show_findings)(f);
	findings_free(f);
	return status;
}

static int check_file(const char *file)
{
	struct findings f = { 0 };
	struct services all;
	struct failure why;

	/* where the executors' functions look for it */
	if (file && setenv("INTERFACES_FILE", file, 1))
		trouble("cannot check %s: %s", file, strerror(errno));
	if (file && access(file, R_OK))
		trouble("cannot read %s: %s", file, strerror(errno));
	read_services(&all);
	if (check_config(&all, &f, &why))
		trouble("%s", why.text);
	services_free(&all);
	return report(&f);
}

static int list_features(void)
{
	struct feature all[FEATURES];
	struct netlink nl;
	struct kernel k;
	bool good = true;

	need_root("ask the kernel for its programs");
	read_kernel(&nl, &k);
	features_read(&k, all);
	for (size_t i = 0; i < FEATURES; i++)
		good &= all[i].has || !all[i].needed;
	(json ? show_features_json : show_features)(all);
	kernel_free(&k);
	netlink_close(&nl);
	return good ? 0 : EXIT_BROKEN;
}

static int command_check(int argc, char **argv)
{
	const struct service *only = NULL;
	struct findings f = { 0 };
	struct services all;
	struct netlink nl;
	struct kernel k;

	if (argc && !strcmp(argv[0], "--config"))
		return check_file(argv[1]);
	if (argc == 1 && !strcmp(argv[0], "--kernel"))
		return list_features();
	if (argc > 1) {
		complain("check: \"%s\" is one argument too many", argv[1]);
		fail_usage("check");
	}
	refuse_option("check", argc, argv);
	need_root("look into all processes");
	read_kernel(&nl, &k);
	check_refresh();
	if (argc)
		only = find_service(&all, argv[0]);
	else
		read_services(&all);
	check_promises(&nl, &k, &all, only, &f);
	services_free(&all);
	kernel_free(&k);
	netlink_close(&nl);
	return report(&f);
}

static int command_metrics(int argc, char **argv)
{
	struct findings f = { 0 };
	struct services all;
	struct rings rings;
	struct netlink nl;
	struct kernel k;
	int error;

	refuse_option("metrics", argc, argv);
	need_root("look into all processes");
	read_kernel(&nl, &k);
	check_refresh();
	read_services(&all);
	check_promises(&nl, &k, &all, NULL, &f);
	error = rings_read(&rings);
	if (error)
		trouble("cannot read what was stopped: %s", strerror(-error));
	error = argc ? metrics_write(argv[0], &k, &all, &rings, &f) : metrics_print(stdout, &k, &all, &rings, &f);
	if (error)
		trouble("cannot write %s: %s", argc ? argv[0] : "the metrics", strerror(-error));
	rings_free(&rings);
	findings_free(&f);
	services_free(&all);
	kernel_free(&k);
	netlink_close(&nl);
	return 0;
}

static int command_why(int argc, char **argv)
{
	return why(json, argc, argv);
}

/* Where its processes are; where they would be if there are none.  Who is not in its group may be a stranger. */
static const char *vrf_of(const struct services *all, const struct service *service)
{
	for (size_t i = 0; i < all->processes; i++)
		if (all->process[i].service == service && all->process[i].own)
			return all->process[i].vrf[0] ? all->process[i].vrf : "default";
	return service->vrf[0] ? service->vrf : "default";
}

/* What the hook refuses has no place to run in, unless it runs in a VRF all the same. */
static void refuse_refused(const struct services *all, const struct service *service)
{
	struct findings f = { 0 };

	for (size_t i = 0; i < all->processes; i++)
		if (all->process[i].service == service && all->process[i].own && all->process[i].vrf[0])
			return;
	if (check_refused(all, service, &f))
		trouble("%s: %s", f.finding[0].what, f.finding[0].remedy);
}

static int command_exec(int argc, char **argv)
{
	struct services all;
	const struct service *service = find_service(&all, argv[0]);
	const char **args = memory_zero((size_t)argc + 4, sizeof(*args)), *vrf = vrf_of(&all, service);
	int n = 0;

	refuse_refused(&all, service);
	args[n++] = "vrf-exec";
	if (service->vrf[0] && !service->confine)
		args[n++] = "--no-confine";
	if (service->vrf[0] && service->other_names)
		args[n++] = "--no-names";
	args[n++] = vrf;
	for (int i = 1; i < argc; i++)
		args[n++] = argv[i];
	execv(BINDIR "/vrf-exec", (char **)args);
	trouble("cannot run " BINDIR "/vrf-exec: %s", strerror(errno));
}

static bool sync_one(const char *vrf)
{
	int error = groups_fill(vrf);

	if (error)
		complain("%s: cannot update what its services may use: %s", vrf, strerror(-error));
	return !error;
}

static bool sync_names(void)
{
	char failed[IFNAMSIZ] = "";
	unsigned int vrfs;
	int error = names_follow(&vrfs, failed);

	if (error)
		complain("%s: cannot have its nameservers follow resolv.conf: %s", *failed ? failed : "VRFs",
			 strerror(-error));
	return !error;
}

static int command_sync(int argc, char **argv)
{
	struct services all;
	struct netlink nl;
	struct kernel k;
	bool good;

	(void)argc;
	(void)argv;
	need_root("update what services may use");
	good = sync_names();
	read_kernel(&nl, &k);
	read_services(&all);
	for (size_t i = 0; i < k.count; i++)
		good &= sync_one(k.vrf[i].link->name);
	/* a VRF that is gone has processes all the same */
	for (size_t i = 0; i < all.processes; i++)
		if (all.process[i].vrf[0] && !kernel_vrf(&k, all.process[i].vrf))
			good &= sync_one(all.process[i].vrf);
	services_free(&all);
	kernel_free(&k);
	netlink_close(&nl);
	return good ? 0 : EXIT_BROKEN;
}

/* Half of it is worth nothing, least of all to a program. */
static int finish(int status)
{
	if (lack_of_memory())
		memory_out();
	errno = 0;
	if (fflush(stdout) || ferror(stdout))
		trouble("cannot write: %s", strerror(errno ? errno : EIO));
	return status;
}

/* Who has left out `show` need not look for it in the usage. */
static bool is_shown(const char *name)
{
	struct services all;
	struct netlink nl;
	struct kernel k;
	bool found;

	if (name[0] == '-')
		return false;
	read_services(&all);
	found = services_find(&all, name);
	services_free(&all);
	if (found)
		return true;
	read_outline(&nl, &k);
	found = kernel_vrf(&k, name);
	kernel_free(&k);
	netlink_close(&nl);
	return found;
}

static _Noreturn void fail_command(const char *word)
{
	const char *near = NULL;
	size_t least = TYPO_LONGEST;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (typo_is_nearer(word, commands[i].name, &least))
			near = commands[i].name;
	if (near)
		trouble("\"%s\" is none of its commands; %s may be meant", word, near);
	complain("\"%s\" is none of its commands", word);
	usage(stderr);
	exit(EXIT_TROUBLE);
}

int main(int argc, char **argv)
{
	const struct command *c;
	int i = 1;

	setlocale(LC_CTYPE, "");
	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		usage(stdout);
		return finish(0);
	}
	if (argc == 2 && (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))) {
		puts("vrf-ng " VERSION);
		return finish(0);
	}
	if (argc > 1 && !strcmp(argv[1], "--complete"))
		return finish(complete(commands, sizeof(commands) / sizeof(commands[0]), argc - 2, argv + 2));
	if (i < argc && !strcmp(argv[i], "--json")) {
		json = true;
		i++;
	}
	if (i == argc)
		return finish(command_show(0, NULL));
	c = find_command(argv[i]);
	if (c) {
		check_arguments(c, argc - i - 1, argv + i + 1);
		return finish(c->run(argc - i - 1, argv + i + 1));
	}
	if (is_shown(argv[i]))
		trouble("\"%s\" is none of its commands: rc-vrf show %s shows it", argv[i], argv[i]);
	fail_command(argv[i]);
}
