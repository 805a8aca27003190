/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/paint.c - colours and columns; see paint.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "openrc/rc-vrf/paint.h"
#include "openrc/rc-vrf/print.h"

static bool terminal;

void paint_for_terminal(void)
{
	terminal = true;
}

/* ecolor(3) looks at TERM and EINFO_COLOR, not at where it goes. */
void paint(ECOLOR color, const char *text)
{
	bool colored = terminal || isatty(STDOUT_FILENO);

	if (colored)
		fputs(ecolor(color), stdout);
	print(stdout, "%s", text);
	if (colored)
		fputs(ecolor(ECOLOR_NORMAL), stdout);
}

void heading(const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	paint(ECOLOR_HILITE, text);
	putchar('\n');
}

static void put(const char *word, int length, int *column)
{
	if (*column + 1 + length > WIDTH) {
		printf("\n   ");
		*column = 3;
	}
	if (*column)
		putchar(' ');
	print(stdout, "%.*s", length, word);
	*column += (*column > 0) + length;
}

void put_word(const char *word, int *column)
{
	put(word, (int)strlen(word), column);
}

void put_words(const char *words, int *column)
{
	for (int length; *words; words += length + (words[length] == ' ')) {
		length = (int)strcspn(words, " ");
		put(words, length, column);
	}
}
