/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/lsm.h - the programs for hooks of the bpf LSM: whether the kernel calls them, and
 * what it takes to load them.
 */
#ifndef HELPERS_CONFINE_LSM_H
#define HELPERS_CONFINE_LSM_H

#include <stdbool.h>

#include "helpers/confine/programs.h"

/*
 * No socket has this protocol.  unix_create() refuses it (EPROTONOSUPPORT) and loads no module
 * for it; where the hook is called our program comes first.
 */
#define LSM_PROBE_PROTOCOL 0x767266 /* "vrf" */
#define LSM_PROBE_ERRNO    EUCLEAN

/*
 * Is bpf one of the security modules that this kernel runs (CONFIG_LSM, lsm= on its command
 * line)?  True also if it does not say: then a socket tells.
 */
bool lsm_is_active(void);

/* The same by the file `lsm` of securityfs, open or -1 */
bool lsm_is_listed(int fd);

/* In a control group with the program: is its hook called? */
bool lsm_is_called(void);

/*
 * What the programs have to know of the kernel, and a descriptor of the program for families,
 * which is the same for every control group: one that is attached somewhere, else a new one.
 * map: the one with the layout.  -ENOENT: this kernel has no such hooks, does not call them, or
 * not for us
 */
int lsm_family(int *program, int *map, struct layout *l);

#endif
