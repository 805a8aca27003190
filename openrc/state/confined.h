/* SPDX-License-Identifier: ISC */
/* openrc/state/confined.h - what a control group's programs and maps do for its processes. */
#ifndef OPENRC_CONFINED_H
#define OPENRC_CONFINED_H

#include <stdbool.h>
#include <stdint.h>

struct confined {
	bool bound;             /* a socket program of ours says where new sockets belong */
	bool filtered;          /* and both filters keep them there */
	bool current;           /* all of this version */
	bool foreign;           /* the socket program of `ip vrf exec` */
	bool refuses;           /* sockets of families that the filters do not see, if the kernel calls that program */
	bool same;              /* the sets are what the kernel's links, rules and routes say now */
	uint32_t ifindex, mark; /* the binding */
};

/* cgroup: as in /proc/PID/cgroup.  0 or -errno: -EPERM without privilege, -ENOENT: it is gone */
int confined_read(const char *cgroup, const char *vrf, struct confined *c);

/* The control group of a VRF's processes, open, or -errno: those that somebody has made below it have its programs. */
int confined_open_group(const char *cgroup);

/* Does the kernel call the programs by which a control group refuses? */
bool confined_lsm_is_on(void);

#endif
