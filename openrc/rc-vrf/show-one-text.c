/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/show-one-text.c - one VRF or service on a screen; see show-one.h. */
#include <errno.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "openrc/rc-vrf/paint.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/show-one.h"
#include "openrc/state/asked.h"
#include "openrc/state/memory.h"

/* Of what there may be thousands, so many: the rest is counted. */
enum { ROWS = 20 };

static void line(const char *label, const char *text)
{
	int column = print(stdout, "%-11s", label);

	put_words(text, &column);
	putchar('\n');
}

/* command: what shows them all, but for the VRF's name */
static void more(size_t count, const char *command, const char *vrf)
{
	if (count <= ROWS)
		return;
	print(stdout, "and %zu more%s%s", count - ROWS, command, vrf);
	putchar('\n');
}

/* --- a service ------------------------------------------------------------- */

static void show_configured(const struct one *o)
{
	const struct service *s = o->service;
	const char *file = NULL;
	char text[512];
	unsigned int number = service_line(s, "vrf", &file);
	struct findings f = { 0 };

	if (!number)
		number = service_line(s, "rc_vrf", &file);
	if (service_is_refused(s))
		snprintf(text, sizeof(text), "refused");
	else
		snprintf(text, sizeof(text), "%s%s", s->vrf[0] ? s->vrf : "none",
			 s->vrf[0] && !kernel_vrf(o->k, s->vrf) ? ", which is not there" : "");
	line("vrf", text);
	if (number) {
		snprintf(text, sizeof(text), "line %u of %s", number, file);
		line("said by", text);
	}
	if (check_refused(o->all, s, &f)) {
		line("refused", f.finding[0].what);
		line("", f.finding[0].remedy ? f.finding[0].remedy : "");
	}
	findings_free(&f);
	snprintf(text, sizeof(text), "%s, %zu inside, %zu outside", service_state_name(s), s->inside, s->outside);
	line("state", text);
	if (!s->vrf[0])
		return;
	line("confined", s->confine ? "yes" : "no: vrf_confine is no");
	line("asks",
	     s->other_names ? "resolv.conf's nameservers: vrf_dns is no" : "the VRF's nameservers, where it has any");
}

static void show_processes(const struct one *o)
{
	size_t count = 0;

	putchar('\n');
	heading("%7s  %-15s  %-15s  %s", "PID", "COMMAND", "VRF", "CONTROL GROUP");
	for (size_t i = 0; i < o->all->processes; i++) {
		const struct process *p = &o->all->process[i];
		char where[20];
		int column;

		if (p->service != o->service || count++ >= ROWS)
			continue;
		printf("%7d  ", (int)p->pid);
		column = 9 + print(stdout, "%-15s  ", p->command) + 16;
		snprintf(where, sizeof(where), "%-15s ", p->vrf[0] ? p->vrf : "none");
		if (strcmp(p->vrf, o->service->vrf))
			paint(ECOLOR_BAD, where);
		else
			print(stdout, "%s", where);
		put_word(p->cgroup, &column);
		putchar('\n');
	}
	if (!count)
		puts("none");
	more(count, "", "");
}

struct row {
	const struct one *o;
	size_t count;
};

static void show_socket(const struct inet_socket *s, void *context)
{
	char text[2 * SOCKET_TEXT + 8], own[SOCKET_TEXT], peer[SOCKET_TEXT], binding[BINDING_TEXT];
	struct row *row = context;
	int column;

	if (row->count++ >= ROWS)
		return;
	socket_text(s, own);
	snprintf(text, sizeof(text), s->listening ? "%s" : "%s to %s", own, socket_peer_text(s, peer));
	column = print(stdout, "%-62s", text);
	put_word(binding_text(row->o->k, s, binding), &column);
	putchar('\n');
}

static void show_sockets(const struct one *o)
{
	struct row row = { .o = o };
	size_t hidden;

	putchar('\n');
	heading("%-62s %s", "SOCKETS", "BOUND TO");
	hidden = each_socket(o, show_socket, &row);
	if (hidden)
		puts("only root sees those of other users' processes");
	else if (!row.count)
		puts("none");
	more(row.count, "", "");
}

