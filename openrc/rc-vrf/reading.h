/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/reading.h - what commands begin with; where it fails a line says so and the program ends. */
#ifndef OPENRC_READING_H
#define OPENRC_READING_H

#include "openrc/state/kernel.h"
#include "openrc/state/services.h"

void read_kernel(struct netlink *nl, struct kernel *k);
/* The same without the routes of the VRFs. */
void read_outline(struct netlink *nl, struct kernel *k);
void read_services(struct services *all);

/* Reads all, and finds the one of that name. */
struct service *find_service(struct services *all, const char *name);

void need_root(const char *what);

#endif
