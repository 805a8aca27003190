/* SPDX-License-Identifier: ISC */
/* executor/apply/leave.c - an interface that is in a VRF which its stanza does not name; see leave.h. */
#include <linux/rtnetlink.h>
#include <string.h>

#include "executor/apply/leave.h"
#include "executor/apply/run.h"
#include "executor/kernel/link.h"
#include "executor/kernel/route.h"
#include "executor/model/route.h"
#include "executor/stanza/env.h"
#include "executor/stanza/interfaces.h"
#include "helpers/base/text.h"
#include "helpers/base/vrf.h"

/* Only device_create() gives a table this route. */
static void find_default(const struct route *route, void *ours)
{
	if (route->protocol == VRF_PROTOCOL && route->type == RTN_UNREACHABLE && !route->dst.len)
		*(bool *)ours = true;
}

static bool in_ours(struct run *run)
{
	struct link own, vrf;
	bool ours = false;

	if (link_get(&run->nl, run->iface, &own) || !own.master || link_get_index(&run->nl, own.master, &vrf) ||
	    !link_is_vrf(&vrf))
		return false;
	return !routes_visit(&run->nl, AF_INET, vrf.table, RTN_UNREACHABLE, NULL, find_default, &ours) && ours;
}

static bool gives_master(const char *line, const char *iface, bool own)
{
	return strstr(line, "master") && (own || text_has_word(line, iface, " \t", " \t;&|"));
}

static bool has_command(const char *stanza, const char *iface)
{
	static const char *const phases[] = { "create", "pre-up", "up", "post-up" };
	const bool own = !strcmp(stanza, iface);
	bool found = false;

	for (size_t i = 0; !found && i < sizeof(phases) / sizeof(*phases); i++) {
		struct failure ignored = { 0 };
		struct values lines = { 0 };

		if (interfaces_query(stanza, phases[i], &lines, &ignored))
			return true;
		for (size_t k = 0; !found && k < lines.count; k++)
			found = gives_master(lines.text[k], iface, own);
		values_free(&lines);
	}
	return found;
}

/* What cannot be read may have one. */
static bool any_command(const char *iface)
{
	struct failure ignored = { 0 };
	struct values names = { 0 };
	bool found = interfaces_list(&names, &ignored);

	interfaces_read_all();
	for (size_t i = 0; !found && i < names.count; i++)
		found = has_command(names.text[i], iface);
	values_free(&names);
	return found;
}

bool leave_wanted(struct run *run)
{
	return !env_option("vrf-member") && in_ours(run) && !any_command(run->iface);
}
