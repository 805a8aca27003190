/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/map-layout.c - a picture in rows: for each VRF a box with the services in it, and
 * out of that its ways, each with the networks to which it leads.  See map.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/rc-vrf/map.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/state/memory.h"

unsigned int map_columns(const char *text)
{
	unsigned int columns = 0;

	/* all but the second and later bytes of a character */
	for (; *text; text++)
		columns += (*text & 0xc0) != 0x80;
	return columns;
}

static struct map_row *add(struct map_rows *rows, enum map_row_kind kind, const char *text, size_t length)
{
	struct map_row *row;

	if (rows->count == rows->room) {
		rows->room = rows->room ? 2 * rows->room : 64;
		rows->row = memory_grow(rows->row, rows->room, sizeof(*rows->row));
	}
	row = &rows->row[rows->count++];
	*row = (struct map_row){ .kind = kind, .text = memory_copy_part(text, length) };
	return row;
}

/* How much of a text goes into a row: up to a blank, if there is one far enough. */
static size_t cut(const char *text, unsigned int room)
{
	unsigned int columns = 0;
	size_t blank = 0, i;

	for (i = 0; text[i]; i++) {
		columns += (text[i] & 0xc0) != 0x80;
		if (columns > room)
			break;
		if (text[i] == ' ')
			blank = i;
	}
	if (!text[i] || text[i] == ' ')
		return i;
	return blank ? blank : i;
}

/* The first row gets all that was set, those that go on below it their lines alone. */
static void put(struct map_rows *rows, const struct map_row *like, const char *text, unsigned int room)
{
	bool first = true;

	do {
		size_t length = cut(text, first ? room : room - MAP_STEP);
		struct map_row *row = add(rows,
					  first                      ? like->kind
					  : like->kind == MAP_INSIDE ? MAP_INSIDE
								     : MAP_MORE,
					  text, length);

		row->depth = like->depth;
		row->lines = like->lines;
		row->bad = like->bad;
		row->arrow = first && like->arrow;
		if (!first && like->kind == MAP_INSIDE) {
			char *moved = memory_text("%*s%s", MAP_STEP, "", row->text);

			free(row->text);
			row->text = moved;
		}
		text += length;
		text += *text == ' ';
		first = false;
	} while (*text);
}

static void put_inside(struct map_rows *rows, const char *text)
{
	put(rows, &(struct map_row){ .kind = MAP_INSIDE }, text, MAP_WIDTH - 4);
}

static void put_branch(struct map_rows *rows, unsigned int depth, uint32_t lines, const char *text, bool arrow,
		       bool bad)
{
	const struct map_row like = { .kind = MAP_BRANCH, .depth = depth, .lines = lines, .arrow = arrow, .bad = bad };

	put(rows, &like, text, MAP_WIDTH - MAP_MARGIN - MAP_STEP * (depth + 1));
}

static const char *joined(const char *name, const char *note, const char *between)
{
	static char *text;

	free(text);
	text = memory_text("%s%s%s", name, note && *note ? between : "", note ? note : "");
	return text;
}

static const char *left_out(const struct map_lines *l)
{
	static char text[40];

	snprintf(text, sizeof(text), "and %zu more", l->total - l->count);
	return text;
}

static void put_service(struct map_rows *rows, const struct map_service *s)
{
	char line[256];

	put_inside(rows, joined(s->name, s->note, "  "));
	for (size_t i = 0; i < s->at.count; i++) {
		snprintf(line, sizeof(line), "  %s", s->at.line[i]);
		put_inside(rows, line);
	}
	if (s->at.total > s->at.count) {
		snprintf(line, sizeof(line), "  %s", left_out(&s->at));
		put_inside(rows, line);
	}
}

static void put_way(struct map_rows *rows, const struct map_way *w, bool last)
{
	const uint32_t lines = last ? 0 : 1;
	const size_t more = w->to.total > w->to.count;

	put_branch(rows, 0, lines, joined(w->name, w->note, "  "), w->kind == MAP_LEAK, w->down);
	for (size_t i = 0; i < w->to.count; i++)
		put_branch(rows, 1, lines | (i + 1 < w->to.count + more ? 2 : 0), w->to.line[i], false, false);
	if (more)
		put_branch(rows, 1, lines, left_out(&w->to), false, false);
}

/* As wide as the widest of its rows. */
static void close_box(struct map_rows *rows, size_t from)
{
	unsigned int width = 30;

	for (size_t i = from; i < rows->count; i++) {
		/* a title has a line on either side of it, and one that goes on */
		unsigned int columns = map_columns(rows->row[i].text) + (rows->row[i].kind == MAP_TITLE ? 6 : 4);

		if (width < columns)
			width = columns;
	}
	if (width > MAP_WIDTH)
		width = MAP_WIDTH;
	for (size_t i = from; i < rows->count; i++)
		rows->row[i].width = width;
}

/* In the first one, the default VRF, is whatever is in no other. */
static void put_vrf(struct map_rows *rows, const struct map_vrf *v, bool first)
{
	size_t from = rows->count;
	const char *title = joined(v->name, v->note, ": ");

	add(rows, MAP_TITLE, title, cut(title, MAP_WIDTH - 6))->bad = v->down;
	for (size_t i = 0; i < v->services; i++)
		put_service(rows, &v->service[i]);
	if (first || !v->services)
		put_inside(rows, first ? "everybody else" : "no services");
	add(rows, MAP_END, "", 0)->branches = v->ways;
	close_box(rows, from);
	for (size_t i = 0; i < v->ways; i++)
		put_way(rows, &v->way[i], i + 1 == v->ways);
}

void map_layout(const struct map_model *m, struct map_rows *rows)
{
	for (size_t i = 0; i < m->count; i++) {
		if (i)
			add(rows, MAP_EMPTY, "", 0);
		put_vrf(rows, &m->vrf[i], !i);
	}
}

void map_rows_free(struct map_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->row[i].text);
	free(rows->row);
}
