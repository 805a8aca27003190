/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/show.c - tables for people, never wider than 80 columns; see show.h.  What is not
 * a constant goes through print(), but for the colours.
 */
#include <einfo.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/kernel/link.h"
#include "openrc/rc-vrf/paint.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/show.h"
#include "openrc/state/memory.h"

enum { NAME_WIDTH = 24 };

static int max(int a, size_t b)
{
	return a > (int)b ? a : (int)b;
}

/* In the row if all fit there, else all below it. */
static void show_members(const struct kernel *k, const struct vrf *vrf, int column)
{
	size_t whole = (size_t)column;

	for (size_t i = 0; i < k->links.count; i++)
		if (k->links.link[i].master == vrf->link->ifindex)
			whole += 1 + strlen(k->links.link[i].name);
	if (whole > WIDTH)
		column = WIDTH;
	for (size_t i = 0; i < k->links.count; i++)
		if (k->links.link[i].master == vrf->link->ifindex)
			put_word(k->links.link[i].name, &column);
}

static void show_vrf(const struct kernel *k, const struct vrf *vrf, int width)
{
	bool up = vrf->link->flags & IFF_UP;
	char binding[BINDING_TEXT] = "device";

	if (vrf->mark)
		snprintf(binding, sizeof(binding), "mark 0x%x", vrf->mark);
	width = print(stdout, "%-*s %10u  %-15s  ", width, vrf->link->name, vrf->link->table, binding) + 4;
	paint(up ? ECOLOR_GOOD : ECOLOR_BAD, up ? "up  " : "down");
	width += print(stdout, "  %5zu %5zu", vrf_routes(vrf, AF_INET), vrf_routes(vrf, AF_INET6));
	show_members(k, vrf, width);
	putchar('\n');
}

static void show_vrfs(const struct kernel *k)
{
	int width = 3;

	for (size_t i = 0; i < k->count; i++)
		width = max(width, strlen(k->vrf[i].link->name));
	heading("%-*s %10s  %-15s  %-4s  %5s %5s %s", width, "VRF", "TABLE", "BINDING", "", "IPv4", "IPv6", "MEMBERS");
	for (size_t i = 0; i < k->count; i++)
		show_vrf(k, &k->vrf[i], width);
	if (!k->count)
		puts("none");
}

static void show_rule(const char *families, const char *words)
{
	int column = print(stdout, "%-6s", families);

	put_words(words, &column);
	putchar('\n');
}

void show_rules(const struct naming *n, const struct rule *const *four, size_t fours, const struct rule *const *six,
		size_t sixes)
{
	char a[RULE_TEXT], b[RULE_TEXT];
	size_t i = 0, j = 0;

	while (i < fours || j < sixes) {
		bool take4 = i < fours && (j == sixes || four[i]->pref <= six[j]->pref);
		bool take6 = j < sixes && (i == fours || six[j]->pref <= four[i]->pref);

		if (take4)
			naming_rule(n, four[i], a);
		if (take6)
			naming_rule(n, six[j], b);
		if (take4 && take6 && strcmp(a, b))
			take6 = false;
		show_rule(take4 && take6 ? "" : take4 ? "inet" : "inet6", take4 ? a : b);
		i += take4;
		j += take6;
	}
}

static void show_all_rules(const struct kernel *k)
{
	const struct rule **all[2] = { 0 };
	struct naming names;

	naming_read(&names, &k->links);
	for (int i = 0; i < 2; i++) {
		all[i] = memory_zero(k->rules[i].count + 1, sizeof(*all[i]));
		for (size_t j = 0; j < k->rules[i].count; j++)
			all[i][j] = &k->rules[i].rule[j];
	}
	putchar('\n');
	heading("RULES");
	show_rules(&names, all[0], k->rules[0].count, all[1], k->rules[1].count);
	for (int i = 0; i < 2; i++)
		free(all[i]);
	naming_free(&names);
}

const char *binding_text(const struct kernel *k, const struct inet_socket *s, char text[BINDING_TEXT])
{
	const struct link *link = s->ifindex ? links_by_index(&k->links, s->ifindex) : NULL;

	if (link)
		snprintf(text, BINDING_TEXT, "%s", link->name);
	else if (s->ifindex)
		snprintf(text, BINDING_TEXT, "ifindex %u, gone", s->ifindex);
	else if (s->has_mark && s->mark)
		snprintf(text, BINDING_TEXT, "mark 0x%x", s->mark);
	else
		snprintf(text, BINDING_TEXT, "nothing");
	return text;
}

struct listeners {
	const struct inet_socket **socket;
	size_t count;
};

static bool same(const struct inet_socket *a, const struct inet_socket *b)
{
	return a->protocol == b->protocol && a->family == b->family && a->port == b->port && a->ifindex == b->ifindex &&
	       a->mark == b->mark && !memcmp(a->address, b->address, sizeof(a->address));
}

