/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/maps.c - bring the maps of a control group in line with a policy, in an order
 * in which at no moment more passes than before or after.
 */
#include <errno.h>
#include <string.h>

#include "helpers/base/bpf.h"
#include "helpers/base/netns.h"
#include "helpers/base/pages.h"
#include "helpers/confine/attached.h"

struct prefix_key key_of_prefix(const struct prefix *p)
{
	struct prefix_key key = { .length = PREFIX_FAMILY_BITS + p->len, .family = p->family };

	memcpy(key.address, p->addr, sizeof(key.address));
	return key;
}

struct prefix prefix_of_key(const struct prefix_key *key)
{
	struct prefix p = { .family = (uint8_t)key->family, .len = (uint8_t)(key->length - PREFIX_FAMILY_BITS) };

	memcpy(p.addr, key->address, sizeof(p.addr));
	return p;
}

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

/* Once: to ask for each prefix costs more than to write it. */
static int read_prefixes(int map, struct contents *have)
{
	struct prefix_key key;
	__u32 pass;
	int more = bpf_map_next(map, NULL, &key), err = 0;

	for (have->count = 0; !more && !err; more = bpf_map_next(map, &key, &key)) {
		struct allowed *a = &have->entry[have->count];

		if (have->count == sizeof(have->entry) / sizeof(have->entry[0]))
			return -E2BIG;
		err = bpf_map_lookup(map, &key, &pass);
		*a = (struct allowed){ .prefix = prefix_of_key(&key), .pass = err ? PASS_NONE : (uint8_t)pass };
		have->count += !err;
		err = gone(err);
	}
	allowed_sort(have->entry, have->count);
	return err ? err : gone(more);
}

/*
 * A prefix that must not pass, inside one that may, narrows it.  So those come before
 * anything else and are the last to go.
 */
static int update_prefixes(int map, const struct policy *s, const struct contents *have, __u32 pass)
{
	size_t at = 0;
	int err = 0;

	for (unsigned int i = 0; s && !err && i < s->nprefixes; i++) {
		const struct allowed *want = &s->prefixes[i], *is;

		if (want->pass != pass)
			continue;
		is = allowed_next(have->entry, have->count, &at, &want->prefix);
		if (!is || is->pass != pass) {
			const struct prefix_key key = key_of_prefix(&want->prefix);

			err = bpf_map_update(map, &key, &pass);
		}
	}
	return err;
}

static int delete_prefixes(int map, const struct policy *s, const struct contents *have, __u32 pass)
{
	size_t at = 0;
	int err = 0;

	for (unsigned int i = 0; !err && i < have->count; i++) {
		const struct allowed *is = &have->entry[i];

		if (is->pass == pass && !(s && allowed_next(s->prefixes, s->nprefixes, &at, &is->prefix))) {
			const struct prefix_key key = key_of_prefix(&is->prefix);

			err = gone(bpf_map_delete(map, &key));
		}
	}
	return err;
}

static int fill_prefixes(int map, const struct policy *s, const struct contents *have)
{
	static struct contents *found;
	int err = 0;

	if (!have) {
		if (!found)
			found = pages_take(sizeof(*found));
		err = found ? read_prefixes(map, found) : -ENOMEM;
		have = found;
	}
	if (!err)
		err = update_prefixes(map, s, have, PASS_NONE);
	if (!err)
		err = delete_prefixes(map, s, have, PASS_ANY);
	if (!err)
		err = delete_prefixes(map, s, have, PASS_SEGMENT);
	if (!err)
		err = delete_prefixes(map, s, have, PASS_INSIDE);
	if (!err)
		err = delete_prefixes(map, s, have, PASS_NONE);
	if (!err)
		err = update_prefixes(map, s, have, PASS_INSIDE);
	if (!err)
		err = update_prefixes(map, s, have, PASS_SEGMENT);
	return err ? err : update_prefixes(map, s, have, PASS_ANY);
}

static int fill_sets(int devices, int prefixes, const struct policy *s, const struct contents *have)
{
	int err = shrink_devices(devices, s);

	if (!err && prefixes >= 0)
		err = fill_prefixes(prefixes, s, have);
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

/* The same of those by which packets come and go in mark mode, to and from the prefixes alone. */
static __u32 some_shared(const struct policy *s)
{
	__u32 shared = NO_MEMBER;

	for (unsigned int i = 0; s->mark && i < s->ndevices; i++)
		if ((s->devices[i].flags & (DEVICE_IN | DEVICE_ANY)) == DEVICE_IN && s->devices[i].ifindex < shared)
			shared = s->devices[i].ifindex;
	return shared;
}

/* Without a policy also without these: while the sets change each packet is looked up. */
static struct binding wanted(const struct attached *c, const char *vrf, const struct policy *s)
{
	struct binding b = { .netns = netns_inode(),
			     .cookie = netns_cookie(),
			     .version = PROGRAMS_VERSION,
			     .member = NO_MEMBER,
			     .shared = NO_MEMBER };

	memcpy(b.programs, c->id, sizeof(b.programs));
	memcpy(b.name, vrf, strnlen(vrf, sizeof(b.name) - 1));
	if (s) {
		b.mark = s->mark;
		b.ifindex = s->mark ? 0 : s->ifindex;
		b.digest = policy_digest(s);
		b.member = some_member(s);
		b.shared = some_shared(s);
		b.vrf = s->ifindex;
		b.table = s->table;
	}
	return b;
}

bool binding_is_ours(const struct binding *b)
{
	const __u64 cookie = netns_cookie();

	return b->cookie && cookie ? b->cookie == cookie : b->netns == netns_inode();
}

bool binding_holds(const struct binding *b, const char *vrf, const struct policy *s)
{
	return binding_is_ours(b) && b->digest && b->version == PROGRAMS_VERSION && b->vrf == s->ifindex &&
	       b->table == s->table && !strncmp(b->name, vrf, sizeof(b->name));
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

int maps_fill_known(const struct attached *c, const char *vrf, const struct policy *s, const struct contents *contents)
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
	/* Of another namespace, or VRF, whose control groups may have it for as long as they live */
	if (have.netns && (!binding_is_ours(&have) || strncmp(have.name, vrf, sizeof(have.name))))
		return -EXDEV;
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
		err = fill_sets(c->map[MAP_DEVICES], c->map[MAP_PREFIXES], s, contents);
	return err || !s ? err : bpf_map_update(c->map[MAP_BINDING], &zero, &want);
}

int maps_fill(const struct attached *c, const char *vrf, const struct policy *s)
{
	return maps_fill_known(c, vrf, s, NULL);
}

int maps_update(const struct attached *c, const char *vrf, const struct policy *s)
{
	return s && maps_are_filled(c, vrf, s) ? 0 : maps_fill(c, vrf, s);
}
