/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/show-one.c - what there is to be said of one VRF or service; see show-one.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "executor/kernel/link.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/reading.h"
#include "openrc/rc-vrf/show-one.h"
#include "openrc/state/memory.h"
#include "openrc/state/stanzas.h"

bool route_is_of_address(const struct route *route)
{
	return route->type == RTN_LOCAL || route->type == RTN_BROADCAST || route->type == RTN_ANYCAST ||
	       route->type == RTN_MULTICAST;
}

struct seen {
	const struct inet_socket **socket;
	size_t count;
};

static void see(const struct inet_socket *socket, void *context)
{
	struct seen *seen = context;

	for (size_t i = 0; i < seen->count; i++)
		if (seen->socket[i] == socket)
			return;
	seen->socket = memory_grow(seen->socket, seen->count + 1, sizeof(*seen->socket));
	seen->socket[seen->count++] = socket;
}

size_t each_socket(const struct one *o, void (*each)(const struct inet_socket *socket, void *context), void *context)
{
	struct seen seen = { 0 };
	size_t hidden = 0;

	for (size_t i = 0; i < o->all->processes; i++)
		if (o->all->process[i].service == o->service)
			hidden += sockets_of(o->sockets, o->all->process[i].pid, see, &seen) == -EACCES;
	/* first where it can be reached */
	for (size_t i = 0; i < 2 * seen.count; i++)
		if (seen.socket[i % seen.count]->listening == (i < seen.count))
			each(seen.socket[i % seen.count], context);
	free(seen.socket);
	return hidden;
}

bool interface_is_shared(const struct one *o, const struct link *link)
{
	return !kernel_belongs(o->k, o->vrf, link->ifindex);
}

/* One bit for each link that a route leads through: there may be many routes. */
static bool *used_links(const struct one *o)
{
	const struct links *links = &o->k->links;
	bool *used = memory_zero(links->count + 1, sizeof(*used));

	for (size_t i = 0; i < o->vrf->routes.count; i++) {
		const struct route *route = &o->vrf->routes.route[i];

		for (unsigned int j = 0; j < route->hops && route_type_has_hops(route->type); j++) {
			const struct link *link = links_by_index(links, route->hop[j].ifindex);

			if (link)
				used[link - links->link] = true;
		}
	}
	return used;
}

void each_interface(const struct one *o, void (*each)(const struct one *o, const struct link *link))
{
	const struct links *links = &o->k->links;
	bool *used = used_links(o);

	each(o, o->vrf->link);
	for (int shared = 0; shared < 2; shared++)
		for (size_t i = 0; i < links->count; i++) {
			const struct link *link = &links->link[i];

			if (link != o->vrf->link && interface_is_shared(o, link) == shared && (!shared || used[i]))
				each(o, link);
		}
	free(used);
}

/* The names of those that there are, so that a slip is seen. */
_Noreturn void fail_unknown(const struct kernel *k, const struct services *all, const char *name)
{
	struct stanzas stanzas = { 0 };
	char *vrfs, *services = memory_copy("");
	struct failure why;

	stanzas_read(&stanzas, NULL, NULL, &why);
	if (stanzas_vrf(&stanzas, name))
		trouble("%s: a stanza declares that VRF, and it is not up: ifup %s", name, name);
	vrfs = stanzas_vrf_names(&stanzas, k);
	for (size_t i = 0; i < all->count; i++)
		if (service_concerned(all, &all->service[i]))
			services = stanzas_add_name(services, all->service[i].name);
	trouble("%s: there is neither a VRF nor a service of that name; VRFs: %s; services in them: %s", name,
		*vrfs ? vrfs : "none", *services ? services : "none");
}

char *names_beside_undeclared(const struct kernel *k, const char *vrf)
{
	struct stanzas stanzas = { 0 };
	struct failure why;
	char *names = NULL;

	if (!stanzas_read(&stanzas, NULL, NULL, &why) && !stanzas_vrf(&stanzas, vrf))
		names = stanzas_vrf_names(&stanzas, k);
	stanzas_free(&stanzas);
	return names;
}

/* What is shown in the place of what could not be read; but without memory nothing is. */
static int to_show(int error)
{
	if (error == -ENOMEM)
		memory_out();
	return error;
}

static void read_maps(struct one *o)
{
	o->policy_error = geteuid() ? -EPERM : to_show(vrf_policy_read(o->vrf_name, &o->policy));
	o->names_error = geteuid() ? -EPERM : to_show(names_read(o->vrf_name, &o->names));
}

static int read_drops(struct one *o)
{
	struct drops_grouped *drops = &o->drops;
	size_t kept = 0;
	int error = geteuid() ? -EPERM : to_show(rings_read(&o->rings));

	if (error)
		return error;
	drops_group(&o->rings, o->all, drops);
	o->drops_of = (struct drops_of){ o->whole ? o->vrf_name : NULL, o->service };
	for (size_t i = 0; i < drops->count; i++)
		if (drops_is_of(&o->drops_of, drops->group[i].vrf, drops->group[i].service))
			drops->group[kept++] = drops->group[i];
	drops->count = kept;
	return 0;
}

static void print_one(struct one *o, bool json)
{
	if (o->vrf)
		read_maps(o);
	o->drops_error = read_drops(o);
	(json ? show_one_json : show_one)(o);
	vrf_policy_free(&o->policy);
	drops_free(&o->drops);
	rings_free(&o->rings);
}

int show_name(const char *name, bool json)
{
	struct inet_sockets sockets;
	struct services all;
	struct naming naming;
	struct netlink nl;
	struct kernel k;
	struct one o = { .k = &k, .all = &all, .sockets = &sockets, .naming = &naming };
	int error;

	read_kernel(&nl, &k);
	read_services(&all);
	o.service = services_find(&all, name);
	o.vrf = kernel_vrf(&k, name);
	o.whole = o.vrf;
	if (!o.service && !o.vrf)
		fail_unknown(&k, &all, name);
	o.vrf_name = o.vrf ? name : o.service->vrf[0] && !service_is_refused(o.service) ? o.service->vrf : NULL;
	if (!o.vrf && o.vrf_name)
		o.vrf = kernel_vrf(&k, o.vrf_name);
	error = sockets_read(&sockets);
	if (error)
		complain("cannot list the sockets: %s", strerror(-error));
	naming_read(&naming, &k.links);
	print_one(&o, json);
	naming_free(&naming);
	sockets_free(&sockets);
	services_free(&all);
	kernel_free(&k);
	netlink_close(&nl);
	return 0;
}
