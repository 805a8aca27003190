/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/listeners.c - the filter of a control group of listeners; see listeners.h.
 *
 * A connection that was accepted has no port of its own: connect(2) to AF_UNSPEC, bind(2), or
 * none, and listen(2) make a listener at another one, or of IPv4, of it.  What counts is therefore
 * kept with the socket, whose copy each connection gets, and compared with the packet: with nothing
 * that its owner can change, not even between the kernel's look for a socket and ours.
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "helpers/base/bpf-storage.h"
#include "helpers/base/bpf.h"
#include "helpers/base/vrf.h"
#include "helpers/confine/insns.h"
#include "helpers/confine/listeners.h"

#define MAP_NAME "vrf_listeners"

/* Versions of the programs that keep this layout share a map. */
struct limits {
	__u32 protocol; /* ETH_P_IP, ETH_P_IPV6, as struct __sk_buff has it */
	__u32 port;     /* in network order */
	__u32 any;      /* whatever the address */
	__u32 device;   /* that the socket stays bound to, 0: none, ANY_DEVICE: whichever */
	__u32 address[4];
};
#define ANY_DEVICE 0xFFFFFFFFu

enum { MAP_LIMITS, LIMIT_MAPS };
enum { IN, OUT, DIRECTIONS };

/* An instruction is a line. */
/* clang-format off */

/* IANA's numbers */
#define PROTO_HOPOPTS	0
#define PROTO_TCP	6
#define PROTO_UDP	17
#define PROTO_ROUTING	43
#define PROTO_FRAGMENT	44
#define PROTO_DSTOPTS	60

/* Of IPv6's header, as <linux/ipv6.h> has it, which excludes <netinet/in.h> in musl */
#define IPV6_SIZE	40
#define IPV6_NEXT	6
#define IPV6_TO		24

#define IN_LIMITS(f)	offsetof(struct limits, f)
#define HEADER		(-IPV6_SIZE)
#define MORE		(HEADER - 8)

#define LOAD_BYTES(offset, to, size)                                                               \
	MOV(R1, R6),                                                                               \
	offset,                                                                                    \
	MOV(R3, FP),                                                                               \
	ADD(R3, to),                                                                               \
	SET(R4, size),                                                                             \
	CALL(BPF_FUNC_skb_load_bytes), /* from the network header on */                            \
	IF_NE_K(R0, 0, DROP)

/* r6 = the packet, r7 = its socket, r8 = what that may hear */
#define FIND_LIMITS                                                                                \
	MOV(R6, R1),                                                                               \
	LOAD64(R7, R6, IN_SKB(sk)),                                                                \
	IF_EQ_K(R7, 0, DROP),                                                                      \
	MAP(R1, MAP_LIMITS),                                                                       \
	MOV(R2, R7),                                                                               \
	SET(R3, 0),                                                                                \
	SET(R4, 0),                                                                                \
	CALL(BPF_FUNC_sk_storage_get),                                                             \
	IF_EQ_K(R0, 0, DROP),                                                                      \
	MOV(R8, R0)

/*
 * Whoever is bound to nothing may be bound to a device.  What has come from a link-local address is
 * bound by the kernel (tcp_v6_init_req()), to the interface by which the packets go; in a VRF that
 * would be the member, whose packets come in by the VRF's.  Only as long as it is a connection: its
 * peer's address stays with what was one (tcp_disconnect()), which may be bound anew and listen.
 */
#define CHECK_DEVICE(bound)                                                                        \
	LOAD(R1, R7, IN_SOCK(bound_dev_if)),                                                       \
	LOAD(R2, R8, IN_LIMITS(device)),                                                           \
	IF_EQ32_K(R2, ANY_DEVICE, bound),                                                          \
	IF_EQ(R1, R2, bound),                                                                      \
	IF_NE_K(R2, 0, DROP),                                                                      \
	LOAD(R2, R6, IN_SKB(ifindex)),                                                             \
	IF_NE(R1, R2, DROP),                                                                       \
	LOAD(R2, R7, IN_SOCK(family)),                                                             \
	IF_NE_K(R2, AF_INET6, DROP),                                                               \
	LOAD(R2, R7, IN_SOCK(state)),                                                              \
	IF_EQ_K(R2, BPF_TCP_CLOSE, DROP),                                                          \
	IF_EQ_K(R2, BPF_TCP_LISTEN, DROP),                                                         \
	LOAD(R2, R7, IN_SOCK(dst_ip6[0])),                                                         \
	AND32(R2, BE32(0xffc00000)),                                                               \
	IF_EQ32_K(R2, BE32(0xfe800000), bound),                                                    \
	GOTO(DROP)

