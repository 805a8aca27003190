/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/why-judge.h - the parts of a judgement, see why.h: step by step, and the first thing
 * that stands in the way decides.  All of it is pure.
 */
#ifndef OPENRC_WHY_JUDGE_H
#define OPENRC_WHY_JUDGE_H

#include "openrc/rc-vrf/why.h"

#define LOOPBACK_IFINDEX 1

struct judging {
	const struct facts *f;
	struct judgement *j;
	const struct trip *trip;
	const struct link *vrf; /* whose device the socket is bound to, NULL: none */
	const char *coming;     /* what comes in: "replies", "packets" */
	bool decided;           /* something stands in the way */
	char *reason;
};

/* why-judge.c */
void judge_step(struct judging *d, const char *what, int state, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The first one decides, and the last step is it: true. */
bool judge_stop(struct judging *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
void judge_cure(struct judging *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *judge_vrf_name(const struct judging *d);
/* What sockets are bound to there, and whether that is up. */
void judge_place(struct judging *d);
/* Who it is about, in two words: "VRF " and its name, of a service "" and its name, of no VRF "the default VRF" and "" */
const char *judge_kind(const struct judging *d);
const char *judge_name(const struct judging *d);
/* The VRF itself, or a member of it */
bool judge_is_vrfs(const struct judging *d, const struct link *link);
/* A ping to an own link-local address goes by lo. */
bool judge_is_own_ping(const struct judging *d, const struct hop_facts *hop);

/* The kernel itself answers who asks: no filter sees it. */
bool judge_is_kernels(const struct judging *d);

/* why-judge-route.c: NULL: no rule is known to have decided */
const struct rule *judge_rules(struct judging *d);
void judge_route(struct judging *d);
void judge_no_route(struct judging *d, const struct rule *rule);
bool judge_is_foreign(const struct rule *rule);
void judge_cure_rule(struct judging *d);
void judge_cure_route(struct judging *d);
void judge_append_way(const struct judging *d, const struct way *way, char *text, size_t room);

/* why-judge-out.c */
void judge_own_address(struct judging *d, const struct hop_facts *hop);
void judge_interface(struct judging *d, const struct hop_facts *hop);
void judge_neighbour(struct judging *d, const struct hop_facts *hop);
void judge_source(struct judging *d, const struct hop_facts *hop);
void judge_filter(struct judging *d, const struct hop_facts *hop, const struct rule *rule);
void judge_other_vrf(struct judging *d, const struct hop_facts *hop);
bool judge_passes(int device, int prefix, bool inside);
#define BELONGS_TEXT 48
const char *judge_belongs_text(const struct link *link, const struct link *vrf, char text[BELONGS_TEXT]);

/* why-judge-back.c */
void judge_replies(struct judging *d, const struct hop_facts *hop);

/* why-judge-listen.c: at an own address; the whole of `from`, with its answer */
void judge_own(struct judging *d);
void judge_from(struct judging *d);

#endif
