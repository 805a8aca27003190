/* SPDX-License-Identifier: ISC */
/* openrc/state/services.h - services, what they are configured for and where their processes are. */
#ifndef OPENRC_SERVICES_H
#define OPENRC_SERVICES_H

#include <net/if.h>
#include <rc.h>
#include <stdbool.h>
#include <sys/types.h>

struct process {
	pid_t pid, parent, session;
	uid_t user;
	char command[16];
	char vrf[IFNAMSIZ]; /* "": none */
	char *cgroup;       /* as in /proc/PID/cgroup, version 2 */
	struct service *service;
	bool own;       /* in a control group of the service: only root can have put it there */
	bool passing;   /* OpenRC's shell for a command, which is in no VRF yet, or no more */
	bool engine;    /* in a control group of a container engine */
	bool container; /* of nobody's service, in no VRF, in a container with this network namespace */
};

struct service {
	char *name;
	char vrf[IFNAMSIZ]; /* configured, "": none, "?": nothing that can be */
	bool confine, other_names;
	bool explicit;          /* its files say something about a VRF, be it none */
	bool general;           /* by what speaks of all services */
	char *refused;          /* why the hook refuses what its files say, or NULL */
	char *unloadable;       /* the file that no shell can load, or NULL */
	bool failed;            /* because of its last command */
	char *not_found, *slip; /* as in struct confd_says */
	char *supervisor;       /* by its script (scripted), else its files */
	bool scripted;
	char *script_vrf;    /* that its script names, its files being silent, or NULL */
	char *listen_vrf;    /* where it has vrf-listen(8) make its listeners, and */
	char *listen;        /* which; NULL: its script has no such $listen_vrf, $listen */
	bool listens_by_vrf; /* it says $vrf beside them, with nothing in its place */
	char **file;         /* the files that were read for it, if they mention a VRF, in order */
	size_t files;
	RC_SERVICE state;
	size_t inside;  /* processes in the configured VRF */
	size_t outside; /* and elsewhere */
};

struct services {
	struct service *service;
	size_t count;
	struct process *process; /* of a service, in a VRF or in a container */
	size_t processes;
	RC_DEPTREE *tree; /* OpenRC's cache of dependencies as it is, or NULL */
};

/* 0 or -errno; free with services_free() */
int services_read(struct services *all);
int services_read_processes(struct services *all); /* its part of that, in processes.c; again: as they are now */
void services_free(struct services *all);

/* What its files say once more, and now of one that speaks of no VRF, too.  0 or -errno */
int service_read_files(struct services *all, struct service *service);

struct service *services_find(const struct services *all, const char *name);

/* The one that OpenRC has made this control group for, as in /proc/PID/cgroup, or NULL. */
struct service *services_of_cgroup(const struct services *all, const char *path);

/* "started", "stopped" ... */
const char *service_state_name(const struct service *service);

/* Does the hook for OpenRC refuse what its files say? */
bool service_is_refused(const struct service *service);

/* The last file of its, and the line, that sets a variable; 0: none does. */
unsigned int service_line(const struct service *service, const char *variable, const char **file);

/* OpenRC's cache of dependencies: is `value` among them?  False without a cache. */
bool services_depend(const struct services *all, const char *service, const char *type, const char *value);

/* Has it to do with VRFs at all? */
bool service_concerned(const struct services *all, const struct service *service);

#endif
