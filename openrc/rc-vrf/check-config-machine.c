/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-config-machine.c - an interfaces file and the machine on which it is read;
 * see check-config.h.  It may be meant for another one, or for what is to come: mostly warnings.
 */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "executor/apply/rule-probe.h"
#include "executor/kernel/netlink.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/parse.h"
#include "openrc/rc-vrf/check-config.h"
#include "openrc/state/memory.h"

/* Keywords of an interface that is there before ifup, but for what they begin with: with any other it may be made. */
static bool of_card(const char *iface, const char *keyword)
{
	static const char *const words[] = {
		"address", "netmask",  "broadcast", "gateway", "metric",  "hostname", "mtu",      "hwaddress",
		"alias",   "requires", "inherit",   "up",      "post-up", "down",     "pre-down", "post-down",
	};
	static const char *const beginnings[] = {
		"dhcp-", "udhcpc-", "ethtool-", "ipv6-", "forward-", "vrf-", "l3mdev-", "table-",
	};
	static const char *const executors[] = {
		"link", "static", "dhcp", "ethtool", "ipv6", "forward", "vrf", "l3mdev", "table", "post", "pre",
	};
	struct values used = { 0 };
	struct failure ignored;
	size_t others = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(keyword, words[i]))
			return true;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (!strncmp(keyword, beginnings[i], strlen(beginnings[i])))
			return true;
	/* ifupdown-ng prints one for each executor */
	if (strcmp(keyword, "use") || interfaces_query(iface, keyword, &used, &ignored))
		return false;
	others = used.count;
	for (size_t i = 0; i < used.count; i++)
		for (size_t j = 0; j < sizeof(executors) / sizeof(executors[0]); j++)
			others -= !strcmp(used.text[i], executors[j]);
	values_free(&used);
	return !others;
}

/* Does the stanza rest on an interface that somebody else brings? */
static bool is_card(const struct stanza *s)
{
	struct values keywords = { 0 };
	struct failure ignored;
	bool card = !s->vrf.is_vrf && !interfaces_keywords(s->name, &keywords, &ignored);

	for (size_t i = 0; card && i < keywords.count; i++)
		card = of_card(s->name, keywords.text[i]);
	values_free(&keywords);
	return card;
}

/* A VLAN of that name needs its card. */
static bool is_there(const char *name)
{
	char card[IF_NAMESIZE] = "";
	size_t length = strcspn(name, ".");

	if (length >= sizeof(card))
		return false;
	memcpy(card, name, length);
	return if_nametoindex(name) || (name[length] && if_nametoindex(card));
}

/* What a guest of LXC and the like has for them has a kind. */
static bool is_guests(const char *kind)
{
	return !strcmp(kind, "veth") || !strcmp(kind, "macvlan") || !strcmp(kind, "ipvlan");
}

/* To be freed */
static char *list_cards(const struct kernel *k, bool guests)
{
	char *cards = memory_copy("");

	for (size_t i = 0; i < k->links.count; i++) {
		const struct link *link = &k->links.link[i];

		if (!(link->flags & IFF_LOOPBACK) && (guests ? is_guests(link->kind) : !link->kind[0]))
			cards = stanzas_add_name(cards, link->name);
	}
	return cards;
}

static void no_interface(const struct kernel *k, const char *of, const char *name, struct findings *f)
{
	char *cards = list_cards(k, false);

	if (cards && !*cards) {
		free(cards);
		cards = list_cards(k, true);
	}
	warn(f, "config-no-interface", "%s: this machine has no interface %s", of, name);
	remedy(f, "its cards: %s%s", cards && *cards ? cards : "none",
	       strcmp(of, name) ? "" : "; for one that comes later take the auto line out");
	free(cards);
}

/* Some other stanza's route by that interface was before. */
static bool is_first(const struct stanzas *all, size_t stanza, size_t route, int hop, const char *dev)
{
	for (size_t i = 0; i <= stanza; i++)
		for (size_t j = 0; j < all->stanza[i].table.routes.count; j++)
			for (int h = 0; h < all->stanza[i].table.routes.route[j].hops; h++) {
				if (i == stanza && j == route && h == hop)
					return true;
				if (!strcmp(all->stanza[i].table.routes.route[j].hop[h].dev, dev))
					return false;
			}
	return true;
}

