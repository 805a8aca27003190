/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/stanza_test.c - the options of a stanza: defaults, values, every
 * refusal.  ifquery here prints the environment's own value.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "executor/stanza/stanza.h"
#include "helpers/base/vrf.h"
#include "tests/unit/tap.h"

static char script[] = "/tmp/stanza_test.XXXXXX";
static struct failure failure;

static const char *const variables[] = { "IF_VRF_TABLE",
					 "IF_VRF_MEMBER",
					 "IF_VRF_BIND",
					 "IF_VRF_MARK",
					 "IF_VRF_MARK_LOCAL",
					 "IF_VRF_LOOPBACK",
					 "IF_L3MDEV_UNREACHABLE_PREF",
					 "IF_L3MDEV_LOCAL_PREF",
					 "IF_L3MDEV_ACCEPT",
					 "IF_TABLE_ROUTE",
					 "IF_TABLE_RULE",
					 "IF_TABLE_ROUTE_FILE",
					 "IF_TABLE_ID",
					 "IF_GATEWAYS" };

/* A stanza: names and values, ended by NULL. */
static void stanza(const char *name, ...)
{
	va_list args;

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	/* these two are always there */
	setenv("IF_ADDRESSES", "", 1);
	setenv("IF_GATEWAYS", "", 1);
	va_start(args, name);
	for (; name; name = va_arg(args, const char *))
		setenv(name, va_arg(args, const char *), 1);
	va_end(args);
	failure.text[0] = '\0';
}

static struct vrf_options o;

static int vrf(const char *iface)
{
	struct source own = { .iface = iface, .own = true };

	return stanza_vrf(&own, &o, &failure);
}

static void vrfs(void)
{
	stanza(NULL, NULL);
	ok(vrf("eth0") == 0 && !o.is_vrf && !o.member[0], "a stanza without any of our keywords");
	stanza("IF_VRF_TABLE", "10", NULL);
	ok(vrf("vrf-red") == 0 && o.is_vrf && o.table == 10 && !o.by_mark && !o.mark && o.loopback && !o.mark_local,
	   "a VRF's defaults");
	stanza("IF_VRF_TABLE", " 10\t", "IF_VRF_LOOPBACK", "no ", NULL);
	ok(vrf("vrf-red") == 0 && o.table == 10 && !o.loopback, "blanks do not count");
	stanza("IF_VRF_TABLE", "auto", NULL);
	ok(vrf("vrf-red") == 0 && o.table_auto && o.table == 436863, "auto");
	stanza("IF_VRF_TABLE", "252", NULL);
	ok(vrf("vrf-red") == 0 && o.table == 252, "252 is the last before the system's");
	stanza("IF_VRF_TABLE", "4294967295", NULL);
	ok(vrf("vrf-red") == 0 && o.table == UINT32_MAX, "and 4294967295 the last of all");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_BIND", "device", NULL);
	ok(vrf("vrf-red") == 0 && !o.by_mark, "bound by device");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_BIND", "mark", NULL);
	ok(vrf("vrf-red") == 0 && o.by_mark && o.mark == (VRF_MARK_BASE | 10), "a table's mark");
	stanza("IF_VRF_TABLE", "16777215", "IF_VRF_BIND", "mark", NULL);
	ok(vrf("vrf-red") == 0 && o.mark == 0x56ffffff, "that of the largest with one");
	stanza("IF_VRF_TABLE", "16777216", "IF_VRF_BIND", "mark", "IF_VRF_MARK", "7", NULL);
	ok(vrf("vrf-red") == 0 && o.mark == 7, "a mark of one's own");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_BIND", "mark", "IF_VRF_MARK_LOCAL", "yes", NULL);
	ok(vrf("vrf-red") == 0 && o.mark_local, "with the host's own addresses");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_MARK_LOCAL", "no", NULL);
	ok(vrf("vrf-red") == 0, "without them, for a device");
	stanza("IF_VRF_MEMBER", "vrf-red", "IF_GATEWAYS", "192.0.2.1 ", NULL);
	ok(vrf("eth0") == 0 && !o.is_vrf && !strcmp(o.member, "vrf-red"), "a member with a gateway");
	stanza("IF_VRF_MEMBER", "0123456789abcde", NULL);
	ok(vrf("eth0") == 0 && !strcmp(o.member, "0123456789abcde"), "a VRF's name of 15 bytes");
}

