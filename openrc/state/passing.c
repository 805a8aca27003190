/* SPDX-License-Identifier: ISC */
/* openrc/state/passing.c - what the filters let pass; see passing.h.  Changes nothing. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/home.h"
#include "openrc/state/confined.h"
#include "openrc/state/lookup.h"
#include "openrc/state/passing.h"

/* Keeps the maps open, and nothing else. */
static int take_maps(struct passing *p, struct attached *have)
{
	struct binding b;
	int err = attached_binding(have, &b);

	if (!err) {
		p->filtered = have->filtered;
		p->ifindex = b.ifindex;
		p->mark = b.mark;
		p->devices = have->map[MAP_DEVICES];
		p->prefixes = have->map[MAP_PREFIXES];
		have->map[MAP_DEVICES] = have->map[MAP_PREFIXES] = -1;
	}
	attached_close(have);
	return err;
}

/* As a start would fill it. */
static int take_policy(struct passing *p, const char *vrf)
{
	static struct policy policy;
	int err = policy_read(vrf, 0, &policy);

	if (err)
		return err;
	p->filtered = p->would = true;
	p->ifindex = policy.mark ? 0 : policy.ifindex;
	p->mark = policy.mark;
	p->policy = &policy;
	return 0;
}

int passing_open(const char *cgroup, const char *vrf, struct passing *p)
{
	int err, dir = cgroup ? confined_open_group(cgroup) : home_open(vrf, false);
	struct attached have;

	*p = (struct passing){ .devices = -1, .prefixes = -1 };
	if (dir < 0)
		return cgroup ? dir : take_policy(p, vrf);
	err = attached_find(dir, &have);
	close(dir);
	if (!err)
		err = take_maps(p, &have);
	return err == -ENOENT && !cgroup ? take_policy(p, vrf) : err;
}

void passing_close(struct passing *p)
{
	if (p->devices >= 0)
		close(p->devices);
	if (p->prefixes >= 0)
		close(p->prefixes);
}

int passing_device(const struct passing *p, uint32_t ifindex)
{
	const struct device_key key = { .length = DEVICE_KEY_BITS, .ifindex = ifindex };
	const struct device *d = p->policy ? policy_device(p->policy, ifindex) : NULL;
	uint32_t value;

	if (p->policy)
		return d ? (int)d->flags : PASSING_NONE;
	return p->devices < 0 || bpf_map_lookup(p->devices, &key, &value) ? PASSING_NONE : (int)value;
}

/* As the trie of the kernel finds it. */
static int longest(const struct policy *s, const struct prefix *address)
{
	const struct allowed *best = NULL;

	for (unsigned int i = 0; i < s->nprefixes; i++)
		if (prefix_covers(&s->prefixes[i].prefix, address) &&
		    (!best || s->prefixes[i].prefix.len > best->prefix.len))
			best = &s->prefixes[i];
	return best ? best->pass : PASSING_NONE;
}

int passing_prefix(const struct passing *p, const struct prefix *address)
{
	const struct prefix_key key = key_of_prefix(address);
	uint32_t value;

	if (p->policy)
		return longest(p->policy, address);
	return p->prefixes < 0 || bpf_map_lookup(p->prefixes, &key, &value) ? PASSING_NONE : (int)value;
}
