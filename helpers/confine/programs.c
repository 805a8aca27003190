/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/programs.c - put the programs of a confined control group together and load them.
 * They are the same for every VRF; what differs is in the maps.
 */
#include <errno.h>
#include <string.h>

#include "helpers/base/bpf.h"
#include "helpers/base/text.h"
#include "helpers/confine/insns.h"
#include "helpers/confine/programs.h"

static const struct source *const sources[PROGRAMS] = {
	[PROGRAM_OUT] = &source_out,           [PROGRAM_IN] = &source_in,         [PROGRAM_CONNECT4] = &source_connect4,
	[PROGRAM_CONNECT6] = &source_connect6, [PROGRAM_SEND4] = &source_send4,   [PROGRAM_OPTION] = &source_option,
	[PROGRAM_FAMILY] = &source_family,     [PROGRAM_KEEP] = &source_keep,     [PROGRAM_BIND] = &source_bind,
	[PROGRAM_SET] = &source_set,           [PROGRAM_SOCKET] = &source_socket,
};

const enum bpf_attach_type program_hooks[PROGRAMS] = {
	[PROGRAM_OUT] = BPF_CGROUP_INET_EGRESS,
	[PROGRAM_IN] = BPF_CGROUP_INET_INGRESS,
	[PROGRAM_CONNECT4] = BPF_CGROUP_INET4_CONNECT,
	[PROGRAM_CONNECT6] = BPF_CGROUP_INET6_CONNECT,
	[PROGRAM_SEND4] = BPF_CGROUP_UDP4_SENDMSG,
	[PROGRAM_OPTION] = BPF_CGROUP_SETSOCKOPT,
	[PROGRAM_FAMILY] = LSM_CGROUP,
	[PROGRAM_KEEP] = LSM_CGROUP,
	[PROGRAM_BIND] = LSM_CGROUP,
	[PROGRAM_SET] = LSM_CGROUP,
	[PROGRAM_SOCKET] = BPF_CGROUP_INET_SOCK_CREATE,
};

const char *const map_names[MAPS] = {
	[MAP_BINDING] = "vrf_binding",   [MAP_DROPS] = "vrf_drops",   [MAP_DEVICES] = "vrf_devices",
	[MAP_PREFIXES] = "vrf_prefixes", [MAP_LAYOUT] = "vrf_layout",
};

/* Room for one more than is put in: before Linux 6.13 a full trie takes no update either. */
int map_create(enum map m)
{
	switch (m) {
	case MAP_BINDING:
		return bpf_map_create(BPF_MAP_TYPE_ARRAY, map_names[m], sizeof(__u32), sizeof(struct binding), 1, 0);
	case MAP_DROPS:
		return bpf_map_create(BPF_MAP_TYPE_ARRAY, map_names[m], sizeof(__u32), sizeof(struct drops), 1, 0);
	case MAP_DEVICES:
		return bpf_map_create(BPF_MAP_TYPE_LPM_TRIE, map_names[m], sizeof(struct device_key), sizeof(__u32),
				      DEVICES_MAX + 1, BPF_F_NO_PREALLOC);
	case MAP_PREFIXES:
		return bpf_map_create(BPF_MAP_TYPE_LPM_TRIE, map_names[m], sizeof(struct prefix_key), sizeof(__u32),
				      PREFIXES_MAX + 1, BPF_F_NO_PREALLOC);
	case MAP_LAYOUT:
		return bpf_map_create(BPF_MAP_TYPE_ARRAY, map_names[m], sizeof(__u32), sizeof(struct layout), 1, 0);
	default:
		return -EINVAL;
	}
}

static bool is_call(const struct bpf_insn *i)
{
	return i->code == (BPF_JMP | BPF_CALL);
}

static bool is_jump(const struct bpf_insn *i)
{
	return (BPF_CLASS(i->code) == BPF_JMP || BPF_CLASS(i->code) == BPF_JMP32) && !is_call(i) &&
	       i->code != (BPF_JMP | BPF_EXIT);
}

static bool is_map(const struct bpf_insn *i)
{
	return i->code == (BPF_LD | BPF_DW | BPF_IMM);
}

/* FIELD16(), FIELD64(), ADD_OFFSET() */
static void resolve_field(struct bpf_insn *i, const struct layout *l)
{
	if (BPF_CLASS(i->code) == BPF_LDX && i->imm) {
		i->off = (__s16)l->offset[i->imm - 1];
		i->imm = 0;
	} else if (i->code == (BPF_ALU64 | BPF_ADD | BPF_K) && i->off) {
		i->imm = l->offset[i->imm];
		i->off = 0;
	}
}

