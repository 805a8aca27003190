/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/point.c - the programs that hold a socket to its binding when it is pointed
 * somewhere: by connect(2), by the address of a datagram.
 *
 * The filter sees whatever such a socket sends, but not what others send by it: PPPoL2TP
 * takes a connected socket over, its packets belong to a socket of its own, and the kernel
 * shows those to no filter (BPF_CGROUP_RUN_PROG_INET_EGRESS() wants skb->sk to be the
 * sending socket).  Nor does the filter see the copy of a multicast or broadcast for this
 * host itself (ip_mc_output() clones it before).
 */
#include <errno.h>
#include <sys/socket.h>

#include "helpers/confine/insns.h"

/* An instruction is a line. */
/* clang-format off */

/* connect(AF_UNSPEC) made it forget its device (__udp_disconnect()): whoever has none may have one. */
#define BIND_ANEW                                                                                  \
	MOV(R1, R6),                                                                               \
	SET(R2, SOL_SOCKET),                                                                       \
	SET(R3, SO_BINDTODEVICE),                                                                  \
	MOV(R4, R7),                                                                               \
	ADD(R4, IN_BINDING(name)),                                                                 \
	SET(R5, IFNAMSIZ),                                                                         \
	CALL(BPF_FUNC_setsockopt),                                                                 \
	IF_EQ_K(R0, 0, PASS),                                                                      \
	GOTO(NOT_BOUND)

/* From the context in r1 on: pass a socket bound to the VRF or a member; r1 = the mark mode's socket */
#define CHECK_BINDING(unbound)                                                                     \
	MOV(R6, R1),                                                                               \
	MAP_VALUE(R7, MAP_BINDING),                                                                \
	LOAD(R8, R7, IN_BINDING(ifindex)),                                                         \
	LOAD64(R1, R6, IN_ADDR(sk)),                                                               \
	IF_EQ_K(R1, 0, NOT_BOUND),                                                                 \
	LIMITED(LOAD(R9, R7, IN_BINDING(mark)),                                                    \
		IF_NE_K(R9, 0, BY_MARK)),                                                          \
	IF_EQ_K(R8, 0, DOWN), /* emptied: nothing passes */                                        \
	LOAD(R1, R1, IN_SOCK(bound_dev_if)),                                                       \
	IF_EQ(R1, R8, PASS),                                                                       \
	IF_EQ_K(R1, 0, unbound),                                                                   \
	LOOK_UP_DEVICE(NOT_BOUND),                                                                 \
	LIMITED(AND(R0, DEVICE_BIND)),                                                             \
	IF_NE_K(R0, 0, PASS),                                                                      \
	GOTO(NOT_BOUND)

/*
 * The binding of a socket with a mark: the mark, and a device of the VRF's or none.  r8 = that
 * device.  A stream is left to the routes and the filter: nobody else sends by it.
 */
#define CHECK_MARK                                                                                 \
	LABEL(BY_MARK),                                                                            \
	LOAD(R2, R6, IN_ADDR(type)),                                                               \
	IF_EQ_K(R2, SOCK_STREAM, PASS),                                                            \
	LOAD(R2, R1, IN_SOCK(mark)),                                                               \
	IF_NE(R2, R9, NOT_BOUND),                                                                  \
	LOAD(R8, R1, IN_SOCK(bound_dev_if)),                                                       \
	STORE64_K(FP, IN_PREFIX(address), 0),                                                      \
	STORE64_K(FP, IN_PREFIX(address) + 8, 0),                                                  \
	IF_EQ_K(R8, 0, UNBOUND),                                                                   \
	MOV(R1, R8),                                                                               \
	FIND_DEVICE,                                                                               \
	IF_EQ_K(R0, 0, NOT_BOUND),                                                                 \
	LABEL(UNBOUND)

#define TAKE_IPV4(field)                                                                           \
	STORE_K(FP, IN_PREFIX(family), AF_INET),                                                   \
	STORE_K(FP, IN_PREFIX(length), PREFIX_FAMILY_BITS + 32),                                   \
	LOAD(R1, R6, IN_ADDR(field)),                                                              \
	STORE(FP, IN_PREFIX(address), R1)

