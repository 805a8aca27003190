// SPDX-License-Identifier: ISC
/*
 * helpers/confine/maps.c - bring the maps of a control group in line with a policy, in an order
 * in which at no moment more passes than before or after.
 */
#include <errno.h>
#include <string.h>

#include "helpers/base/bpf.h"
#include "helpers/base/netns.h"
#include "helpers/confine/attached.h"

/* Nothing in a map: the end, or a deletion raced with us; both mean that it is not there. */
static int gone(int err)
{
	return err == -ENOENT ? 0 : err;
}

/* Delete what is not in the policy, update what changed to less. */
static int shrink_devices(int map, const struct policy *s)
{
	struct device_key key, next;
	int more = bpf_map_next(map, NULL, &next), err = 0;

	while (!more && !err) {
		const struct device *d;

		key = next;
		more = bpf_map_next(map, &key, &next);
		d = s ? policy_device(s, key.ifindex) : NULL;
		err = d ? bpf_map_update(map, &key, &d->flags) : gone(bpf_map_delete(map, &key));
	}
	return err ? err : gone(more);
}

static int grow_devices(int map, const struct policy *s)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < s->ndevices; i++) {
		const struct device_key key = { DEVICE_KEY_BITS, s->devices[i].ifindex };

		err = bpf_map_update(map, &key, &s->devices[i].flags);
	}
	return err;
}

/*
 * A prefix that must not pass, inside one that may, narrows it.  So those come before
 * anything else and are the last to go.
 */
static int update_prefixes(int map, const struct policy *s, __u32 pass)
{
	int err = 0;

	for (unsigned int i = 0; s && !err && i < s->nprefixes; i++)
		if (s->prefixes[i].pass == pass)
			err = bpf_map_update(map, &s->prefixes[i].prefix, &s->prefixes[i].pass);
	return err;
}

static int delete_prefixes(int map, const struct policy *s, __u32 pass)
{
	struct prefix_key key, next;
	int more = bpf_map_next(map, NULL, &next), err = 0;

	while (!more && !err) {
		__u32 value = 0;

		key = next;
		more = bpf_map_next(map, &key, &next);
		if (!bpf_map_lookup(map, &key, &value) && value == pass &&
		    (!s || !policy_prefix(s, &key)))
			err = gone(bpf_map_delete(map, &key));
	}
	return err ? err : gone(more);
}

static int fill_prefixes(int map, const struct policy *s)
{
	int err = update_prefixes(map, s, 0);

	if (!err)
		err = delete_prefixes(map, s, 1);
	if (!err)
		err = delete_prefixes(map, s, 0);
	return err ? err : update_prefixes(map, s, 1);
}

static int fill_sets(int devices, int prefixes, const struct policy *s)
{
	int err = shrink_devices(devices, s);

	if (!err && prefixes >= 0)
		err = fill_prefixes(prefixes, s);
	if (!err && s)
		err = grow_devices(devices, s);
	return err;
}

/* Any will do, but always the same one: the oldest. */
static __u32 some_member(const struct policy *s)
{
	__u32 member = NO_MEMBER;

	for (unsigned int i = 0; i < s->ndevices; i++)
		if (s->devices[i].flags == DEVICE_OWN && s->devices[i].ifindex != s->ifindex &&
		    s->devices[i].ifindex < member)
			member = s->devices[i].ifindex;
	return member;
}

/* Without a policy also without a member: while the sets change each packet is looked up. */
static struct binding wanted(const struct attached *c, const char *vrf, const struct policy *s)
{
	struct binding b = { .netns = netns_inode(), .cookie = netns_cookie(), .version = programs_version(),
			     .member = NO_MEMBER };

	memcpy(b.programs, c->id, sizeof(b.programs));
	memcpy(b.name, vrf, strnlen(vrf, sizeof(b.name) - 1));
	if (s) {
		b.mark = s->mark;
		b.ifindex = s->mark ? 0 : s->ifindex;
		b.digest = policy_digest(s);
		b.member = some_member(s);
	}
	return b;
}

/* The digest is the last thing written: nothing was begun and not finished either. */
bool maps_are_filled(const struct attached *c, const char *vrf, const struct policy *s)
{
	struct binding want = wanted(c, vrf, s), have;

	return !attached_binding(c, &have) && !memcmp(&want, &have, sizeof(want));
}

/* Programs without prefixes do not tell one device from another. */
bool maps_suit(const struct attached *c, const struct policy *s)
{
	return c->current && (!c->filtered || c->map[MAP_PREFIXES] >= 0 || !s || !policy_is_limited(s));
}

int maps_fill(const struct attached *c, const char *vrf, const struct policy *s)
{
	struct binding want = wanted(c, vrf, s), between = wanted(c, vrf, NULL), have;
	const __u32 zero = 0;
	int err = attached_binding(c, &have);

	if (err)
		return err;
	if (!between.netns)
		return -EIO;
	if (!maps_suit(c, s))
		return -EINVAL;
	/*
	 * The programs read the binding word by word: it goes through empty, never from
	 * device to mark.
	 */
	if (want.ifindex == have.ifindex && want.mark == have.mark) {
		between.ifindex = want.ifindex;
		between.mark = want.mark;
	}
	err = bpf_map_update(c->map[MAP_BINDING], &zero, &between);
	if (!err && c->map[MAP_DEVICES] >= 0)
		err = fill_sets(c->map[MAP_DEVICES], c->map[MAP_PREFIXES], s);
	return err || !s ? err : bpf_map_update(c->map[MAP_BINDING], &zero, &want);
}