static void show_service(const struct one *o)
{
	char title[300];

	snprintf(title, sizeof(title), "SERVICE %s", o->service->name);
	paint(ECOLOR_HILITE, title);
	putchar('\n');
	show_configured(o);
	show_processes(o);
	show_sockets(o);
}

/* --- a VRF ------------------------------------------------------------------ */

static void show_head(const struct one *o)
{
	const struct link *link = o->vrf->link;
	char text[TABLE_TEXT + 16];
	const char *name = number_name(&o->naming->tables, link->table);

	heading("VRF %s", link->name);
	snprintf(text, sizeof(text), name ? "%u, called %s" : "%u", link->table, name);
	line("table", text);
	if (o->vrf->mark)
		snprintf(text, sizeof(text), "mark 0x%x", o->vrf->mark);
	line("binding", o->vrf->mark ? text : "device");
	snprintf(text, sizeof(text), "%u", link->ifindex);
	line("ifindex", text);
	printf("%-12s", "state");
	paint(link->flags & IFF_UP ? ECOLOR_GOOD : ECOLOR_BAD, link->flags & IFF_UP ? "up" : "down: nothing passes");
	putchar('\n');
}

static const char *link_state(const struct link *link)
{
	if (!(link->flags & IFF_UP))
		return "down";
	return link->flags & IFF_RUNNING ? "up" : "no link";
}

static void put_address(const struct address *a, int *column)
{
	char text[PREFIX_TEXT + 24], address[PREFIX_TEXT];

	snprintf(text, sizeof(text), "%s%s%s", prefix_text(&a->local, address),
		 a->flags & IFA_F_DADFAILED ? " (duplicate)" : "",
		 a->flags & IFA_F_TENTATIVE && !(a->flags & IFA_F_DADFAILED) ? " (tentative)" : "");
	put_word(text, column);
}

static size_t interfaces;

static void show_interface(const struct one *o, const struct link *link)
{
	int column;

	if (interfaces++ >= ROWS)
		return;
	column = print(stdout, "%-15s  %-7s ", link->name, link_state(link));
	if (interface_is_shared(o, link))
		put_word("(by a route)", &column);
	for (size_t i = 0; i < o->k->addresses.count; i++)
		if (o->k->addresses.address[i].ifindex == link->ifindex)
			put_address(&o->k->addresses.address[i], &column);
	putchar('\n');
}

static void show_interfaces(const struct one *o)
{
	putchar('\n');
	heading("%-15s  %-7s  %s", "INTERFACE", "STATE", "ADDRESSES");
	interfaces = 0;
	each_interface(o, show_interface);
	more(interfaces, ": ip -br addr show master ", o->vrf->link->name);
}

static void show_routes(const struct one *o, int family)
{
	const struct routes *routes = &o->vrf->routes;
	size_t count = 0;
	char text[ROUTE_TEXT];

	for (size_t i = 0; i < routes->count; i++) {
		const struct route *route = &routes->route[i];
		int column = 0;

		if (route->dst.family != family || route_is_of_address(route) || count++ >= ROWS)
			continue;
		put_words(naming_route(o->naming, route, text), &column);
		putchar('\n');
	}
	snprintf(text, sizeof(text), "%u", o->vrf->link->table);
	/* busybox's ip knows no vrf, and shows main */
	more(count, family == AF_INET ? ": ip route show table " : ": ip -6 route show table ", text);
}

static void show_asked(const struct one *o)
{
	const struct rule **asked[2] = { 0 };
	size_t count[2];

	putchar('\n');
	heading("RULES");
	for (int i = 0; i < 2; i++) {
		asked[i] = memory_zero(o->k->rules[i].count + 1, sizeof(*asked[i]));
		count[i] = rules_asked(o->k, o->vrf, kernel_families[i], asked[i]);
	}
	show_rules(o->naming, asked[0], count[0], asked[1], count[1]);
	for (int i = 0; i < 2; i++)
		free(asked[i]);
}