/* What has no route in the VRF is answered as the routes would. */
#define CHECK_PREFIX                                                                               \
	LOOK_UP_PREFIX(LOCAL),                                                                     \
	IF_EQ_K(R0, PASS_ANY, PASS),                                                               \
	IF_EQ_K(R0, PASS_INSIDE, PASS),                                                            \
	LABEL(LOCAL)

/* vrf-mark-local: lo is among the devices, and the rules lead what has a mark and no device. */
#define CHECK_LOCAL                                                                                \
	IF_NE_K(R8, 0, OTHER),                                                                     \
	SET(R1, 1),                                                                                \
	FIND_DEVICE,                                                                               \
	IF_NE_K(R0, 0, PASS),                                                                      \
	LABEL(OTHER),                                                                              \
	SET(R1, -ENETUNREACH)

#define IN_ADDR6(word) (IN_ADDR(user_ip6) + 4 * (word))

/* So that who asks why it does not get there is told, although there is no packet. */
#define REFUSED_PREFIX                                                                             \
	CALL(FUNC_SET_RETVAL),                                                                     \
	SET(R9, DROP_CALL | DROP_PREFIX),                                                          \
	GOTO(RECORD)
#define REFUSED_REASONS                                                                            \
	LABEL(DOWN),                                                                               \
	SET(R9, DROP_CALL | DROP_DOWN),                                                            \
	GOTO(RECORD),                                                                              \
	LABEL(NOT_BOUND),                                                                          \
	SET(R9, DROP_CALL | DROP_NOT_BOUND),                                                       \
	LABEL(RECORD)
#define BEGIN_REFUSED                                                                              \
	BEGIN_CALL(IN_ADDR(user_family), IN_ADDR(type), IN_ADDR(protocol)),                        \
	COPY_WORD(IN_CALL(port), IN_ADDR(user_port))

/*
 * To 0.0.0.0 and :: it is no news: getaddrinfo() of glibc tries whether somebody who wants to listen
 * there could, and vrf-exec's own test sends there (selftest.c).
 */
#define FORGET_IPV4                                                                                \
	LOAD(R1, R6, IN_ADDR(user_ip4)),                                                           \
	IF_EQ_K(R1, 0, DROP)
#define FORGET_IPV6                                                                                \
	LOAD(R1, R6, IN_ADDR6(0)),                                                                 \
	IF_NE_K(R1, 0, NO_TEST),                                                                   \
	LOAD(R1, R6, IN_ADDR6(1)),                                                                 \
	IF_NE_K(R1, 0, NO_TEST),                                                                   \
	LOAD(R1, R6, IN_ADDR6(2)),                                                                 \
	IF_NE_K(R1, 0, NO_TEST),                                                                   \
	LOAD(R1, R6, IN_ADDR6(3)),                                                                 \
	IF_EQ_K(R1, 0, DROP),                                                                      \
	LABEL(NO_TEST)

#define REFUSED_IPV4                                                                               \
	FORGET_IPV4,                                                                               \
	BEGIN_REFUSED,                                                                             \
	COPY_WORD(IN_CALL(address[0]), IN_ADDR(user_ip4)),                                         \
	END_CALL,                                                                                  \
	DROPPED
#define REFUSED_IPV6                                                                               \
	FORGET_IPV6,                                                                               \
	BEGIN_REFUSED,                                                                             \
	COPY_WORD(IN_CALL(address[0]), IN_ADDR6(0)),                                               \
	COPY_WORD(IN_CALL(address[1]), IN_ADDR6(1)),                                               \
	COPY_WORD(IN_CALL(address[2]), IN_ADDR6(2)),                                               \
	COPY_WORD(IN_CALL(address[3]), IN_ADDR6(3)),                                               \
	END_CALL,                                                                                  \
	DROPPED

/*
 * An IPv6 socket that is pointed to an IPv4 address and has a source of its own family.  glibc's
 * getaddrinfo() tries all addresses with one socket and has it connect to AF_UNSPEC in between,
 * which `keep` refuses: the kernel would leave that source, and glibc aborts for it.  This errno
 * makes it take an IPv4 socket.
 */
