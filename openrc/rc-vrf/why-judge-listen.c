/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-judge-listen.c - who listens; see why-judge.h. */
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/rc-vrf/why-judge.h"
#include "openrc/state/memory.h"

static bool is_any(const struct inet_socket *s)
{
	static const uint8_t none[16];

	return !memcmp(s->address, none, s->family == AF_INET ? 4 : 16);
}

static bool has_address(const struct inet_socket *s, const struct prefix *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (is_any(s))
		return s->family == address->family || (s->family == AF_INET6 && !s->only6);
	if (s->family == address->family)
		return !memcmp(s->address, address->addr, family_bits(address->family) / 8);
	return s->family == AF_INET6 && !memcmp(s->address, mapped, 12) && !memcmp(s->address + 12, address->addr, 4);
}

/* What comes to this host itself by the VRF's device, or by lo. */
static bool hears_own(const struct judging *d, const struct inet_socket *s)
{
	const struct place *p = &d->f->place;
	const struct target *t = &d->f->target;

	if (!s->listening || s->protocol != t->protocol || s->port != t->port || !has_address(s, &t->address))
		return false;
	if (p->device && !p->mark)
		return s->ifindex == p->device->ifindex ||
		       (!s->ifindex && d->trip->accepts && t->protocol == IPPROTO_TCP && (!s->has_mark || !s->mark));
	return !s->ifindex || s->ifindex == LOOPBACK_IFINDEX;
}

static void judge_pings(struct judging *d)
{
	const bool v6 = d->f->target.address.family == AF_INET6;

	judge_step(d, "listener", STEP_GOOD, "the kernel, which answers pings itself");
	if (d->f->no_pongs && judge_stop(d, "this host answers no pings"))
		judge_cure(d, "sysctl -w net.%s=0", v6 ? "ipv6.icmp.echo_ignore_all" : "ipv4.icmp_echo_ignore_all");
}

/* To this host itself: the answers are looked up as well, the kernel's to a ping as nobody's. */
static void judge_pong(struct judging *d)
{
	const struct found *pong = &d->trip->pong;
	const struct prefix *source = d->trip->flow.from.family ? &d->trip->flow.from : &d->trip->found.source;
	const bool ping = d->f->target.protocol == IPPROTO_ICMP;
	const char *answers = ping ? "the kernel's answers, which have no mark," : "answers";
	char text[PREFIX_TEXT];

	prefix_text(source, text);
	if (pong->error) {
		judge_step(d, "replies", STEP_GOOD, "to %s%s: %s", text, ping ? ", without a mark" : "",
			   strerror(-pong->error));
		judge_stop(d, "%s have no way to %s: %s", answers, text, strerror(-pong->error));
	} else if (pong->type && pong->type != RTN_LOCAL) {
		judge_step(d, "replies", STEP_GOOD, "to %s%s: leave this host", text, ping ? ", without a mark" : "");
		judge_stop(d, "%s leave this host for %s", answers, text);
	}
}

/* Whatever mark it has: it is the filter of its own that keeps things from it. */
static const struct deaf *find_deaf(const struct facts *f, const struct inet_socket *s)
{
	for (size_t i = 0; i < f->deafs; i++)
		if (f->deaf[i].socket == s)
			return &f->deaf[i];
	return NULL;
}

static void judge_deaf(struct judging *d, const struct deaf *deaf)
{
	char text[SOCKET_TEXT];

	socket_text(deaf->socket, text);
	judge_step(d, "listener", STEP_GOOD, "%s, in VRF %s, whose %s", text, deaf->vrf,
		   deaf->mute ? "rules lead answers elsewhere" : "filter lets nothing in by lo");
	if (deaf->mute ? judge_stop(d, "VRF %s has no way by which %s can answer this host's own addresses", deaf->vrf,
				    text)
		       : judge_stop(d, "the filter of VRF %s keeps from %s what this host sends to its own addresses",
				    deaf->vrf, text))
		judge_cure(
			d,
			"write vrf-mark-local yes in the stanza of %s, if its services may be reached at this host's own "
			"addresses; then ifup -f %s",
			deaf->vrf, deaf->vrf);
}

