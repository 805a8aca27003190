/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/lsm.c - the bpf LSM: is it active, and what the programs for it have to know of
 * this kernel.
 *
 * What BTF says is looked up once after a start of the machine, since that takes longer than
 * all else that vrf-exec does: the program for families keeps it in a map, and is found by
 * its name as long as any control group has it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/base/btf.h"
#include "helpers/base/text.h"
#include "helpers/confine/lsm.h"

#define LIST_MODULES 461 /* lsm_list_modules(2), Linux 6.8; the same on every architecture */
#define LSM_BPF      109 /* LSM_ID_BPF */
#define MODULES_MAX  32

bool lsm_is_listed(int fd)
{
	char text[512];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n <= 0)
		return true;
	text[n] = '\0';
	return text_has_word(text, "bpf", ",", ",\n");
}

bool lsm_is_active(void)
{
	uint64_t ids[MODULES_MAX];
	uint32_t size = sizeof(ids);
	long n = syscall(LIST_MODULES, ids, &size, 0);
	bool listed;
	int fd;

	for (long i = 0; i < n; i++)
		if (ids[i] == LSM_BPF)
			return true;
	if (n >= 0)
		return false;
	fd = open("/sys/kernel/security/lsm", O_RDONLY | O_CLOEXEC);
	listed = lsm_is_listed(fd);
	if (fd >= 0)
		close(fd);
	return listed;
}

bool lsm_is_called(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, LSM_PROBE_PROTOCOL);

	if (fd >= 0) {
		close(fd);
		return false;
	}
	return errno == LSM_PROBE_ERRNO;
}

static const struct {
	enum program program;
	const char *function;
} hooks[] = {
	{ PROGRAM_FAMILY, "bpf_lsm_socket_create" },
	{ PROGRAM_KEEP, "bpf_lsm_socket_connect" },
	{ PROGRAM_BIND, "bpf_lsm_socket_bind" },
	{ PROGRAM_SET, "bpf_lsm_socket_setsockopt" },
};

static const struct {
	const char *structure, *field;
} fields[LAYOUT_FIELDS] = {
	[LAYOUT_SOCKET_TYPE] = { "socket", "type" },
	[LAYOUT_SOCKET_SK] = { "socket", "sk" },
	[LAYOUT_SOCK_FAMILY] = { "sock_common", "skc_family" }, /* at the beginning of struct sock */
	[LAYOUT_SOCK_BOUND] = { "sock_common", "skc_bound_dev_if" },
	[LAYOUT_TASK_CRED] = { "task_struct", "cred" },
	[LAYOUT_CRED_PERMITTED] = { "cred", "cap_permitted" },
	[LAYOUT_CRED_NAMESPACE] = { "cred", "user_ns" },
	[LAYOUT_NAMESPACE_LEVEL] = { "user_namespace", "level" },
};

static int read_layout(struct layout *l)
{
	struct btf b;
	int at, err = btf_kernel(&b);

	memset(l, 0, sizeof(*l));
	for (size_t i = 0; !err && i < sizeof(hooks) / sizeof(*hooks); i++) {
		at = btf_function(&b, hooks[i].function);
		err = at < 0 ? at : 0;
		l->hook[hooks[i].program] = (__u32)at;
	}
	for (int f = 0; !err && f < LAYOUT_FIELDS; f++) {
		at = btf_field(&b, fields[f].structure, fields[f].field);
		err = at < 0 ? at : 0;
		l->offset[f] = at;
	}
	return err;
}

/* The map of this program, which has no other, if it is the one that has the layout */
static int open_layout(int program, struct layout *l)
{
	struct bpf_prog_info info;
	unsigned int id, n = 1;
	const __u32 zero = 0;
	int map, err = bpf_prog_info(program, &info, &id, &n);

	if (err || !n)
		return err ? err : -ENOENT;
	if (info.type != BPF_PROG_TYPE_LSM || !program_is_current(PROGRAM_FAMILY, info.name))
		return -ENOENT;
	map = bpf_map_open(id);
	if (map < 0)
		return map;
	err = bpf_map_lookup(map, &zero, l);
	if (err)
		close(map);
	return err ? err : map;
}

/* One that is there; programs come and go meanwhile. */
static int find(int *map, struct layout *l)
{
	unsigned int id = 0;

	while (!bpf_prog_next(&id)) {
		int program = bpf_prog_open(id);

		if (program < 0)
			continue;
		*map = open_layout(program, l);
		if (*map >= 0)
			return program;
		close(program);
	}
	return -ENOENT;
}

static int make(int *map, struct layout *l)
{
	int maps[MAPS] = { -1, -1, -1, -1, -1 };
	const __u32 zero = 0;
	int program, err = read_layout(l);

	if (err)
		return err;
	*map = maps[MAP_LAYOUT] = map_create(MAP_LAYOUT);
	if (*map < 0)
		return *map;
	err = bpf_map_update(*map, &zero, l);
	program = err ? err : program_load(PROGRAM_FAMILY, maps, l);
	if (program < 0)
		close(*map);
	return program;
}

int lsm_family(int *program, int *map, struct layout *l)
{
	int err;

	if (!lsm_is_active())
		return -ENOENT;
	*program = find(map, l);
	if (*program < 0)
		*program = make(map, l);
	err = *program < 0 ? *program : 0;
	/*
	 * EINVAL: a kernel before 6.0, or one without CONFIG_BPF_LSM.  EPERM: root without
	 * CAP_PERFMON, in a container say.
	 */
	return err == -EINVAL || err == -EPERM ? -ENOENT : err;
}
