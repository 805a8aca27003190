/* SPDX-License-Identifier: ISC */
/* openrc/state/stanzas.h - what the interfaces file says, and which of it ifupdown-ng takes for up. */
#ifndef OPENRC_STANZAS_H
#define OPENRC_STANZAS_H

#include "executor/stanza/interfaces.h"
#include "executor/stanza/stanza.h"
#include "openrc/state/kernel.h"

struct stanza {
	const char *name;
	bool bad; /* some value of its vrf- options is none */
	struct vrf_options vrf;
	struct table_options table; /* stanzas_read_table() */
};

#define IFSTATE "/run/ifstate"

/* A line of it: an interface that is up by a stanza, which may have another name. */
struct running {
	char *iface, *stanza;
	unsigned long count;
};

struct stanzas {
	struct values names;
	struct stanza *stanza; /* as many, one for each name */
	struct running *running;
	size_t up;
};

/* Who wants to know what is wrong with a stanza. */
typedef void (*stanza_report)(const struct stanza *s, const char *why, void *context);

/* Their vrf- and l3mdev- options.  0, or -1 with the reason why nothing could be read; free in both cases */
int stanzas_read(struct stanzas *all, stanza_report report, void *context, struct failure *why);
void stanzas_free(struct stanzas *all);

/* The table- options of one, whose default table may need another's; false: some value is none. */
bool stanzas_read_table(const struct stanzas *all, struct stanza *s, stanza_report report, void *context);

const struct stanza *stanzas_find(const struct stanzas *all, const char *name);
const struct stanza *stanzas_vrf(const struct stanzas *all, const char *name);

/* "red, blue": all VRFs, the kernel's first; to be freed, NULL: no memory */
char *stanzas_vrf_names(const struct stanzas *all, const struct kernel *k);

/* The list with ", NAME" behind it; takes a list and gives one, NULL: no memory */
char *stanzas_add_name(char *list, const char *name);

/* Which of them ifupdown-ng takes for up: a plain ifup does nothing then.  Of one that is none as well. */
void stanzas_read_running(struct stanzas *all);
bool stanzas_is_up(const struct stanzas *all, const char *stanza);
/* The same of an interface of that name as well, by whatever stanza. */
bool stanzas_is_listed(const struct stanzas *all, const char *name);

/* That by which the interface is up, else the one of its name; NULL: none. */
const struct stanza *stanzas_of(const struct stanzas *all, const char *iface);

#endif
