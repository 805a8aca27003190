// SPDX-License-Identifier: ISC
/*
 * tests/unit/programs_test.c - the programs as bytes; with the privilege also as the
 * kernel's verifier sees them.
 */
#include <errno.h>
#include <unistd.h>

#include "helpers/bpf.h"
#include "helpers/programs.h"
#include "tests/unit/tap.h"

static const char *const names[PROGRAMS] = { "out", "in", "socket" };

static bool is_jump(const struct bpf_insn *i)
{
	return BPF_CLASS(i->code) == BPF_JMP && i->code != (BPF_JMP | BPF_CALL) &&
	       i->code != (BPF_JMP | BPF_EXIT);
}

/* Every jump goes forward and into the program, every map is one of the three. */
static void test_image(enum program p, bool without_retval, int prefixes)
{
	const int maps[MAPS] = { 1001, 1002, prefixes };
	struct program_image image;
	int astray = 0, foreign = 0;

	program_assemble(p, without_retval, maps, &image);
	for (size_t i = 0; i < image.count; i++) {
		const struct bpf_insn *insn = &image.insns[i];

		if (insn->code == (BPF_LD | BPF_DW | BPF_IMM)) {
			foreign += insn->imm != maps[0] && insn->imm != maps[1] &&
				   (insn->imm != prefixes || prefixes < 0);
			i++;
		} else if (is_jump(insn)) {
			astray += insn->off < 0 || i + 1 + (size_t)insn->off >= image.count;
		}
	}
	ok(image.count > 10 && image.count < PROGRAM_INSNS_MAX, "%s: %zu instructions", names[p],
	   image.count);
	ok(!astray, "%s: jumps stay inside", names[p]);
	ok(!foreign, "%s: maps are resolved", names[p]);
	ok(image.insns[image.count - 1].code == (BPF_JMP | BPF_EXIT) &&
		   image.insns[image.count - 2].code == (BPF_ALU64 | BPF_MOV | BPF_K) &&
		   image.insns[image.count - 2].imm == 0,
	   "%s: ends in a refusal", names[p]);
	ok(program_is_ours(p, image.name) && program_is_current(p, image.name), "%s: %s is ours",
	   names[p], image.name);
	ok(!program_is_ours((p + 1) % PROGRAMS, image.name), "%s: and no other", names[p]);
	image.name[strlen(image.name) - 1] ^= 1;
	ok(program_is_ours(p, image.name) && !program_is_current(p, image.name),
	   "%s: %s would be of another version", names[p], image.name);
}

static void test_names(void)
{
	ok(!program_is_ours(PROGRAM_OUT, "") && !program_is_ours(PROGRAM_OUT, "vrf_out_") &&
		   !program_is_ours(PROGRAM_OUT, "vrf_out_12345") &&
		   !program_is_ours(PROGRAM_OUT, "vrf_out_12345g") &&
		   !program_is_ours(PROGRAM_OUT, "sd_fw_egress"),
	   "names of others are not ours");
}

static void test_verifier(void)
{
	static const struct {
		enum program program;
		enum bpf_prog_type type;
		bool without_retval, limited;
	} loads[] = {
		{ PROGRAM_OUT, BPF_PROG_TYPE_CGROUP_SKB, false, true },
		{ PROGRAM_IN, BPF_PROG_TYPE_CGROUP_SKB, false, true },
		{ PROGRAM_OUT, BPF_PROG_TYPE_CGROUP_SKB, false, false },
		{ PROGRAM_IN, BPF_PROG_TYPE_CGROUP_SKB, false, false },
		{ PROGRAM_SOCKET, BPF_PROG_TYPE_CGROUP_SOCK, true, true },
		{ PROGRAM_SOCKET, BPF_PROG_TYPE_CGROUP_SOCK, true, false },
	};
	static char log[1 << 18];
	int maps[MAPS];

	for (int m = 0; m < MAPS; m++)
		maps[m] = map_create(m);
	for (int i = 0; i < 6; i++) {
		const int without[MAPS] = { maps[0], maps[1], loads[i].limited ? maps[2] : -1 };
		enum program p = loads[i].program;
		struct program_image image;
		int prog;

		if (maps[MAP_BINDING] < 0) {
			ok(true, "%s: verifier # SKIP bpf(2): %s", names[p], strerror(-maps[0]));
			continue;
		}
		program_assemble(p, loads[i].without_retval, without, &image);
		prog = bpf_prog_load(loads[i].type, program_hooks[p], image.name, image.insns,
				     image.count, log, sizeof(log));
		if (!ok(prog >= 0, "%s, %zu instructions: passes the verifier", names[p], image.count))
			printf("# %s\n%s", strerror(-prog), log);
		close(prog);
	}
	for (int m = 0; m < MAPS; m++)
		close(maps[m]);
}

int main(void)
{
	plan(7 * 7 + 1 + 6);
	for (int p = 0; p < PROGRAMS; p++)
		test_image(p, false, 1003);
	test_image(PROGRAM_OUT, false, -1);
	test_image(PROGRAM_IN, false, -1);
	test_image(PROGRAM_SOCKET, true, 1003);
	test_image(PROGRAM_SOCKET, true, -1);
	test_names();
	test_verifier();
	return tap_done();
}
