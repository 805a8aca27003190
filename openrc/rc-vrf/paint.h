/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/paint.h - tables for people, never wider than 80 columns; colours in a terminal. */
#ifndef OPENRC_PAINT_H
#define OPENRC_PAINT_H

#include <einfo.h>
#include <stdbool.h>

enum { WIDTH = 80 };

/* Standard output is not the terminal, but what is printed ends there: rc-vrf watch. */
void paint_for_terminal(void);

void paint(ECOLOR color, const char *text);

/* A line of its own. */
void heading(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One more word of a line that has come to *column, behind a blank (0: its beginning); what is too long for it goes on below. */
void put_word(const char *word, int *column);

/* Each word of the text so. */
void put_words(const char *words, int *column);

#endif
