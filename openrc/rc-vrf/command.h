/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/command.h - a command of rc-vrf, a row of its table. */
#ifndef OPENRC_COMMAND_H
#define OPENRC_COMMAND_H

#include <stdbool.h>

struct command {
	const char *name;
	const char *arguments; /* for the usage, and for completion: VRF and SERVICE are names of such */
	int (*run)(int argc, char **argv);
	int least, most; /* arguments; most -1: any number */
	bool json;       /* it prints for programs as well */
};

#endif
