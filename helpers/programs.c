// SPDX-License-Identifier: ISC
/*
 * helpers/programs.c - the three programs of a confined control group.
 *
 * They are the same for every VRF; what differs is in the maps.  Jumps name a label,
 * maps a slot; program_assemble() resolves both.
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <string.h>
#include <sys/socket.h>

#include "helpers/bpf.h"
#include "helpers/programs.h"
#include "helpers/text.h"

/* Newer than the headers of Linux 5.10. */
#define FUNC_SET_RETVAL 187 /* bpf_set_retval(), Linux 5.18; for this hook 6.1 */
#define PROTO_SMC	256 /* IPPROTO_SMC, Linux 6.11 */
#define PROTO_MPTCP	262 /* IPPROTO_MPTCP, Linux 5.6 */

#define BE16(x) (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap16(x) : (x))

enum { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, FP };

/*
 * A label is a pseudo instruction: 0 is no opcode that the kernel knows.  The first two are
 * none, but the bounds of what is left out where there are no prefixes.
 */
enum { LIMIT = 1, LIMIT_END, PASS, DROP, BY_MARK, BOUND, DEVICE, IPV4, ADDRESS, NO_PROTOCOL };

#define INSN(c, d, s, o, i) { .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }
#define LABEL(l)	    INSN(0, 0, 0, 0, l)
#define LIMITED(...)	    LABEL(LIMIT), __VA_ARGS__, LABEL(LIMIT_END)
#define MOV(d, s)	    INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define SET(d, i)	    INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define ADD(d, i)	    INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define LOAD(d, s, o)	    INSN(BPF_LDX | BPF_MEM | BPF_W, d, s, o, 0)
#define LOAD64(d, s, o)	    INSN(BPF_LDX | BPF_MEM | BPF_DW, d, s, o, 0)
#define STORE(d, o, s)	    INSN(BPF_STX | BPF_MEM | BPF_W, d, s, o, 0)
#define STORE_K(d, o, i)    INSN(BPF_ST | BPF_MEM | BPF_W, d, 0, o, i)
#define STORE64_K(d, o, i)  INSN(BPF_ST | BPF_MEM | BPF_DW, d, 0, o, i)
#define IF_EQ(d, s, l)	    INSN(BPF_JMP | BPF_JEQ | BPF_X, d, s, l, 0)
#define IF_NE(d, s, l)	    INSN(BPF_JMP | BPF_JNE | BPF_X, d, s, l, 0)
#define IF_EQ_K(d, i, l)    INSN(BPF_JMP | BPF_JEQ | BPF_K, d, 0, l, i)
#define IF_NE_K(d, i, l)    INSN(BPF_JMP | BPF_JNE | BPF_K, d, 0, l, i)
#define IF_BIT(d, i, l)	    INSN(BPF_JMP | BPF_JSET | BPF_K, d, 0, l, i)
#define GOTO(l)		    INSN(BPF_JMP | BPF_JA, 0, 0, l, 0)
#define CALL(f)		    INSN(BPF_JMP | BPF_CALL, 0, 0, 0, f)
#define EXIT		    INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define MAP(d, m)	    INSN(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_FD, 0, m), INSN(0, 0, 0, 0, 0)
#define MAP_VALUE(d, m)	    INSN(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_VALUE, 0, m), INSN(0, 0, 0, 0, 0)

#define IN_BINDING(f) offsetof(struct binding, f)
#define IN_SOCK(f)    offsetof(struct bpf_sock, f)
#define IN_SKB(f)     offsetof(struct __sk_buff, f)

/* The stack: a struct device_key, and below it a struct prefix. */
#define KEY	   (-(int)sizeof(struct device_key))
#define IN_KEY(f)  (KEY + (int)offsetof(struct device_key, f))
#define PREFIX	   (KEY - (int)sizeof(struct prefix))
#define IN_PREFIX(f) (PREFIX + (int)offsetof(struct prefix, f))

