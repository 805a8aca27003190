/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/map-svg.c - a picture for pages: the same rows, with lines and colours; see map.h. */
#include <stdio.h>

#include "openrc/rc-vrf/map.h"

/* Pixels: of a column, a row, around all; where in its row a line of text stands. */
enum { COLUMN = 8, ROW = 20, EDGE = 10, BASE = 14, HALF = ROW / 2 };

static int x_of(unsigned int column)
{
	return EDGE + (int)column * COLUMN;
}

static int y_of(size_t row)
{
	return EDGE + (int)row * ROW;
}

/* As far as XML needs it; there are no control characters in it. */
static void put_text(const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&':
			fputs("&amp;", stdout);
			break;
		case '<':
			fputs("&lt;", stdout);
			break;
		case '>':
			fputs("&gt;", stdout);
			break;
		default:
			putchar(*text);
		}
}

static void text_at(unsigned int column, size_t row, const char *class, const char *text)
{
	while (*text == ' ') {
		text++;
		column++;
	}
	printf("<text x=\"%d\" y=\"%d\"%s%s%s>", x_of(column), y_of(row) + BASE, *class ? " class=\"" : "", class,
	       *class ? "\"" : "");
	put_text(text);
	puts("</text>");
}

/* A box from its title to its end: its upper edge goes through the middle of the title's row. */
static void put_box(const struct map_rows *rows, size_t title)
{
	const struct map_row *row = &rows->row[title];
	size_t end = title;

	while (rows->row[end].kind != MAP_END)
		end++;
	printf("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" class=\"box%s\"/>\n", x_of(0), y_of(title),
	       (int)row->width * COLUMN, y_of(end) + HALF - y_of(title), row->bad ? " bad" : "");
	text_at(1, title, "title", row->text);
}

static void put_lines(const struct map_row *row, size_t at, unsigned int depth)
{
	for (unsigned int i = 0; i < depth; i++)
		if (row->lines & 1u << i)
			printf("M%d %dv%d", x_of(MAP_MARGIN + i * MAP_STEP), y_of(at), ROW);
}

/* From the row above, or from the box, half a row higher. */
static void put_branch(const struct map_rows *rows, size_t at)
{
	const struct map_row *row = &rows->row[at];
	int x = x_of(MAP_MARGIN + row->depth * MAP_STEP), y = y_of(at);
	int up = rows->row[at - 1].kind == MAP_END ? HALF : row->depth && rows->row[at - 1].depth < row->depth ? 2 : 0;

	put_lines(row, at, row->depth);
	printf("M%d %dv%dh%d", x, y - up, up + HALF, 2 * COLUMN);
	if (row->arrow)
		printf("m-5 -4l5 4l-5 4");
	if (row->lines & 1u << row->depth)
		printf("M%d %dv%d", x, y + HALF, HALF);
}

/* All lines in one path. */
static void put_path(const struct map_rows *rows)
{
	fputs("<path d=\"", stdout);
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].kind == MAP_BRANCH)
			put_branch(rows, i);
		else if (rows->row[i].kind == MAP_MORE)
			put_lines(&rows->row[i], i, rows->row[i].depth + 1);
	puts("\"/>");
}

static void put_words(const struct map_row *row, size_t at)
{
	const unsigned int column = MAP_MARGIN + MAP_STEP * (row->depth + 1);

	if (row->kind == MAP_INSIDE)
		text_at(2, at, "", row->text);
	else if (row->kind == MAP_BRANCH)
		text_at(column, at, row->bad ? "down" : row->arrow ? "leak" : row->depth ? "" : "way", row->text);
	else if (row->kind == MAP_MORE)
		text_at(column + MAP_STEP, at, "", row->text);
}

static unsigned int widest(const struct map_rows *rows)
{
	unsigned int most = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct map_row *row = &rows->row[i];
		unsigned int width = row->width;

		if (row->kind == MAP_BRANCH || row->kind == MAP_MORE)
			width = MAP_MARGIN + MAP_STEP * (row->depth + 1 + (row->kind == MAP_MORE)) +
				map_columns(row->text);
		if (width > most)
			most = width;
	}
	return most;
}

void map_print_svg(const struct map_rows *rows)
{
	const int width = 2 * EDGE + (int)widest(rows) * COLUMN, height = 2 * EDGE + (int)rows->count * ROW;

	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n", width,
	       height, width, height);
	puts("<style>text{font:13px monospace;fill:#222}.title,.way{font-weight:bold}.leak{font-weight:bold;fill:#a50}"
	     ".down{fill:#b00}.box{fill:#eef4fb;stroke:#47a;stroke-width:1.5}.bad{fill:#fbeeee;stroke:#b00}"
	     "path{fill:none;stroke:#47a;stroke-width:1.5}</style>");
	puts("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].kind == MAP_TITLE)
			put_box(rows, i);
	put_path(rows);
	for (size_t i = 0; i < rows->count; i++)
		put_words(&rows->row[i], i);
	puts("</svg>");
}
