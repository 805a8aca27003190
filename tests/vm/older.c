/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/older.c - older GROUP: put in the place of the filter of a group of listeners one of another
 * version, with its map, that lets everything in.
 * older -s GROUP: one whose map is of another shape, where there is none.
 * Nothing of vrf-ng is in here.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PREFIX "vrf_lin_"

static int bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* The filter, and in *map the one that it has */
static int find(int group, int *map)
{
	uint32_t ids[64], used = 0;
	union bpf_attr query = { .query = { .target_fd = (uint32_t)group,
					    .attach_type = BPF_CGROUP_INET_INGRESS,
					    .prog_ids = (uintptr_t)ids,
					    .prog_cnt = 64 } };

	if (bpf(BPF_PROG_QUERY, &query))
		err(1, "query");
	for (uint32_t i = 0; i < query.query.prog_cnt; i++) {
		union bpf_attr open = { .prog_id = ids[i] }, map_open = { .map_id = 0 };
		struct bpf_prog_info info = { .nr_map_ids = 1, .map_ids = (uintptr_t)&used };
		union bpf_attr ask = { .info = { .info_len = sizeof(info), .info = (uintptr_t)&info } };
		int prog = bpf(BPF_PROG_GET_FD_BY_ID, &open);

		ask.info.bpf_fd = (uint32_t)prog;
		if (prog < 0 || bpf(BPF_OBJ_GET_INFO_BY_FD, &ask))
			err(1, "program %u", ids[i]);
		if (strncmp(info.name, PREFIX, strlen(PREFIX)))
			continue;
		map_open.map_id = used;
		*map = bpf(BPF_MAP_GET_FD_BY_ID, &map_open);
		if (*map < 0)
			err(1, "map %u", used);
		return prog;
	}
	errx(1, "no filter");
}

static int strange_map(void)
{
	union bpf_attr make = { .map_type = BPF_MAP_TYPE_ARRAY,
				.key_size = 4,
				.value_size = 4,
				.max_entries = 1,
				.map_name = "vrf_listeners" };
	int map = bpf(BPF_MAP_CREATE, &make);

	if (map < 0)
		err(1, "map");
	return map;
}

int main(int argc, char **argv)
{
	const int strange = argc == 3 && !strcmp(argv[1], "-s");
	const int group = argc == 2 + strange ? open(argv[1 + strange], O_RDONLY | O_DIRECTORY) : -1;
	union bpf_attr load = { .prog_type = BPF_PROG_TYPE_CGROUP_SKB, .prog_name = PREFIX "000000" };
	union bpf_attr attach = { .attach_type = BPF_CGROUP_INET_INGRESS, .attach_flags = BPF_F_ALLOW_MULTI };
	int map, old = -1;

	if (group < 0)
		err(2, "usage: older [-s] GROUP");
	if (strange)
		map = strange_map();
	else
		old = find(group, &map);
	{
		/* r2 = the map, which it has no use for; return 1 */
		const struct bpf_insn code[] = {
			{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 2, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map },
			{ .code = 0 },
			{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
			{ .code = BPF_JMP | BPF_EXIT },
		};

		load.insns = (uintptr_t)code;
		load.insn_cnt = sizeof(code) / sizeof(code[0]);
		load.license = (uintptr_t) "ISC";
		attach.target_fd = (uint32_t)group;
		attach.attach_bpf_fd = (uint32_t)bpf(BPF_PROG_LOAD, &load);
	}
	if ((int)attach.attach_bpf_fd < 0)
		err(1, "load");
	if (!strange) {
		attach.attach_flags |= BPF_F_REPLACE;
		attach.replace_bpf_fd = (uint32_t)old;
	}
	if (bpf(BPF_PROG_ATTACH, &attach))
		err(1, "attach");
	return 0;
}