/* ifup goes on without it, and says success.  A member's VRF, and the end of a veth, are told of elsewhere or made. */
static void check_required(const struct stanzas *all, const struct kernel *k, const struct stanza *s,
			   struct findings *f)
{
	struct values lines = { 0 };
	struct failure ignored;

	if (!interfaces_auto(s->name) || interfaces_say(s->name, "link-type", "veth") ||
	    interfaces_query(s->name, "requires", &lines, &ignored))
		return;
	for (size_t i = 0; i < lines.count; i++) {
		char *rest = lines.text[i], *name;

		while ((name = next_word(&rest))) {
			const struct stanza *required = stanzas_find(all, name);

			if (strcmp(name, s->vrf.member) && !is_there(name) &&
			    (!required || (is_card(required) && !interfaces_auto(name))))
				no_interface(k, s->name, name, f);
		}
	}
	values_free(&lines);
}

/*
 * One without auto line may come and go, as ppp0 does.  What is only named in a route somebody
 * has to bring all the same.
 */
static void check_cards(const struct stanzas *all, const struct kernel *k, struct findings *f)
{
	for (size_t i = 0; i < all->names.count; i++) {
		const struct stanza *s = &all->stanza[i];

		if (interfaces_auto(s->name) && is_card(s) && !is_there(s->name))
			no_interface(k, s->name, s->name, f);
		check_required(all, k, s, f);
		for (size_t j = 0; j < s->table.routes.count; j++)
			for (int h = 0; h < s->table.routes.route[j].hops; h++) {
				const char *dev = s->table.routes.route[j].hop[h].dev;

				if (dev[0] && !stanzas_find(all, dev) && !is_there(dev) && is_first(all, i, j, h, dev))
					no_interface(k, s->name, dev, f);
			}
	}
}

/* What ifup will say of a rule that the kernel takes and does not keep to. */
static void check_rules(const struct stanzas *all, const struct kernel *k, const struct stanza *s, struct findings *f)
{
	static int can = -ENODATA;

	for (size_t i = 0; i < s->table.rules.count; i++) {
		const struct rule *rule = &s->table.rules.rule[i];
		bool vrf = stanzas_vrf(all, rule->iif) || stanzas_vrf(all, rule->oif) || kernel_vrf(k, rule->iif) ||
			   kernel_vrf(k, rule->oif);
		char text[RULE_TEXT];

		if (!vrf && !rule->dscp)
			continue;
		if (can == -ENODATA)
			can = rule_probe();
		/* not root: nobody can tell */
		if (can < 0)
			return;
		if (rule->dscp && !(can & PROBE_DSCP))
			broken(f, "config-rule-dscp",
			       "%s: rule %s cannot be added: this kernel knows no dscp, and would take it for "
			       "every packet (Linux 6.12 knows it)",
			       s->name, rule_text(rule, text));
		if (!vrf || can & PROBE_VRF)
			continue;
		warn(f, "config-rule-iif-vrf",
		     "%s: rule %s matches nothing: on this kernel (5.18 and later, up to a fix of April 2025) iif and "
		     "oif of a VRF never do",
		     s->name, rule_text(rule, text));
		remedy(f, "write the name of a member, or what the packets have in common; interfaces-table(5)");
	}
}

/* What ifup does not change in what is up. */
static void check_up(const struct stanzas *all, const struct kernel *k, const struct services *services,
		     struct findings *f)
{
	const size_t before = f->count;

	for (size_t i = 0; i < all->names.count; i++)
		check_changed(&all->stanza[i], kernel_vrf(k, all->names.text[i]), services, f);
	for (size_t i = before; i < f->count; i++)
		f->finding[i].warning = true;
}

void check_machine(const struct stanzas *all, const struct services *services, struct findings *f)
{
	struct netlink nl;
	struct kernel k;

	if (netlink_open(&nl, NULL, false))
		return;
	if (!kernel_read(&nl, &k)) {
		check_cards(all, &k, f);
		for (size_t i = 0; i < all->names.count; i++)
			check_rules(all, &k, &all->stanza[i], f);
		check_up(all, &k, services, f);
	}
	kernel_free(&k);
	netlink_close(&nl);
}
