/* SPDX-License-Identifier: ISC */
/*
 * helpers/confinement.h - what the executors need of the confinement: keep the
 * sets of all confined cgroups of a VRF in line with the kernel.
 */
#ifndef HELPERS_CONFINEMENT_H
#define HELPERS_CONFINEMENT_H

/*
 * Bring the map of every confined cgroup `.../vrf/NAME` of this network
 * namespace in line with what the kernel has now: binding, interfaces,
 * prefixes.  `without` is the ifindex of an interface to leave out although it
 * is still there (taken out before it is released), or 0.
 * A VRF without a confined cgroup is a success.  Returns 0 or -errno.
 */
int confinement_sync(const char *vrf, unsigned int without);

/* Empty those maps: from here on nothing passes.  Returns 0 or -errno. */
int confinement_empty(const char *vrf);

/* Number of processes in the cgroups `.../vrf/NAME` of this network namespace, or -errno. */
int confinement_processes(const char *vrf);

#endif
