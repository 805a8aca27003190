/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/attached.c - find the programs and maps of a control group.
 *
 * There is no pin and no file: the control group holds its programs, they hold their
 * maps, and both are found by their ids.  All of it ends with the control group.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/names.h"

static void close_all(int *fds, int n)
{
	for (int i = 0; i < n; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

void attached_close(struct attached *c)
{
	close_all(c->program, PROGRAMS);
	close_all(c->map, MAPS);
}

/* What the binding of any version begins with, and room for what it may go on with. */
#define BINDING_MIN offsetof(struct binding, digest)
#define BINDING_MAX 256

static bool has_layout(enum map m, const struct bpf_map_info *i)
{
	static const struct {
		unsigned int key, value;
	} layout[MAPS] = {
		[MAP_BINDING] = { sizeof(__u32), sizeof(struct binding) },
		[MAP_DROPS] = { sizeof(__u32), sizeof(struct drops) },
		[MAP_DEVICES] = { sizeof(struct device_key), sizeof(__u32) },
		[MAP_PREFIXES] = { sizeof(struct prefix_key), sizeof(__u32) },
		[MAP_LAYOUT] = { sizeof(__u32), sizeof(struct layout) },
	};

	return i->key_size == layout[m].key && i->value_size == layout[m].value;
}

/* May our buffers be used on it? */
static bool is_readable(enum map m, const struct bpf_map_info *i)
{
	if (m == MAP_BINDING)
		return i->key_size == sizeof(__u32) && i->value_size >= BINDING_MIN && i->value_size <= BINDING_MAX;
	return has_layout(m, i);
}

/* Note the map in its place; all programs of a control group must share the same. */
static int take_map(struct attached *c, unsigned int ids[MAPS], unsigned int id)
{
	struct bpf_map_info info;
	int err, fd;

	for (int m = 0; m < MAPS; m++)
		if (ids[m] == id)
			return 0;
	fd = bpf_map_open(id);
	if (fd < 0)
		return fd;
	err = bpf_map_info(fd, &info);
	for (int m = 0; !err && m < MAPS; m++) {
		if (strcmp(info.name, map_names[m]))
			continue;
		c->current &= c->map[m] < 0 && has_layout(m, &info);
		if (c->map[m] >= 0 || !is_readable(m, &info))
			break;
		c->map[m] = fd;
		ids[m] = id;
		return 0;
	}
	close(fd);
	return err;
}

static int take_program(struct attached *c, enum program p, unsigned int id, int prog, unsigned int map_ids[MAPS])
{
	unsigned int ids[MAPS], n = MAPS;
	struct bpf_prog_info info;
	int err = bpf_prog_info(prog, &info, ids, &n);

	if (err || !program_is_ours(p, info.name))
		return err;
	if (c->program[p] >= 0) {
		/* Cannot be: we replace.  The filters of both would have to agree for ever. */
		c->current = false;
		return 0;
	}
	c->program[p] = prog;
	c->id[p] = id;
	c->current &= program_is_current(p, info.name);
	for (unsigned int i = 0; !err && i < n; i++)
		err = take_map(c, map_ids, ids[i]);
	return err;
}

/* A kernel without the LSM's hooks has nothing there. */
static int query(int dir, enum program p, unsigned int ids[BPF_QUERY_MAX], unsigned int *n, unsigned int *flags)
{
	int err;

	*n = BPF_QUERY_MAX;
	err = bpf_query(dir, program_hooks[p], ids, n, flags);
	return err == -EINVAL && program_is_lsm(p) ? 0 : err;
}

/* Of this version, with nothing missing */
static bool is_whole(const struct attached *c)
{
	for (int p = PROGRAM_CONNECT4; p <= PROGRAM_OPTION; p++)
		if (c->filtered != (c->program[p] >= 0))
			return false;
	return c->program[PROGRAM_SOCKET] >= 0 && c->map[MAP_BINDING] >= 0 && c->map[MAP_DROPS] >= 0 &&
	       c->filtered == (c->map[MAP_DEVICES] >= 0) &&
	       (c->program[PROGRAM_FAMILY] >= 0) == (c->program[PROGRAM_BIND] >= 0) &&
	       (c->program[PROGRAM_FAMILY] >= 0) == (c->program[PROGRAM_KEEP] >= 0) &&
	       (c->program[PROGRAM_FAMILY] >= 0) == (c->program[PROGRAM_SET] >= 0);
}

void attached_begin(struct attached *c)
{
	*c = (struct attached){ .current = true };
	memset(c->program, -1, sizeof(c->program));
	memset(c->map, -1, sizeof(c->map));
}

static int take_id(struct attached *c, enum program p, unsigned int id, unsigned int map_ids[MAPS])
{
	int err, prog = bpf_prog_open(id);

	if (prog == -ENOENT)
		return 0; /* gone meanwhile */
	err = prog < 0 ? prog : take_program(c, p, id, prog, map_ids);
	if (prog >= 0 && c->program[p] != prog)
		close(prog);
	return err;
}

static int finish(struct attached *c, int err)
{
	c->filtered = c->program[PROGRAM_OUT] >= 0 && c->program[PROGRAM_IN] >= 0;
	c->current &= is_whole(c);
	if (err)
		attached_close(c);
	return err;
}

static int read_binding(int map, struct binding *b)
{
	_Alignas(struct binding) char value[BINDING_MAX] = { 0 };
	const __u32 zero = 0;
	int err = bpf_map_lookup(map, &zero, value);

	memcpy(b, value, sizeof(*b));
	return err;
}

int attached_find(int dir, struct attached *c)
{
	unsigned int map_ids[MAPS] = { 0 }, ids[BPF_QUERY_MAX], n, flags;
	int err = 0;

	attached_begin(c);
	for (int p = 0; !err && p < PROGRAMS; p++) {
		/* those for the LSM share a hook */
		if (p == PROGRAM_FAMILY || !program_is_lsm(p))
			err = query(dir, p, ids, &n, &flags);
		if (p == PROGRAM_SOCKET && n && !flags)
			c->foreign = true;
		for (unsigned int i = 0; !err && i < n; i++)
			err = take_id(c, p, ids[i], map_ids);
	}
	return finish(c, err);
}

int attached_open(unsigned int binding, struct attached *c)
{
	int err, map = bpf_map_open(binding);
	unsigned int map_ids[MAPS] = { 0 };
	struct bpf_map_info info;
	struct binding b;

	attached_begin(c);
	if (map < 0)
		return map;
	err = bpf_map_info(map, &info);
	if (!err)
		err = has_layout(MAP_BINDING, &info) ? read_binding(map, &b) : -EPROTO;
	close(map);
	for (int p = 0; !err && p < PROGRAMS; p++)
		if (b.programs[p])
			err = take_id(c, p, b.programs[p], map_ids);
	return finish(c, err);
}

/*
 * The first map that the program for sockets has: they come in the order in which it names them, and
 * one of this version has them as they are now.
 */
static int open_binding(int prog)
{
	struct bpf_prog_info info;
	unsigned int id, n = 1;
	int err = bpf_prog_info(prog, &info, &id, &n);

	if (err)
		return err;
	return n && program_is_current(PROGRAM_SOCKET, info.name) ? bpf_map_open(id) : -EINVAL;
}

/* Is this hook's one program, but for one for names, the one that the binding names, kept by others? */
static bool is_alone(int dir, enum program p, const struct binding *b)
{
	unsigned int ids[2], n = 2, flags;
	bool first;

	if (bpf_query(dir, program_hooks[p], ids, &n, &flags) || !n || !(flags & BPF_F_ALLOW_MULTI))
		return false;
	first = ids[0] == b->programs[p];
	return n == 1 ? first : first != (ids[1] == b->programs[p]) && names_is_ours(ids[first]);
}

static bool is_in(unsigned int id, const unsigned int *ids, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

/* Those for the LSM share a hook; where the kernel has none the binding names none. */
static bool are_alone(int dir, const struct binding *b)
{
	unsigned int ids[BPF_QUERY_MAX], n, flags, named = 0;

	if (query(dir, PROGRAM_FAMILY, ids, &n, &flags))
		return false;
	for (int p = 0; p < PROGRAMS; p++)
		if (program_is_lsm(p) && b->programs[p]) {
			if (!is_in(b->programs[p], ids, n))
				return false;
			named++;
		}
	return n == named && (!n || flags & BPF_F_ALLOW_MULTI);
}

/*
 * Ids are not used twice: the programs that the binding names are those that came with it.  The one for
 * sockets, open, or -1.
 */
static int find_holding(int dir, const char *vrf, const struct policy *s, struct binding *b)
{
	unsigned int id, n = 1, flags;
	bool holds;
	int map, prog;

	if (bpf_query(dir, program_hooks[PROGRAM_SOCKET], &id, &n, &flags) || n != 1 || !(flags & BPF_F_ALLOW_MULTI))
		return -1;
	prog = bpf_prog_open(id);
	if (prog < 0)
		return -1;
	map = open_binding(prog);
	holds = map >= 0 && !read_binding(map, b) && b->programs[PROGRAM_SOCKET] == id && binding_holds(b, vrf, s);
	if (map >= 0)
		close(map);
	if (holds)
		return prog;
	close(prog);
	return -1;
}

static bool is_empty(int dir, enum program p)
{
	unsigned int id, n = 1, flags;

	return !bpf_query(dir, program_hooks[p], &id, &n, &flags) && !n;
}

bool attached_is_bare(int dir)
{
	return is_empty(dir, 0) && is_empty(dir, PROGRAM_SOCKET);
}

bool attached_is_complete(int dir, const char *vrf, struct policy *s)
{
	struct binding b;
	const int prog = find_holding(dir, vrf, s, &b);
	bool complete = prog >= 0 && are_alone(dir, &b);

	if (prog >= 0)
		close(prog);
	for (int p = 0; complete && p < PROGRAM_SOCKET; p++)
		complete = program_is_lsm(p) || is_alone(dir, p, &b);
	if (complete)
		s->mark = b.mark;
	return complete;
}

bool attached_take(int home, const char *vrf, struct policy *s, struct attached *set)
{
	struct binding b;
	bool taken;

	attached_begin(set);
	set->program[PROGRAM_SOCKET] = find_holding(home, vrf, s, &b);
	/* Nobody runs them there.  Programs of another set would have taken the place of the first first. */
	taken = set->program[PROGRAM_SOCKET] >= 0 && is_alone(home, 0, &b);
	for (int p = 0; taken && p < PROGRAMS; p++) {
		if (!b.programs[p])
			continue;
		if (set->program[p] < 0)
			set->program[p] = bpf_prog_open(b.programs[p]);
		set->id[p] = b.programs[p];
		taken = set->program[p] >= 0;
	}
	if (!taken) {
		attached_close(set);
		return false;
	}
	s->mark = b.mark;
	return true;
}

int attached_binding(const struct attached *c, struct binding *b)
{
	return c->map[MAP_BINDING] < 0 ? -ENOENT : read_binding(c->map[MAP_BINDING], b);
}

int attached_binding_of(int map, const struct bpf_map_info *info, struct binding *b)
{
	return is_readable(MAP_BINDING, info) ? read_binding(map, b) : -EPROTO;
}