/* FNV-1a, of words, folded: of the source, so that all that is made of it has one version. */
static __u32 version(const struct source *s)
{
	__u64 h = 14695981039346656037u;

	for (size_t i = 0; i < s->count; i++) {
		__u64 word;

		memcpy(&word, &s->insns[i], sizeof(word));
		h = (h ^ word) * 1099511628211u;
		h ^= h >> 32;
	}
	return (__u32)h;
}

__u32 programs_hash(void)
{
	__u32 h = 0;

	for (int p = 0; p < PROGRAMS; p++)
		h = h * 16777619u ^ version(sources[p]);
	return h;
}

void source_name(const struct source *s, char name[BPF_OBJ_NAME_LEN])
{
	__u32 h = version(s);
	char *at = text_append(name, name + BPF_OBJ_NAME_LEN, s->prefix);

	for (int bits = 20; bits >= 0; bits -= 4)
		*at++ = "0123456789abcdef"[h >> bits & 15];
	*at = '\0';
}

static bool is_fetch(const struct bpf_insn *i)
{
	return i->code == (BPF_STX | STX_ATOMIC | BPF_DW) && i->imm == (BPF_ADD | ATOMIC_FETCH);
}

/*
 * Before Linux 5.12 an addition does not tell what was there.  What is there now is one more, or
 * another CPU's place as well.
 */
static size_t add_and_load(const struct bpf_insn *fetch, struct bpf_insn *to)
{
	to[0] = to[1] = *fetch;
	to[0].imm = BPF_ADD;
	to[1] = (struct bpf_insn)LOAD64(fetch->src_reg, fetch->dst_reg, fetch->off);
	return 2;
}

void source_assemble(const struct source *s, bool older, const int *maps, bool limited, const struct layout *layout,
		     struct program_image *image)
{
	size_t at[LABELS] = { 0 };
	size_t n = 0;
	bool left_out = false;

	for (size_t i = 0; i < s->count; i++) {
		const struct bpf_insn *insn = &s->insns[i];

		if (insn->code == 0 && insn->imm) {
			at[insn->imm] = n;
			if (insn->imm <= LIMIT_END)
				left_out = insn->imm == LIMIT && !limited;
			continue;
		}
		if (left_out || (older && is_call(insn) && insn->imm == FUNC_SET_RETVAL))
			continue;
		if (older && is_fetch(insn))
			n += add_and_load(insn, &image->insns[n]);
		else
			image->insns[n++] = *insn;
	}
	image->count = n;
	for (size_t i = 0; i < n; i++)
		if (is_jump(&image->insns[i]))
			image->insns[i].off = (__s16)((long)at[image->insns[i].off] - (long)i - 1);
	source_name(s, image->name);
	for (size_t i = 0; i < n; i++)
		if (is_map(&image->insns[i]))
			image->insns[i].imm = maps[image->insns[i].imm];
		else if (layout)
			resolve_field(&image->insns[i], layout);
}

void program_assemble(enum program p, bool older, const int maps[MAPS], const struct layout *layout,
		      struct program_image *image)
{
	/* Without devices there is no filter, and a mark is possible. */
	const bool limited = maps[MAP_DEVICES] < 0 || maps[MAP_PREFIXES] >= 0;

	source_assemble(sources[p], older, maps, limited, layout, image);
}

bool program_is_lsm(enum program p)
{
	return program_hooks[p] == LSM_CGROUP;
}

bool program_is_ours(enum program p, const char *name)
{
	size_t len = strlen(sources[p]->prefix);

	return !strncmp(name, sources[p]->prefix, len) && strspn(name + len, "0123456789abcdef") == 6;
}

bool program_is_current(enum program p, const char *name)
{
	char current[BPF_OBJ_NAME_LEN];

	source_name(sources[p], current);
	return !strcmp(current, name);
}

int program_load(enum program p, const int maps[MAPS], const struct layout *layout)
{
	const __u32 function = program_is_lsm(p) ? layout->hook[p] : 0;
	struct program_image image;
	int prog = -EINVAL;

	/* What older kernels do not know: EINVAL is the verifier's word, the other one that of compilers. */
	for (int older = 0; (prog == -EINVAL || prog == -ENOTSUPP) && older < 2; older++) {
		program_assemble(p, older, maps, layout, &image);
		prog = bpf_prog_load(sources[p]->type, program_hooks[p], function, image.name, image.insns, image.count,
				     NULL, 0);
	}
	return prog;
}
