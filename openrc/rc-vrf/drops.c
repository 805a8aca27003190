/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/drops.c - what the filters have stopped, once; see drops.h. */
#include <stdio.h>
#include <string.h>

#include "openrc/rc-vrf/drops.h"
#include "openrc/rc-vrf/json.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/reading.h"
#include "openrc/rc-vrf/show-one.h"

static bool is_vrf(const struct links *links, const struct rings *rings, const char *name)
{
	const struct link *link = links_by_name(links, name);

	/* one that is gone has services and a ring all the same */
	for (size_t i = 0; i < rings->count; i++)
		if (!strcmp(rings->ring[i].vrf, name))
			return true;
	return link && link_is_vrf(link);
}

struct drops_of drops_find(const struct services *all, const struct links *links, const struct rings *rings,
			   const char *name)
{
	struct drops_of of = { 0 };

	if (!name)
		return of;
	if (is_vrf(links, rings, name))
		of.vrf = name;
	of.service = services_find(all, name);
	if (!of.vrf && !of.service) {
		struct netlink nl;
		struct kernel k;

		read_kernel(&nl, &k);
		fail_unknown(&k, all, name);
	}
	return of;
}

static int show(const char *name, bool json)
{
	struct drops_grouped groups;
	struct services all;
	struct drops_of of;
	struct links links;
	struct rings rings;
	struct netlink nl;
	int error = netlink_open(&nl, NULL, false);

	/* a watch that was killed goes on slowing the host down */
	tracing_remove_left();
	if (!error)
		error = links_get(&nl, &links);
	if (error)
		trouble("cannot read the devices: %s", strerror(-error));
	error = rings_read(&rings);
	if (error)
		trouble("cannot read what was stopped: %s", strerror(-error));
	read_services(&all);
	of = drops_find(&all, &links, &rings, name);
	drops_group(&rings, &all, &groups);
	if (json) {
		json_object(NULL);
		json_drops(&rings, &groups, &links, &of);
		json_end_object();
		json_end();
	} else {
		show_drops(&rings, &groups, 0, &links, &of);
	}
	drops_free(&groups);
	services_free(&all);
	rings_free(&rings);
	links_free(&links);
	netlink_close(&nl);
	return 0;
}

int drops(int argc, char **argv, bool json, const char **wrong)
{
	const char *name = NULL;
	bool watch = false;

	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--watch"))
			watch = true;
		else if (!strcmp(argv[i], "--json"))
			json = true;
		else if (argv[i][0] == '-' || name)
			return *wrong = argv[i], 0;
		else
			name = argv[i];
	}
	need_root("read what the kernel has stopped");
	return watch ? drops_watch(name, json) : show(name, json);
}