void judge_own(struct judging *d)
{
	const struct deaf *deaf = NULL;
	const struct target *t = &d->f->target;
	char text[TARGET_TEXT], socket[SOCKET_TEXT];
	const struct inet_sockets *all = d->f->sockets;

	if (t->protocol == IPPROTO_ICMP && !d->f->from) {
		judge_pings(d);
		judge_pong(d);
	}
	if (!t->port || !all || t->protocol == IPPROTO_ICMP || d->f->from)
		return;
	for (size_t i = 0; i < all->count; i++)
		if (hears_own(d, &all->socket[i])) {
			deaf = find_deaf(d->f, &all->socket[i]);
			if (deaf)
				continue;
			judge_step(d, "listener", STEP_GOOD, "%s", socket_text(&all->socket[i], socket));
			judge_pong(d);
			return;
		}
	if (deaf) {
		judge_deaf(d, deaf);
		return;
	}
	judge_step(d, "listener", STEP_GOOD, "none");
	judge_stop(d, "%s is this host's own address in VRF %s, and nobody listens there", target_text(t, text),
		   judge_vrf_name(d));
}

/* Is it for a socket with this binding? */
static void judge_listener(struct judging *d, const struct listener *l, const struct hop_facts *hop)
{
	const struct inet_socket *s = l->socket;
	const struct link *bound = s ? links_by_index(&d->f->kernel->links, s->ifindex) : NULL;
	char text[SOCKET_TEXT], belongs[BELONGS_TEXT];

	if (!s) {
		judge_pings(d);
		return;
	}
	socket_text(s, text);
	if (bound)
		judge_step(d, "listener", STEP_GOOD, "%s, bound to %s", text, bound->name);
	else if (s->mark)
		judge_step(d, "listener", STEP_GOOD, "%s, bound by mark 0x%x", text, s->mark);
	else
		judge_step(d, "listener", STEP_GOOD, "%s, bound to nothing", text);
	if (!hop->in)
		return;
	if (bound && bound != hop->in && bound != hop->in_vrf) {
		judge_stop(d, "%s is bound to %s, and packets come in by %s, %s", text, bound->name, hop->in->name,
			   judge_belongs_text(hop->in, hop->in_vrf, belongs));
	} else if (!bound && hop->in_vrf && !d->trip->accepts) {
		if (judge_stop(d, "%s is in no VRF, and packets come in by %s, %s", text, hop->in->name,
			       judge_belongs_text(hop->in, hop->in_vrf, belongs)))
			judge_cure(d, "sysctl -w net.ipv4.%s_l3mdev_accept=1, if it is to be reached from every VRF",
				   s->protocol == IPPROTO_UDP ? "udp" : "tcp");
	} else if (bound && bound == hop->in_vrf && s->protocol == IPPROTO_UDP &&
		   prefix_is_link_local(&d->trip->flow.to)) {
		judge_stop(d, "%s is told %s as the scope of that address, by which nobody can be answered", text,
			   bound->name);
	} else if (!bound && hop->in_vrf && s->protocol == IPPROTO_UDP) {
		judge_stop(d, "%s is in no VRF: it gets what comes in by %s, but answers by the default VRF", text,
			   hop->in->name);
	}
}

/* One that somebody on this host asks. */
static void judge_own_listener(struct judging *d, const struct listener *l)
{
	const struct inet_socket *s = l->socket;
	const uint32_t device = d->vrf ? d->vrf->ifindex : LOOPBACK_IFINDEX;
	char text[SOCKET_TEXT];

	if (!s) {
		judge_pings(d);
		return;
	}
	judge_step(d, "listener", STEP_GOOD, "%s", socket_text(s, text));
	if (s->ifindex && s->ifindex != device)
		judge_stop(d, "%s is bound to another interface than what this host sends itself comes by", text);
	else if (!s->ifindex && d->vrf && !d->trip->accepts)
		judge_stop(d, "%s is in no VRF", text);
}

