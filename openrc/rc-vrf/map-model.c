/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/map-model.c - what a picture of VRFs is made of; see map.h. */
#include <stdlib.h>
#include <string.h>

#include "openrc/rc-vrf/map.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/state/memory.h"

static void *grow(void *list, size_t count, size_t size)
{
	/* by doubling: there may be a thousand of each */
	if (count & (count - 1))
		return list;
	return memory_grow(list, count ? 2 * count : 1, size);
}

struct map_vrf *map_add_vrf(struct map_model *m, const char *name, const char *note)
{
	m->vrf = grow(m->vrf, m->count, sizeof(*m->vrf));
	m->vrf[m->count] = (struct map_vrf){ .name = memory_copy(name), .note = memory_copy(note) };
	return &m->vrf[m->count++];
}

struct map_service *map_add_service(struct map_vrf *v, const char *name, const char *note)
{
	v->service = grow(v->service, v->services, sizeof(*v->service));
	v->service[v->services] = (struct map_service){ .name = memory_copy(name), .note = memory_copy(note) };
	return &v->service[v->services++];
}

struct map_way *map_way(struct map_vrf *v, enum map_way_kind kind, uint32_t ifindex, const char *name)
{
	for (size_t i = 0; i < v->ways; i++)
		if (v->way[i].kind == kind && v->way[i].ifindex == ifindex && !strcmp(v->way[i].name, name))
			return &v->way[i];
	v->way = grow(v->way, v->ways, sizeof(*v->way));
	v->way[v->ways] = (struct map_way){ .kind = kind, .ifindex = ifindex, .name = memory_copy(name) };
	return &v->way[v->ways++];
}

void map_add_line(struct map_lines *l, size_t keep, const char *text)
{
	l->total++;
	if (l->count == keep)
		return;
	l->line = grow(l->line, l->count, sizeof(*l->line));
	l->line[l->count++] = memory_copy(text);
}

static void free_lines(struct map_lines *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->line[i]);
	free(l->line);
}

static void free_vrf(struct map_vrf *v)
{
	for (size_t i = 0; i < v->services; i++) {
		free_lines(&v->service[i].at);
		free(v->service[i].name);
		free(v->service[i].note);
	}
	for (size_t i = 0; i < v->ways; i++) {
		free_lines(&v->way[i].to);
		free(v->way[i].name);
		free(v->way[i].note);
	}
	free(v->service);
	free(v->way);
	free(v->name);
	free(v->note);
}

void map_free(struct map_model *m)
{
	for (size_t i = 0; i < m->count; i++)
		free_vrf(&m->vrf[i]);
	free(m->vrf);
}
