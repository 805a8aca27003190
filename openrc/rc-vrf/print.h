/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/print.h - text for a terminal.  Any local user names processes and control groups
 * as he likes, so that nothing is printed which a terminal would obey.
 */
#ifndef OPENRC_PRINT_H
#define OPENRC_PRINT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * Bytes of the character in UTF-8, with its value; 0 if these are none.  Neither a longer
 * form than need be nor half a pair of UTF-16 is one.
 */
int print_character(const char *text, unsigned int *value);

/* Does it do something to a terminal, or turn round the text around it? */
bool print_is_control(unsigned int value);

/* The text with \xNN for each byte of such, and of what is no character; to be freed. */
char *print_escaped(const char *text, bool utf8);

/* As fprintf(3), all of it escaped, newlines as well.  Returns the number of bytes. */
int print(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line on stderr, with the program's name. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, and the end: wrong usage, or nothing could be found out. */
enum { EXIT_TROUBLE = 2 };
_Noreturn void trouble(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