static void collect(const struct inet_socket *socket, void *context)
{
	struct listeners *l = context;

	for (size_t i = 0; i < l->count; i++)
		if (same(l->socket[i], socket))
			return;
	if (!socket->listening)
		return;
	l->socket = memory_grow(l->socket, l->count + 1, sizeof(*l->socket));
	l->socket[l->count++] = socket;
}

void each_listener(const struct services *all, const struct service *service, const struct inet_sockets *sockets,
		   void (*each)(const struct inet_socket *socket, void *context), void *context)
{
	struct listeners l = { 0 };

	for (size_t i = 0; i < all->processes; i++)
		if (all->process[i].service == service)
			sockets_of(sockets, all->process[i].pid, collect, &l);
	for (size_t i = 0; i < l.count; i++)
		each(l.socket[i], context);
	free(l.socket);
}

static void show_listener(const struct inet_socket *socket, void *context)
{
	char text[SOCKET_TEXT], binding[BINDING_TEXT];

	print(stdout, "    %-45s  %s", socket_text(socket, text), binding_text(context, socket, binding));
	putchar('\n');
}

static void show_outsiders(const struct services *all, const struct service *service)
{
	for (size_t i = 0; i < all->processes; i++) {
		const struct process *p = &all->process[i];
		char text[96];

		if (p->service != service || !strcmp(p->vrf, service->vrf))
			continue;
		snprintf(text, sizeof(text), "    process %d (%s) is in %s", (int)p->pid, p->command,
			 p->vrf[0] ? p->vrf : "no VRF");
		paint(ECOLOR_BAD, text);
		putchar('\n');
	}
}

static void show_service(const struct kernel *k, const struct services *all, const struct service *service,
			 const struct inet_sockets *sockets, int width)
{
	char text[64];

	if (print(stdout, "%-*s", width, service->name) > width)
		printf("\n%*s", width, "");
	print(stdout, "  %-15s  ", service->vrf[0] ? service->vrf : "-");
	snprintf(text, sizeof(text), "%-8s", service_state_name(service));
	paint(service->state & RC_SERVICE_STARTED ? ECOLOR_GOOD : ECOLOR_WARN, text);
	printf("  %zu inside", service->inside);
	if (service->outside) {
		snprintf(text, sizeof(text), ", %zu outside", service->outside);
		paint(ECOLOR_BAD, text);
	}
	putchar('\n');
	if (service->vrf[0] && !service->confine)
		puts("    not confined: vrf_confine is no");
	show_outsiders(all, service);
	each_listener(all, service, sockets, show_listener, (void *)k);
}

bool show_concerns(const struct services *all, const struct service *service, const char *vrf)
{
	if (!vrf)
		return service_concerned(all, service);
	for (size_t i = 0; i < all->processes; i++)
		if (all->process[i].service == service && !strcmp(all->process[i].vrf, vrf))
			return true;
	return !strcmp(service->vrf, vrf);
}

/* Those of vrf-exec in somebody's hands. */
static bool show_others(const struct services *all, int width, const char *vrf)
{
	bool any = false;

	for (size_t i = 0; i < all->processes; i++) {
		const struct process *p = &all->process[i];

		if (p->service || !p->vrf[0] || (vrf && strcmp(p->vrf, vrf)))
			continue;
		print(stdout, "%-*s  %-15s  %-8s  process %d (%s)", width, "-", p->vrf, "", (int)p->pid, p->command);
		putchar('\n');
		any = true;
	}
	return any;
}

void show_services(const struct kernel *k, const struct services *all, const struct inet_sockets *sockets,
		   const char *vrf)
{
	int width = 7;
	bool any = false;

	for (size_t i = 0; i < all->count; i++)
		if (show_concerns(all, &all->service[i], vrf))
			width = max(width, strlen(all->service[i].name));
	if (width > NAME_WIDTH)
		width = NAME_WIDTH;
	putchar('\n');
	heading("%-*s  %-15s  %-8s  %s", width, "SERVICE", "VRF", "STATE", "PROCESSES");
	for (size_t i = 0; i < all->count; i++) {
		if (!show_concerns(all, &all->service[i], vrf))
			continue;
		show_service(k, all, &all->service[i], sockets, width);
		any = true;
	}
	if (!show_others(all, width, vrf) && !any)
		puts("none");
}

void show_tables(const struct kernel *k, const struct services *all, const struct inet_sockets *sockets)
{
	show_vrfs(k);
	show_services(k, all, sockets, NULL);
	if (k->count)
		show_all_rules(k);
}

static void show_finding(const struct finding *f)
{
	putchar(' ');
	paint(f->warning ? ECOLOR_WARN : ECOLOR_BAD, "*");
	print(stdout, " %s%s [%s]", f->warning ? "warning: " : "", f->what, f->id);
	if (f->remedy) {
		fputs("\n   ", stdout);
		print(stdout, "%s", f->remedy);
	}
	putchar('\n');
}

/* What is broken first: a remedy for that may be one for what may be meant so. */
void show_findings(const struct findings *f)
{
	for (int warnings = 0; warnings < 2; warnings++)
		for (size_t i = 0; i < f->count; i++)
			if (f->finding[i].warning == warnings)
				show_finding(&f->finding[i]);
}
