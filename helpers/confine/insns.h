/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/insns.h - BPF instructions as the programs' sources write them.  Jumps name a
 * label, maps a slot, fields of the kernel's structures a place of struct layout;
 * program_assemble() resolves all three.
 */
#ifndef HELPERS_CONFINE_INSNS_H
#define HELPERS_CONFINE_INSNS_H

#include <linux/bpf.h>
#include <stddef.h>

#include "helpers/confine/programs.h"

/* Newer than the headers of Linux 5.10. */
#define FUNC_SET_RETVAL 187  /* bpf_set_retval(), Linux 5.18; for these hooks 6.1 */
#define LSM_CGROUP      43   /* BPF_LSM_CGROUP, Linux 6.0 */
#define STX_ATOMIC      0xc0 /* BPF_ATOMIC, Linux 5.12; BPF_XADD until then */
#define ATOMIC_FETCH    1

#define BE16(x) (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap16(x) : (x))
#define BE32(x) (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap32(x) : (x))

enum { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, FP };

/*
 * A label is a pseudo instruction: 0 is no opcode that the kernel knows.  The first two are
 * none, but the bounds of what is left out where there are no prefixes.
 */
enum label {
	LIMIT = 1,
	LIMIT_END,
	PASS,
	DROP,
	BY_MARK,
	BOUND,
	UNBOUND,
	DEVICE,
	IPV4,
	ADDRESS,
	INSIDE,
	LOCAL,
	OTHER,
	ERRNO,
	FOUND,
	NOT_FIRST,
	NOT_SECOND,
	KNOWN,
	SOCKET,
	INNER,
	INNER_IPV4,
	INNER_ADDRESS,
	SHARED,
	PIECES,
	PIECES_IPV4,
	PIECES_IPV6,
	PACKED,
	PACKED_ALL,
	PACKED_IPV6,
	AS_SENT,
	PEER,
	PEER_IPV6,
	DOWN,
	NOT_BOUND,
	ELSEWHERE,
	RECORD,
	WHOLE,
	SHORT,
	NOTHING,
	NO_TEST,
	LABELS
};

/* clang-format off */
#define INSN(c, d, s, o, i) { .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }
#define LABEL(l)	    INSN(0, 0, 0, 0, l)
#define LIMITED(...)	    LABEL(LIMIT), __VA_ARGS__, LABEL(LIMIT_END)
#define MOV(d, s)	    INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define MOV32(d, s)	    INSN(BPF_ALU | BPF_MOV | BPF_X, d, s, 0, 0)
#define SET(d, i)	    INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define ADD(d, i)	    INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define ADD_X(d, s)	    INSN(BPF_ALU64 | BPF_ADD | BPF_X, d, s, 0, 0)
#define AND(d, i)	    INSN(BPF_ALU64 | BPF_AND | BPF_K, d, 0, 0, i)
#define TO_BE16(d)	    INSN(BPF_ALU | BPF_END | BPF_TO_BE, d, 0, 0, 16)
#define SHIFT(d, i)	    INSN(BPF_ALU64 | BPF_LSH | BPF_K, d, 0, 0, i)
#define AND32(d, i)	    INSN(BPF_ALU | BPF_AND | BPF_K, d, 0, 0, (__s32)(i))
#define LOAD(d, s, o)	    INSN(BPF_LDX | BPF_MEM | BPF_W, d, s, o, 0)
#define LOAD8(d, s, o)	    INSN(BPF_LDX | BPF_MEM | BPF_B, d, s, o, 0)
#define LOAD16(d, s, o)	    INSN(BPF_LDX | BPF_MEM | BPF_H, d, s, o, 0)
#define LOAD64(d, s, o)	    INSN(BPF_LDX | BPF_MEM | BPF_DW, d, s, o, 0)
#define STORE(d, o, s)	    INSN(BPF_STX | BPF_MEM | BPF_W, d, s, o, 0)
#define STORE16(d, o, s)    INSN(BPF_STX | BPF_MEM | BPF_H, d, s, o, 0)
#define STORE64(d, o, s)    INSN(BPF_STX | BPF_MEM | BPF_DW, d, s, o, 0)
#define STORE_K(d, o, i)    INSN(BPF_ST | BPF_MEM | BPF_W, d, 0, o, i)
#define STORE64_K(d, o, i)  INSN(BPF_ST | BPF_MEM | BPF_DW, d, 0, o, i)
#define IF_EQ(d, s, l)	    INSN(BPF_JMP | BPF_JEQ | BPF_X, d, s, l, 0)
#define IF_NE(d, s, l)	    INSN(BPF_JMP | BPF_JNE | BPF_X, d, s, l, 0)
#define IF_EQ_K(d, i, l)    INSN(BPF_JMP | BPF_JEQ | BPF_K, d, 0, l, i)
#define IF_NE_K(d, i, l)    INSN(BPF_JMP | BPF_JNE | BPF_K, d, 0, l, i)
#define IF_LE_K(d, i, l)    INSN(BPF_JMP | BPF_JLE | BPF_K, d, 0, l, i)
#define IF_LT_K(d, i, l)    INSN(BPF_JMP | BPF_JLT | BPF_K, d, 0, l, i)
#define IF_GT(d, s, l)	    INSN(BPF_JMP | BPF_JGT | BPF_X, d, s, l, 0)
#define IF_EQ32_K(d, i, l)  INSN(BPF_JMP32 | BPF_JEQ | BPF_K, d, 0, l, (__s32)(i))
#define IF_BIT(d, i, l)	    INSN(BPF_JMP | BPF_JSET | BPF_K, d, 0, l, i)
/* s = what was there; program_assemble() has another for kernels before Linux 5.12 */
#define FETCH_ADD(d, o, s)  INSN(BPF_STX | STX_ATOMIC | BPF_DW, d, s, o, BPF_ADD | ATOMIC_FETCH)
#define GOTO(l)		    INSN(BPF_JMP | BPF_JA, 0, 0, l, 0)
#define CALL(f)		    INSN(BPF_JMP | BPF_CALL, 0, 0, 0, f)
#define EXIT		    INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define MAP(d, m)	    INSN(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_FD, 0, m), INSN(0, 0, 0, 0, 0)
#define MAP_VALUE(d, m)	    INSN(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_VALUE, 0, m), INSN(0, 0, 0, 0, 0)

