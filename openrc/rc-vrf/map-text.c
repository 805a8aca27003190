/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/map-text.c - a picture for a terminal; see map.h. */
#include <stdio.h>

#include "openrc/rc-vrf/map.h"

/* What lines are made of. */
static const struct drawing {
	const char *across, *down;
	const char *top[2], *bottom[2], *out; /* corners; where the ways leave a box */
	const char *branch, *last, *arrow;
} drawings[] = {
	{ "-", "|", { "+", "+" }, { "+", "+" }, "+", "+", "`", ">" },
	{ "\xe2\x94\x80",
	  "\xe2\x94\x82",
	  { "\xe2\x94\x8c", "\xe2\x94\x90" },
	  { "\xe2\x94\x94", "\xe2\x94\x98" },
	  "\xe2\x94\xac",
	  "\xe2\x94\x9c",
	  "\xe2\x94\x94",
	  "\xe2\x96\xb6" },
};

static void blanks(unsigned int count)
{
	printf("%*s", (int)count, "");
}

static void across(const struct drawing *d, unsigned int from, unsigned int to)
{
	for (; from < to; from++)
		fputs(d->across, stdout);
}

static void print_title(const struct drawing *d, const struct map_row *row)
{
	printf("%s%s %s ", d->top[0], d->across, row->text);
	across(d, 4 + map_columns(row->text), row->width - 1);
	printf("%s\n", d->top[1]);
}

static void print_inside(const struct drawing *d, const struct map_row *row)
{
	printf("%s %s", d->down, row->text);
	blanks(row->width - 3 - map_columns(row->text));
	printf("%s\n", d->down);
}

static void print_end(const struct drawing *d, const struct map_row *row)
{
	fputs(d->bottom[0], stdout);
	for (unsigned int i = 1; i < row->width - 1; i++)
		fputs(row->branches && i == MAP_MARGIN ? d->out : d->across, stdout);
	printf("%s\n", d->bottom[1]);
}

static void print_lines(const struct drawing *d, const struct map_row *row, unsigned int depth)
{
	blanks(MAP_MARGIN);
	for (unsigned int i = 0; i < depth; i++) {
		fputs(row->lines & 1u << i ? d->down : " ", stdout);
		blanks(MAP_STEP - 1);
	}
}

static void print_branch(const struct drawing *d, const struct map_row *row)
{
	print_lines(d, row, row->depth);
	printf("%s%s%s %s\n", row->lines & 1u << row->depth ? d->branch : d->last, d->across,
	       row->arrow ? d->arrow : d->across, row->text);
}

/* What goes on, below its beginning. */
static void print_more(const struct drawing *d, const struct map_row *row)
{
	print_lines(d, row, row->depth + 1);
	blanks(MAP_STEP);
	printf("%s\n", row->text);
}

void map_print_text(const struct map_rows *rows, bool utf8)
{
	static void (*const print_row[])(const struct drawing *d, const struct map_row *row) = {
		[MAP_TITLE] = print_title,   [MAP_INSIDE] = print_inside, [MAP_END] = print_end,
		[MAP_BRANCH] = print_branch, [MAP_MORE] = print_more,
	};

	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].kind == MAP_EMPTY)
			putchar('\n');
		else
			print_row[rows->row[i].kind](&drawings[utf8], &rows->row[i]);
}
