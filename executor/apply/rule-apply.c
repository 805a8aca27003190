/* SPDX-License-Identifier: ISC */
/* executor/apply/rule-apply.c - rules in the kernel; see rule-apply.h. */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/apply/rule-apply.h"
#include "executor/apply/run.h"
#include "executor/kernel/address.h"
#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/kernel/rule.h"
#include "executor/kernel/sysctl.h"
#include "executor/model/prefix.h"
#include "executor/model/route.h"
#include "executor/stanza/interfaces.h"
#include "helpers/base/vrf.h"

static const int families[] = { AF_INET, AF_INET6 };

/* A family that this kernel has not, or was told not to have. */
static bool family_absent(int family, int err)
{
	return family == AF_INET6 && (err == -EAFNOSUPPORT || err == -EOPNOTSUPP);
}

static int do_step(struct run *run, const struct step *step)
{
	char text[RULE_TEXT];
	int err;

	if (step->verb == VERB_ADD) {
		err = rule_add(&run->nl, &step->rule);
		if (err && err != -EEXIST)
			return run_fail(run, "cannot add rule %s: %s", rule_text(&step->rule, text),
					netlink_words(&run->nl));
		return 0;
	}
	err = rule_del(&run->nl, &step->rule);
	if (err && err != -ENOENT)
		return run_fail(run, "cannot delete rule %s: %s", rule_text(&step->rule, text),
				netlink_words(&run->nl));
	return 0;
}

static int do_plan(struct run *run, const struct plan *plan)
{
	if (plan->overflow)
		return run_fail(run, "cannot put the rules in order: too many of them carry our protocol number");
	for (size_t i = 0; i < plan->count; i++)
		if (do_step(run, &plan->step[i]))
			return -1;
	return 0;
}

/* Rules of a family, or none and *absent. */
static int get_rules(struct run *run, int family, struct rules *rules, bool *absent)
{
	int err = rules_get(&run->nl, family, rules);

	*absent = err && family_absent(family, err);
	if (err && !*absent)
		return run_fail(run, "cannot list the rules: %s", netlink_words(&run->nl));
	return 0;
}

/* What a lookup finds where it finds no way, by net/ipv4/fib_semantics.c and fib_rules.c: other errors are no answer. */
static bool finds_no_way(int err)
{
	return err == -ENETUNREACH || err == -EHOSTUNREACH || err == -EACCES || err == -EINVAL || err == -EAGAIN;
}

/* 1: every own address of the family still leads to this host; 0: the one in *lost does not; or -errno. */
static int all_local(struct run *run, int family, struct prefix *lost)
{
	struct addresses all;
	struct links links;
	int good, err;

	*lost = (struct prefix){ .family = (uint8_t)family };
	err = links_get(&run->nl, &links);
	if (err)
		return err;
	err = addresses_get(&run->nl, 0, &all);
	good = err ? err : 1;
	for (size_t i = 0; good > 0 && i < all.count; i++) {
		const struct address *address = &all.address[i];
		const struct link *link = links_by_index(&links, address->ifindex);
		const struct link *master = link ? links_by_index(&links, link->master) : NULL;
		struct prefix one = address->local;

		/* In a VRF they are its own; on an interface that is down they are nobody's. */
		if (one.family != family || !link || !(link->flags & IFF_UP) || link_is_vrf(link) ||
		    (master && link_is_vrf(master)) || address->scope == RT_SCOPE_LINK)
			continue;
		/* The kernel makes an IPv6 address local when duplicate address detection is over. */
		if (address->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED))
			continue;
		one.len = (uint8_t)family_bits(family);
		*lost = one;
		good = route_is_local(&run->nl, &one);
		if (finds_no_way(good))
			good = 0;
	}
	addresses_free(&all);
	links_free(&links);
	return good;
}

static int restore_local(struct run *run, int family)
{
	struct plan plan = { 0 };
	struct rules have;
	bool absent;
	int err;

	if (get_rules(run, family, &have, &absent))
		return -1;
	l3mdev_restore_local(&have, family, &plan);
	err = do_plan(run, &plan);
	rules_free(&have);
	return err;
}

static bool moves_local(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->step[i].verb == VERB_DELETE && plan->step[i].rule.pref == 0)
			return true;
	return false;
}

