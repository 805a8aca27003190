/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/show-one.h - everything about one VRF or one service. */
#ifndef OPENRC_SHOW_ONE_H
#define OPENRC_SHOW_ONE_H

#include "helpers/confine/names.h"
#include "openrc/rc-vrf/show-drops.h"
#include "openrc/rc-vrf/show.h"
#include "openrc/state/naming.h"
#include "openrc/state/vrf-policy.h"

/* What there is to be said of it. */
struct one {
	const struct kernel *k;
	const struct services *all;
	const struct inet_sockets *sockets;
	const struct naming *naming;
	const struct service *service; /* NULL: the name is that of the VRF alone */
	const struct vrf *vrf;         /* NULL: none of that name, or the service has none that is there */
	const char *vrf_name;          /* NULL: it has none */
	bool whole;                    /* the VRF itself was asked for, with its services */
	int policy_error;              /* -EPERM: only root sees this and the following */
	struct vrf_policy policy;
	int names_error; /* -ENOENT: it has none */
	struct names names;
	int drops_error; /* -EPERM likewise */
	struct rings rings;
	struct drops_grouped drops; /* of these two alone */
	struct drops_of drops_of;
};

/* There is no such VRF and no such service. */
_Noreturn void fail_unknown(const struct kernel *k, const struct services *all, const char *name);

/* rc-vrf show NAME */
int show_name(const char *name, bool json);

void show_one(const struct one *o);
void show_one_json(const struct one *o);

/* Its sockets, each once although several processes share it.  How many processes hid theirs. */
size_t each_socket(const struct one *o, void (*each)(const struct inet_socket *socket, void *context), void *context);

/* Is it one that the table of routes leaves out, for an address of this host, as ip-route(8) does? */
bool route_is_of_address(const struct route *route);

/* "yes", or why it is none of the VRF's: "by a route" */
bool interface_is_shared(const struct one *o, const struct link *link);

/* Calls each for the VRF itself, its members, and the others that its routes lead through. */
void each_interface(const struct one *o, void (*each)(const struct one *o, const struct link *link));

/* The VRFs that there are, of one that no stanza declares; to be freed.  NULL: one does, or none could be read. */
char *names_beside_undeclared(const struct kernel *k, const char *vrf);

#endif
