/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/set.h - the commands set and unset. */
#ifndef OPENRC_SET_H
#define OPENRC_SET_H

/* Arguments and status are the command's. */
int set_vrf(int argc, char **argv);
int unset_vrf(int argc, char **argv);

#endif