/* A field of the kernel's: a load has no use for imm, an addition none for off. */
#define FIELD16(d, s, f)    INSN(BPF_LDX | BPF_MEM | BPF_H, d, s, 0, 1 + (f))
#define FIELD32(d, s, f)    INSN(BPF_LDX | BPF_MEM | BPF_W, d, s, 0, 1 + (f))
#define FIELD64(d, s, f)    INSN(BPF_LDX | BPF_MEM | BPF_DW, d, s, 0, 1 + (f))
#define ADD_OFFSET(d, f)    INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 1, f)

#define IN_BINDING(f) offsetof(struct binding, f)
#define IN_SOCK(f)    offsetof(struct bpf_sock, f)
#define IN_SKB(f)     offsetof(struct __sk_buff, f)
#define IN_ADDR(f)    offsetof(struct bpf_sock_addr, f)

/* The stack: a struct device_key, and below it a struct prefix_key. */
#define KEY	     (-(int)sizeof(struct device_key))
#define IN_KEY(f)    (KEY + (int)offsetof(struct device_key, f))
#define PREFIX	     (KEY - (int)sizeof(struct prefix_key))
#define IN_PREFIX(f) (PREFIX + (int)offsetof(struct prefix_key, f))

/* r0 = where the flags of the interface in r1 are, or 0 */
#define FIND_DEVICE                                                                                \
	STORE_K(FP, IN_KEY(length), DEVICE_KEY_BITS),                                              \
	STORE(FP, IN_KEY(ifindex), R1),                                                            \
	MAP(R1, MAP_DEVICES),                                                                      \
	MOV(R2, FP),                                                                               \
	ADD(R2, KEY),                                                                              \
	CALL(BPF_FUNC_map_lookup_elem)

/* r0 = the flags of the interface in r1, where they are not all set; or go where it is not known */
#define LOOK_UP_DEVICE(unknown)                                                                    \
	FIND_DEVICE,                                                                               \
	IF_EQ_K(R0, 0, unknown),                                                                   \
	LIMITED(LOAD(R0, R0, 0))

