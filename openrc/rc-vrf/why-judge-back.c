/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-judge-back.c - what comes in: replies, or the packets of who asks; see why-judge.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>

#include "openrc/rc-vrf/why-judge.h"

static const char *route_words(const struct judging *d, char text[PREFIX_TEXT])
{
	const struct found *r = &d->trip->route;

	if (d->f->from)
		return prefix_text(&d->trip->flow.to, text);
	return r->type && r->to.len ? prefix_text(&r->to, text) : "default";
}

/* To one in no VRF by a member of one: whether a socket that listens gets it is for that to say. */
static void judge_stray(struct judging *d, const struct hop_facts *hop)
{
	judge_step(d, d->coming, STEP_GOOD, "come in by %s, for VRF %s", hop->in->name, hop->in_vrf->name);
	if (!d->f->from &&
	    judge_stop(d, "replies come in by %s, for the sockets of VRF %s", hop->in->name, hop->in_vrf->name) &&
	    d->f->place.service)
		judge_cure(d, "rc-vrf set %s %s", d->f->place.name, hop->in_vrf->name);
}

static void judge_no_way_back(struct judging *d, const struct hop_facts *hop)
{
	const char *vrf = d->vrf->name, *in = hop->in->name, *out = hop->out->name;
	const struct prefix *source = d->trip->flow.from.family ? &d->trip->flow.from : &d->trip->found.source;
	char text[PREFIX_TEXT], address[PREFIX_TEXT];

	judge_step(d, d->coming, STEP_GOOD, "come in by %s, for %s%s", in, hop->in_vrf ? "VRF " : "the default VRF",
		   hop->in_vrf ? hop->in_vrf->name : "");
	route_words(d, text);
	if (d->f->from) {
		if (judge_stop(d, "packets from %s do not arrive: they come in by %s, which is not a member of %s",
			       text, in, vrf) &&
		    !hop->in_vrf)
			judge_cure(
				d,
				"write vrf-bind mark in the stanza of %s to share %s, then ifup -f %s; or vrf-member %s in %s's",
				vrf, in, vrf, vrf, in);
	} else if (hop->out == hop->out_vrf) {
		if (judge_stop(d, "replies to %s arrive in VRF %s, which has no way back to %s", text, out, vrf))
			judge_cure(
				d,
				"write table-route %s dev %s in the stanza of %s, then ifup -f %s; and sysctl -w net.ipv4.ip_forward=1 "
				"net.ipv6.conf.all.forwarding=1",
				prefix_text(source, address), vrf, out, out);
	} else if (judge_stop(d, "replies to %s cannot arrive: %s is not a member of %s", text, out, vrf)) {
		judge_cure(
			d,
			"ifup -f %s, if its stanza has vrf-bind mark; else write that to share %s, or vrf-member %s in %s's",
			vrf, out, vrf, out);
	}
}

/* Out by an interface that is none of its own. */
static void judge_leak(struct judging *d, const struct hop_facts *hop)
{
	if (hop->back.error || hop->back.type != RTN_UNICAST || !hop->home) {
		judge_no_way_back(d, hop);
	} else if (d->trip->flow.to.family == AF_INET6 && !hop->forwards) {
		judge_step(d, d->coming, STEP_GOOD, "come in by %s, which does not forward", hop->in->name);
		if (judge_stop(d, "%s come in by %s, and this host does not forward them to VRF %s", d->coming,
			       hop->in->name, d->vrf->name))
			judge_cure(d, "sysctl -w net.ipv6.conf.all.forwarding=1");
	} else {
		judge_step(d, d->coming, STEP_GOOD, "come in by %s and are forwarded to VRF %s", hop->in->name,
			   d->vrf->name);
	}
}

