/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/programs_test.c - the programs as bytes; with the privilege also as the
 * kernel's verifier sees them.
 */
#include <errno.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/confine/programs.h"
#include "tests/unit/tap.h"

static const char *const names[PROGRAMS] = {
	[PROGRAM_OUT] = "out",           [PROGRAM_IN] = "in",       [PROGRAM_CONNECT4] = "connect4",
	[PROGRAM_CONNECT6] = "connect6", [PROGRAM_SEND4] = "send4", [PROGRAM_FAMILY] = "family",
	[PROGRAM_KEEP] = "keep",         [PROGRAM_BIND] = "bind",   [PROGRAM_SOCKET] = "socket",
	[PROGRAM_OPTION] = "option",     [PROGRAM_SET] = "set",
};

/* As on some kernel; never 0, which no field of these has. */
static const struct layout layout = { .offset = { 4, 24, 16, 20, 1900, 64, 136, 8 } };

static bool is_jump(const struct bpf_insn *i)
{
	return (BPF_CLASS(i->code) == BPF_JMP || BPF_CLASS(i->code) == BPF_JMP32) && i->code != (BPF_JMP | BPF_CALL) &&
	       i->code != (BPF_JMP | BPF_EXIT);
}

static bool is_field(const struct bpf_insn *i)
{
	return (BPF_CLASS(i->code) == BPF_LDX && i->imm) || (i->code == (BPF_ALU64 | BPF_ADD | BPF_K) && i->off);
}

/* Every jump stays inside, every map is one of these, no place of the layout is left open. */
static void test_image(enum program p, bool without_retval, int prefixes)
{
	const int maps[MAPS] = { 1001, 1002, 1003, prefixes, 1005 };
	struct program_image image;
	int astray = 0, foreign = 0, open = 0;

	program_assemble(p, without_retval, maps, &layout, &image);
	for (size_t i = 0; i < image.count; i++) {
		const struct bpf_insn *insn = &image.insns[i];

		if (insn->code == (BPF_LD | BPF_DW | BPF_IMM)) {
			foreign += insn->imm != maps[0] && insn->imm != maps[1] && insn->imm != maps[2] &&
				   insn->imm != maps[4] && (insn->imm != prefixes || prefixes < 0);
			i++;
		} else if (is_jump(insn)) {
			astray += (long)i + 1 + insn->off < 0 || (long)i + 1 + insn->off >= (long)image.count;
		}
		open += is_field(insn);
	}
	ok(image.count >= 4 && image.count < PROGRAM_INSNS_MAX, "%s: %zu instructions", names[p], image.count);
	ok(!astray, "%s: jumps stay inside", names[p]);
	ok(!foreign && !open, "%s: maps and fields are resolved", names[p]);
	ok(image.insns[image.count - 1].code == (BPF_JMP | BPF_EXIT) &&
		   image.insns[image.count - 2].code == (BPF_ALU64 | BPF_MOV | BPF_K),
	   "%s: ends in a verdict", names[p]);
	ok(program_is_ours(p, image.name) && program_is_current(p, image.name), "%s: %s is ours", names[p], image.name);
	ok(!program_is_ours((p + 1) % PROGRAMS, image.name), "%s: and no other", names[p]);
	image.name[strlen(image.name) - 1] = image.name[strlen(image.name) - 1] == '0' ? '1' : '0';
	ok(program_is_ours(p, image.name) && !program_is_current(p, image.name), "%s: %s would be of another version",
	   names[p], image.name);
}

static void test_names(void)
{
	ok(!program_is_ours(PROGRAM_OUT, "") && !program_is_ours(PROGRAM_OUT, "vrf_out_") &&
		   !program_is_ours(PROGRAM_OUT, "vrf_out_12345") && !program_is_ours(PROGRAM_OUT, "vrf_out_12345g") &&
		   !program_is_ours(PROGRAM_OUT, "sd_fw_egress"),
	   "names of others are not ours");
}

static const enum bpf_prog_type types[PROGRAMS] = {
	[PROGRAM_OUT] = BPF_PROG_TYPE_CGROUP_SKB,
	[PROGRAM_IN] = BPF_PROG_TYPE_CGROUP_SKB,
	[PROGRAM_CONNECT4] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[PROGRAM_CONNECT6] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[PROGRAM_SEND4] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[PROGRAM_OPTION] = BPF_PROG_TYPE_CGROUP_SOCKOPT,
	[PROGRAM_SOCKET] = BPF_PROG_TYPE_CGROUP_SOCK,
};

/* Those of the LSM need a kernel that has it: tests/net/confine-families.sh. */
static void test_verifier(void)
{
	static char log[1 << 18];
	int maps[MAPS];

	for (int m = 0; m < MAPS; m++)
		maps[m] = map_create(m);
	for (int i = 0; i < 4 * PROGRAMS; i++) {
		const bool limited = i % 2, older = i / 2 % 2;
		const int without[MAPS] = { maps[0], maps[1], maps[2], limited ? maps[3] : -1, -1 };
		enum program p = i / 4;
		struct program_image image;
		int prog;

		/* what this kernel may not have yet */
		if (program_is_lsm(p) || (!older && p != PROGRAM_OUT && p != PROGRAM_IN))
			continue;
		if (maps[MAP_BINDING] < 0) {
			ok(true, "%s: verifier # SKIP bpf(2): %s", names[p], strerror(-maps[0]));
			continue;
		}
		program_assemble(p, older, without, NULL, &image);
		prog = bpf_prog_load(types[p], program_hooks[p], 0, image.name, image.insns, image.count, log,
				     sizeof(log));
		if (!ok(prog >= 0, "%s, %zu instructions%s: passes the verifier", names[p], image.count,
			older ? " for an older kernel" : ""))
			printf("# %s\n%s", strerror(-prog), log);
		close(prog);
	}
	for (int m = 0; m < MAPS; m++)
		close(maps[m]);
}

/* Where the bytes of a number are in another order, so are those that the hash is made of. */
static void test_version(void)
{
	const __u32 hash = programs_hash();

	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		printf("# PROGRAMS_VERSION is of little-endian machines\n");
	else if (!ok(hash == PROGRAMS_VERSION, "PROGRAMS_VERSION is that of the programs"))
		printf("# they have changed: programs.h, #define PROGRAMS_VERSION 0x%08xu\n", hash);
}

int main(void)
{
	plan(7 * (PROGRAMS + 7) + 1 + (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) + 2 * (PROGRAMS - 4 + 2));
	for (int p = 0; p < PROGRAMS; p++)
		test_image(p, false, 1004);
	for (int p = PROGRAM_OUT; p <= PROGRAM_OPTION; p++)
		test_image(p, false, -1);
	test_image(PROGRAM_SOCKET, true, -1);
	test_version();
	test_names();
	test_verifier();
	return tap_done();
}
