/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/show-one-json.c - one VRF or service for programs; see show-one.h and rc-vrf(8), JSON. */
#include <net/if.h>
#include <stdlib.h>

#include "executor/kernel/link.h"
#include "openrc/rc-vrf/json.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/show-one.h"
#include "openrc/state/asked.h"
#include "openrc/state/memory.h"

static void list_socket(const struct inet_socket *s, void *context)
{
	char own[SOCKET_TEXT], peer[SOCKET_TEXT], binding[BINDING_TEXT];
	const struct one *o = context;

	json_object(NULL);
	json_string("socket", socket_text(s, own));
	json_string("peer", s->listening ? NULL : socket_peer_text(s, peer));
	json_string("bound_to", binding_text(o->k, s, binding));
	json_end_object();
}

static void list_service(const struct one *o)
{
	const struct service *s = o->service;

	json_object("service");
	json_string("name", s->name);
	json_string("vrf", s->vrf[0] ? s->vrf : NULL);
	json_bool("confine", s->vrf[0] && s->confine);
	json_bool("names", s->vrf[0] && !s->other_names);
	json_string("state", service_state_name(s));
	json_array("files");
	for (size_t i = 0; i < s->files; i++)
		json_string(NULL, s->file[i]);
	json_end_array();
	json_array("processes");
	for (size_t i = 0; i < o->all->processes; i++) {
		const struct process *p = &o->all->process[i];

		if (p->service != s)
			continue;
		json_object(NULL);
		json_number("pid", (uint64_t)p->pid);
		json_string("command", p->command);
		json_string("vrf", p->vrf[0] ? p->vrf : NULL);
		json_string("cgroup", p->cgroup);
		json_end_object();
	}
	json_end_array();
	json_array("sockets");
	each_socket(o, list_socket, (void *)o);
	json_end_array();
	json_end_object();
}

static void list_interface(const struct one *o, const struct link *link)
{
	char text[PREFIX_TEXT];

	json_object(NULL);
	json_string("name", link->name);
	json_bool("own", !interface_is_shared(o, link));
	json_bool("up", link->flags & IFF_UP);
	json_array("addresses");
	for (size_t i = 0; i < o->k->addresses.count; i++)
		if (o->k->addresses.address[i].ifindex == link->ifindex)
			json_string(NULL, prefix_text(&o->k->addresses.address[i].local, text));
	json_end_array();
	json_end_object();
}

static void list_routes(const struct one *o, int family, const char *key)
{
	char text[ROUTE_TEXT], protocol[PROTOCOL_TEXT];

	json_array(key);
	for (size_t i = 0; i < o->vrf->routes.count; i++) {
		const struct route *route = &o->vrf->routes.route[i];

		if (route->dst.family != family || route_is_of_address(route))
			continue;
		json_object(NULL);
		json_string("route", naming_route(o->naming, route, text));
		json_string("protocol", naming_protocol(o->naming, route->protocol, protocol));
		json_end_object();
	}
	json_end_array();
}

static void list_rules(const struct one *o, int i, const char *key)
{
	const struct rule **asked = memory_zero(o->k->rules[i].count + 1, sizeof(*asked));
	size_t count = rules_asked(o->k, o->vrf, kernel_families[i], asked);
	char text[RULE_TEXT];

	json_array(key);
	for (size_t j = 0; j < count; j++)
		json_string(NULL, rule_text(asked[j], text));
	json_end_array();
	free(asked);
}

/* NULL where only root sees it, or there is none. */
static void list_nameservers(const struct one *o)
{
	char text[NAMESERVER_TEXT];

	if (o->names_error) {
		json_string("nameservers", NULL);
		return;
	}
	json_array("nameservers");
	for (unsigned int i = 0; i < o->names.servers.count; i++) {
		nameserver_text(&o->names.servers.server[i], text);
		json_string(NULL, text);
	}
	json_end_array();
}

static void list_policy(const struct one *o)
{
	static const char *const words[] = { "refused", "inside", "any", "segment" };
	const struct vrf_policy *p = &o->policy;
	char text[PREFIX_TEXT];

	if (o->policy_error || !p->sets) {
		json_string("policy", NULL);
		return;
	}
	json_object("policy");
	json_array("interfaces");
	for (size_t i = 0; i < p->devices; i++) {
		const struct link *link = links_by_index(&o->k->links, p->device[i].ifindex);

		json_object(NULL);
		json_number("ifindex", p->device[i].ifindex);
		json_string("name", link ? link->name : NULL);
		json_bool("own", p->device[i].flags == DEVICE_OWN);
		json_end_object();
	}
	json_end_array();
	json_bool("limited", p->limited);
	json_array("networks");
	for (size_t i = 0; i < p->prefixes; i++) {
		json_object(NULL);
		json_string("network", prefix_text(&p->prefix[i].prefix, text));
		json_string("pass", words[p->prefix[i].pass & 3]);
		json_end_object();
	}
	json_end_array();
	json_end_object();
}

static void list_vrf(const struct one *o)
{
	const struct link *link = o->vrf->link;

	json_object("vrf");
	json_string("name", link->name);
	json_number("table", link->table);
	json_number("ifindex", link->ifindex);
	json_string("bind", o->vrf->mark ? "mark" : "device");
	if (o->vrf->mark)
		json_number("mark", o->vrf->mark);
	json_bool("up", link->flags & IFF_UP);
	json_array("interfaces");
	each_interface(o, list_interface);
	json_end_array();
	list_routes(o, AF_INET, "routes_ipv4");
	list_routes(o, AF_INET6, "routes_ipv6");
	list_rules(o, 0, "rules_ipv4");
	list_rules(o, 1, "rules_ipv6");
	list_nameservers(o);
	list_policy(o);
	json_end_object();
}

static void list_stopped(const struct one *o)
{
	if (o->drops_error) {
		json_string("stopped", NULL);
		return;
	}
	json_object("stopped");
	json_drops(&o->rings, &o->drops, &o->k->links, &o->drops_of);
	json_end_object();
}

void show_one_json(const struct one *o)
{
	json_object(NULL);
	if (o->vrf)
		list_vrf(o);
	else
		json_string("vrf", NULL);
	if (o->service)
		list_service(o);
	else
		json_string("service", NULL);
	if (o->whole)
		show_services_json(o->k, o->all, o->sockets, o->vrf->link->name);
	list_stopped(o);
	json_end_object();
	json_end();
}
