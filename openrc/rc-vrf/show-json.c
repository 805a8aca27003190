/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/show-json.c - the same for programs; see show.h and rc-vrf(8), JSON. */
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "openrc/rc-vrf/json.h"
#include "openrc/rc-vrf/show.h"

static void show_vrf(const struct kernel *k, const struct vrf *vrf, const struct rings *rings)
{
	uint64_t drops, lost;

	json_object(NULL);
	json_string("name", vrf->link->name);
	json_number("table", vrf->link->table);
	json_number("ifindex", vrf->link->ifindex);
	json_string("bind", vrf->mark ? "mark" : "device");
	if (vrf->mark)
		json_number("mark", vrf->mark);
	json_bool("up", vrf->link->flags & IFF_UP);
	json_number("routes_ipv4", vrf_routes(vrf, AF_INET));
	json_number("routes_ipv6", vrf_routes(vrf, AF_INET6));
	if (rings) {
		rings_count(rings, vrf->link->name, &drops, &lost);
		json_number("drops", drops);
	}
	json_array("members");
	for (size_t i = 0; i < k->links.count; i++)
		if (k->links.link[i].master == vrf->link->ifindex)
			json_string(NULL, k->links.link[i].name);
	json_end_array();
	json_end_object();
}

static void list_rules(const struct kernel *k, int i, const char *key)
{
	char text[RULE_TEXT];

	json_array(key);
	for (size_t j = 0; j < k->rules[i].count; j++)
		json_string(NULL, rule_text(&k->rules[i].rule[j], text));
	json_end_array();
}

static void show_listener(const struct inet_socket *socket, void *context)
{
	char text[SOCKET_TEXT], binding[BINDING_TEXT];

	json_object(NULL);
	json_string("socket", socket_text(socket, text));
	json_string("bound_to", binding_text(context, socket, binding));
	json_end_object();
}

/* service NULL: those of none, vrf NULL: wherever they are */
static void show_processes(const struct services *all, const struct service *service, const char *vrf)
{
	json_array("processes");
	for (size_t i = 0; i < all->processes; i++) {
		const struct process *p = &all->process[i];

		if (p->service != service || p->container || (vrf && strcmp(p->vrf, vrf)))
			continue;
		json_object(NULL);
		json_number("pid", (uint64_t)p->pid);
		json_string("command", p->command);
		json_string("vrf", p->vrf[0] ? p->vrf : NULL);
		json_end_object();
	}
	json_end_array();
}

static void show_service(const struct kernel *k, const struct services *all, const struct service *service,
			 const struct inet_sockets *sockets)
{
	json_object(NULL);
	json_string("name", service->name);
	json_string("vrf", service->vrf[0] ? service->vrf : NULL);
	json_bool("confine", service->vrf[0] && service->confine);
	json_string("state", service_state_name(service));
	show_processes(all, service, NULL);
	json_array("listening");
	each_listener(all, service, sockets, show_listener, (void *)k);
	json_end_array();
	json_end_object();
}

void show_services_json(const struct kernel *k, const struct services *all, const struct inet_sockets *sockets,
			const char *vrf)
{
	json_array("services");
	for (size_t i = 0; i < all->count; i++)
		if (show_concerns(all, &all->service[i], vrf))
			show_service(k, all, &all->service[i], sockets);
	json_end_array();
	show_processes(all, NULL, vrf);
}

void show_json(const struct kernel *k, const struct services *all, const struct inet_sockets *sockets,
	       const struct rings *rings)
{
	json_object(NULL);
	json_array("vrfs");
	for (size_t i = 0; i < k->count; i++)
		show_vrf(k, &k->vrf[i], rings);
	json_end_array();
	show_services_json(k, all, sockets, NULL);
	list_rules(k, 0, "rules_ipv4");
	list_rules(k, 1, "rules_ipv6");
	json_end_object();
	putchar('\n');
}

static void list_findings(const char *name, const struct findings *f, bool warnings)
{
	json_array(name);
	for (size_t i = 0; i < f->count; i++) {
		if (f->finding[i].warning != warnings)
			continue;
		json_object(NULL);
		json_string("id", f->finding[i].id);
		json_string("what", f->finding[i].what);
		json_string("remedy", f->finding[i].remedy);
		json_end_object();
	}
	json_end_array();
}

void show_findings_json(const struct findings *f)
{
	json_object(NULL);
	json_bool("holds", !findings_broken(f));
	list_findings("broken", f, false);
	list_findings("warnings", f, true);
	json_end_object();
	putchar('\n');
}
