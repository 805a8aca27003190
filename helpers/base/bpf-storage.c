/* SPDX-License-Identifier: ISC */
/* helpers/base/bpf-storage.c - a map that keeps something with each socket; see bpf-storage.h. */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helpers/base/bpf-storage.h"

#define STRINGS "\0i" /* and the zero that ends it */

/* The kernel takes such a map only with types of its key and value: [1] an int, [2] an array of it. */
struct types {
	struct btf_header header;
	struct btf_type number;
	__u32 bits;
	struct btf_type array;
	struct btf_array of;
	char strings[sizeof(STRINGS)];
};
#define TYPES_SIZE (offsetof(struct types, strings) - sizeof(struct btf_header))

static int bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	long r = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return r < 0 ? -errno : (int)r;
}

static int load_types(unsigned int words)
{
	const struct types t = {
		.header = { .magic = BTF_MAGIC,
			    .version = BTF_VERSION,
			    .hdr_len = sizeof(t.header),
			    .type_len = TYPES_SIZE,
			    .str_off = TYPES_SIZE,
			    .str_len = sizeof(STRINGS) },
		.number = { .name_off = 1, .info = BTF_KIND_INT << 24, { .size = sizeof(__u32) } },
		.bits = 32,
		.array = { .info = BTF_KIND_ARRAY << 24 },
		.of = { .type = 1, .index_type = 1, .nelems = words },
		.strings = STRINGS,
	};
	union bpf_attr attr = { .map_type = 0 };

	attr.btf = (__u64)(uintptr_t)&t;
	attr.btf_size = (__u32)(offsetof(struct types, strings) + sizeof(STRINGS));
	return bpf(BPF_BTF_LOAD, &attr);
}

int bpf_storage_create(const char *name, unsigned int words, bool inherited)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_SK_STORAGE };
	int map, types = load_types(words);

	if (types < 0)
		return types;
	attr.key_size = sizeof(int);
	attr.value_size = words * (__u32)sizeof(__u32);
	attr.map_flags = BPF_F_NO_PREALLOC | (inherited ? BPF_F_CLONE : 0);
	attr.btf_fd = (__u32)types;
	attr.btf_key_type_id = 1;
	attr.btf_value_type_id = 2;
	memcpy(attr.map_name, name, strnlen(name, BPF_OBJ_NAME_LEN - 1));
	map = bpf(BPF_MAP_CREATE, &attr);
	close(types);
	return map;
}