/* An errno of a lookup for what comes in. */
static void judge_no_reply(struct judging *d, const struct hop_facts *hop)
{
	const struct place *p = &d->f->place;
	const char *in = hop->in->name;
	char text[PREFIX_TEXT];

	if (hop->back.error == -EXDEV || (hop->back.error == -EINVAL && hop->strict)) {
		judge_step(d, d->coming, STEP_GOOD, "come in by %s, where rp_filter of %s is 1 and drops them", in,
			   hop->strict_all ? "all" : in);
		if (judge_stop(d, "%s from %s are dropped: rp_filter of %s is 1%s%s, and the %s has another way there",
			       d->coming, route_words(d, text), hop->strict_all ? "all" : in,
			       hop->strict_all ? ", also for " : "", hop->strict_all ? in : "",
			       p->mark ? "default VRF" : "reverse lookup"))
			judge_cure(d, "sysctl -w net.ipv4.conf.%s.rp_filter=2", in);
	} else {
		judge_step(d, d->coming, STEP_GOOD, "come in by %s, and are not for this host: %s", in,
			   strerror(-hop->back.error));
		judge_stop(d, "%s come in by %s, and the kernel says of them: %s", d->coming, in,
			   strerror(-hop->back.error));
	}
}

/* Pointed to a link-local address a socket is bound to its interface (tcp_v6_connect()). */
static bool is_bound_to_link(const struct judging *d)
{
	return d->f->target.dev[0] && !d->f->from;
}

void judge_replies(struct judging *d, const struct hop_facts *hop)
{
	const struct place *p = &d->f->place;
	const struct prefix *source = d->trip->flow.from.family ? &d->trip->flow.from : &d->trip->found.source;
	char text[PREFIX_TEXT];

	if (!hop->out || !hop->in)
		return;
	if (hop->way.encap) {
		judge_step(d, d->coming, STEP_GOOD, "depend on who takes off what is put around packets");
		return;
	}
	if (!p->vrf[0] && !d->vrf && hop->in_vrf && !d->trip->accepts && !is_bound_to_link(d)) {
		judge_stray(d, hop);
		return;
	}
	if (d->vrf && hop->in_vrf != d->vrf) {
		judge_leak(d, hop);
		return;
	}
	/* by mark: sockets without a device get what comes by an interface in no VRF */
	if (p->mark && hop->in_vrf && !d->trip->accepts && !is_bound_to_link(d)) {
		judge_step(d, d->coming, STEP_GOOD, "come in by %s, for VRF %s", hop->in->name, hop->in_vrf->name);
		if (judge_stop(d, "%s from %s do not arrive: %s is a member of %s", d->coming, route_words(d, text),
			       hop->in->name, hop->in_vrf->name))
			judge_cure(d, "take that route out of its stanza, or vrf-member out of %s's; then ifup -f both",
				   hop->in->name);
		return;
	}
	if (hop->back.error) {
		judge_no_reply(d, hop);
		return;
	}
	if (hop->back.type != RTN_LOCAL) {
		judge_step(d, d->coming, STEP_GOOD, "come in by %s, and %s is none of this host's addresses there",
			   hop->in->name, prefix_text(source, text));
		judge_stop(d, "%s to %s do not arrive: it is none of this host's addresses for what comes in by %s",
			   d->coming, prefix_text(source, text), hop->in->name);
		return;
	}
	if (p->vrf[0] && p->confined && p->mark && !judge_is_kernels(d) &&
	    !judge_passes(hop->in_device, hop->in_prefix, true)) {
		judge_step(d, d->coming, STEP_GOOD, "come in by %s, and the filter does not let them in",
			   hop->in->name);
		if (hop->in_vrf && judge_stop(d, "%s from %s do not arrive: %s is a member of %s", d->coming,
					      route_words(d, text), hop->in->name, hop->in_vrf->name))
			judge_cure(d, "take that route out of its stanza, or vrf-member out of %s's; then ifup -f both",
				   hop->in->name);
		else if (judge_stop(d, "the filter of VRF %s does not let %s in by %s", p->vrf, d->coming,
				    hop->in->name))
			judge_cure(d, "rc-vrf sync");
		return;
	}
	judge_step(d, d->coming, STEP_GOOD, "come in by %s and arrive", hop->in->name);
}
