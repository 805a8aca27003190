/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/rule_plan_test.c - the order of rules, as a value: from many starts to
 * the wanted order in steps, each of which leaves a `local` rule.  The rules
 * are kept as the kernel keeps them, by preference, new ones behind.
 */
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "executor/model/rule-plan.h"
#include "executor/stanza/parse.h"
#include "helpers/base/vrf.h"
#include "tests/unit/tap.h"

#define RULES 40
static struct rule rule[RULES];
static struct rules have = { .rule = rule };
static int family = AF_INET;

static bool always_local; /* at every step there was a local rule */
static bool never_loose;  /* ... and no marked packet could fall through to main */
static bool adds_before;  /* in the last plan no addition stood behind a deletion */

static void add(const struct rule *r)
{
	size_t at = have.count;

	if (have.count == RULES)
		exit(1);
	while (at && rule[at - 1].pref > r->pref) {
		rule[at] = rule[at - 1];
		at--;
	}
	rule[at] = *r;
	have.count++;
}

/* As fib_nl_delrule(): the first that fits; here with its protocol, as netlink requests carry it. */
static void drop(const struct rule *r)
{
	for (size_t i = 0; i < have.count; i++) {
		if (!rule_equal(&rule[i], r) || rule[i].protocol != r->protocol)
			continue;
		memmove(&rule[i], &rule[i + 1], (have.count - i - 1) * sizeof(rule[0]));
		have.count--;
		return;
	}
	ok(false, "a rule is deleted that is not there");
}

static struct rule lookup(uint32_t pref, uint32_t table, uint8_t protocol)
{
	struct rule r = { .family = (uint8_t)family,
			  .action = FR_ACT_TO_TBL,
			  .has_pref = true,
			  .pref = pref,
			  .table = table,
			  .protocol = protocol };

	return r;
}

static struct rule l3mdev(uint32_t pref, uint8_t action, uint8_t protocol)
{
	struct rule r = lookup(pref, 0, protocol);

	r.l3mdev = true;
	r.action = action;
	return r;
}

static struct rule marked(uint32_t pref, uint32_t mark, uint8_t action, uint32_t table)
{
	struct rule r = lookup(pref, table, VRF_PROTOCOL);

	r.action = action;
	r.fwmark = mark;
	r.fwmask = UINT32_MAX;
	strcpy(r.iif, "lo");
	return r;
}

static void put(struct rule r)
{
	add(&r);
}

static void fresh(void)
{
	have.count = 0;
	put(lookup(0, RT_TABLE_LOCAL, RTPROT_KERNEL));
	put(lookup(32766, RT_TABLE_MAIN, RTPROT_KERNEL));
	if (family == AF_INET)
		put(lookup(32767, RT_TABLE_DEFAULT, RTPROT_KERNEL));
}

/* After the first VRF: the kernel has added its own. */
static void with_kernels(void)
{
	fresh();
	put(l3mdev(1000, FR_ACT_TO_TBL, RTPROT_KERNEL));
}

static struct rule past(void)
{
	struct rule r = l3mdev(0, FR_ACT_GOTO, VRF_PROTOCOL);

	r.target = 1000;
	return r;
}

/* Ours with l3mdev-local-pref 0, the default, and with 32765. */
static void in_order(void)
{
	have.count = 0;
	put(past());
	put(lookup(0, RT_TABLE_LOCAL, VRF_PROTOCOL));
	put(l3mdev(1000, FR_ACT_TO_TBL, RTPROT_KERNEL));
	put(l3mdev(2000, FR_ACT_UNREACHABLE, VRF_PROTOCOL));
	put(lookup(32766, RT_TABLE_MAIN, RTPROT_KERNEL));
}

static void in_moved_order(void)
{
	with_kernels();
	put(l3mdev(2000, FR_ACT_UNREACHABLE, VRF_PROTOCOL));
	put(lookup(32765, RT_TABLE_LOCAL, VRF_PROTOCOL));
	memmove(&rule[0], &rule[1], (have.count - 1) * sizeof(rule[0]));
	have.count--;
}

