/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/bpf.c - bpf(2), one function per command.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helpers/base/bpf.h"

static int bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	long r = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return r < 0 ? -errno : (int)r;
}

static __u64 pointer(const void *p)
{
	return (__u64)(uintptr_t)p;
}

static void set_name(char *to, const char *from)
{
	memcpy(to, from, strnlen(from, BPF_OBJ_NAME_LEN - 1));
}

int bpf_map_create(enum bpf_map_type type, const char *name, size_t key, size_t value, unsigned int entries,
		   unsigned int flags)
{
	union bpf_attr attr = { .map_type = type };

	attr.key_size = (__u32)key;
	attr.value_size = (__u32)value;
	attr.max_entries = entries;
	attr.map_flags = flags;
	set_name(attr.map_name, name);
	return bpf(BPF_MAP_CREATE, &attr);
}

static int element(enum bpf_cmd cmd, int map, const void *key, const void *value)
{
	union bpf_attr attr = { .map_fd = 0 };

	attr.map_fd = (__u32)map;
	attr.key = pointer(key);
	attr.value = pointer(value);
	return bpf(cmd, &attr);
}

int bpf_map_lookup(int map, const void *key, void *value)
{
	return element(BPF_MAP_LOOKUP_ELEM, map, key, value);
}

int bpf_map_update(int map, const void *key, const void *value)
{
	return element(BPF_MAP_UPDATE_ELEM, map, key, value);
}

int bpf_map_delete(int map, const void *key)
{
	return element(BPF_MAP_DELETE_ELEM, map, key, NULL);
}

int bpf_map_next(int map, const void *key, void *next)
{
	return element(BPF_MAP_GET_NEXT_KEY, map, key, next);
}

static int info(int fd, void *buf, size_t size)
{
	union bpf_attr attr = { .info = { .bpf_fd = (__u32)fd } };

	attr.info.info_len = (__u32)size;
	attr.info.info = pointer(buf);
	return bpf(BPF_OBJ_GET_INFO_BY_FD, &attr);
}

int bpf_map_open(unsigned int id)
{
	union bpf_attr attr = { .map_id = id };

	return bpf(BPF_MAP_GET_FD_BY_ID, &attr);
}

int bpf_map_info(int map, struct bpf_map_info *i)
{
	memset(i, 0, sizeof(*i));
	return info(map, i, sizeof(*i));
}

int bpf_prog_load(enum bpf_prog_type type, enum bpf_attach_type hook, unsigned int function, const char *name,
		  const struct bpf_insn *insns, size_t count, char *log, size_t log_size)
{
	union bpf_attr attr = { .prog_type = type };

	attr.expected_attach_type = hook;
	attr.insns = pointer(insns);
	attr.insn_cnt = (__u32)count;
	attr.attach_btf_id = function;
	/* That of these files; the LSM's hooks take only one that names the GPL (bpf_lsm_verify_prog()). */
	attr.license = pointer(function ? "Dual MIT/GPL" : "ISC");
	attr.log_level = log ? 1 : 0;
	attr.log_buf = pointer(log);
	attr.log_size = (__u32)log_size;
	set_name(attr.prog_name, name);
	return bpf(BPF_PROG_LOAD, &attr);
}

int bpf_prog_open(unsigned int id)
{
	union bpf_attr attr = { .prog_id = id };

	return bpf(BPF_PROG_GET_FD_BY_ID, &attr);
}

static int next_id(int command, unsigned int *id)
{
	union bpf_attr attr = { .start_id = *id };
	int err = bpf(command, &attr);

	if (!err)
		*id = attr.next_id;
	return err;
}

int bpf_map_next_id(unsigned int *id)
{
	return next_id(BPF_MAP_GET_NEXT_ID, id);
}

int bpf_prog_next(unsigned int *id)
{
	return next_id(BPF_PROG_GET_NEXT_ID, id);
}

int bpf_prog_info(int prog, struct bpf_prog_info *i, unsigned int *ids, unsigned int *count)
{
	unsigned int room = *count;
	int err;

	memset(i, 0, sizeof(*i));
	i->nr_map_ids = room;
	i->map_ids = pointer(ids);
	err = info(prog, i, sizeof(*i));
	/* The kernel reports how many there are, which may be more than it had room for. */
	*count = i->nr_map_ids < room ? i->nr_map_ids : room;
	return err;
}

int bpf_attach(int cgroup, int prog, enum bpf_attach_type hook, int replace)
{
	union bpf_attr attr = { .target_fd = (__u32)cgroup };

	attr.attach_bpf_fd = (__u32)prog;
	attr.attach_type = hook;
	attr.attach_flags = BPF_F_ALLOW_MULTI;
	if (replace >= 0) {
		attr.attach_flags |= BPF_F_REPLACE;
		attr.replace_bpf_fd = (__u32)replace;
	}
	return bpf(BPF_PROG_ATTACH, &attr);
}

int bpf_detach(int cgroup, int prog, enum bpf_attach_type hook)
{
	union bpf_attr attr = { .target_fd = (__u32)cgroup };

	attr.attach_bpf_fd = (__u32)prog;
	attr.attach_type = hook;
	return bpf(BPF_PROG_DETACH, &attr);
}

/* Where each program has flags of its own the kernel wants room for them; older headers have no name for it. */
#define QUERY_FLAGS      32          /* offset of attr.query.prog_attach_flags, Linux 6.0 */
#define HAS_OWN_FLAGS(h) ((h) == 43) /* BPF_LSM_CGROUP, Linux 6.0 */

int bpf_query(int cgroup, enum bpf_attach_type hook, unsigned int *ids, unsigned int *count, unsigned int *flags)
{
	union bpf_attr attr = { .query = { .target_fd = (__u32)cgroup } };
	unsigned int each[BPF_QUERY_MAX] = { 0 };
	const __u64 room = pointer(each);
	int err;

	attr.query.attach_type = hook;
	attr.query.prog_ids = pointer(ids);
	attr.query.prog_cnt = *count;
	if (HAS_OWN_FLAGS(hook))
		memcpy((char *)&attr + QUERY_FLAGS, &room, sizeof(room));
	err = bpf(BPF_PROG_QUERY, &attr);
	*count = err ? 0 : attr.query.prog_cnt;
	*flags = !HAS_OWN_FLAGS(hook) ? attr.query.attach_flags : *count ? each[*count - 1] : 0;
	return err;
}

int bpf_btf_kernel(void)
{
	union bpf_attr next = { .start_id = 0 }, open = { .btf_id = 0 };
	struct bpf_btf_info i = { 0 };
	char name[16] = "";
	int fd, err = bpf(BPF_BTF_GET_NEXT_ID, &next);

	if (err)
		return err;
	open.btf_id = next.next_id;
	fd = bpf(BPF_BTF_GET_FD_BY_ID, &open);
	if (fd < 0)
		return fd;
	i.name = pointer(name);
	i.name_len = sizeof(name);
	err = info(fd, &i, sizeof(i));
	if (!err && i.kernel_btf && !strcmp(name, "vmlinux"))
		return fd;
	close(fd);
	return err ? err : -ENOENT;
}

int bpf_btf_info(int btf, void *data, size_t *size)
{
	struct bpf_btf_info i = { .btf = pointer(data) };
	int err;

	i.btf_size = data ? (__u32)*size : 0;
	err = info(btf, &i, sizeof(i));
	*size = i.btf_size;
	return err;
}