static int order_family(struct run *run, int family, const struct l3mdev_rules *order)
{
	const char *ip = family == AF_INET ? "127.0.0.1" : "::1";
	char text[RULE_TEXT], address[PREFIX_TEXT];
	struct plan plan = { 0 };
	const struct rule *foreign;
	struct prefix lost;
	struct rules have;
	bool absent;
	int err, good = 1;

	if (get_rules(run, family, &have, &absent))
		return -1;
	if (absent)
		return 0;
	foreign = l3mdev_plan(&have, family, order, &plan);
	if (foreign)
		run_warn(run, "local stays as it is, so %s does not work inside VRFs: rule %s stands %s %u", ip,
			 rule_text(foreign, text), order->local_pref ? "before" : "at", order->local_pref);
	err = do_plan(run, &plan);
	if (!err && moves_local(&plan))
		good = all_local(run, family, &lost);
	if (good <= 0)
		err = restore_local(run, family);
	if (good < 0 && !err) {
		err = run_fail(run, "local was put back: cannot ask where %s leads: %s", prefix_text(&lost, address),
			       strerror(-good));
	} else if (!good) {
		run_warn(run, "local was put back, so %s does not work inside VRFs: %s led elsewhere", ip,
			 prefix_text(&lost, address));
	}
	rules_free(&have);
	return err;
}

int rules_order_as(struct run *run, const struct l3mdev_rules *order)
{
	for (size_t i = 0; i < 2; i++)
		if (order_family(run, families[i], order))
			return -1;
	return 0;
}

/* Read each time: the order may be right for what lo's stanza said before. */
static int read_lo(struct run *run, struct l3mdev_options *options)
{
	struct source lo = { .iface = "lo", .own = false };
	struct failure why;

	interfaces_read_all();
	return stanza_l3mdev(&lo, options, &why) ? run_fail(run, "in the stanza of lo: %s", why.text) : 0;
}

int rules_strict(struct run *run, const struct l3mdev_options *options)
{
	int value = options->strict;
	int err = options->set_strict ? sysctl_set(&run->nl, "net.vrf.strict_mode", value) : 0;

	return err && err != -ENOENT ? run_fail(run, "cannot set net.vrf.strict_mode to %d: %s", value, strerror(-err))
				     : 0;
}

int rules_order(struct run *run, bool loopback)
{
	struct l3mdev_options options = { .order = { .unreachable_pref = VRF_PREF_UNREACHABLE,
						     .local_pref = VRF_PREF_LOCAL } };

	if (read_lo(run, &options) || rules_strict(run, &options))
		return -1;
	options.order.loopback = loopback;
	return rules_order_as(run, &options.order);
}

/* Read, plan, do: in each family that this kernel has. */
static int in_families(struct run *run, void (*make)(const struct rules *, int, const void *, struct plan *),
		       const void *want)
{
	for (size_t i = 0; i < 2; i++) {
		struct plan plan = { 0 };
		struct rules have;
		bool absent;
		int err;

		if (get_rules(run, families[i], &have, &absent))
			return -1;
		if (absent)
			continue;
		make(&have, families[i], want, &plan);
		err = do_plan(run, &plan);
		rules_free(&have);
		if (err)
			return -1;
	}
	return 0;
}

static void plan_undo(const struct rules *have, int family, const void *nothing, struct plan *plan)
{
	(void)nothing;
	l3mdev_undo(have, family, plan);
}

static bool has_end(const struct rules *have)
{
	for (size_t i = 0; i < have->count; i++) {
		const struct rule *rule = &have->rule[i];

		if (rule->l3mdev && rule->action == FR_ACT_UNREACHABLE && rule->pref < 32766 && rule_is_planned(rule))
			return true;
	}
	return false;
}

int rules_end(struct run *run, bool *end)
{
	*end = true;
	for (size_t i = 0; i < 2; i++) {
		struct rules have;
		bool absent;

		if (get_rules(run, families[i], &have, &absent))
			return -1;
		*end &= absent || has_end(&have);
		rules_free(&have);
	}
	return 0;
}

int rules_undo(struct run *run)
{
	return in_families(run, plan_undo, NULL);
}

static void plan_marking(const struct rules *have, int family, const void *marking, struct plan *plan)
{
	marking_plan(have, family, marking, plan);
}

int rules_mark(struct run *run, const struct marking *marking)
{
	return in_families(run, plan_marking, marking);
}

int rules_mark_of(struct run *run, uint32_t table, uint32_t *mark)
{
	*mark = 0;
	/* Killed between the two, a run has changed one family alone. */
	for (size_t i = 0; !*mark && i < 2; i++) {
		struct rules have;
		bool absent;

		if (get_rules(run, families[i], &have, &absent))
			return -1;
		*mark = marking_of_table(&have, table);
		rules_free(&have);
	}
	return 0;
}

int rules_table_of(struct run *run, uint32_t mark, uint32_t *table)
{
	struct rules have;
	bool absent;

	if (get_rules(run, AF_INET, &have, &absent))
		return -1;
	*table = marking_to_table(&have, mark);
	rules_free(&have);
	return 0;
}
