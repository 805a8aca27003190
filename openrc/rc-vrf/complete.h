/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/complete.h - what can stand in the place of a word, for the completion of shells. */
#ifndef OPENRC_COMPLETE_H
#define OPENRC_COMPLETE_H

#include <stddef.h>

/*
 * Pure: calls each with every word of the arguments of a usage line that can stand behind `argc` others: a name in
 * capitals, a word, an option.
 */
void complete_words(const char *arguments, int argc, char **argv,
		    void (*each)(const char *word, size_t length, void *context), void *context);

/* rc-vrf --complete WORD...: prints what the last of these words can become, a line each. */
struct command;
int complete(const struct command *commands, size_t count, int argc, char **argv);

#endif
