/* SPDX-License-Identifier: ISC */
/*
 * executor/stanza/stanza.h - the options of one stanza, as values: environment or
 * ifquery in, plain structs out, every value checked.  doc/interfaces-*.5.scd
 * name the same keywords; a test compares.
 */
#ifndef EXECUTOR_STANZA_STANZA_H
#define EXECUTOR_STANZA_STANZA_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "executor/model/derived.h"
#include "executor/model/route-index.h"
#include "executor/model/route.h"
#include "executor/model/rule-plan.h"
#include "executor/model/rule.h"
#include "executor/stanza/failure.h"
#include "helpers/base/nameserver.h"

struct vrf_options {
	bool is_vrf;           /* vrf-table is there */
	char member[IFNAMSIZ]; /* vrf-member, "": none */
	uint32_t table;
	bool table_auto;
	bool by_mark; /* vrf-bind mark */
	uint32_t mark;
	bool mark_local;
	bool loopback;
	bool unreachable_rule; /* vrf-unreachable rule: the table has no last word of its own */
	struct nameservers nameservers;
	bool lease_names; /* vrf-nameserver lease */
};

#define ACCEPT_TCP 1
#define ACCEPT_UDP 2
#define ACCEPT_RAW 4

struct l3mdev_options {
	bool any; /* some l3mdev keyword is there */
	struct l3mdev_rules order;
	bool set_accept;
	unsigned int accept;
	bool set_strict;
	bool strict;
};

struct table_options {
	uint32_t table; /* table-id, 0: not given */
	struct routes routes;
	struct rules rules;
	char *file; /* table-route-file, or NULL */
	struct derived derived;
};

/*
 * Where a keyword's text comes from: the environment for the interface that is
 * being configured (own), ifquery for any other.
 */
struct source {
	const char *iface;
	bool own;
	/* Who wants all reasons gets each, and values that are none are passed over; NULL: the first one ends it. */
	void (*each)(const char *why, void *context);
	void *context;
};

/* 0 for an error that `each` has been told. */
int stanza_go_on(const struct source *from, int err, const struct failure *f);

/* Longest value of a keyword that holds one word, and its end. */
#define VALUE_MAX 256

/* The value of such a keyword: 1 and the text, 0 if it is not there, -1 with the reason. */
int stanza_word(const struct source *from, const char *keyword, char text[VALUE_MAX], struct failure *f);

/* Each returns 0, or -1 with the reason, which names the keyword and quotes the text. */
int stanza_vrf(const struct source *from, struct vrf_options *options, struct failure *f);
int stanza_l3mdev(const struct source *from, struct l3mdev_options *options, struct failure *f);

/*
 * `table`: of routes and rules that name none, unless table-id does; 0: not
 * known yet, they keep 0 and table_options_fill() gives it to them.
 */
int stanza_table(const struct source *from, uint32_t table, struct table_options *options, struct failure *f);
void table_options_fill(struct table_options *options, uint32_t table);

/* Of its table-route-file what leads nowhere in its table, which table-follow has to know. */
int table_options_refused(const struct table_options *options, struct routes *refused, struct failure *f);
void table_options_free(struct table_options *options);

/*
 * Can table-connected and table-follow stand in that stanza, and is it clear whose table they are for?  0, or -1
 * with the reason, for which all stanzas may be read.
 */
int stanza_derives(const char *iface, const struct vrf_options *vrf, const struct table_options *options,
		   struct failure *f);

/* Only the routes: each question to ifquery costs a reading of the whole file. */
int stanza_routes(const struct source *from, uint32_t table, struct table_options *options, struct failure *f);

/* Only the rules; likewise. */
int stanza_rules(const struct source *from, uint32_t table, struct table_options *options, struct failure *f);

/* Add the places that a stanza's table-route and table-route-file claim in that table; `own`: of what names none. */
int stanza_places(const struct source *from, uint32_t own, uint32_t table, struct route_index *places,
		  struct failure *f);

/* Does the stanza have any table keyword? Own stanza only. */
bool stanza_has_table(void);

#endif
