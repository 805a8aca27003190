/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check.h - does everything that was promised hold? */
#ifndef OPENRC_CHECK_H
#define OPENRC_CHECK_H

#include "executor/stanza/failure.h"
#include "openrc/state/kernel.h"
#include "openrc/state/services.h"

/* A broken promise and what to do about it. */
struct finding {
	const char *id; /* for monitoring and doc/troubleshooting.md: stays as it is when the words change */
	char *what;
	char *remedy; /* may be NULL */
	bool warning; /* it may be meant so */
};

struct findings {
	struct finding *finding;
	size_t count;
};

void broken(struct findings *f, const char *id, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Of what may be meant so: it makes nothing fail. */
void warn(struct findings *f, const char *id, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* of the last one */
void remedy(struct findings *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Does a promise not hold?  Warnings do not count. */
bool findings_broken(const struct findings *f);
void findings_free(struct findings *f);

/* Before services_read(): bring OpenRC's cache of dependencies up to date. */
void check_refresh(void);

/* All of what follows, but for check_config(); of one service or, with NULL, of the machine.  Needs root. */
void check_promises(struct netlink *nl, const struct kernel *k, const struct services *all, const struct service *only,
		    struct findings *f);

/* Files of services that look as if they said something about a VRF; of one service or, with NULL, all. */
void check_files(const struct kernel *k, const struct services *all, const struct service *only, struct findings *f);

/* Does the hook refuse it for such a line?  A finding says why, with what to write. */
bool check_slip(const struct service *service, struct findings *f);

/* A line that says something of a service in a VRF, of one that is in none. */
void setting_alone(const struct service *service, const char *variable, const char *file, unsigned int line,
		   struct findings *f);

/* Listeners that vrf-listen(8) is to make by what files say, and does not; of one service or, with NULL, all. */
void check_listeners(const struct kernel *k, const struct services *all, const struct service *only,
		     struct findings *f);

/* What this kernel lacks, if anything is to be in a VRF. */
void check_features(const struct kernel *k, const struct services *all, struct findings *f);

/* The files that all this rests on. */
void check_installation(const struct services *all, struct findings *f);

/* Of these, the scripts in directories of others: for Debian's init scripts, and for ifupdown-ng. */
void check_lsb(struct findings *f);
void check_interface_scripts(struct findings *f);

/* Rules, VRFs and their tables; of one VRF what its services need or, with NULL, all. */
void check_kernel(struct netlink *nl, const struct kernel *k, const struct vrf *only, struct findings *f);

/* Whom the services of one VRF ask for names. */
void check_names(struct netlink *nl, const struct vrf *vrf, struct findings *f);

/* Who answers in the place of those. */
void check_resolvers(const struct kernel *k, struct findings *f);

/* One VRF that is bound by mark. */
void check_mark(struct netlink *nl, const struct kernel *k, const struct vrf *vrf, struct findings *f);

/* VRFs, members and routes of the interfaces file that are not there; for a service: its VRF and what that has. */
void check_stanzas(struct netlink *nl, const struct kernel *k, const struct services *all, const struct service *only,
		   struct findings *f);

struct stanza;

/* What the stanza of a VRF that is there says otherwise than the kernel: its table, its binding. */
void check_changed(const struct stanza *s, const struct vrf *vrf, const struct services *all, struct findings *f);
bool has_changed_table(const struct stanza *s, const struct vrf *vrf);

struct stanzas;

/* Is that VRF one that some stanza has made, and none makes any more?  No ifup does anything for it. */
bool is_left(const struct stanzas *all, const struct link *vrf);

/* What a restart of networking would leave down, since ifupdown-ng has counted it too often. */
void check_counts(const struct stanzas *all, struct findings *f);

extern const char *const family_names[2];

/* Of a device that takes a VRF's place. */
#define SQUATTER \
	" # if no administrator made that device a user did, which Linux 6.12 and older let him do from a user " \
	"namespace: sysctl user.max_user_namespaces=0"

/* Processes, their control groups and their sockets; of one service or, with NULL, all.  Needs root. */
void check_services(const struct kernel *k, const struct services *all, const struct service *only, struct findings *f);

/* What they send and was stopped, of late; of one service or, with NULL, all. */
void check_drops(const struct kernel *k, const struct services *all, const struct service *only, struct findings *f);

struct confinements {
	bool any;    /* something is kept in a VRF, or shall be */
	bool refuse; /* all that is has the program that refuses other families of sockets */
};
struct confinements confinements(const struct services *all);

/* What gets out of the confinement because of how the system is set up. */
void check_system(const struct services *all, struct findings *f);

/* Does the hook refuse to start the service?  A finding says why, with what to change. */
bool check_refused(const struct services *all, const struct service *service, struct findings *f);

/* An interfaces file that is not up yet.  0, or -1 with the reason why it cannot be read */
int check_config(const struct services *all, struct findings *f, struct failure *why);

#endif