/* r0 = the flags of the interface in r1, where they are not all set; or drop */
#define LOOK_UP_DEVICE                                                                             \
	STORE_K(FP, IN_KEY(length), DEVICE_KEY_BITS),                                              \
	STORE(FP, IN_KEY(ifindex), R1),                                                            \
	MAP(R1, MAP_DEVICES),                                                                      \
	MOV(R2, FP),                                                                               \
	ADD(R2, KEY),                                                                              \
	CALL(BPF_FUNC_map_lookup_elem),                                                            \
	IF_EQ_K(R0, 0, DROP),                                                                      \
	LIMITED(LOAD(R0, R0, 0))

/* Pass if the packet's address, at offset ip or ip6, lies inside the prefixes, else drop. */
#define LOOK_UP_ADDRESS(ip, ip6)                                                                   \
	STORE64_K(FP, IN_PREFIX(address), 0),                                                      \
	STORE64_K(FP, IN_PREFIX(address) + 8, 0),                                                  \
	LOAD(R1, R6, IN_SKB(protocol)),                                                            \
	IF_EQ_K(R1, BE16(ETH_P_IP), IPV4),                                                         \
	IF_NE_K(R1, BE16(ETH_P_IPV6), DROP),                                                       \
	STORE_K(FP, IN_PREFIX(family), AF_INET6),                                                  \
	STORE_K(FP, IN_PREFIX(length), PREFIX_FAMILY_BITS + 128),                                  \
	SET(R2, ip6),                                                                              \
	SET(R4, 16),                                                                               \
	GOTO(ADDRESS),                                                                             \
	LABEL(IPV4),                                                                               \
	STORE_K(FP, IN_PREFIX(family), AF_INET),                                                   \
	STORE_K(FP, IN_PREFIX(length), PREFIX_FAMILY_BITS + 32),                                   \
	SET(R2, ip),                                                                               \
	SET(R4, 4),                                                                                \
	LABEL(ADDRESS),                                                                            \
	MOV(R1, R6),                                                                               \
	MOV(R3, FP),                                                                               \
	ADD(R3, IN_PREFIX(address)),                                                               \
	CALL(BPF_FUNC_skb_load_bytes), /* from the network header on, in both directions */        \
	IF_NE_K(R0, 0, DROP),                                                                      \
	MAP(R1, MAP_PREFIXES),                                                                     \
	MOV(R2, FP),                                                                               \
	ADD(R2, PREFIX),                                                                           \
	CALL(BPF_FUNC_map_lookup_elem),                                                            \
	IF_EQ_K(R0, 0, DROP),                                                                      \
	LOAD(R0, R0, 0),                                                                           \
	IF_EQ_K(R0, 0, DROP) /* an unreachable inside a larger prefix */

#define PASSED                                                                                     \
	LABEL(PASS),                                                                               \
	SET(R0, 1),                                                                                \
	EXIT

#define DROPPED                                                                                    \
	LABEL(DROP),                                                                               \
	SET(R0, 0), /* the sender gets EPERM */                                                    \
	EXIT

static const struct bpf_insn out[] = {
	MOV(R6, R1),
	MAP_VALUE(R7, MAP_BINDING),
	LOAD(R8, R7, IN_BINDING(ifindex)),
	LIMITED(LOAD(R9, R7, IN_BINDING(mark))),
	/* A SYN-ACK comes with its listener here: the kernel has looked the full socket up. */
	LOAD64(R1, R6, IN_SKB(sk)),
	IF_EQ_K(R1, 0, DROP),
	LIMITED(IF_NE_K(R9, 0, BY_MARK)),
	IF_EQ_K(R8, 0, DROP), /* emptied: nothing passes */
	LOAD(R1, R1, IN_SOCK(bound_dev_if)),
	IF_EQ(R1, R8, BOUND),
	/* The kernel binds a link-local IPv6 socket to the member (tcp_v6_connect()). */
	LOOK_UP_DEVICE,
	LIMITED(IF_BIT(R0, DEVICE_BIND, BOUND),
		GOTO(DROP),
		LABEL(BY_MARK),
		CALL(BPF_FUNC_sk_fullsock),
		IF_EQ_K(R0, 0, DROP),
		LOAD(R1, R0, IN_SOCK(mark)),
		IF_NE(R1, R9, DROP)),
	/* IP_PKTINFO chooses the interface without a look at the binding (ip_cmsg_send()). */
	LABEL(BOUND),
	LOAD(R1, R6, IN_SKB(ifindex)),
	LOAD(R2, R7, IN_BINDING(member)),
	IF_EQ(R1, R2, PASS), /* what looking it up would say, at a third of the cost */
	LOOK_UP_DEVICE,
	/* ... and past any route: __ip_route_output_key() takes the destination for on-link. */
	LIMITED(IF_BIT(R0, DEVICE_ANY, PASS),
		LOOK_UP_ADDRESS(offsetof(struct iphdr, daddr), offsetof(struct ipv6hdr, daddr))),
	PASSED,
	DROPPED,
};