#define CHECK_SOURCE                                                                               \
	LOAD(R2, R1, IN_ADDR(family)),                                                             \
	IF_NE_K(R2, AF_INET6, IPV4),                                                               \
	LOAD64(R5, R1, IN_ADDR(sk)),                                                               \
	IF_EQ_K(R5, 0, DROP),                                                                      \
	LOAD(R2, R5, IN_SOCK(src_ip6[0])),                                                         \
	IF_NE_K(R2, 0, ADDRESS),                                                                   \
	LOAD(R2, R5, IN_SOCK(src_ip6[1])),                                                         \
	IF_NE_K(R2, 0, ADDRESS),                                                                   \
	LOAD(R2, R5, IN_SOCK(src_ip6[2])),                                                         \
	IF_EQ32_K(R2, BE32(0xffff), IPV4),                                                         \
	IF_NE_K(R2, 0, ADDRESS),                                                                   \
	LOAD(R2, R5, IN_SOCK(src_ip6[3])),                                                         \
	IF_EQ_K(R2, 0, IPV4),                                                                      \
	LABEL(ADDRESS),                                                                            \
	SET(R1, -EAFNOSUPPORT),                                                                    \
	CALL(FUNC_SET_RETVAL),                                                                     \
	GOTO(DROP),                                                                                \
	LABEL(IPV4)

static const struct bpf_insn connect4[] = {
	CHECK_SOURCE,
	CHECK_BINDING(INSIDE),
	LABEL(INSIDE),
	BIND_ANEW,
	LIMITED(CHECK_MARK,
		TAKE_IPV4(user_ip4),
		CHECK_PREFIX,
		CHECK_LOCAL,
		REFUSED_PREFIX),
	REFUSED_REASONS,
	REFUSED_IPV4,
	PASSED,
};

static const struct bpf_insn connect6[] = {
	CHECK_BINDING(INSIDE),
	LABEL(INSIDE),
	BIND_ANEW,
	LIMITED(CHECK_MARK,
		LOAD(R1, R6, IN_ADDR6(0)),
		LOAD(R2, R6, IN_ADDR6(1)),
		LOAD(R3, R6, IN_ADDR6(2)),
		LOAD(R4, R6, IN_ADDR6(3)),
		/* ::ffff:a.b.c.d means IPv4. */
		IF_NE_K(R1, 0, ADDRESS),
		IF_NE_K(R2, 0, ADDRESS),
		IF_EQ32_K(R3, BE32(0xffff), IPV4),
		LABEL(ADDRESS),
		STORE_K(FP, IN_PREFIX(family), AF_INET6),
		STORE_K(FP, IN_PREFIX(length), PREFIX_FAMILY_BITS + 128),
		STORE(FP, IN_PREFIX(address), R1),
		STORE(FP, IN_PREFIX(address) + 4, R2),
		STORE(FP, IN_PREFIX(address) + 8, R3),
		STORE(FP, IN_PREFIX(address) + 12, R4),
		GOTO(DEVICE),
		LABEL(IPV4),
		TAKE_IPV4(user_ip6[3]),
		LABEL(DEVICE),
		CHECK_PREFIX,
		CHECK_LOCAL,
		REFUSED_PREFIX),
	REFUSED_REASONS,
	REFUSED_IPV6,
	PASSED,
};

/*
 * Only of IPv4: the copy of an IPv6 multicast is made behind the filter (ip6_finish_output2()).
 * A binding that this program gave back would come too late for this datagram.  No address: a
 * connected socket sends with a control message (udp_sendmsg()), which is judged as it is without.
 */
static const struct bpf_insn send4[] = {
	CHECK_BINDING(NOT_BOUND),
	LIMITED(CHECK_MARK,
		LOAD(R1, R6, IN_ADDR(user_ip4)),
		IF_EQ_K(R1, 0, PASS),
		TAKE_IPV4(user_ip4),
		CHECK_PREFIX,
		LOAD(R1, R6, IN_ADDR(user_ip4)),
		IF_EQ32_K(R1, 0xffffffff, OTHER),
		AND32(R1, BE32(0xf0000000)),
		IF_EQ32_K(R1, BE32(0xe0000000), OTHER),
		CHECK_LOCAL,
		REFUSED_PREFIX),
	REFUSED_REASONS,
	REFUSED_IPV4,
	PASSED,
};
/* clang-format on */

const struct source source_connect4 = SOURCE("vrf_con4_", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, connect4);
const struct source source_connect6 = SOURCE("vrf_con6_", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, connect6);
const struct source source_send4 = SOURCE("vrf_snd4_", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, send4);