/* r0 = PASS_* of the struct prefix_key on the stack, or go where it is not known */
#define LOOK_UP_PREFIX(unknown)                                                                    \
	MAP(R1, MAP_PREFIXES),                                                                     \
	MOV(R2, FP),                                                                               \
	ADD(R2, PREFIX),                                                                           \
	CALL(BPF_FUNC_map_lookup_elem),                                                            \
	IF_EQ_K(R0, 0, unknown),                                                                   \
	LOAD(R0, R0, 0)

#define PASSED                                                                                     \
	LABEL(PASS),                                                                               \
	SET(R0, 1),                                                                                \
	EXIT

#define DROPPED                                                                                    \
	LABEL(DROP),                                                                               \
	SET(R0, 0), /* the caller gets EPERM */                                                    \
	EXIT

/* The same with another errno than EPERM, which r1 has. */
#define REFUSED                                                                                    \
	LABEL(ERRNO),                                                                              \
	CALL(FUNC_SET_RETVAL),                                                                     \
	DROPPED

#define IN_DROPS(f) offsetof(struct drops, f)
#define IN_DROP(f)  (IN_DROPS(kept) + offsetof(struct drop, f))

/*
 * r7 = the next place in the ring, from which on IN_DROP() counts.  Nothing is there while it is
 * written: two of them may come 32 apart at one time, or a reader in between.
 */
#define TAKE_PLACE                                                                                 \
	MAP_VALUE(R7, MAP_DROPS),                                                                  \
	SET(R8, 1),                                                                                \
	FETCH_ADD(R7, IN_DROPS(count), R8),                                                        \
	AND(R8, DROPS_KEPT - 1),                                                                   \
	SHIFT(R8, DROP_SHIFT),                                                                     \
	ADD_X(R7, R8),                                                                             \
	STORE64_K(R7, IN_DROP(when), 0)

#define STAMP                                                                                      \
	CALL(BPF_FUNC_ktime_get_ns),                                                               \
	STORE64(R7, IN_DROP(when), R0)

#define IN_CALL(f) (IN_DROP(header) + offsetof(struct drop_call, f))
#define COPY_WORD(to, from)                                                                        \
	LOAD(R1, R6, from),                                                                        \
	STORE(R7, to, R1)

/* What is no packet but has a process, from the context in r6, in r9 the reason; and its end. */
#define BEGIN_CALL(in_family, in_type, in_protocol)                                                \
	TAKE_PLACE,                                                                                \
	STORE(R7, IN_DROP(reason), R9),                                                            \
	STORE_K(R7, IN_DROP(ifindex), 0),                                                          \
	STORE_K(R7, IN_DROP(length), sizeof(struct drop_call)),                                    \
	COPY_WORD(IN_CALL(family), in_family),                                                     \
	COPY_WORD(IN_CALL(type), in_type),                                                         \
	COPY_WORD(IN_CALL(protocol), in_protocol)
#define END_CALL                                                                                   \
	CALL(BPF_FUNC_get_current_pid_tgid),                                                       \
	STORE64(R7, IN_DROP(cookie), R0),                                                          \
	CALL(BPF_FUNC_get_current_cgroup_id),                                                      \
	STORE64(R7, IN_DROP(cgroup), R0),                                                          \
	STAMP

/* clang-format on */

/* As in <linux/in.h> and <linux/in6.h>, which exclude those of the C library */
#ifndef IP_FREEBIND
#define IP_FREEBIND 15
#endif
#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78
#endif

/* What a program is made of. */
struct source {
	const char *prefix; /* of its name */
	enum bpf_prog_type type;
	const struct bpf_insn *insns;
	size_t count;
};
#define SOURCE(p, t, i) \
	{ \
		.prefix = (p), .type = (t), .insns = (i), .count = sizeof(i) / sizeof(*(i)) \
	}

/* Pure.  program_assemble() says what the rest means; maps are by slot. */
void source_assemble(const struct source *s, bool older, const int *maps, bool limited, const struct layout *layout,
		     struct program_image *image);
void source_name(const struct source *s, char name[BPF_OBJ_NAME_LEN]);

extern const struct source source_out, source_in;                               /* filter.c */
extern const struct source source_socket, source_option;                        /* socket.c */
extern const struct source source_connect4, source_connect6, source_send4;      /* point.c */
extern const struct source source_family, source_keep, source_bind, source_set; /* lsm-programs.c */

#endif
