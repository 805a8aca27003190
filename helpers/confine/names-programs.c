/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/names-programs.c - the programs that send questions for names to the VRF's nameserver, and
 * give its answers the address that was asked; see names.h.
 *
 * Whom a socket has asked is kept with it: without that a resolver that asks the VRF's nameserver by
 * its own address would get answers from a stranger.
 */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "helpers/base/bpf-storage.h"
#include "helpers/base/bpf.h"
#include "helpers/confine/insns.h"
#include "helpers/confine/names.h"

/* An instruction is a line. */
/* clang-format off */

enum { MAP_NAMES, MAP_ASKED, NAME_MAPS };

#define IN_NAMES(f)	(int)offsetof(struct names, f)
#define ANSWER_SIZE	((int)sizeof(((struct names *)NULL)->answer4[0]))
#define ANSWER_MASK	0x30 /* for the verifier: a multiple of ANSWER_SIZE up to NOBODY's */
#define IN_ADDR6(word)	(IN_ADDR(user_ip6) + 8 * (word)) /* two words of 64 bits */
#define MAPPED		BE32(0xffff)

_Static_assert(sizeof(((struct names *)NULL)->answer4[0]) == 16 && sizeof(((struct names *)NULL)->answer6[0]) == 16 &&
		       sizeof(((struct asked *)NULL)->by_answer[0]) == 16 && NOBODY * 16 == ANSWER_MASK,
	       "one offset leads to all three");

/* r6 = the context, r7 = the names; pass what is for another port. */
#define BEGIN                                                                                      \
	MOV(R6, R1),                                                                               \
	MAP_VALUE(R7, MAP_NAMES)
#define IS_QUESTION                                                                                \
	LOAD(R2, R1, IN_ADDR(user_port)),                                                          \
	IF_NE_K(R2, BE16(NAMESERVER_PORT), PASS),                                                  \
	BEGIN

/* r0 = what this socket has asked whom r8, an answer's offset, stands for */
#define FIND_ASKED(flags, none)                                                                    \
	MAP(R1, MAP_ASKED),                                                                        \
	LOAD64(R2, R6, IN_ADDR(sk)),                                                               \
	IF_EQ_K(R2, 0, PASS),                                                                      \
	SET(R3, 0),                                                                                \
	SET(R4, flags),                                                                            \
	CALL(BPF_FUNC_sk_storage_get),                                                             \
	IF_EQ_K(R0, 0, none),                                                                      \
	ADD_X(R0, R8)

/* r8 = the answer's offset, r7 = the names, moved by it, r9 = the answer's port; or pass */
#define TAKE_ANSWER(answer)                                                                        \
	LOAD(R8, R8, answer),                                                                      \
	AND(R8, ANSWER_MASK),                                                                      \
	ADD_X(R7, R8),                                                                             \
	LOAD(R9, R7, IN_NAMES(answer4[0].port)),                                                   \
	IF_EQ_K(R9, 0, PASS)

#define SIZE4 ((int)sizeof(((struct names *)NULL)->ask4[0]))
static const struct bpf_insn out4[] = {
	IS_QUESTION,
	LOAD(R3, R1, IN_ADDR(user_ip4)),
	MOV(R8, R7),
	LOAD(R2, R8, IN_NAMES(ask4[0].ip)),
	IF_EQ(R2, R3, FOUND),
	ADD(R8, SIZE4),
	LOAD(R2, R8, IN_NAMES(ask4[0].ip)),
	IF_EQ(R2, R3, FOUND),
	ADD(R8, SIZE4),
	LOAD(R2, R8, IN_NAMES(ask4[0].ip)),
	IF_NE(R2, R3, PASS),
	LABEL(FOUND),
	TAKE_ANSWER(IN_NAMES(ask4[0].answer)),
	FIND_ASKED(BPF_SK_STORAGE_GET_F_CREATE, DROP),
	STORE64_K(R0, 0, 0),
	SET(R2, MAPPED),
	STORE(R0, 8, R2),
	LOAD(R2, R6, IN_ADDR(user_ip4)),
	STORE(R0, 12, R2),
	LOAD(R2, R7, IN_NAMES(answer4[0].ip)),
	STORE(R6, IN_ADDR(user_ip4), R2),
	STORE(R6, IN_ADDR(user_port), R9),
	PASSED,
	DROPPED,
};

#define IS_ANSWER4(i, otherwise)                                                                   \
	SET(R8, (i) * ANSWER_SIZE),                                                                \
	LOAD(R2, R7, IN_NAMES(answer4[i].ip)),                                                     \
	IF_NE(R2, R3, otherwise),                                                                  \
	LOAD(R2, R7, IN_NAMES(answer4[i].port)),                                                   \
	IF_NE(R2, R4, otherwise)

static const struct bpf_insn in4[] = {
	BEGIN,
	LOAD(R3, R1, IN_ADDR(user_ip4)),
	LOAD(R4, R1, IN_ADDR(user_port)),
	IS_ANSWER4(0, NOT_FIRST),
	GOTO(FOUND),
	LABEL(NOT_FIRST),
	IS_ANSWER4(1, NOT_SECOND),
	GOTO(FOUND),
	LABEL(NOT_SECOND),
	IS_ANSWER4(2, PASS),
	LABEL(FOUND),
	FIND_ASKED(0, PASS),
	LOAD(R2, R0, 12),
	IF_EQ_K(R2, 0, PASS),
	STORE(R6, IN_ADDR(user_ip4), R2),
	SET(R2, BE16(NAMESERVER_PORT)),
	STORE(R6, IN_ADDR(user_port), R2),
	PASSED,
};