static void judge_hearing(struct judging *d, const struct listener *l)
{
	const struct trip *trip = &l->trip;
	const struct rule *rule;

	d->trip = trip;
	if (l->handed)
		judge_step(d, "bound", STEP_GOOD, "a listener of %s%s, handed over by vrf-listen",
			   l->place.vrf[0] ? "VRF " : "no VRF", l->place.vrf);
	else if (l->other)
		judge_step(d, "bound", STEP_GOOD, "another process, in %s%s", l->place.vrf[0] ? "VRF " : "no VRF",
			   l->place.vrf);
	judge_place(d);
	if (d->decided)
		return;
	for (unsigned int i = 0; !trip->found.error && i < trip->hops; i++) {
		judge_interface(d, &trip->hop[i]);
		if (trip->found.type == RTN_LOCAL) {
			judge_own_listener(d, l);
			continue;
		}
		judge_replies(d, &trip->hop[i]);
		judge_listener(d, l, &trip->hop[i]);
	}
	rule = judge_rules(d);
	if (trip->found.error) {
		judge_no_route(d, rule);
		return;
	}
	judge_route(d);
	for (unsigned int i = 0; i < trip->hops; i++) {
		judge_source(d, &trip->hop[i]);
		judge_filter(d, &trip->hop[i], rule);
		if (trip->found.type != RTN_LOCAL)
			judge_other_vrf(d, &trip->hop[i]);
	}
}

/* Is it more to the point than what was found so far?  Of those that cannot the first whose answers have a way is. */
static bool is_better(const struct facts *f, size_t i, bool can, size_t which, bool could)
{
	if (can != could)
		return can;
	if (can)
		return f->listener[i].near && !f->listener[which].near;
	return f->listener[which].trip.found.error && !f->listener[i].trip.found.error;
}

/* The steps of one that can be reached, if there is one by the network of who asks, else of the first of all. */
void judge_from(struct judging *d)
{
	const struct facts *f = d->f;
	char target[TARGET_TEXT], text[SOCKET_TEXT];
	struct judgement best = { 0 };
	char *reason = NULL;
	size_t which = 0;

	for (size_t i = 0; !d->decided && i < f->listeners; i++) {
		struct judgement j = { 0 };
		struct facts there = *f;
		struct judging one = { .f = &there, .j = &j, .coming = "packets" };

		if (f->listener[i].other)
			there.place = f->listener[i].place;
		one.vrf = f->listener[i].by ? f->listener[i].by : there.place.mark ? NULL : there.place.device;
		judge_hearing(&one, &f->listener[i]);
		j.can = !one.decided;
		if (i && !is_better(f, i, j.can, which, best.can)) {
			judgement_free(&j);
			free(one.reason);
			continue;
		}
		judgement_free(&best);
		free(reason);
		best = j;
		reason = one.reason;
		which = i;
	}
	if (!f->listeners && !d->decided) {
		judge_step(d, "listener", STEP_GOOD, "none");
		judge_stop(d, "nobody listens there");
	}
	for (size_t i = 0; i < best.count; i++)
		judge_step(d, best.step[i].what, best.step[i].state, "%s", best.step[i].text);
	if (!d->decided && !best.can) {
		d->decided = true;
		d->reason = memory_copy(reason);
	}
	if (best.remedy)
		judge_cure(d, "%s", best.remedy);
	target_text(&f->target, target);
	if (!d->decided && f->listeners && !f->listener[which].socket)
		d->j->answer =
			memory_text("%s can reach %s%s: the kernel answers", target, judge_kind(d), judge_name(d));
	else if (d->decided)
		d->j->answer = memory_text("%s cannot reach %s%s: %s", target, judge_kind(d), judge_name(d), d->reason);
	else
		d->j->answer = memory_text("%s can reach %s%s at %s", target, judge_kind(d), judge_name(d),
					   socket_text(f->listener[which].socket, text));
	judgement_free(&best);
	free(reason);
}
