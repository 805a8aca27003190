/* SPDX-License-Identifier: ISC */
/* helpers/base/chain.h - what chain loaders have in common: they say a line, and become the next command. */
#ifndef HELPERS_BASE_CHAIN_H
#define HELPERS_BASE_CHAIN_H

/* As env(1), nice(1) and the like: of the loader itself, and of a command that it cannot become. */
enum { EXIT_OWN = 125, EXIT_CANNOT_RUN = 126, EXIT_NOT_FOUND = 127 };

/* At most 12 strings up to NULL, in one write: lines of several processes do not mix.  0, or EXIT_OWN. */
int chain_print(int fd, ...);

/* Run command[0] in our place.  Returns the exit status if that cannot be, once `program` has said why. */
int chain_become(const char *program, char **command);

#endif