#define SAME_WORD(i)                                                                               \
	LOAD(R1, FP, HEADER + IPV6_TO + 4 * (i)),                                                  \
	LOAD(R2, R8, IN_LIMITS(address[i])),                                                       \
	IF_NE(R1, R2, DROP)

/* r7 = what is at offset r9: found, or the same of what comes behind it */
#define NEXT_HEADER(known)                                                                         \
	IF_EQ_K(R7, PROTO_TCP, FOUND),                                                             \
	IF_EQ_K(R7, PROTO_UDP, FOUND),                                                             \
	LOAD_BYTES(MOV(R2, R9), MORE, 2),                                                          \
	LOAD8(R1, FP, MORE + 1),                                                                   \
	IF_EQ_K(R7, PROTO_HOPOPTS, known),                                                         \
	IF_EQ_K(R7, PROTO_ROUTING, known),                                                         \
	IF_EQ_K(R7, PROTO_DSTOPTS, known),                                                         \
	IF_NE_K(R7, PROTO_FRAGMENT, DROP), /* of a single one, left where it was */                \
	SET(R1, 0),                                                                                \
	LABEL(known),                                                                              \
	SHIFT(R1, 3),                                                                              \
	ADD(R1, 8),                                                                                \
	ADD_X(R9, R1),                                                                             \
	LOAD8(R7, FP, MORE)

/*
 * With net.ipv4.tcp_l3mdev_accept one of no VRF is found for what comes in by any VRF's device, which are
 * told by the numbers that ours have: data may come with the packet that makes the connection.
 */
#define CHECK_VRF(none)                                                                            \
	LOAD(R1, R8, IN_LIMITS(device)),                                                           \
	IF_NE_K(R1, 0, none),                                                                      \
	LOAD(R1, R6, IN_SKB(ifindex)),                                                             \
	IF_LT_K(R1, VRF_IFINDEX_BASE, none),                                                       \
	GOTO(DROP),                                                                                \
	LABEL(none)

static const struct bpf_insn hear[] = {
	FIND_LIMITS,
	CHECK_VRF(UNBOUND),
	CHECK_DEVICE(BOUND),
	LABEL(BOUND),
	LOAD(R1, R6, IN_SKB(protocol)),
	LOAD(R2, R8, IN_LIMITS(protocol)),
	IF_NE(R1, R2, DROP),
	LOAD(R9, R8, IN_LIMITS(any)),
	IF_EQ_K(R1, BE16(ETH_P_IP), IPV4),
	LOAD_BYTES(SET(R2, 0), HEADER, IPV6_SIZE),
	IF_NE_K(R9, 0, ADDRESS),
	SAME_WORD(0),
	SAME_WORD(1),
	SAME_WORD(2),
	SAME_WORD(3),
	LABEL(ADDRESS),
	LOAD8(R7, FP, HEADER + IPV6_NEXT),
	SET(R9, IPV6_SIZE),
	NEXT_HEADER(NOT_FIRST),
	NEXT_HEADER(NOT_SECOND),
	NEXT_HEADER(OTHER), /* more than three are not heard */
	IF_EQ_K(R7, PROTO_TCP, FOUND),
	IF_EQ_K(R7, PROTO_UDP, FOUND),
	GOTO(DROP),
	LABEL(IPV4),
	LOAD_BYTES(SET(R2, 0), HEADER, sizeof(struct iphdr)),
	IF_NE_K(R9, 0, INSIDE),
	LOAD(R1, FP, HEADER + (int)offsetof(struct iphdr, daddr)),
	LOAD(R2, R8, IN_LIMITS(address[0])),
	IF_NE(R1, R2, DROP),
	LABEL(INSIDE),
	LOAD8(R9, FP, HEADER), /* its version, and its length in words */
	AND(R9, 15),
	SHIFT(R9, 2),
	LABEL(FOUND),
	ADD(R9, 2), /* the port that it is for, of both protocols */
	LOAD_BYTES(MOV(R2, R9), MORE, 2),
	LOAD16(R1, FP, MORE),
	LOAD(R2, R8, IN_LIMITS(port)),
	IF_NE(R1, R2, DROP),
	PASSED,
	DROPPED,
};

static const struct bpf_insn speak[] = {
	FIND_LIMITS,
	CHECK_DEVICE(PASS),
	PASSED,
	DROPPED,
};
/* clang-format on */

static const struct source sources[DIRECTIONS] = {
	[IN] = SOURCE("vrf_lin_", BPF_PROG_TYPE_CGROUP_SKB, hear),
	[OUT] = SOURCE("vrf_lout_", BPF_PROG_TYPE_CGROUP_SKB, speak),
};
static const enum bpf_attach_type hooks[DIRECTIONS] = {
	[IN] = BPF_CGROUP_INET_INGRESS,
	[OUT] = BPF_CGROUP_INET_EGRESS,
};

