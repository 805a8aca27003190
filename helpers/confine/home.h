/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/home.h - where the one set of programs and maps of a VRF is kept: a control
 * group without processes, `vrf-ng/INODE/NAME` at the top of the hierarchy, INODE being that of
 * the network namespace.  Every control group of the VRF carries the same programs.
 */
#ifndef HELPERS_CONFINE_HOME_H
#define HELPERS_CONFINE_HOME_H

#include <stdbool.h>

/*
 * Open the home of a VRF of this network namespace, with make also a new one.  Who makes, fills or
 * replaces its set holds a lock on it (cgroup_lock()), taken before that of any other group.  A
 * descriptor or -errno; -ENOENT: there is none, -ENODEV: no cgroup2 is mounted.
 */
int home_open(const char *vrf, bool make);

/* The set goes with it once no other control group has it.  What is not there is no error. */
void home_remove(const char *vrf);

/* Call fn with the name of every VRF that has a home, until it returns something else than 0. */
int home_each(int (*fn)(const char *vrf, void *arg), void *arg);

#endif