/* "0 local, 1000 l3mdev, ...": preference and what is done, without main and default. */
static const char *order(void)
{
	static char text[1024];
	char one[RULE_TEXT];

	text[0] = '\0';
	for (size_t i = 0; i < have.count; i++) {
		struct rule r = rule[i];

		if (r.table == RT_TABLE_MAIN || r.table == RT_TABLE_DEFAULT)
			continue;
		r.has_pref = false;
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%u %s", *text ? ", " : "", r.pref,
			 rule_text(&r, one));
	}
	return text;
}

static bool has_local(void)
{
	for (size_t i = 0; i < have.count; i++)
		if (rule[i].table == RT_TABLE_LOCAL && !rule[i].fwmask)
			return true;
	return false;
}

/* A lookup by a mark without an unreachable rule behind it. */
static bool is_loose(uint32_t mark)
{
	bool found = false, stopped = false;

	for (size_t i = 0; i < have.count; i++) {
		found |= rule[i].fwmark == mark && rule[i].action == FR_ACT_TO_TBL && rule[i].protocol == VRF_PROTOCOL;
		stopped |= rule[i].fwmark == mark && rule[i].action == FR_ACT_UNREACHABLE;
	}
	return found && !stopped;
}

static size_t carry_out(const struct plan *plan)
{
	bool deleted = false;

	adds_before = true;
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];

		adds_before &= step->verb == VERB_DELETE || !deleted;
		deleted |= step->verb == VERB_DELETE;
		if (step->verb == VERB_ADD)
			add(&step->rule);
		else
			drop(&step->rule);
		always_local &= has_local();
		never_loose &= !is_loose(0x56000001) && !is_loose(0x77);
	}
	return plan->count;
}

static uint32_t foreign; /* preference of the rule that kept local at 0 */

/* Plan and do it; the number of steps. */
static size_t put_in_order(uint32_t unreachable, uint32_t local, bool loopback)
{
	struct l3mdev_rules want = { .unreachable_pref = unreachable, .local_pref = local, .loopback = loopback };
	struct plan plan = { 0 };
	const struct rule *found = l3mdev_plan(&have, family, &want, &plan);

	foreign = found ? found->pref : 0;
	return carry_out(&plan);
}

static size_t undo(void)
{
	struct plan plan = { 0 };

	l3mdev_undo(&have, family, &plan);
	return carry_out(&plan);
}

#define ORDER   "0 l3mdev goto 1000, 0 table local, 1000 l3mdev, 2000 l3mdev unreachable"
#define MOVED   "1000 l3mdev, 2000 l3mdev unreachable, 32765 table local"
#define KERNELS "0 table local, 1000 l3mdev"

static void devices(void)
{
	const char *name = family == AF_INET ? "IPv4" : "IPv6";

	fresh();
	ok(put_in_order(2000, 0, true) == 5 && !foreign, "%s: a kernel that never had a VRF", name);
	is(order(), ORDER, "is put in order");
	ok(put_in_order(2000, 0, true) == 0, "once");
	ok(l3mdev_passes_local(&have), "VRFs pass local by");
	with_kernels();
	ok(!l3mdev_passes_local(&have), "which they did not");
	ok(put_in_order(2000, 0, true) == 4, "%s: a kernel that added its own rule", name);
	is(order(), ORDER, "is put in order");
	in_order();
	ok(put_in_order(2000, 0, false) == 0, "what is in order stays for a VRF without loopback as well");
	with_kernels();
	put_in_order(2000, 0, false);
	is(order(), "0 table local, 1000 l3mdev, 2000 l3mdev unreachable", "which alone does nothing about local");
	put_in_order(2000, LOCAL_UNTOUCHED, true);
	is(order(), "0 table local, 1000 l3mdev, 2000 l3mdev unreachable", "nor does l3mdev-local-pref none");
	with_kernels();
	put_in_order(0, 0, true);
	is(order(), "0 l3mdev goto 1000, 0 table local, 1000 l3mdev", "l3mdev-unreachable-pref none");
	fresh();
	ok(put_in_order(2000, 32765, true) == 4 && !foreign, "%s: l3mdev-local-pref 32765", name);
	is(order(), MOVED, "moves local");
	ok(put_in_order(2000, 32765, true) == 0 && l3mdev_passes_local(&have), "once");
}

