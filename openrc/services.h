/* SPDX-License-Identifier: ISC */
/* openrc/services.h - services, what they are configured for and where their processes are. */
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
	char *cgroup;	    /* as in /proc/PID/cgroup, version 2 */
	struct service *service;
	bool own;	/* in a control group of the service: only root can have put it there */
	bool container; /* of nobody's service, in no VRF, in a container with this network namespace */
};

struct service {
	char *name;
	char vrf[IFNAMSIZ]; /* configured, "": none, "?": nothing that can be */
	bool confine;
	RC_SERVICE state;
	size_t inside;	/* processes in the configured VRF */
	size_t outside; /* and elsewhere */
};

struct services {
	struct service *service;
	size_t count;
	struct process *process; /* of a service, in a VRF or in a container */
	size_t processes;
};

/* 0 or -errno; free with services_free() */
int services_read(struct services *all);
int services_read_processes(struct services *all); /* its part of that, in processes.c */
void services_free(struct services *all);

struct service *services_find(const struct services *all, const char *name);

/* "started", "stopped" ... */
const char *service_state_name(const struct service *service);

/* Does the hook for OpenRC refuse what is configured? */
bool service_is_refused(const struct service *service);

/* Has it to do with VRFs at all? */
bool service_concerned(const struct services *all, const struct service *service);

#endif
