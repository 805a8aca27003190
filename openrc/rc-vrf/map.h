/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/map.h - a picture of the host's VRFs: the model (map.c fills it from the kernel),
 * the picture made of it in rows (map-layout.c), and what is printed of that (map-text.c,
 * map-svg.c) or of the model itself (map-dot.c).  All but the first is pure.
 */
#ifndef OPENRC_MAP_H
#define OPENRC_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines of text, of which only the first are kept. */
struct map_lines {
	char **line;
	size_t count, total;
};

enum map_way_kind {
	MAP_INTERFACE, /* the VRF's own */
	MAP_SHARED,    /* somebody else's, through which a VRF by mark has routes */
	MAP_LEAK,      /* into another VRF */
	MAP_RULE,      /* into another table */
	MAP_NOWHERE    /* what is refused */
};

/* A way out of a VRF. */
struct map_way {
	enum map_way_kind kind;
	uint32_t ifindex;
	char *name, *note; /* note: addresses, "down"; NULL: none */
	bool down;
	struct map_lines to;
};

struct map_service {
	char *name, *note;
	struct map_lines at; /* listeners */
};

struct map_vrf {
	char *name, *note;
	bool down;
	uint32_t ifindex; /* 0: the default VRF */
	struct map_service *service;
	size_t services;
	struct map_way *way;
	size_t ways;
};

struct map_model {
	struct map_vrf *vrf;
	size_t count;
};

/* map-model.c: what is added is the map's; texts are copied. */
struct map_vrf *map_add_vrf(struct map_model *m, const char *name, const char *note);
struct map_service *map_add_service(struct map_vrf *v, const char *name, const char *note);
/* The way that is there with this kind and name, or a new one. */
struct map_way *map_way(struct map_vrf *v, enum map_way_kind kind, uint32_t ifindex, const char *name);
void map_add_line(struct map_lines *l, size_t keep, const char *text);
void map_free(struct map_model *m);

enum map_row_kind { MAP_TITLE, MAP_INSIDE, MAP_END, MAP_BRANCH, MAP_MORE, MAP_EMPTY };

struct map_row {
	enum map_row_kind kind;
	unsigned int depth; /* of a branch, 0: out of the box */
	uint32_t lines;     /* bit N: at depth N another branch is to come below */
	bool arrow, bad;    /* a leak; down */
	bool branches;      /* MAP_END: there are some below */
	unsigned int width; /* of the box, its two edges as well */
	char *text;
};

struct map_rows {
	struct map_row *row;
	size_t count, room;
};

/* Never wider than this. */
enum { MAP_WIDTH = 80, MAP_MARGIN = 2, MAP_STEP = 4 };

void map_layout(const struct map_model *m, struct map_rows *rows);
void map_rows_free(struct map_rows *rows);

/* Columns that a text takes. */
unsigned int map_columns(const char *text);

void map_print_text(const struct map_rows *rows, bool utf8);
void map_print_svg(const struct map_rows *rows);
void map_print_dot(const struct map_model *m);

/* The command. */
int show_map(int argc, char **argv);

#endif