static void by_hand(void)
{
	/* the well-known recipe: local is moved and unreachable added before the executor runs */
	with_kernels();
	drop(&rule[0]);
	put(lookup(32765, RT_TABLE_LOCAL, RTPROT_BOOT));
	put(l3mdev(2000, FR_ACT_UNREACHABLE, RTPROT_BOOT));
	ok(put_in_order(2000, 0, true) == 0 && !foreign, "what was done by hand serves as well");
	ok(put_in_order(2000, 32765, true) == 0 && !foreign, "also where local would be moved");
	ok(l3mdev_passes_local(&have), "VRFs pass local by");
	ok(undo() == 0, "and it is not ours to undo");
	with_kernels();
	put(lookup(32765, RT_TABLE_LOCAL, RTPROT_BOOT));
	ok(put_in_order(2000, 32765, true) == 2, "half done by hand");
	is(order(), MOVED, "is completed");
	undo();
	is(order(), "1000 l3mdev, 32765 table local", "and goes back to what it was, but for the kernel's own");
	with_kernels();
	put(lookup(32765, RT_TABLE_LOCAL, RTPROT_BOOT));
	put_in_order(2000, 0, true);
	is(order(), ORDER ", 32765 table local", "or gets what it lacks");
	undo();
	is(order(), KERNELS ", 32765 table local", "which goes");
	/* somewhere else, also before main */
	with_kernels();
	drop(&rule[0]);
	put(lookup(5000, RT_TABLE_LOCAL, RTPROT_STATIC));
	put(l3mdev(3000, FR_ACT_UNREACHABLE, RTPROT_STATIC));
	ok(put_in_order(2000, 0, true) == 0, "another place by another's hand");
	/* behind main it is of no use */
	with_kernels();
	put(l3mdev(40000, FR_ACT_UNREACHABLE, RTPROT_STATIC));
	put_in_order(2000, 0, false);
	is(order(), "0 table local, 1000 l3mdev, 2000 l3mdev unreachable, 40000 l3mdev unreachable",
	   "unreachable behind main does not serve");
}

/* A `local` of somebody else's, moved to where it stands now. */
static void moved_to(uint32_t pref)
{
	with_kernels();
	drop(&rule[0]);
	put(lookup(pref, RT_TABLE_LOCAL, RTPROT_BOOT));
	put(l3mdev(2000, FR_ACT_UNREACHABLE, RTPROT_BOOT));
}

