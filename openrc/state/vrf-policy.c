/* SPDX-License-Identifier: ISC */
/* openrc/state/vrf-policy.c - the maps of a VRF's programs; see vrf-policy.h.  Changes nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/cgroup.h"
#include "helpers/confine/home.h"
#include "helpers/confine/sets.h"
#include "openrc/state/memory.h"
#include "openrc/state/vrf-policy.h"

static int by_index(const void *a, const void *b)
{
	const struct device *x = a, *y = b;

	return x->ifindex < y->ifindex ? -1 : x->ifindex > y->ifindex;
}

/* What goes while it is read is passed over: who fills a set holds a lock, but not for ever. */
static void read_devices(int map, struct vrf_policy *p)
{
	struct device_key key;

	p->device = memory_zero(DEVICES_MAX, sizeof(*p->device));
	for (int more = bpf_map_next(map, NULL, &key); !more && p->devices < DEVICES_MAX;
	     more = bpf_map_next(map, &key, &key)) {
		uint32_t flags;

		if (!bpf_map_lookup(map, &key, &flags))
			p->device[p->devices++] = (struct device){ key.ifindex, flags };
	}
	qsort(p->device, p->devices, sizeof(*p->device), by_index);
}

static void read_prefixes(int map, struct vrf_policy *p)
{
	struct prefix_key key;

	p->prefix = memory_zero(PREFIXES_MAX, sizeof(*p->prefix));
	for (int more = bpf_map_next(map, NULL, &key); !more && p->prefixes < PREFIXES_MAX;
	     more = bpf_map_next(map, &key, &key)) {
		uint32_t pass;

		if (!bpf_map_lookup(map, &key, &pass))
			p->prefix[p->prefixes++] = (struct allowed){ prefix_of_key(&key), (uint8_t)pass, 0 };
	}
	allowed_sort(p->prefix, p->prefixes);
}

static int read_set(unsigned int id, struct vrf_policy *p)
{
	struct attached set;
	struct binding b = { 0 };
	int err = attached_open(id, &set);

	if (err)
		return err;
	err = attached_binding(&set, &b);
	p->ifindex = b.ifindex;
	p->mark = b.mark;
	if (!err && set.map[MAP_DEVICES] >= 0)
		read_devices(set.map[MAP_DEVICES], p);
	p->limited = set.map[MAP_PREFIXES] >= 0;
	if (!err && p->limited)
		read_prefixes(set.map[MAP_PREFIXES], p);
	attached_close(&set);
	return err;
}

static int read_newest(const char *vrf, struct vrf_policy *p)
{
	unsigned int newest = 0;
	struct sets all;
	int err = sets_find(&all);

	if (err)
		return err;
	for (size_t i = 0; i < all.count; i++) {
		if (strcmp(all.set[i].vrf, vrf))
			continue;
		p->sets++;
		newest = all.set[i].binding;
	}
	sets_free(&all);
	return p->sets ? read_set(newest, p) : 0;
}

int vrf_policy_read(const char *vrf, struct vrf_policy *p)
{
	int home = home_open(vrf, false), lock = home < 0 ? -1 : cgroup_lock(home), err;

	memset(p, 0, sizeof(*p));
	err = read_newest(vrf, p);
	if (err)
		vrf_policy_free(p);
	cgroup_unlock(home, lock);
	if (home >= 0)
		close(home);
	return err;
}

void vrf_policy_free(struct vrf_policy *p)
{
	free(p->device);
	free(p->prefix);
	memset(p, 0, sizeof(*p));
}
