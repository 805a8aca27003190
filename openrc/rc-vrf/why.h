/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/why.h - can it reach that address, and what decides?  Data flows one way: words
 * (why.c) to questions and what the kernel says of them (why-read.c), to a judgement
 * (why-judge*.c, why-rules.c, pure), to text (why-print.c).
 */
#ifndef OPENRC_WHY_H
#define OPENRC_WHY_H

#include <net/if.h>

#include "openrc/state/kernel.h"
#include "openrc/state/lookup.h"
#include "openrc/state/naming.h"
#include "openrc/state/sockets.h"

/* The address, as somebody has typed it. */
struct target {
	const char *text;
	struct prefix address; /* family 0: a name */
	char name[256];
	char dev[IFNAMSIZ]; /* behind %, "": none */
	uint8_t protocol;   /* IPPROTO_TCP, UDP, ICMP; 0: any */
	uint16_t port;      /* 0: any */
};

/* Pure: ADDR, ADDR%DEV, ADDR:PORT, [ADDR]:PORT, NAME, each with /PROTO.  NULL, or what is wrong with it. */
const char *target_parse(const char *text, struct target *target);

/* "10.1.2.3 port 22 (tcp)" */
#define TARGET_TEXT 352
const char *target_text(const struct target *target, char text[TARGET_TEXT]);

/* Where it sends from. */
struct place {
	const char *name;          /* as it was asked for */
	bool service;              /* else a VRF */
	bool running;              /* processes of the service */
	bool confined;             /* by filters, or it would be */
	bool elsewhere;            /* it runs where its files do not say */
	char vrf[IFNAMSIZ];        /* "": none */
	const struct link *device; /* the VRF's, NULL: none, or not there */
	uint32_t mark;             /* 0: bound to the device */
	bool would;                /* nothing runs there: as a start would have it */
	size_t outside;            /* processes of the service that are not there */
	char *refused, *cure;      /* nothing can be asked: why, and what to do */
};

/* A step of the way, and what the kernel and the filters say there. */
struct hop_facts {
	struct way way;
	const struct link *out, *out_vrf; /* the interface, and the VRF that it is or is a member of */
	uint16_t neighbour;               /* NUD_*, 0: unknown */
	int out_device, out_prefix;       /* what the filter that sees it leave says, PASSING_NONE */
	/* out is the device of another VRF, which sends on by its own table: */
	struct found on;
	const struct link *on_out;
	int on_device;
	/* what comes back: */
	const struct link *in, *in_vrf;
	struct found back; /* how it is looked up there */
	bool home;         /* it is sent to the VRF's device, where the source is an own address */
	bool forwards;     /* that interface forwards, IPv6 */
	int in_device, in_prefix;
	bool strict, strict_all; /* its reverse path filter, and that is because of the one of all */
};

struct trip {
	struct flow flow;      /* as it was asked in the end */
	struct found found;    /* what becomes of it */
	struct found route;    /* the route that says so */
	struct prefix refusal; /* the route that says no, where the kernel tells an errno alone; family 0: none */
	uint32_t refusal_table;
	struct hop_facts hop[HOPS_MAX];
	unsigned int hops;
	/* to this host itself: what becomes of the kernel's answer to a ping, or of TCP's; type and error 0: it is none */
	struct found pong;
	bool accepts; /* l3mdev_accept of its protocol: who listens without a VRF gets what comes by one */
};

/* Somebody listens, and the answers of that. */
struct listener {
	const struct inet_socket *socket; /* NULL: the kernel, which answers pings */
	const struct link *by; /* a VRF that is not its, by which it may be reached all the same; NULL: its own */
	bool other;            /* of a process of the service's that is elsewhere, or */
	bool handed;           /* made elsewhere, by vrf-listen(8): */
	struct place place;
	bool near; /* who asks is in the network of an address there, not behind a route */
	struct trip trip;
};

/* Somebody listens at an own address, and the filter of that VRF keeps from it what comes by lo. */
struct deaf {
	const struct inet_socket *socket;
	bool mute; /* it does not, but the VRF's rules keep its answers from there */
	char vrf[IFNAMSIZ];
};

struct facts {
	const struct kernel *kernel;
	const struct naming *naming;
	struct place place;
	struct target target;
	bool from; /* the other way: that address asks */
	struct trip trip;
	const struct inet_sockets *sockets; /* all; of an own address */
	struct deaf *deaf;                  /* those of them that do not hear it */
	size_t deafs;
	struct listener *listener; /* for from */
	size_t listeners;
	const struct link *idle; /* no route is there, and this one of the VRF's interfaces is down, */
	bool idle_no_ipv6;       /* or has no IPv6 */
	char *names;             /* how a name is looked up, NULL: it is none */
	bool no_pongs;           /* icmp_echo_ignore_all, if it is asked by icmp */
	bool looks_up;           /* and the target is the nameserver */
	bool lists_none;         /* which resolv.conf does not name: it names none */
};

struct judged_step {
	const char *what; /* "rule", "route" ... */
	enum { STEP_GOOD, STEP_BAD, STEP_PASSED } state;
	char *text;
};

struct judgement {
	bool can;
	char *answer, *remedy;
	struct judged_step *step;
	size_t count;
};

void judge(const struct facts *facts, struct judgement *j);
void judgement_free(struct judgement *j);

/* Pure, of one rule: does it take the packet?  What it names may be unknown: the source port. */
enum rule_taken { RULE_PASSES, RULE_MAY, RULE_TAKES };
enum rule_taken rule_takes(const struct kernel *k, const struct rule *rule, const struct flow *flow);

/* The table that it leads the packet to, 0: none */
uint32_t rule_leads_to(const struct kernel *k, const struct rule *rule, const struct flow *flow);

/* Of those from *next on the first one that takes it or may, past gotos; NULL: none.  *next: where to go on */
const struct rule *rules_next(const struct kernel *k, const struct flow *flow, size_t *next);

/* Would it give a process this errno by itself? */
bool rule_refuses_with(const struct rule *rule, int error);

/*
 * The rule by which it was decided, NULL: none is known to be.  Of those before it `each` gets each that took it
 * and led to no route; each may be NULL.
 */
const struct rule *rules_decide(const struct kernel *k, const struct trip *trip,
				void (*each)(const struct rule *rule, enum rule_taken taken, void *context),
				void *context);

/* Of the program: all of it, its status. */
int why(bool json, int argc, char **argv);

/*
 * Read what is to be judged of the service or VRF and the facts' target; where it cannot, a line says so and the
 * program ends.
 */
void why_read(const char *name, struct netlink *nl, struct kernel *k, struct facts *facts);

void show_why(const struct judgement *j, const struct facts *facts);
void show_why_json(const struct judgement *j, const struct facts *facts);

#endif