static const struct bpf_insn in[] = {
	LIMITED(MOV(R6, R1)),
	MAP_VALUE(R7, MAP_BINDING),
	LOAD(R8, R7, IN_BINDING(ifindex)),
	LOAD(R1, R1, IN_SKB(ifindex)),
	LIMITED(LOAD(R9, R7, IN_BINDING(mark)),
		IF_NE_K(R9, 0, DEVICE)),
	IF_EQ_K(R8, 0, DROP), /* emptied: nothing passes */
	/* What came by a member has the VRF's ifindex; neighbour discovery keeps the member's. */
	IF_EQ(R1, R8, PASS),
	LABEL(DEVICE),
	LOOK_UP_DEVICE,
	LIMITED(IF_BIT(R0, DEVICE_IN, BOUND),
		GOTO(DROP),
		LABEL(BOUND),
		IF_BIT(R0, DEVICE_ANY, PASS),
		LOOK_UP_ADDRESS(offsetof(struct iphdr, saddr), offsetof(struct ipv6hdr, saddr))),
	PASSED,
	DROPPED,
};

static const struct bpf_insn sock[] = {
	/*
	 * The sockets that really send for these two are the kernel's own and never meet this
	 * program.  Callers that can do without MPTCP fall back to TCP on this errno.
	 */
	LOAD(R2, R1, IN_SOCK(protocol)),
	IF_EQ_K(R2, PROTO_MPTCP, NO_PROTOCOL),
	IF_EQ_K(R2, PROTO_SMC, NO_PROTOCOL),
	MAP_VALUE(R7, MAP_BINDING),
	LIMITED(LOAD(R9, R7, IN_BINDING(mark)),
		IF_NE_K(R9, 0, BY_MARK)),
	LOAD(R8, R7, IN_BINDING(ifindex)),
	IF_EQ_K(R8, 0, DROP), /* emptied: no socket */
	STORE(R1, IN_SOCK(bound_dev_if), R8),
	LIMITED(GOTO(PASS),
		LABEL(BY_MARK),
		STORE(R1, IN_SOCK(mark), R9)),
	PASSED,
	LABEL(NO_PROTOCOL),
	SET(R1, -EPROTONOSUPPORT),
	CALL(FUNC_SET_RETVAL),
	DROPPED,
};

static const struct source {
	const char *prefix;
	enum bpf_prog_type type;
	const struct bpf_insn *insns;
	size_t count;
} sources[PROGRAMS] = {
	[PROGRAM_OUT] = { "vrf_out_", BPF_PROG_TYPE_CGROUP_SKB, out, sizeof(out) / sizeof(*out) },
	[PROGRAM_IN] = { "vrf_in_", BPF_PROG_TYPE_CGROUP_SKB, in, sizeof(in) / sizeof(*in) },
	[PROGRAM_SOCKET] = { "vrf_sock_", BPF_PROG_TYPE_CGROUP_SOCK, sock,
			     sizeof(sock) / sizeof(*sock) },
};

const enum bpf_attach_type program_hooks[PROGRAMS] = {
	[PROGRAM_OUT] = BPF_CGROUP_INET_EGRESS,
	[PROGRAM_IN] = BPF_CGROUP_INET_INGRESS,
	[PROGRAM_SOCKET] = BPF_CGROUP_INET_SOCK_CREATE,
};

