/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/map.c - the command map; see map.h. */
#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "executor/kernel/route.h"
#include "openrc/rc-vrf/map-read.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/reading.h"

static void read_map(struct map_model *m)
{
	struct inet_sockets sockets;
	struct services all;
	struct routes main;
	struct netlink nl;
	struct kernel k;
	int error;

	read_kernel(&nl, &k);
	error = routes_get(&nl, RT_TABLE_MAIN, &k.links, &main);
	if (error)
		trouble("cannot read the routes: %s", strerror(-error));
	read_services(&all);
	error = sockets_read(&sockets);
	if (error)
		complain("cannot list the sockets: %s", strerror(-error));
	map_read(&k, &main, &all, &sockets, m);
	sockets_free(&sockets);
	services_free(&all);
	routes_free(&main);
	kernel_free(&k);
	netlink_close(&nl);
}

int show_map(int argc, char **argv)
{
	const bool dot = argc && !strcmp(argv[0], "--dot"), svg = argc && !strcmp(argv[0], "--svg");
	struct map_rows rows = { 0 };
	struct map_model m = { 0 };

	if (argc && !dot && !svg)
		trouble("map: there is no option %s", argv[0]);
	read_map(&m);
	map_layout(&m, &rows);
	if (dot)
		map_print_dot(&m);
	else if (svg)
		map_print_svg(&rows);
	else
		map_print_text(&rows, !strcmp(nl_langinfo(CODESET), "UTF-8"));
	map_rows_free(&rows);
	map_free(&m);
	return 0;
}
