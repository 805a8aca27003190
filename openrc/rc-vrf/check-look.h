/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-look.h - what the files say beside what the kernel has, for those who compare them. */
#ifndef OPENRC_CHECK_LOOK_H
#define OPENRC_CHECK_LOOK_H

#include "openrc/rc-vrf/check.h"
#include "openrc/state/sockets.h"
#include "openrc/state/stanzas.h"

/* Names of interfaces and stanzas, each once, room for all that there are */
struct names {
	const char **name;
	size_t count;
};

struct look {
	struct netlink *nl;
	const struct kernel *k;
	const struct stanzas *stanzas;
	const struct services *all;
	const struct service *only;   /* NULL: all of them */
	bool *wants;                  /* for each service: it starts if its VRF is there */
	struct names *cured;          /* of which it was said how to bring it up */
	struct inet_sockets *sockets; /* to see who was handed a listener of a VRF that is away */
	bool known;                   /* the interfaces file could be read */
	struct findings *f;
};

bool names_have(const struct names *names, const char *name);
void names_put(struct names *names, const char *name);

/* Takes a text and gives one, to be freed. */
char *append(char *text, const char *more);

/* Is it the VRF of any of the services, and not of listeners alone? */
bool is_anybodys(const struct look *l, const char *vrf);

/* Shall it be up?  It is, or is to be at boot, or a service waits for it. */
bool is_expected(const struct look *l, const struct stanza *vrf);

/* Does such a VRF rest on the interface; for a service: that one's? */
bool is_needed(const struct look *l, const struct stanza *s, const char *iface);

/* VRFs that are there, and no stanza makes them any more. */
void check_left(const struct look *l);

/* What ifupdown-ng does not take for up; in that order, since each rests on those before. */
enum not_up { NOT_UP_OTHERS, NOT_UP_VRFS, NOT_UP_MEMBERS };
void check_not_up(const struct look *l, enum not_up which);

#endif
