/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/map-dot.c - the same for graphviz: nodes by number, so that no name means anything; see map.h. */
#include <stdio.h>
#include <string.h>

#include "openrc/rc-vrf/map.h"

/* In quotes; \l ends a line that stands at the left. */
static void put_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
}

static void put_lines(const struct map_lines *l, const char *before)
{
	for (size_t i = 0; i < l->count; i++) {
		fputs(before, stdout);
		put_text(l->line[i]);
		fputs("\\l", stdout);
	}
	if (l->total > l->count)
		printf("%sand %zu more\\l", before, l->total - l->count);
}

static void put_label(const char *name, const char *note, const char *between)
{
	fputs("label=\"", stdout);
	put_text(name);
	if (note && *note) {
		fputs(between, stdout);
		put_text(note);
	}
	putchar('"');
}

static void put_services(const struct map_vrf *v, size_t number)
{
	for (size_t i = 0; i < v->services; i++) {
		const struct map_service *s = &v->service[i];

		printf("\t\ts%zu_%zu [style=\"rounded,filled\",fillcolor=white,label=\"", number, i);
		put_text(s->name);
		if (s->note && *s->note) {
			fputs(", ", stdout);
			put_text(s->note);
		}
		fputs("\\l", stdout);
		put_lines(&s->at, "  ");
		printf("\"];\n\t\ts%zu_%zu -> v%zu [dir=none];\n", number, i, number);
	}
}

static void put_vrf(const struct map_vrf *v, size_t number)
{
	printf("\tsubgraph cluster_%zu {\n\t\tstyle=\"rounded,filled\";\n\t\tcolor=\"%s\";\n\t\tfillcolor=\"%s\";\n\t\t",
	       number, v->down ? "#bb0000" : "#4477aa", v->down ? "#fbeeee" : "#eef4fb");
	put_label(v->name, NULL, "");
	printf(";\n\t\tv%zu [", number);
	put_label(v->name, v->note, "\\n");
	puts("];");
	put_services(v, number);
	puts("\t}");
}

/* The number of the VRF that a leak leads into, or none. */
static bool find_target(const struct map_model *m, const struct map_way *w, size_t *target)
{
	for (size_t i = 0; i < m->count; i++)
		if (w->kind == MAP_LEAK && m->vrf[i].ifindex == w->ifindex) {
			*target = i;
			return true;
		}
	return false;
}

static void put_way(const struct map_model *m, size_t number, size_t i)
{
	const struct map_way *w = &m->vrf[number].way[i];
	size_t target;

	if (find_target(m, w, &target)) {
		printf("\tv%zu -> v%zu [style=dashed,color=\"#aa5500\",label=\"", number, target);
		/* by which interface, if it is not by the VRF itself */
		if (strcmp(w->name, m->vrf[target].name)) {
			put_text(w->name);
			fputs("\\l", stdout);
		}
		put_lines(&w->to, "");
		puts("\"];");
		return;
	}
	printf("\tw%zu_%zu [", number, i);
	if (w->down)
		fputs("color=\"#bb0000\",", stdout);
	put_label(w->name, w->note, "\\n");
	printf("];\n\tv%zu -> w%zu_%zu [%s];\n", number, number, i, w->kind == MAP_LEAK ? "style=dashed" : "dir=none");
	if (!w->to.count)
		return;
	printf("\tn%zu_%zu [shape=plain,label=\"", number, i);
	put_lines(&w->to, "");
	printf("\"];\n\tw%zu_%zu -> n%zu_%zu;\n", number, i, number, i);
}

void map_print_dot(const struct map_model *m)
{
	puts("digraph vrfs {\n\trankdir=LR;\n\tnode [shape=box,fontname=monospace];\n\tedge [fontname=monospace];");
	for (size_t i = 0; i < m->count; i++)
		put_vrf(&m->vrf[i], i);
	for (size_t i = 0; i < m->count; i++)
		for (size_t j = 0; j < m->vrf[i].ways; j++)
			put_way(m, i, j);
	puts("}");
}