const char *const map_names[MAPS] = {
	[MAP_BINDING] = "vrf_binding",
	[MAP_DEVICES] = "vrf_devices",
	[MAP_PREFIXES] = "vrf_prefixes",
};

/* Room for one more than is put in: before Linux 6.13 a full trie takes no update either. */
int map_create(enum map m)
{
	switch (m) {
	case MAP_BINDING:
		return bpf_map_create(BPF_MAP_TYPE_ARRAY, map_names[m], sizeof(__u32),
				      sizeof(struct binding), 1, 0);
	case MAP_DEVICES:
		return bpf_map_create(BPF_MAP_TYPE_LPM_TRIE, map_names[m], sizeof(struct device_key),
				      sizeof(__u32), DEVICES_MAX + 1, BPF_F_NO_PREALLOC);
	case MAP_PREFIXES:
		return bpf_map_create(BPF_MAP_TYPE_LPM_TRIE, map_names[m], sizeof(struct prefix),
				      sizeof(__u32), PREFIXES_MAX + 1, BPF_F_NO_PREALLOC);
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
	return BPF_CLASS(i->code) == BPF_JMP && !is_call(i) && i->code != (BPF_JMP | BPF_EXIT);
}

static bool is_map(const struct bpf_insn *i)
{
	return i->code == (BPF_LD | BPF_DW | BPF_IMM);
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

__u32 programs_version(void)
{
	__u32 h = 0;

	for (int p = 0; p < PROGRAMS; p++)
		h = h * 16777619u ^ version(&sources[p]);
	return h;
}

static void set_name(char name[BPF_OBJ_NAME_LEN], const struct source *s)
{
	__u32 h = version(s);
	char *at = text_append(name, name + BPF_OBJ_NAME_LEN, s->prefix);

	for (int bits = 20; bits >= 0; bits -= 4)
		*at++ = "0123456789abcdef"[h >> bits & 15];
	*at = '\0';
}

void program_assemble(enum program p, bool without_retval, const int maps[MAPS],
		      struct program_image *image)
{
	const struct source *s = &sources[p];
	size_t at[NO_PROTOCOL + 1] = { 0 };
	size_t n = 0;
	/* Without devices there is no filter, and a mark is possible. */
	bool limited = maps[MAP_DEVICES] < 0 || maps[MAP_PREFIXES] >= 0, left_out = false;

	for (size_t i = 0; i < s->count; i++) {
		const struct bpf_insn *insn = &s->insns[i];

		if (insn->code == 0 && insn->imm) {
			at[insn->imm] = n;
			if (insn->imm <= LIMIT_END)
				left_out = insn->imm == LIMIT && !limited;
			continue;
		}
		if (left_out || (without_retval && is_call(insn) && insn->imm == FUNC_SET_RETVAL))
			continue;
		image->insns[n++] = *insn;
	}
	image->count = n;
	for (size_t i = 0; i < n; i++)
		if (is_jump(&image->insns[i]))
			image->insns[i].off = (__s16)((long)at[image->insns[i].off] - (long)i - 1);
	set_name(image->name, s);
	for (size_t i = 0; i < n; i++)
		if (is_map(&image->insns[i]))
			image->insns[i].imm = maps[image->insns[i].imm];
}

bool program_is_ours(enum program p, const char *name)
{
	size_t len = strlen(sources[p].prefix);

	return !strncmp(name, sources[p].prefix, len) && strspn(name + len, "0123456789abcdef") == 6;
}

bool program_is_current(enum program p, const char *name)
{
	char current[BPF_OBJ_NAME_LEN];

	set_name(current, &sources[p]);
	return !strcmp(current, name);
}

int program_load(enum program p, const int maps[MAPS])
{
	const int variants = p == PROGRAM_SOCKET ? 2 : 1;
	struct program_image image;
	int prog = -EINVAL;

	/* Whether the kernel has bpf_set_retval() for this hook: EINVAL is its "unknown func". */
	for (int without = 0; prog == -EINVAL && without < variants; without++) {
		program_assemble(p, without, maps, &image);
		prog = bpf_prog_load(sources[p].type, program_hooks[p], image.name, image.insns,
				     image.count, NULL, 0);
	}
	return prog;
}
