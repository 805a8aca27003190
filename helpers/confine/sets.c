/* SPDX-License-Identifier: ISC */
/* helpers/confine/sets.c - the sets of this network namespace; see sets.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/sets.h"

static int add(struct sets *all, unsigned int id, const struct binding *b)
{
	struct set *grown = realloc(all->set, (all->count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	all->set = grown;
	grown[all->count].binding = id;
	memcpy(grown[all->count].vrf, b->name, sizeof(b->name));
	grown[all->count++].vrf[IFNAMSIZ - 1] = '\0';
	return 0;
}

static int look(struct sets *all, unsigned int id)
{
	struct bpf_map_info info;
	struct binding b;
	int err, map = bpf_map_open(id);

	if (map == -ENOENT)
		return 0; /* gone meanwhile */
	if (map < 0)
		return map;
	err = bpf_map_info(map, &info);
	if (!err && !strcmp(info.name, map_names[MAP_BINDING])) {
		const bool current = info.value_size == sizeof(b);

		/* of other shapes, or empty: not filled yet, by a program that has a lock on the home */
		if (attached_binding_of(map, &info, &b) || !binding_is_ours(&b))
			err = 0;
		else if (current && b.name[0])
			err = add(all, id, &b);
		else
			all->older = true;
	}
	close(map);
	return err;
}

int sets_find(struct sets *all)
{
	unsigned int id = 0;
	int err;

	memset(all, 0, sizeof(*all));
	while (!(err = bpf_map_next_id(&id))) {
		err = look(all, id);
		if (err)
			break;
	}
	if (err == -ENOENT)
		return 0;
	sets_free(all);
	return err;
}

void sets_free(struct sets *all)
{
	free(all->set);
	memset(all, 0, sizeof(*all));
}