static void refused(const char *iface, const char *reason)
{
	ok(vrf(iface) == -1, "refused: %s", reason);
	is(failure.text, reason, "in these words");
}

static void vrfs_refused(void)
{
	static const char *const system[] = { "0", "253", "254", "255", "main", "local", "default" };
	static const char *const names[] = { "0123456789abcdef", "default", "main", "lo", "vrf", "a/b", ".." };
	char reason[200];

	for (size_t i = 0; i < sizeof(system) / sizeof(system[0]); i++) {
		stanza("IF_VRF_TABLE", system[i], NULL);
		snprintf(reason, sizeof(reason), "vrf-table \"%s\" is not allowed: 0 and 253 to 255 are the system's",
			 system[i]);
		refused("vrf-red", reason);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		stanza("IF_VRF_TABLE", "10", NULL);
		snprintf(reason, sizeof(reason),
			 "\"%s\" cannot name a VRF (1 to 15 bytes, no slash, colon or blank, no "
			 "reserved word)",
			 names[i]);
		refused(names[i], reason);
	}
	stanza("IF_VRF_TABLE", "-1", NULL);
	refused("vrf-red", "vrf-table \"-1\" is not a number, auto or a name in rt_tables");
	stanza("IF_VRF_TABLE", "10 20", NULL);
	refused("vrf-red", "vrf-table \"10 20\" is not a number, auto or a name in rt_tables");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_BIND", "both", NULL);
	refused("vrf-red", "vrf-bind \"both\" is not device or mark");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_BIND", "mark", "IF_VRF_MARK", "0", NULL);
	refused("vrf-red", "vrf-mark \"0\" is not a number from 1 to 4294967295");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_MARK", "5", NULL);
	refused("vrf-red", "vrf-mark \"5\" needs vrf-bind mark");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_BIND", "device", "IF_VRF_MARK", "5", NULL);
	refused("vrf-red", "vrf-mark \"5\" needs vrf-bind mark");
	stanza("IF_VRF_TABLE", "16777216", "IF_VRF_BIND", "mark", NULL);
	refused("vrf-red", "table 16777216 has no default mark: vrf-mark is needed");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_MARK_LOCAL", "yes", NULL);
	refused("vrf-red", "vrf-mark-local \"yes\" needs vrf-bind mark");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_BIND", "mark", "IF_VRF_MARK_LOCAL", "1", NULL);
	refused("vrf-red", "vrf-mark-local \"1\" is not yes or no");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_LOOPBACK", "true", NULL);
	refused("vrf-red", "vrf-loopback \"true\" is not yes or no");
	stanza("IF_VRF_TABLE", "10", "IF_VRF_MEMBER", "vrf-blue", NULL);
	refused("vrf-red", "vrf-member \"vrf-blue\": a VRF cannot be a member of a VRF");
	stanza("IF_VRF_TABLE", "10", "IF_GATEWAYS", "192.0.2.1 ", NULL);
	refused("vrf-red", "gateway \"192.0.2.1\" cannot stand in a VRF's own stanza: write table-route default via "
			   "192.0.2.1");
	stanza("IF_VRF_MEMBER", "0123456789abcdef", NULL);
	refused("eth0", "vrf-member \"0123456789abcdef\" is not a VRF's name (1 to 15 bytes)");
	stanza("IF_VRF_LOOPBACK", "no", NULL);
	refused("eth0", "vrf-loopback \"no\" needs vrf-table");
	stanza("IF_VRF_MARK_LOCAL", "no", NULL);
	refused("eth0", "vrf-mark-local \"no\" needs vrf-table");
	stanza("IF_VRF_BIND", "mark", NULL);
	refused("eth0", "vrf-bind \"mark\" needs vrf-table");
}

static struct l3mdev_options l;

static int l3mdev(void)
{
	struct source own = { .iface = "lo", .own = true };

	return stanza_l3mdev(&own, &l, &failure);
}