/* Wherever `local` stands, what counts is what a lookup in a VRF comes to first. */
static void passing(void)
{
	struct rule onward = l3mdev(100, FR_ACT_GOTO, RTPROT_STATIC);

	moved_to(500);
	ok(!l3mdev_passes_local(&have), "VRFs meet a local that was moved to 500");
	ok(put_in_order(2000, 0, true) == 1 && !foreign, "so they are led past it");
	is(order(), "0 l3mdev goto 1000, 500 table local, 1000 l3mdev, 2000 l3mdev unreachable", "and it stays");
	ok(l3mdev_passes_local(&have) && put_in_order(2000, 0, true) == 0, "once");
	ok(put_in_order(2000, 32765, true) == 0, "also where it would be moved");
	undo();
	is(order(), "500 table local, 1000 l3mdev, 2000 l3mdev unreachable", "and no longer when the last VRF goes");
	moved_to(500);
	onward.target = 400;
	put(onward);
	put(lookup(400, 100, RTPROT_STATIC));
	ok(!l3mdev_passes_local(&have), "and not only to a place before it");
	moved_to(500);
	onward.target = 1000;
	put(onward);
	ok(l3mdev_passes_local(&have) && put_in_order(2000, 0, true) == 0, "by whomever");
	have.count = 0;
	put(lookup(1500, RT_TABLE_LOCAL, RTPROT_BOOT));
	put_in_order(2000, 0, true);
	is(order(), "1000 l3mdev, 1500 table local, 2000 l3mdev unreachable",
	   "one behind 1000 needs no more than that");
	have.count = 0;
	put(lookup(0, RT_TABLE_LOCAL, RTPROT_KERNEL));
	put(lookup(500, RT_TABLE_LOCAL, RTPROT_BOOT));
	put(l3mdev(1000, FR_ACT_TO_TBL, RTPROT_KERNEL));
	put_in_order(2000, 32765, true);
	ok(l3mdev_passes_local(&have), "one at 500 beside the usual one is passed by, too");
	moved_to(1000);
	ok(l3mdev_passes_local(&have), "they pass one by that stands behind their own rule at 1000");
	have.count = 0;
	put(lookup(1000, RT_TABLE_LOCAL, RTPROT_BOOT));
	put(past());
	put(l3mdev(1000, FR_ACT_TO_TBL, RTPROT_KERNEL));
	ok(!l3mdev_passes_local(&have), "but not one before it there");
	fresh();
	put(past());
	ok(!l3mdev_passes_local(&have), "nothing leads past to a rule that is missing");
}

/* What wg-quick(8) adds for a full tunnel, with the preference that the kernel chooses. */
static struct rule wireguard(uint32_t pref)
{
	struct rule r = lookup(pref, 51820, RTPROT_BOOT);

	r.invert = true;
	r.fwmark = 51820;
	r.fwmask = UINT32_MAX;
	return r;
}

static void strangers(void)
{
	struct rule suppress = lookup(32764, RT_TABLE_MAIN, RTPROT_BOOT);
	struct rule policy = lookup(3000, 100, VRF_PROTOCOL);

	suppress.foreign = true;
	with_kernels();
	put(wireguard(32765));
	put(suppress);
	ok(put_in_order(2000, 0, true) == 4 && !foreign, "beside a VPN's rules, ours come");
	ok(l3mdev_passes_local(&have) && rule[1].table == RT_TABLE_LOCAL, "and local stays before the VPN's");
	with_kernels();
	put(wireguard(32765));
	put(suppress);
	put_in_order(2000, 32765, true);
	ok(foreign == 32764, "local does not move behind a VPN's rules");
	ok(has_local() && rule[0].pref == 0, "it stays at 0");
	ok(put_in_order(2000, 32765, true) == 0 && foreign, "however often it is tried");
	put_in_order(2000, 2500, true);
	ok(!foreign && rule[0].pref == 1000, "a place before them is all right");
	/* later: the kernel gives them the second rule's preference, ours, and puts them behind it */
	in_order();
	put(wireguard(0));
	ok(put_in_order(2000, 0, true) == 0 && !foreign, "rules that came later change nothing");
	ok(undo() == 1, "when the last VRF goes");
	ok(l3mdev_passes_local(&have) && rule[1].table == RT_TABLE_LOCAL && rule[2].fwmark == 51820,
	   "local is not put behind them");
	drop(&rule[2]);
	ok(undo() == 3, "but when they went");
	is(order(), KERNELS, "all is as the kernel would have it");
	with_kernels();
	put(wireguard(0));
	put_in_order(2000, 0, true);
	is(order(), "0 table local, 0 not fwmark 0xca6c table 51820, 1000 l3mdev, 2000 l3mdev unreachable",
	   "nor does a VRF that comes put it behind a rule at 0");
	in_moved_order();
	put(suppress);
	ok(put_in_order(2000, 32765, true) == 0 && !foreign, "behind a moved local nothing is done here");
	/* `table-rule from ADDRESS` is ours and no rule of VRFs */
	with_kernels();
	parse_address("192.0.2.10", &policy.from);
	put(policy);
	put_in_order(2000, 32765, true);
	ok(foreign == 3000, "local does not move behind a table-rule");
	put_in_order(2000, 0, true);
	ok(!foreign && rule[1].table == RT_TABLE_LOCAL, "which is no matter where it stays");
	/* rules of mark VRFs are */
	with_kernels();
	put(marked(900, 0x56000001, FR_ACT_TO_TBL, 1));
	put(marked(901, 0x56000001, FR_ACT_UNREACHABLE, 0));
	put_in_order(2000, 32765, true);
	ok(!foreign && rule[0].pref == 900, "but behind those of a mark VRF");
	with_kernels();
	put(lookup(32766, 100, RTPROT_STATIC));
	put_in_order(2000, 32765, true);
	ok(!foreign, "and rules behind its new place do not count");
}