/* What a control group has of it, of any version: descriptors, -1 where there is nothing */
struct filter {
	int program[DIRECTIONS], map;
	bool current[DIRECTIONS];
};

static void filter_close(struct filter *f)
{
	for (int d = 0; d < DIRECTIONS; d++)
		if (f->program[d] >= 0)
			close(f->program[d]);
}

static int open_map(unsigned int id)
{
	struct bpf_map_info info;
	int map = bpf_map_open(id), err;

	if (map < 0)
		return map;
	err = bpf_map_info(map, &info);
	if (!err && info.type == BPF_MAP_TYPE_SK_STORAGE && info.value_size == sizeof(struct limits) &&
	    !strcmp(info.name, MAP_NAME))
		return map;
	close(map);
	return err ? err : -EPROTO;
}

/* 1 if it was taken, 0 if it is somebody else's, or -errno */
static int take(struct filter *f, int d, int prog)
{
	char current[BPF_OBJ_NAME_LEN];
	struct bpf_prog_info info;
	unsigned int id, n = 1;
	int err = bpf_prog_info(prog, &info, &id, &n);

	if (err || f->program[d] >= 0 || strncmp(info.name, sources[d].prefix, strlen(sources[d].prefix)))
		return err;
	if (f->map < 0)
		f->map = n ? open_map(id) : -EPROTO;
	if (f->map < 0)
		return f->map;
	source_name(&sources[d], current);
	f->current[d] = !strcmp(info.name, current);
	f->program[d] = prog;
	return 1;
}

static int find(int group, struct filter *f)
{
	int err = 0;

	*f = (struct filter){ .program = { -1, -1 }, .map = -1 };
	for (int d = 0; !err && d < DIRECTIONS; d++) {
		unsigned int ids[BPF_QUERY_MAX], n = BPF_QUERY_MAX, flags;

		err = bpf_query(group, hooks[d], ids, &n, &flags);
		for (unsigned int i = 0; !err && i < n; i++) {
			int prog = bpf_prog_open(ids[i]), taken;

			if (prog == -ENOENT)
				continue; /* gone meanwhile */
			taken = prog < 0 ? prog : take(f, d, prog);
			if (taken <= 0 && prog >= 0)
				close(prog);
			err = taken < 0 ? taken : 0;
		}
	}
	return err;
}

static int attach(int group, const struct filter *f, int d)
{
	struct program_image image;
	int prog, err;

	source_assemble(&sources[d], false, &f->map, true, NULL, &image);
	prog = bpf_prog_load(sources[d].type, hooks[d], 0, image.name, image.insns, image.count, NULL, 0);
	if (prog < 0)
		return prog;
	err = bpf_attach(group, prog, hooks[d], f->program[d]);
	close(prog);
	return err;
}

int listeners_filter(int group, bool everywhere)
{
	struct filter f;
	int err = find(group, &f);

	if (!err && f.map < 0) {
		f.map = bpf_storage_create(MAP_NAME, sizeof(struct limits) / sizeof(__u32), true);
		err = f.map < 0 ? f.map : 0;
	}
	for (int d = IN; !err && d <= (everywhere ? OUT : IN); d++)
		if (!f.current[d])
			err = attach(group, &f, d);
	filter_close(&f);
	if (err && f.map >= 0)
		close(f.map);
	return err ? err : f.map;
}

/* Then bind(2) binds it to the device as well (__ipv6_addr_needs_scope_id()). */
static bool is_of_device(const struct in6_addr *to)
{
	return IN6_IS_ADDR_LINKLOCAL(to) || IN6_IS_ADDR_MC_LINKLOCAL(to) || IN6_IS_ADDR_MC_NODELOCAL(to);
}

int listeners_allow(int map, int fd, const struct sockaddr *to, bool everywhere)
{
	static const struct limits none;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)to;
	const struct sockaddr_in *in = (const struct sockaddr_in *)to;
	struct limits l = { .device = everywhere ? 0 : ANY_DEVICE };

	if (to->sa_family == AF_INET6) {
		l.protocol = htons(ETH_P_IPV6);
		l.port = in6->sin6_port;
		memcpy(l.address, &in6->sin6_addr, sizeof(in6->sin6_addr));
		if (is_of_device(&in6->sin6_addr))
			l.device = in6->sin6_scope_id;
	} else {
		l.protocol = htons(ETH_P_IP);
		l.port = in->sin_port;
		memcpy(l.address, &in->sin_addr, sizeof(in->sin_addr));
	}
	l.any = !memcmp(l.address, none.address, sizeof(l.address));
	return bpf_map_update(map, &fd, &l);
}
