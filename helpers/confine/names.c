/* SPDX-License-Identifier: ISC */
/* helpers/confine/names.c - the nameservers of VRFs, in line with resolv.conf; see names.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/base/netns.h"
#include "helpers/base/text.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/cgroup.h"
#include "helpers/confine/groups.h"
#include "helpers/confine/home.h"
#include "helpers/confine/names.h"

#define ANSWER(i) ((__u32)(i)*16)

/*
 * The index of the n-th of this family that nobody asks by its own address, over and over; if all are
 * asked so, of any of the family.
 */
static unsigned int nth(const struct nameservers *servers, const struct nameservers *asked, bool ipv4, unsigned int n)
{
	unsigned int found[NAMESERVERS_MAX], count = 0;

	for (int any = 0; !count && any < 2; any++)
		for (unsigned int i = 0; i < servers->count; i++)
			if (nameserver_is_ipv4(&servers->server[i]) == ipv4 &&
			    (any || !nameservers_have(asked, &servers->server[i])))
				found[count++] = i;
	return count ? found[n % count] : NOBODY;
}

static __u32 low_word(const struct nameserver *s)
{
	__u32 word;

	memcpy(&word, s->address + 12, sizeof(word));
	return word;
}

void names_match(struct names *n, const struct nameservers *asked, const struct nameservers *servers)
{
	unsigned int seen[2] = { 0 };

	memset(n, 0, sizeof(*n));
	n->servers = *servers;
	for (unsigned int i = 0; i < NAMESERVERS_MAX; i++)
		n->ask4[i].answer = (__u32)(n->ask6[i].answer = ANSWER(NOBODY));
	for (unsigned int i = 0; i < servers->count; i++) {
		const struct nameserver *s = &servers->server[i];

		memcpy(n->answer6[i].ip, s->address, sizeof(n->answer6[i].ip));
		n->answer4[i].port = htons(s->port);
		if (nameserver_is_ipv4(s))
			n->answer4[i].ip = low_word(s);
	}
	for (unsigned int i = 0; i < asked->count; i++) {
		const struct nameserver *a = &asked->server[i];
		const bool ipv4 = nameserver_is_ipv4(a);

		/* who asks one of the VRF's own already is where he belongs */
		if (nameservers_have(servers, a))
			continue;
		n->ask6[i].answer = ANSWER(nth(servers, asked, ipv4, seen[ipv4]++));
		memcpy(n->ask6[i].ip, a->address, sizeof(n->ask6[i].ip));
		if (!ipv4)
			continue;
		n->ask4[i].answer = (__u32)n->ask6[i].answer;
		n->ask4[i].ip = low_word(a);
	}
}

bool names_any(const struct names *n)
{
	for (unsigned int i = 0; i < NAMESERVERS_MAX; i++)
		if (n->ask6[i].answer != ANSWER(NOBODY))
			return true;
	return false;
}

static void set_owner(struct names *n, const char *vrf)
{
	n->netns = netns_inode();
	n->cookie = netns_cookie();
	text_append(n->vrf, n->vrf + sizeof(n->vrf), vrf);
}

static bool is_of(const struct names *n, const char *vrf)
{
	const __u64 cookie = netns_cookie();

	return (n->cookie && cookie ? n->cookie == cookie : n->netns == netns_inode()) &&
	       !strncmp(n->vrf, vrf, sizeof(n->vrf));
}

static const __u32 zero;

/* The map of a program, if it is of the shape that we know; -ENOENT: it is not */
static int map_of(int prog)
{
	unsigned int ids[2], n = 2;
	struct bpf_prog_info info;
	int map = -ENOENT, err = bpf_prog_info(prog, &info, ids, &n);

	for (unsigned int i = 0; !err && i < n; i++) {
		struct bpf_map_info m;

		map = bpf_map_open(ids[i]);
		if (map < 0)
			return map;
		err = bpf_map_info(map, &m);
		if (!err && !strcmp(m.name, NAMES_MAP) && m.value_size == sizeof(struct names))
			return map;
		close(map);
		map = -ENOENT;
	}
	return err ? err : map;
}