static void l3mdevs(void)
{
	stanza(NULL, NULL);
	ok(l3mdev() == 0 && !l.any && l.order.unreachable_pref == 2000 && l.order.local_pref == 0 && l.order.loopback &&
		   !l.set_accept,
	   "the defaults of the l3mdev options");
	stanza("IF_L3MDEV_UNREACHABLE_PREF", "1001", "IF_L3MDEV_LOCAL_PREF", "32765", NULL);
	ok(l3mdev() == 0 && l.any && l.order.unreachable_pref == 1001 && l.order.local_pref == 32765, "their limits");
	stanza("IF_L3MDEV_UNREACHABLE_PREF", "none", "IF_L3MDEV_LOCAL_PREF", "none", NULL);
	ok(l3mdev() == 0 && !l.order.unreachable_pref && l.order.local_pref == LOCAL_UNTOUCHED, "none");
	stanza("IF_L3MDEV_ACCEPT", "tcp", NULL);
	ok(l3mdev() == 0 && l.set_accept && l.accept == ACCEPT_TCP, "accept one");
	stanza("IF_L3MDEV_ACCEPT", "raw , udp,tcp", NULL);
	ok(l3mdev() == 0 && l.accept == (ACCEPT_TCP | ACCEPT_UDP | ACCEPT_RAW), "accept all");
	stanza("IF_L3MDEV_ACCEPT", "none", NULL);
	ok(l3mdev() == 0 && l.set_accept && !l.accept, "accept none");
	stanza("IF_L3MDEV_UNREACHABLE_PREF", "1000", NULL);
	ok(l3mdev() == -1, "before the kernel's own rule");
	is(failure.text, "l3mdev-unreachable-pref \"1000\" is not none or a preference from 1001 to 32765",
	   "is refused");
	stanza("IF_L3MDEV_LOCAL_PREF", "32766", NULL);
	ok(l3mdev() == -1, "with main");
	is(failure.text, "l3mdev-local-pref \"32766\" is not none, 0 or a preference from 1001 to 32765", "as well");
	stanza("IF_L3MDEV_ACCEPT", "tcp,icmp", NULL);
	ok(l3mdev() == -1, "an unknown protocol");
	is(failure.text, "l3mdev-accept \"icmp\" is not none or a list of tcp, udp, raw", "too");
	stanza("IF_L3MDEV_ACCEPT", "tcp,", NULL);
	ok(l3mdev() == -1, "and an empty one");
}

static struct table_options t;

static int table(uint32_t id)
{
	struct source own = { .iface = "eth0", .own = true };

	table_options_free(&t);
	return stanza_table(&own, id, &t, &failure);
}

static void table_refused(const char *name, const char *value, const char *reason)
{
	stanza(name, value, NULL);
	ok(table(7) == -1, "refused: %s", reason);
	is(failure.text, reason, "in these words");
}

static void tables(void)
{
	stanza(NULL, NULL);
	ok(!stanza_has_table() && table(7) == 0 && !t.routes.count && !t.rules.count && !t.file, "no table options");
	stanza("IF_TABLE_ROUTE", "10.0.0.0/8 dev eth0,unreachable default", "IF_TABLE_RULE", "fwmark 7, to 10.0.0.0/8",
	       NULL);
	ok(stanza_has_table() && table(7) == 0 && t.routes.count == 3 && t.rules.count == 3,
	   "a default of both families is two routes, a rule without address two rules");
	ok(t.routes.count == 3 && t.routes.route[0].table == 7 && t.routes.route[2].table == 7 &&
		   t.rules.rule[2].table == 7,
	   "in the table that is given");
	ok(table(0) == 0 && !t.table && !t.routes.route[0].table, "which may not be known yet");
	table_options_fill(&t, 9);
	ok(t.table == 9 && t.routes.route[0].table == 9 && t.rules.rule[0].table == 9, "and is filled in later");
	stanza("IF_TABLE_ROUTE", "10.0.0.0/8 dev eth0 table 5", "IF_TABLE_RULE", "to 10.0.0.0/8 unreachable",
	       "IF_TABLE_ID", "8", NULL);
	ok(table(7) == 0 && t.table == 8, "table-id comes first");
	table_options_fill(&t, 9);
	ok(t.table == 8 && t.routes.route[0].table == 5 && !t.rules.rule[0].table,
	   "filling in changes nothing that was said");
	stanza("IF_TABLE_ROUTE_FILE", "/etc/routes", NULL);
	ok(stanza_has_table() && table(7) == 0 && t.file && !strcmp(t.file, "/etc/routes"), "a file");
	stanza("IF_TABLE_ID", "8", NULL);
	ok(stanza_has_table(), "table-id alone is one of them");
	table_refused(
		"IF_TABLE_ROUTE", "10.0.0.0/8 dev eth0,10.0.0.1/8 dev eth0",
		"table-route \"10.0.0.1/8 dev eth0\": \"10.0.0.1/8\" is not a prefix (ADDRESS[/LENGTH], no bit set "
		"behind the length)");
	table_refused("IF_TABLE_RULE", "to 10.0.0.0/8 gone 5",
		      "table-rule \"to 10.0.0.0/8 gone 5\": \"gone\" is not known");
	table_refused("IF_TABLE_ID", "main", "table-id \"main\" is not allowed: 0 and 253 to 255 are the system's");
	table_refused("IF_TABLE_ID", "0", "table-id \"0\" is not allowed: 0 and 253 to 255 are the system's");
	table_refused("IF_TABLE_ID", "no-such-table",
		      "table-id \"no-such-table\" is not a number, a name in "
		      "rt_tables or a VRF of the interfaces file");
	table_refused("IF_TABLE_ROUTE_FILE", "routes", "table-route-file \"routes\" is not an absolute path");
	table_refused("IF_TABLE_ROUTE_FILE", "/a,/b",
		      "table-route-file \"/b\" stands beside \"/a\": one file a stanza");
	table_options_free(&t);
}

