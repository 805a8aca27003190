/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/text.h - strings put together without stdio, whose formatting would be a
 * fifth of vrf-exec; and words in strings.
 */
#ifndef HELPERS_BASE_TEXT_H
#define HELPERS_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Append n bytes of s and a terminating zero.  Returns where the next goes, or NULL if
 * it did not fit before end; NULL goes in and comes out again, so that only the last of
 * a chain needs a look.
 */
char *text_append_n(char *at, const char *end, const char *s, size_t n);
char *text_append(char *at, const char *end, const char *s);
char *text_append_number(char *at, const char *end, unsigned long number);

/* /proc/PID/NAME, or /proc/self/NAME for pid 0 */
#define TEXT_PROC_MAX 48
void text_proc(char file[TEXT_PROC_MAX], int pid, const char *name);

/* Is the word in the text, behind its beginning or one of `before` and in front of its end or one of `behind`? */
bool text_has_word(const char *text, const char *word, const char *before, const char *behind);

#endif