/* The set of a home.  -ENOENT: none, or not all of it and of this version */
static int find(int home, struct names_set *s)
{
	int err = 0;

	memset(s, -1, sizeof(*s));
	for (int p = 0; !err && p < NAME_PROGRAMS; p++) {
		unsigned int ids[BPF_QUERY_MAX], n = BPF_QUERY_MAX, flags, none = 0;
		struct bpf_prog_info info;

		err = bpf_query(home, name_hooks[p], ids, &n, &flags);
		for (unsigned int i = 0; !err && s->program[p] < 0 && i < n; i++) {
			s->program[p] = bpf_prog_open(ids[i]);
			if (s->program[p] < 0 || bpf_prog_info(s->program[p], &info, NULL, &none) ||
			    !names_is_current(p, info.name)) {
				if (s->program[p] >= 0)
					close(s->program[p]);
				s->program[p] = -1;
			}
		}
		if (!err && s->program[p] < 0)
			err = -ENOENT;
	}
	if (!err)
		s->map = map_of(s->program[NAME_RECEIVE4]);
	if (!err && s->map < 0)
		err = s->map;
	if (err)
		names_close(s);
	return err;
}

/* Those of this namespace's VRF, wherever they are: of control groups that did not get another yet.  Counts them. */
static int each_map(const char *vrf, const struct names *value, int *count)
{
	unsigned int id = 0;
	int err, bad = 0;

	*count = 0;
	while (!(err = bpf_map_next_id(&id))) {
		struct bpf_map_info info;
		struct names n;
		int map = bpf_map_open(id);

		if (map < 0)
			continue;
		if (!bpf_map_info(map, &info) && !strcmp(info.name, NAMES_MAP) && info.value_size == sizeof(n) &&
		    !bpf_map_lookup(map, &zero, &n) && is_of(&n, vrf)) {
			++*count;
			if (value && !bad)
				bad = bpf_map_update(map, &zero, value);
		}
		close(map);
	}
	return err == -ENOENT ? bad : err;
}

static bool is_ours(int dir)
{
	struct attached c;
	struct binding b;
	bool ours;

	if (attached_find(dir, &c))
		return false;
	ours = !attached_binding(&c, &b) && binding_is_ours(&b);
	attached_close(&c);
	return ours;
}

struct spreading {
	int home, err;
};

static int spread_one(int dir, const char *vrf, void *arg)
{
	struct spreading *all = arg;
	int err, lock;

	(void)vrf;
	if (!is_ours(dir))
		return 0;
	lock = cgroup_lock(dir);
	err = lock < 0 ? lock : names_attach(all->home, NULL, dir);
	cgroup_unlock(dir, lock);
	/* -ENOENT, -ENODEV: the control group went away meanwhile */
	if (err && err != -ENOENT && err != -ENODEV && !all->err)
		all->err = err;
	return 0;
}

static int spread(int home, const char *vrf)
{
	struct spreading all = { .home = home };
	int err = groups_each(vrf, spread_one, &all);

	return err ? err : all.err;
}

/* In a home no process runs them, whatever their order. */
static int put(int home, enum name_program p, int prog)
{
	unsigned int ids[BPF_QUERY_MAX], n = BPF_QUERY_MAX, flags;
	int old = -1, err = bpf_query(home, name_hooks[p], ids, &n, &flags);

	for (unsigned int i = 0; !err && old < 0 && i < n; i++)
		if (names_is_ours(ids[i]))
			old = bpf_prog_open(ids[i]);
	if (!err)
		err = bpf_attach(home, prog, name_hooks[p], old);
	if (old >= 0)
		close(old);
	return err;
}

/* Into the home, which is locked, in the place of older ones */
static int replace(int home, const struct names *n, struct names_set *s)
{
	int err = names_load(s);

	if (err)
		return err;
	err = bpf_map_update(s->map, &zero, n);
	for (int p = 0; !err && p < NAME_PROGRAMS; p++)
		err = put(home, p, s->program[p]);
	if (err)
		names_close(s);
	return err;
}

static int fill(int home, const char *vrf, struct names *n)
{
	struct names_set s;
	struct names old = { 0 };
	int count, err = find(home, &s);

	if (err == -ENOENT)
		err = replace(home, n, &s);
	else if (!err)
		err = bpf_map_lookup(s.map, &zero, &old);
	if (err)
		return err;
	n->spread = old.spread;
	if (memcmp(&old, n, sizeof(old)))
		err = bpf_map_update(s.map, &zero, n);
	if (!err)
		err = each_map(vrf, NULL, &count);
	if (!err && (!n->spread || count > 1)) {
		err = spread(home, vrf);
		n->spread = 1;
		if (!err)
			err = bpf_map_update(s.map, &zero, n);
	}
	names_close(&s);
	return err;
}

static int open_locked(const char *vrf, bool make, int *lock)
{
	int home = home_open(vrf, make);

	*lock = home < 0 ? home : cgroup_lock(home);
	if (*lock < 0 && home >= 0) {
		close(home);
		return *lock;
	}
	return home;
}

static void close_locked(int home, int lock)
{
	cgroup_unlock(home, lock);
	close(home);
}