static void changes(void)
{
	in_order();
	ok(put_in_order(1500, 0, true) == 2, "another l3mdev-unreachable-pref");
	is(order(), "0 l3mdev goto 1000, 0 table local, 1000 l3mdev, 1500 l3mdev unreachable", "moves that rule");
	ok(adds_before, "adding it first");
	in_order();
	put_in_order(2000, 5000, true);
	is(order(), "1000 l3mdev, 2000 l3mdev unreachable, 5000 table local", "another l3mdev-local-pref moves local");
	put_in_order(2000, 6000, true);
	is(order(), "1000 l3mdev, 2000 l3mdev unreachable, 6000 table local", "once more");
	put_in_order(2000, 0, true);
	is(order(), ORDER, "and back");
	in_order();
	put_in_order(0, 0, true);
	is(order(), "0 l3mdev goto 1000, 0 table local, 1000 l3mdev", "none deletes ours");
}

/* The wanted order from whatever a kill has left, and the kernel's from the same. */
static void killed_at(void (*start)(void), uint32_t local, bool going, size_t steps)
{
	struct l3mdev_rules want = { .unreachable_pref = 2000, .local_pref = local, .loopback = true };

	for (int back = 0; back < 2; back++) {
		struct plan plan = { 0 };

		start();
		if (going)
			l3mdev_undo(&have, family, &plan);
		else
			l3mdev_plan(&have, family, &want, &plan);
		if (plan.count > steps)
			plan.count = steps;
		carry_out(&plan);
		if (back) {
			undo();
			ok(!strcmp(order(), KERNELS), "killed after step %zu on the way %s: then down", steps,
			   going ? "down" : "up");
		} else {
			put_in_order(2000, local, true);
			ok(!strcmp(order(), local ? MOVED : ORDER), "killed after step %zu on the way %s: then up",
			   steps, going ? "down" : "up");
			ok(put_in_order(2000, local, true) == 0, "once");
		}
	}
}

static void kills(void)
{
	in_order();
	ok(undo() == 4, "the last VRF goes");
	is(order(), KERNELS, "and all is as the kernel would have it");
	ok(undo() == 0, "once");
	in_moved_order();
	ok(undo() == 3, "the same where local was moved");
	is(order(), KERNELS, "all is as the kernel would have it");
	for (size_t steps = 0; steps < 5; steps++) {
		killed_at(with_kernels, 0, false, steps);
		killed_at(in_order, 0, true, steps);
		killed_at(with_kernels, 32765, false, steps);
		killed_at(in_moved_order, 32765, true, steps);
	}
}

