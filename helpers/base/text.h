/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/text.h - strings put together and read without stdio and its like, which would be
 * a fifth of vrf-exec.
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

/* A text of digits alone, no larger than INT_MAX, or -1. */
int text_number(const char *text);

/* /proc/PID/NAME, or /proc/self/NAME for pid 0 */
#define TEXT_PROC_MAX 48
void text_proc(char file[TEXT_PROC_MAX], int pid, const char *name);

/* strstr(3), in 40 bytes of code where musl's has 1400: it is for lines, not for books. */
const char *text_find(const char *text, const char *word);

/* Is the word in the text, behind its beginning or one of `before` and in front of its end or one of `behind`? */
bool text_has_word(const char *text, const char *word, const char *before, const char *behind);

#endif