/* Another interface's stanza is ifquery's to tell. */
static void others(void)
{
	struct source other = { .iface = "vrf-red", .own = false };

	stanza("ANSWER", "10", NULL);
	setenv("ANSWER_FOR", "vrf-table", 1);
	ok(stanza_vrf(&other, &o, &failure) == 0 && o.is_vrf && o.table == 10, "another interface's table");
	setenv("IF_VRF_TABLE", "11", 1);
	ok(stanza_vrf(&other, &o, &failure) == 0 && o.table == 10, "whatever the environment says");
	setenv("ANSWER", "10\n12", 1);
	ok(stanza_vrf(&other, &o, &failure) == 0 && o.table == 12, "the last one counts");
	setenv("ANSWER_FOR", "vrf-member", 1);
	setenv("ANSWER", "vrf-blue", 1);
	ok(stanza_vrf(&other, &o, &failure) == 0 && !o.is_vrf && !strcmp(o.member, "vrf-blue"), "its VRF");
	setenv("IFQUERY", "/nowhere", 1);
	ok(stanza_vrf(&other, &o, &failure) == -1, "it cannot be read");
}

static int reasons;

static void take(const char *why, void *context)
{
	(void)context;
	reasons += !strncmp(why, "vrf-", 4) || !strncmp(why, "table-", 6) || !strncmp(why, "l3mdev-", 7);
}

/* All that is wrong, not only the first. */
static void all_reasons(void)
{
	const struct source own = { .iface = "lo", .own = true, .each = take };
	const struct source red = { .iface = "vrf-red", .own = true, .each = take };

	stanza("IF_VRF_TABLE", "255", "IF_VRF_BIND", "card", "IF_VRF_MARK", "5", "IF_VRF_LOOPBACK", "maybe", NULL);
	ok(!stanza_vrf(&red, &o, &failure) && reasons == 3,
	   "each value of a VRF that is none, and nothing that follows");
	reasons = 0;
	stanza("IF_L3MDEV_UNREACHABLE_PREF", "7", "IF_L3MDEV_ACCEPT", "smtp", NULL);
	ok(!stanza_l3mdev(&own, &l, &failure) && reasons == 2, "of lo");
	reasons = 0;
	stanza("IF_TABLE_ID", "255", "IF_TABLE_ROUTE", "a,b", "IF_TABLE_RULE", "c", "IF_TABLE_ROUTE_FILE", "d", NULL);
	setenv("ANSWER_FOR", "", 1);
	setenv("IFQUERY", script, 1);
	ok(!stanza_table(&red, 0, &t, &failure) && reasons == 5, "of routes and rules");
	table_options_free(&t);
}

int main(void)
{
	static const char text[] = "#!/bin/sh\n"
				   "shift 2 # -E /dev/null\n"
				   "name=IF_$(echo \"$2\" | tr a-z- A-Z_)\n"
				   "if [ -n \"$ANSWER_FOR\" ]; then [ \"$2\" != \"$ANSWER_FOR\" ] || echo \"$ANSWER\"\n"
				   "else eval \"echo \\\"\\$$name\\\"\"; fi\n";
	int fd = mkstemp(script);

	plan(118);
	if (fd < 0 || write(fd, text, sizeof(text) - 1) < 0 || fchmod(fd, 0700) || close(fd))
		return 1;
	setenv("IFQUERY", script, 1);
	unsetenv("INTERFACES_FILE");
	vrfs();
	vrfs_refused();
	l3mdevs();
	tables();
	others();
	all_reasons();
	unlink(script);
	return tap_done();
}