static int take_away(const char *vrf)
{
	struct names nothing;
	int count, err, lock, home = open_locked(vrf, false, &lock);

	if (home < 0)
		return home == -ENOENT || home == -ENODEV ? 0 : home;
	names_match(&nothing, &(struct nameservers){ 0 }, &nothing.servers);
	set_owner(&nothing, vrf);
	err = each_map(vrf, &nothing, &count);
	if (!err && count) {
		/* a home that has none has none for others */
		err = names_attach(-1, NULL, home);
		if (!err)
			err = spread(-1, vrf);
	}
	close_locked(home, lock);
	return err;
}

static bool has_home(const char *vrf)
{
	int home = home_open(vrf, false);

	if (home >= 0)
		close(home);
	return home >= 0;
}

int names_set(const char *vrf, const struct nameservers *servers, bool lease)
{
	const bool had_home = has_home(vrf);
	char dir[PATH_MAX];
	struct nameservers asked;
	struct names n;
	bool left_out;
	int err, lock, home;

	if (!servers->count && !lease)
		return take_away(vrf);
	err = resolv_read(RESOLV_CONF, &asked, &left_out);
	if (err)
		return err;
	home = open_locked(vrf, true, &lock);
	/* which mounts cgroup2 where it is not yet */
	if (home == -ENODEV && !cgroup_base(0, dir))
		home = open_locked(vrf, true, &lock);
	if (home < 0)
		return home;
	names_match(&n, &asked, servers);
	set_owner(&n, vrf);
	n.lease = lease;
	err = fill(home, vrf, &n);
	close_locked(home, lock);
	/* A kernel without such programs: an empty home would be taken for one that cannot be read. */
	if (err == -EINVAL && !had_home)
		home_remove(vrf);
	return err;
}

int names_empty(const char *vrf)
{
	struct nameservers none = { 0 };
	struct names n;
	int count;

	names_match(&n, &none, &none);
	set_owner(&n, vrf);
	return each_map(vrf, &n, &count);
}

/* Of any version whose map has this shape: after an upgrade it says what the next set is for. */
static int read_home(int home, struct names *n)
{
	unsigned int ids[BPF_QUERY_MAX], count = BPF_QUERY_MAX, flags;
	int err = bpf_query(home, name_hooks[NAME_RECEIVE4], ids, &count, &flags);

	if (err)
		return err == -EINVAL ? -ENOENT : err;
	for (unsigned int i = 0; i < count; i++) {
		int map, prog;

		if (!names_is_ours(ids[i]))
			continue;
		prog = bpf_prog_open(ids[i]);
		if (prog < 0)
			return prog;
		map = map_of(prog);
		close(prog);
		if (map < 0)
			return map;
		err = bpf_map_lookup(map, &zero, n);
		close(map);
		return err ? err : n->servers.count || n->lease ? 0 : -ENOENT;
	}
	return -ENOENT;
}

int names_read(const char *vrf, struct names *n)
{
	int err, home = home_open(vrf, false);

	if (home < 0)
		return home == -ENODEV ? -ENOENT : home;
	err = read_home(home, n);
	close(home);
	return err;
}

bool names_are_stale(const struct names *n, const struct nameservers *asked)
{
	struct names want;

	names_match(&want, asked, &n->servers);
	return memcmp(&want, n, offsetof(struct names, netns));
}

static bool is_current(const char *vrf)
{
	struct names_set s;
	int home = home_open(vrf, false), err = home < 0 ? home : find(home, &s);

	if (!err)
		names_close(&s);
	if (home >= 0)
		close(home);
	return !err;
}

struct follow {
	struct nameservers asked;
	unsigned int vrfs;
	char *failed;
	int err;
};

static int follow_one(const char *vrf, void *arg)
{
	struct follow *f = arg;
	struct names n;
	int err = names_read(vrf, &n);

	f->vrfs += !err;
	if (!err && (!n.spread || names_are_stale(&n, &f->asked) || !is_current(vrf)))
		err = names_set(vrf, &n.servers, n.lease);
	if (err && err != -ENOENT && !f->err) {
		f->err = err;
		*f->failed = '\0';
		text_append(f->failed, f->failed + IFNAMSIZ, vrf);
	}
	return 0;
}

int names_follow(unsigned int *vrfs, char failed[IFNAMSIZ])
{
	struct follow f = { .failed = failed };
	bool left_out;
	int err = resolv_read(RESOLV_CONF, &f.asked, &left_out);

	if (!err)
		err = home_each(follow_one, &f);
	*vrfs = f.vrfs;
	return err ? err : f.err;
}