static size_t mark(uint32_t value, bool own, bool up, bool unreachable)
{
	struct marking want = { .table = 1, .mark = value, .local = own, .lookup = up, .unreachable = unreachable };
	struct plan plan = { 0 };

	marking_plan(&have, family, &want, &plan);
	return carry_out(&plan);
}

#define MARKED \
	"0 table local, 900 iif lo fwmark 0x56000001 table 1, 901 iif lo fwmark 0x56000001 unreachable, " \
	"1000 l3mdev"

static void marks(void)
{
	struct rule other = marked(900, 0x56000001, FR_ACT_TO_TBL, 1);
	const struct rule table_rule = marked(3000, 0x5, FR_ACT_TO_TBL, 1);

	with_kernels();
	ok(mark(0x56000001, false, true, true) == 2, "a mark VRF comes up");
	is(order(), MARKED, "its rules");
	ok(mark(0x56000001, false, true, true) == 0, "once");
	ok(marking_of_table(&have, 1) == 0x56000001 && marking_to_table(&have, 0x56000001) == 1, "both ways");
	ok(!marking_of_table(&have, 2) && !marking_to_table(&have, 0x77), "no others");
	ok(mark(0x56000001, true, true, true) == 1, "with the host's own addresses");
	ok(rule[1].pref == 899 && rule[1].table == RT_TABLE_LOCAL, "a lookup of local before it");
	ok(marking_to_table(&have, 0x56000001) == 1, "does not hide its table");
	ok(mark(0x56000001, false, true, true) == 1, "without them again");
	is(order(), MARKED, "as before");
	ok(mark(0x56000001, false, false, true) == 1, "down while a process lives");
	is(order(), "0 table local, 901 iif lo fwmark 0x56000001 unreachable, 1000 l3mdev", "unreachable stays");
	ok(mark(0x56000001, false, true, true) == 1, "up again");
	is(order(), MARKED, "as before");
	ok(mark(0x56000001, false, false, false) == 2, "down when none does");
	is(order(), "0 table local, 1000 l3mdev", "nothing is left");
	mark(0x56000001, true, true, true);
	ok(mark(0x77, false, true, true) == 5, "another mark");
	is(order(), "0 table local, 900 iif lo fwmark 0x77 table 1, 901 iif lo fwmark 0x77 unreachable, 1000 l3mdev",
	   "replaces all of the old");
	ok(adds_before, "in this order");
	mark(0x77, false, false, false);
	/* somebody else's with the same words */
	other.protocol = RTPROT_STATIC;
	put(other);
	ok(!marking_of_table(&have, 1), "a rule of somebody else's is no binding");
	ok(mark(0x56000001, false, true, true) == 2, "ours come beside it");
	ok(mark(0x56000001, false, false, false) == 2, "and go");
	ok(have.count && rule[1].protocol == RTPROT_STATIC, "it stays");
	/* a table-rule */
	put(table_rule);
	ok(!marking_of_table(&have, 1) && !marking_to_table(&have, 0x5), "a table-rule with a mark is no binding");
	ok(mark(0x56000001, false, true, true) == 2 && mark(0x56000001, false, false, false) == 2, "nor in the way");
	ok(!rule_is_planned(&table_rule), "nor one of those that are planned here");
}

static void overflow(void)
{
	struct plan steps = { 0 };

	have.count = 0;
	for (uint32_t i = 0; i < PLAN_STEPS + 1; i++)
		put(l3mdev(3000 + i, FR_ACT_UNREACHABLE, VRF_PROTOCOL));
	l3mdev_undo(&have, family, &steps);
	ok(steps.overflow, "a plan that is too long says so");
}

int main(void)
{
	plan(170);
	always_local = never_loose = true;
	devices();
	by_hand();
	passing();
	strangers();
	changes();
	kills();
	marks();
	family = AF_INET6;
	devices();
	ok(always_local, "at no step of any plan was there no local rule");
	ok(never_loose, "and at none a mark that leads to a table and then on to main");
	overflow();
	return tap_done();
}
