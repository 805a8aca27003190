/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/btf.c - what the running kernel says of itself; the format is that of the kernel's
 * Documentation/bpf/btf.rst.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/base/btf.h"

#define NAME_MAX_BTF 64
#define FIELD_DEPTH  2 /* of unnamed structures; the kernel's msghdr has one */

/* Later than the headers of Linux 5.10. */
enum { KIND_FLOAT = 16, KIND_DECL_TAG = 17, KIND_TYPE_TAG = 18, KIND_ENUM64 = 19 };

static void *room(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* By bpf(2), one copy: read(2) takes two, and mmap(2) of the file in sysfs Linux 6.16. */
static int by_id(struct btf *b)
{
	size_t size = 0;
	void *data = NULL;
	int err, fd = bpf_btf_kernel();

	if (fd < 0)
		return fd;
	err = bpf_btf_info(fd, NULL, &size);
	if (!err) {
		data = room(size);
		err = data ? bpf_btf_info(fd, data, &size) : -ENOMEM;
	}
	close(fd);
	*b = (struct btf){ data, size };
	return err;
}

int btf_kernel(struct btf *b)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	void *data = MAP_FAILED;
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st) && st.st_size > 0)
		data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		close(fd);
	if (data == MAP_FAILED)
		return by_id(b);
	*b = (struct btf){ data, (size_t)st.st_size };
	return 0;
}

struct view {
	const unsigned char *types, *types_end;
	const char *strings;
	size_t strings_size;
};

static bool view(const struct btf *b, struct view *v)
{
	struct btf_header h;

	if (b->size < sizeof(h))
		return false;
	memcpy(&h, b->data, sizeof(h));
	if (h.magic != BTF_MAGIC || (uint64_t)h.hdr_len + h.str_off + h.str_len > b->size ||
	    (uint64_t)h.hdr_len + h.type_off + h.type_len > b->size || !h.str_len ||
	    ((uintptr_t)b->data + h.hdr_len + h.type_off) % _Alignof(struct btf_type))
		return false;
	v->types = b->data + h.hdr_len + h.type_off;
	v->types_end = v->types + h.type_len;
	v->strings = (const char *)b->data + h.hdr_len + h.str_off;
	v->strings_size = h.str_len;
	return !v->strings[h.str_len - 1];
}

/* Linux 7.x has more bits for both; before, they are 0. */
static unsigned int kind_of(const struct btf_type *t)
{
	return t->info >> 24 & 127;
}

static unsigned int count_of(const struct btf_type *t)
{
	return t->info & 0xffffff;
}

/* What follows a struct btf_type; -1: a kind that we do not know */
static long trailer(const struct btf_type *t)
{
	switch (kind_of(t)) {
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case KIND_FLOAT:
	case KIND_TYPE_TAG:
		return 0;
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case KIND_DECL_TAG:
		return sizeof(__u32);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return (long)sizeof(struct btf_member) * count_of(t);
	case BTF_KIND_DATASEC:
		return (long)sizeof(struct btf_var_secinfo) * count_of(t);
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return 8L * count_of(t);
	case KIND_ENUM64:
		return 12L * count_of(t);
	default:
		return -1;
	}
}

/* The type behind t, whole, or NULL at the end; t NULL: the first, whose id is 1 */
static const struct btf_type *next_type(const struct view *v, const struct btf_type *t)
{
	const unsigned char *at = t ? (const unsigned char *)(t + 1) + trailer(t) : v->types;
	const struct btf_type *next = (const void *)at;
	long more;

	if (v->types_end - at < (long)sizeof(*next))
		return NULL;
	more = trailer(next);
	return more < 0 || v->types_end - at - (long)sizeof(*next) < more ? NULL : next;
}

/* First the name, which is there once: then no type's needs to be read.  0: there is none */
static unsigned int find_name(const struct view *v, const char *name)
{
	char needle[NAME_MAX_BTF + 2] = "";
	size_t len = strlen(name);
	const char *found;

	if (len > NAME_MAX_BTF)
		return 0;
	memcpy(needle + 1, name, len);
	found = memmem(v->strings, v->strings_size, needle, len + 2);
	return found ? (unsigned int)(found + 1 - v->strings) : 0;
}

static const struct btf_type *find_type(const struct view *v, unsigned int kind, const char *name, int *id)
{
	unsigned int off = find_name(v, name);
	const struct btf_type *t = off ? next_type(v, NULL) : NULL;

	for (*id = 1; t; t = next_type(v, t), ++*id)
		if (t->name_off == off && kind_of(t) == kind)
			return t;
	return NULL;
}

static const struct btf_type *type_by_id(const struct view *v, unsigned int id)
{
	const struct btf_type *t = next_type(v, NULL);

	while (t && --id)
		t = next_type(v, t);
	return t;
}

static int field_in(const struct view *v, const struct btf_type *t, unsigned int name, int depth)
{
	const struct btf_member *m = (const void *)(t + 1);

	for (unsigned int i = 0; i < count_of(t); i++) {
		/* With the flag the upper byte is the size of a bit field. */
		int at = (int)((t->info >> 31 ? m[i].offset & 0xffffff : m[i].offset) / 8);
		const struct btf_type *inner;
		int below;

		if (m[i].name_off == name)
			return at;
		if (m[i].name_off || !depth)
			continue;
		inner = type_by_id(v, m[i].type);
		if (!inner || (kind_of(inner) != BTF_KIND_STRUCT && kind_of(inner) != BTF_KIND_UNION))
			continue;
		below = field_in(v, inner, name, depth - 1);
		if (below >= 0)
			return at + below;
	}
	return -ENOENT;
}

int btf_function(const struct btf *b, const char *name)
{
	struct view v;
	int id;

	if (!view(b, &v))
		return -EINVAL;
	return find_type(&v, BTF_KIND_FUNC, name, &id) ? id : -ENOENT;
}

int btf_field(const struct btf *b, const char *structure, const char *field)
{
	const struct btf_type *t;
	unsigned int name;
	struct view v;
	int id;

	if (!view(b, &v))
		return -EINVAL;
	t = find_type(&v, BTF_KIND_STRUCT, structure, &id);
	name = find_name(&v, field);
	return t && name ? field_in(&v, t, name, FIELD_DEPTH) : -ENOENT;
}
