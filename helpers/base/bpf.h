/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/bpf.h - bpf(2), one function per command.  Everything returns a
 * descriptor or 0, or -errno; descriptors are close-on-exec (the kernel sees to it).
 */
#ifndef HELPERS_BASE_BPF_H
#define HELPERS_BASE_BPF_H

#include <linux/bpf.h>
#include <stddef.h>

#define ENOTSUPP 524 /* the kernel's own, of what compilers for its programs and trampolines lack */

int bpf_map_create(enum bpf_map_type type, const char *name, size_t key, size_t value, unsigned int entries,
		   unsigned int flags);
int bpf_map_lookup(int map, const void *key, void *value);
int bpf_map_update(int map, const void *key, const void *value);
int bpf_map_delete(int map, const void *key);
/* key NULL: the first; -ENOENT after the last */
int bpf_map_next(int map, const void *key, void *next);
int bpf_map_open(unsigned int id);
/* The id of the next map on this host; id 0: the first; -ENOENT after the last */
int bpf_map_next_id(unsigned int *id);
int bpf_map_info(int map, struct bpf_map_info *info);

/* function: its id in the kernel's BTF, for a hook of the LSM.  A verifier log if log is not NULL. */
int bpf_prog_load(enum bpf_prog_type type, enum bpf_attach_type hook, unsigned int function, const char *name,
		  const struct bpf_insn *insns, size_t count, char *log, size_t log_size);
int bpf_prog_open(unsigned int id);
/* The id of the next program on this host; id 0: the first; -ENOENT after the last */
int bpf_prog_next(unsigned int *id);
/* ids: room for *count map ids; both are filled in */
int bpf_prog_info(int prog, struct bpf_prog_info *info, unsigned int *ids, unsigned int *count);

/* replace: the program whose place is taken, or -1 */
int bpf_attach(int cgroup, int prog, enum bpf_attach_type hook, int replace);
int bpf_detach(int cgroup, int prog, enum bpf_attach_type hook);
/*
 * Programs attached to this very cgroup: ids has room for *count, at most BPF_QUERY_MAX, and
 * gets as many.  flags: of the last, where each has its own (BPF_LSM_CGROUP).
 */
#define BPF_QUERY_MAX 64 /* BPF_CGROUP_MAX_PROGS of the kernel */
int bpf_query(int cgroup, enum bpf_attach_type hook, unsigned int *ids, unsigned int *count, unsigned int *flags);

/* The BTF of the kernel itself, open; -ENOENT: it has none, or none that was read yet */
int bpf_btf_kernel(void);
/* data NULL: only *size; else *size bytes of it */
int bpf_btf_info(int btf, void *data, size_t *size);

#endif
