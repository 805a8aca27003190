/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/map-read.h - the model of a picture, from what the kernel and OpenRC have. */
#ifndef OPENRC_MAP_READ_H
#define OPENRC_MAP_READ_H

#include "openrc/rc-vrf/map.h"
#include "openrc/rc-vrf/show.h"

/* main: the routes of that table. */
void map_read(const struct kernel *k, const struct routes *main, const struct services *all,
	      const struct inet_sockets *sockets, struct map_model *m);

#endif