#define SIZE6 ((int)sizeof(((struct names *)NULL)->ask6[0]))
#define IS_ASKED6(otherwise)                                                                       \
	LOAD64(R2, R8, IN_NAMES(ask6[0].ip[0])),                                                   \
	IF_NE(R2, R3, otherwise),                                                                  \
	LOAD64(R2, R8, IN_NAMES(ask6[0].ip[1])),                                                   \
	IF_NE(R2, R4, otherwise)

static const struct bpf_insn out6[] = {
	IS_QUESTION,
	LOAD64(R3, R1, IN_ADDR6(0)),
	LOAD64(R4, R1, IN_ADDR6(1)),
	MOV(R8, R7),
	IS_ASKED6(NOT_FIRST),
	GOTO(FOUND),
	LABEL(NOT_FIRST),
	ADD(R8, SIZE6),
	IS_ASKED6(NOT_SECOND),
	GOTO(FOUND),
	LABEL(NOT_SECOND),
	ADD(R8, SIZE6),
	IS_ASKED6(PASS),
	LABEL(FOUND),
	TAKE_ANSWER(IN_NAMES(ask6[0].answer)),
	FIND_ASKED(BPF_SK_STORAGE_GET_F_CREATE, DROP),
	LOAD64(R2, R6, IN_ADDR6(0)),
	STORE64(R0, 0, R2),
	LOAD64(R2, R6, IN_ADDR6(1)),
	STORE64(R0, 8, R2),
	LOAD64(R2, R7, IN_NAMES(answer6[0].ip[0])),
	STORE64(R6, IN_ADDR6(0), R2),
	LOAD64(R2, R7, IN_NAMES(answer6[0].ip[1])),
	STORE64(R6, IN_ADDR6(1), R2),
	STORE(R6, IN_ADDR(user_port), R9),
	PASSED,
	DROPPED,
};

#define IS_ANSWER6(i, otherwise)                                                                   \
	SET(R8, (i) * ANSWER_SIZE),                                                                \
	LOAD64(R2, R7, IN_NAMES(answer6[i].ip[0])),                                                \
	IF_NE(R2, R3, otherwise),                                                                  \
	LOAD64(R2, R7, IN_NAMES(answer6[i].ip[1])),                                                \
	IF_NE(R2, R4, otherwise),                                                                  \
	LOAD(R2, R7, IN_NAMES(answer4[i].port)),                                                   \
	IF_NE(R2, R5, otherwise)

static const struct bpf_insn in6[] = {
	BEGIN,
	LOAD64(R3, R1, IN_ADDR6(0)),
	LOAD64(R4, R1, IN_ADDR6(1)),
	LOAD(R5, R1, IN_ADDR(user_port)),
	IS_ANSWER6(0, NOT_FIRST),
	GOTO(FOUND),
	LABEL(NOT_FIRST),
	IS_ANSWER6(1, NOT_SECOND),
	GOTO(FOUND),
	LABEL(NOT_SECOND),
	IS_ANSWER6(2, PASS),
	LABEL(FOUND),
	FIND_ASKED(0, PASS),
	LOAD64(R2, R0, 8),
	IF_EQ_K(R2, 0, PASS),
	STORE64(R6, IN_ADDR6(1), R2),
	LOAD64(R2, R0, 0),
	STORE64(R6, IN_ADDR6(0), R2),
	SET(R2, BE16(NAMESERVER_PORT)),
	STORE(R6, IN_ADDR(user_port), R2),
	PASSED,
};
/* clang-format on */

#define NAME_SOURCE(p, i) SOURCE(NAME_PREFIX p, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, i)
static const struct source sources[NAME_PROGRAMS] = {
	[NAME_RECEIVE4] = NAME_SOURCE("r4_", in4),  [NAME_RECEIVE6] = NAME_SOURCE("r6_", in6),
	[NAME_CONNECT4] = NAME_SOURCE("c4_", out4), [NAME_CONNECT6] = NAME_SOURCE("c6_", out6),
	[NAME_SEND4] = NAME_SOURCE("s4_", out4),    [NAME_SEND6] = NAME_SOURCE("s6_", out6),
};

bool names_is_current(enum name_program p, const char *name)
{
	char current[BPF_OBJ_NAME_LEN];

	source_name(&sources[p], current);
	return !strcmp(current, name);
}

void names_close(struct names_set *s)
{
	for (int p = 0; p < NAME_PROGRAMS; p++) {
		if (s->program[p] >= 0)
			close(s->program[p]);
		s->program[p] = -1;
	}
	if (s->map >= 0)
		close(s->map);
	s->map = -1;
}

static int load_program(enum name_program p, const int maps[NAME_MAPS])
{
	const struct source *s = &sources[p];
	struct program_image image;

	source_assemble(s, false, maps, true, NULL, &image);
	return bpf_prog_load(s->type, name_hooks[p], 0, image.name, image.insns, image.count, NULL, 0);
}

int names_load(struct names_set *s)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	int maps[NAME_MAPS], err;

	/* Before Linux 5.11 maps and programs count against it; nobody is started by whoever calls this. */
	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	memset(s, -1, sizeof(*s));
	maps[MAP_ASKED] = bpf_storage_create("vrf_asked", sizeof(struct asked) / sizeof(__u32), false);
	if (maps[MAP_ASKED] < 0)
		return maps[MAP_ASKED];
	maps[MAP_NAMES] = s->map =
		bpf_map_create(BPF_MAP_TYPE_ARRAY, NAMES_MAP, sizeof(__u32), sizeof(struct names), 1, 0);
	err = s->map < 0 ? s->map : 0;
	for (int p = 0; !err && p < NAME_PROGRAMS; p++) {
		s->program[p] = load_program(p, maps);
		err = s->program[p] < 0 ? s->program[p] : 0;
	}
	close(maps[MAP_ASKED]);
	if (err)
		names_close(s);
	return err;
}