static void show_nameservers(const struct one *o)
{
	char text[NAMESERVER_TEXT];

	putchar('\n');
	heading("NAMESERVERS");
	if (o->names_error == -EPERM)
		puts("only root sees them");
	else if (o->names_error == -ENOENT)
		puts("those of resolv.conf");
	else if (o->names_error)
		printf("unknown: %s\n", strerror(-o->names_error));
	for (unsigned int i = 0; !o->names_error && i < o->names.servers.count; i++) {
		nameserver_text(&o->names.servers.server[i], text);
		print(stdout, "%s%s", text, o->names.lease ? " (by DHCP)" : "");
		putchar('\n');
	}
	if (!o->names_error && !o->names.servers.count)
		puts("none by DHCP so far");
}

static const char *pass_text(uint8_t pass)
{
	switch (pass) {
	case PASS_NONE:
		return "refused";
	case PASS_INSIDE:
		return "inside SRv6 only";
	case PASS_SEGMENT:
		return "SRv6 segment";
	default:
		return "";
	}
}

static void show_passing(const struct one *o)
{
	const struct vrf_policy *p = &o->policy;
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < p->prefixes && i < ROWS; i++) {
		print(stdout, "  %-45s %s", prefix_text(&p->prefix[i].prefix, text), pass_text(p->prefix[i].pass));
		putchar('\n');
	}
	more(p->prefixes, "", "");
}

static void show_devices(const struct one *o)
{
	int column = print(stdout, "%-11s", "interfaces");

	for (size_t i = 0; i < o->policy.devices && i < ROWS; i++) {
		const struct device *d = &o->policy.device[i];
		const struct link *link = links_by_index(&o->k->links, d->ifindex);
		char text[64];

		if (link)
			snprintf(text, sizeof(text), "%s", link->name);
		else
			snprintf(text, sizeof(text), "ifindex %u, gone", d->ifindex);
		put_word(text, &column);
	}
	putchar('\n');
	more(o->policy.devices, "", "");
}

/* As the maps have it, not as they should. */
static void show_policy(const struct one *o)
{
	const struct vrf_policy *p = &o->policy;

	putchar('\n');
	heading("POLICY");
	if (o->policy_error == -EPERM)
		puts("only root sees it");
	else if (o->policy_error)
		printf("unknown: %s\n", strerror(-o->policy_error));
	else if (!p->sets)
		puts("nobody has been confined to it");
	if (o->policy_error || !p->sets)
		return;
	show_devices(o);
	line("networks", !p->devices  ? "none: nothing passes"
			 : p->limited ? "through interfaces that are not the VRF's own, only these:"
				      : "all to which a route leads");
	show_passing(o);
}

/* The latest of them: each takes two lines. */
static void show_stopped(const struct one *o)
{
	enum { LATEST = ROWS / 2 };
	const size_t left = o->drops.count > LATEST ? o->drops.count - LATEST : 0;

	putchar('\n');
	heading("DROPS");
	if (o->drops_error == -EPERM)
		puts("only root sees them");
	else if (o->drops_error)
		printf("unknown: %s\n", strerror(-o->drops_error));
	else
		show_drops(&o->rings, &o->drops, left, &o->k->links, &o->drops_of);
	if (left) {
		print(stdout, "and %zu before: rc-vrf drops %s", left, o->whole ? o->vrf_name : o->service->name);
		putchar('\n');
	}
}

static void show_vrf(const struct one *o)
{
	show_head(o);
	show_interfaces(o);
	putchar('\n');
	heading("ROUTES");
	show_routes(o, AF_INET);
	show_routes(o, AF_INET6);
	show_asked(o);
	show_nameservers(o);
	show_policy(o);
	if (o->whole)
		show_services(o->k, o->all, o->sockets, o->vrf->link->name);
}

void show_one(const struct one *o)
{
	if (o->service)
		show_service(o);
	if (o->service && o->vrf)
		putchar('\n');
	if (o->vrf)
		show_vrf(o);
	show_stopped(o);
}
