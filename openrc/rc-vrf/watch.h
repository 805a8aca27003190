/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/watch.h - the command watch. */
#ifndef OPENRC_WATCH_H
#define OPENRC_WATCH_H

#include <stdbool.h>

/* Have `show` print again whenever the kernel's state changes, or that of processes, until a signal comes. */
int watch(int (*show)(int argc, char **argv), int argc, char **argv, bool json);

#endif
