/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/show-drops.c - what the filters have stopped, in words and in JSON; see show-drops.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "openrc/rc-vrf/json.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/show-drops.h"

enum { WIDTH = 80, NAME_WIDTH = 24 };

bool drops_is_of(const struct drops_of *of, const char *vrf, const struct service *service)
{
	return (!of->vrf && !of->service) || (of->vrf && !strcmp(of->vrf, vrf)) ||
	       (of->service && of->service == service);
}

#define MOMENT 24

/* In the time of here */
static const char *moment(uint64_t when, char text[MOMENT])
{
	const time_t seconds = (time_t)(when / 1000000000);
	struct tm tm;

	if (!localtime_r(&seconds, &tm) || !strftime(text, MOMENT, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(text, MOMENT, "?");
	return text;
}

#define ENDPOINT (INET6_ADDRSTRLEN + 8)

/* "10.20.30.1:53", "[fd00::1]:53", "10.20.30.1" */
static const char *endpoint(const struct drop_packet *p, bool port, char text[ENDPOINT])
{
	char address[INET6_ADDRSTRLEN] = "?";

	if (p->family)
		inet_ntop(p->family, p->peer, address, sizeof(address));
	if (port && p->has_port)
		snprintf(text, ENDPOINT, p->family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, p->port);
	else
		snprintf(text, ENDPOINT, "%s", address);
	return text;
}

static const char *interface_name(const struct links *links, uint32_t ifindex, char text[IFNAMSIZ + 16])
{
	const struct link *link = links_by_index(links, ifindex);

	snprintf(text, IFNAMSIZ + 16, link ? "%s" : "interface %.0s%" PRIu32, link ? link->name : "", ifindex);
	return text;
}

/* "out by eth0, udp to 10.20.30.1:53: other interface" */
static void describe(const struct dropped *d, const struct links *links, char *text, size_t size)
{
	char name[IFNAMSIZ + 16], protocol[DROP_PROTOCOL], peer[ENDPOINT], port[16] = "";
	const char *of = drop_protocol(d->packet.protocol, protocol), *why = drop_reason(d->reason);

	if (d->reason & DROP_SOCKET) {
		snprintf(text, size, "a socket for %s, IPv%d: %s", of, d->packet.family == AF_INET6 ? 6 : 4, why);
		return;
	}
	if (d->reason & DROP_CALL) {
		snprintf(text, size, "a call, %s to %s: %s", of, endpoint(&d->packet, true, peer), why);
		return;
	}
	interface_name(links, d->ifindex, name);
	if (!(d->reason & DROP_IN)) {
		snprintf(text, size, "out by %s, %s to %s: %s", name, of, endpoint(&d->packet, true, peer), why);
		return;
	}
	if (d->packet.has_port)
		snprintf(port, sizeof(port), " for port %u", d->packet.port);
	snprintf(text, size, "in by %s, %s from %s%s: %s", name, of, endpoint(&d->packet, false, peer), port, why);
}

/* Not wider than a terminal; what is too long for it goes on below. */
static void put_words(const char *words, int indent)
{
	int column = print(stdout, "%*s", indent - 1, ""), length;

	for (; *words; words += length + (words[length] == ' ')) {
		length = (int)strcspn(words, " ");
		if (column + 1 + length > WIDTH && column > indent) {
			putchar('\n');
			column = print(stdout, "%*s", indent + 1, "");
		}
		column += print(stdout, " %.*s", length, words);
	}
	putchar('\n');
}

static const char *service_name(const struct service *service)
{
	return service ? service->name : "-";
}

static void show_one(const struct dropped *d, const struct links *links)
{
	char when[MOMENT], process[32] = "-", text[256];

	if (d->pid)
		snprintf(process, sizeof(process), "%d (%s)", (int)d->pid, d->command);
	print(stdout, "%s  %7" PRIu64 "  %-*s  %s", moment(d->last, when), d->count, NAME_WIDTH,
	      service_name(d->service), process);
	putchar('\n');
	describe(d, links, text, sizeof(text));
	put_words(text, 4);
}

static bool is_shown(const struct dropped *d, const char *vrf, const struct drops_of *of)
{
	return !strcmp(d->vrf, vrf) && drops_is_of(of, vrf, d->service);
}

static bool has_any(const struct drops_grouped *drops, size_t from, const char *vrf, const struct drops_of *of)
{
	for (size_t i = from; i < drops->count; i++)
		if (is_shown(&drops->group[i], vrf, of))
			return true;
	return false;
}

/* Of those that are kept; whose the others were nobody knows. */
static void show_own_number(const struct service *service, const char *vrf, const struct drops_grouped *drops,
			    uint64_t kept)
{
	uint64_t own = 0;

	for (size_t i = 0; i < drops->count; i++)
		if (drops->group[i].service == service && !strcmp(drops->group[i].vrf, vrf))
			own += drops->group[i].count;
	print(stdout, "%s: %" PRIu64 " of the last %" PRIu64 " that VRF %s stopped", service->name, own, kept, vrf);
}

/* The overflow is the VRF's: whose packets those were nobody knows. */
static void show_vrf(const struct rings *rings, const char *vrf, const struct drops_grouped *drops, size_t from,
		     const struct links *links, const struct drops_of *of)
{
	const bool whole = drops_is_of(of, vrf, NULL);
	uint64_t count, lost;

	rings_count(rings, vrf, &count, &lost);
	if (whole)
		print(stdout, "VRF %s: %" PRIu64 " stopped", vrf, count);
	else
		show_own_number(of->service, vrf, drops, count - lost);
	if (lost)
		printf(", of %" PRIu64 "%s only the number is known", lost, whole ? "" : " before");
	putchar('\n');
	if (has_any(drops, from, vrf, of)) {
		print(stdout, "%-19s  %7s  %-*s  %s", "LAST", "COUNT", NAME_WIDTH, "SERVICE", "PROCESS");
		putchar('\n');
	}
	for (size_t i = from; i < drops->count; i++)
		if (is_shown(&drops->group[i], vrf, of))
			show_one(&drops->group[i], links);
}

/* The first ring of a VRF that has something, if there is to be something of that VRF */
static bool is_first(const struct rings *rings, size_t i, const struct drops_grouped *drops, const struct drops_of *of)
{
	const char *vrf = rings->ring[i].vrf;
	uint64_t count, lost;

	for (size_t j = 0; j < i; j++)
		if (!strcmp(rings->ring[j].vrf, vrf))
			return false;
	rings_count(rings, vrf, &count, &lost);
	if (!count)
		return false;
	return drops_is_of(of, vrf, NULL) || has_any(drops, 0, vrf, of) ||
	       (of->service && !strcmp(of->service->vrf, vrf));
}

void show_drops(const struct rings *rings, const struct drops_grouped *drops, size_t from, const struct links *links,
		const struct drops_of *of)
{
	bool any = false;

	for (size_t i = 0; i < rings->count; i++) {
		if (!is_first(rings, i, drops, of))
			continue;
		if (any)
			putchar('\n');
		show_vrf(rings, rings->ring[i].vrf, drops, from, links, of);
		any = true;
	}
	if (!any)
		puts("none");
}

void print_dropped(const struct dropped *d, const struct links *links)
{
	char when[MOMENT], process[32] = "", text[256];

	if (d->pid)
		snprintf(process, sizeof(process), " %d (%s)", (int)d->pid, d->command);
	describe(d, links, text, sizeof(text));
	print(stdout, "%s %s %s%s: %s", moment(d->last, when), d->vrf, service_name(d->service), process, text);
	if (d->count > 1)
		printf(", %" PRIu64 " times", d->count);
}

static void json_origin(const char *vrf, const struct service *service, pid_t pid, const char *command)
{
	json_string("vrf", vrf);
	json_string("service", service ? service->name : NULL);
	if (!pid)
		return;
	json_number("pid", (uint64_t)pid);
	json_string("command", command);
}

static void json_packet(const struct drop_packet *p, bool peer)
{
	char protocol[DROP_PROTOCOL], text[ENDPOINT];

	json_string("protocol", p->protocol < 0 ? NULL : drop_protocol(p->protocol, protocol));
	json_string("peer", peer && p->family ? endpoint(p, false, text) : NULL);
	if (p->has_port)
		json_number("port", p->port);
}

static const char *direction(uint32_t reason)
{
	if (reason & DROP_SOCKET)
		return "socket";
	return reason & DROP_CALL ? "call" : reason & DROP_IN ? "in" : "out";
}

void json_dropped(const struct dropped *d, const struct links *links)
{
	const struct link *link = links_by_index(links, d->ifindex);

	json_object(NULL);
	json_origin(d->vrf, d->service, d->pid, d->command);
	json_string("direction", direction(d->reason));
	json_packet(&d->packet, !(d->reason & DROP_SOCKET));
	json_string("interface", link ? link->name : NULL);
	json_string("reason", drop_reason(d->reason));
	json_number("count", d->count);
	json_number("last", d->last / 1000000000);
	json_end_object();
}

void json_drops(const struct rings *rings, const struct drops_grouped *drops, const struct links *links,
		const struct drops_of *of)
{
	uint64_t count, lost;

	json_array("vrfs");
	for (size_t i = 0; i < rings->count; i++) {
		if (!is_first(rings, i, drops, of))
			continue;
		rings_count(rings, rings->ring[i].vrf, &count, &lost);
		json_object(NULL);
		json_string("vrf", rings->ring[i].vrf);
		json_number("stopped", count);
		json_number("lost", lost);
		json_end_object();
	}
	json_end_array();
	json_array("drops");
	for (size_t i = 0; i < drops->count; i++)
		if (drops_is_of(of, drops->group[i].vrf, drops->group[i].service))
			json_dropped(&drops->group[i], links);
	json_end_array();
}

static uint64_t since_epoch(uint64_t monotonic)
{
	struct timespec now, then;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_MONOTONIC, &then);
	return monotonic + (uint64_t)(now.tv_sec - then.tv_sec) * 1000000000 + (uint64_t)now.tv_nsec -
	       (uint64_t)then.tv_nsec;
}

/* Behind its own table a VRF by mark has a rule that says no. */
static const char *route_words(int error)
{
	return strerror(error == EAGAIN ? ENETUNREACH : error);
}

void print_unrouted(const struct unrouted *u, const char *vrf, const struct service *service)
{
	char when[MOMENT], process[32] = "", protocol[DROP_PROTOCOL], peer[ENDPOINT];

	if (u->pid)
		snprintf(process, sizeof(process), " %d (%s)", (int)u->pid, u->command);
	print(stdout, "%s %s %s%s: out, %s to %s: no route in table %" PRIu32 " (%s)",
	      moment(since_epoch(u->when), when), vrf, service_name(service), process,
	      drop_protocol(u->packet.protocol, protocol), endpoint(&u->packet, true, peer), u->table,
	      route_words(u->error));
}

void json_unrouted(const struct unrouted *u, const char *vrf, const struct service *service)
{
	json_object(NULL);
	json_origin(vrf, service, u->pid, u->command);
	json_string("direction", "out");
	json_packet(&u->packet, true);
	json_string("interface", NULL);
	json_string("reason", "no route");
	json_number("table", u->table);
	json_string("errno", route_words(u->error));
	json_number("count", 1);
	json_number("last", since_epoch(u->when) / 1000000000);
	json_end_object();
}
