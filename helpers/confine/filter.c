/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/filter.c - the two programs that see every IP packet whose socket belongs to a
 * process of the control group: out and in.
 */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <sys/socket.h>

#include "helpers/confine/insns.h"

/* An instruction is a line. */
/* clang-format off */

/* IANA's numbers: <netinet/in.h> and <linux/ipv6.h> exclude each other in musl. */
#define PROTO_IPIP	 4
#define PROTO_ESP	 50
#define PROTO_AH	 51
#define PROTO_COMP	 108
#define PROTO_UDP	 17
#define PROTO_IPV6	 41
#define PROTO_ROUTING	 43
#define PROTO_ICMPV6	 58
#define ROUTING_SEGMENTS 4

/*
 * r0 = what the prefixes say of the packet's address, at offset ip or ip6; of none, drop.  Where the header is in
 * one piece it is read without a call, by words of 16 bits: longer ones the verifier takes for
 * misaligned where the processor minds.
 */
#define TAKE_ADDRESS_WORD(n, from)                                                                 \
	LOAD16(R1, R2, (from) + 2 * (n)),                                                          \
	STORE16(FP, IN_PREFIX(address) + 2 * (n), R1)
#define LOOK_UP_ADDRESS(ip, ip6)                                                                   \
	LOAD(R2, R6, IN_SKB(data)),                                                                \
	LOAD(R3, R6, IN_SKB(data_end)),                                                            \
	MOV(R4, R2),                                                                               \
	LOAD(R1, R6, IN_SKB(protocol)),                                                            \
	IF_EQ_K(R1, BE16(ETH_P_IP), IPV4),                                                         \
	IF_NE_K(R1, BE16(ETH_P_IPV6), DROP),                                                       \
	STORE_K(FP, IN_PREFIX(family), AF_INET6),                                                  \
	STORE_K(FP, IN_PREFIX(length), PREFIX_FAMILY_BITS + 128),                                  \
	ADD(R4, sizeof(struct ipv6hdr)),                                                           \
	IF_GT(R4, R3, PIECES_IPV6),                                                                \
	TAKE_ADDRESS_WORD(0, ip6),                                                                 \
	TAKE_ADDRESS_WORD(1, ip6),                                                                 \
	TAKE_ADDRESS_WORD(2, ip6),                                                                 \
	TAKE_ADDRESS_WORD(3, ip6),                                                                 \
	TAKE_ADDRESS_WORD(4, ip6),                                                                 \
	TAKE_ADDRESS_WORD(5, ip6),                                                                 \
	TAKE_ADDRESS_WORD(6, ip6),                                                                 \
	TAKE_ADDRESS_WORD(7, ip6),                                                                 \
	GOTO(ADDRESS),                                                                             \
	LABEL(IPV4),                                                                               \
	STORE_K(FP, IN_PREFIX(family), AF_INET),                                                   \
	STORE_K(FP, IN_PREFIX(length), PREFIX_FAMILY_BITS + 32),                                   \
	STORE64_K(FP, IN_PREFIX(address), 0),                                                      \
	STORE64_K(FP, IN_PREFIX(address) + 8, 0),                                                  \
	ADD(R4, sizeof(struct iphdr)),                                                             \
	IF_GT(R4, R3, PIECES_IPV4),                                                                \
	TAKE_ADDRESS_WORD(0, ip),                                                                  \
	TAKE_ADDRESS_WORD(1, ip),                                                                  \
	GOTO(ADDRESS),                                                                             \
	LABEL(PIECES_IPV4),                                                                        \
	SET(R2, ip),                                                                               \
	SET(R4, 4),                                                                                \
	GOTO(PIECES),                                                                              \
	LABEL(PIECES_IPV6),                                                                        \
	SET(R2, ip6),                                                                              \
	SET(R4, 16),                                                                               \
	LABEL(PIECES),                                                                             \
	MOV(R1, R6),                                                                               \
	MOV(R3, FP),                                                                               \
	ADD(R3, IN_PREFIX(address)),                                                               \
	CALL(BPF_FUNC_skb_load_bytes), /* from the network header on, in both directions */        \
	IF_NE_K(R0, 0, DROP),                                                                      \
	LABEL(ADDRESS),                                                                            \
	LOOK_UP_PREFIX(DROP)

/*
 * A route with encap seg6 has packed it: outside is the segment, which nobody but that is sent to,
 * inside the packet as the process has sent it.  Bare it would be for somebody else with that address.  A process without CAP_NET_RAW can put a routing
 * header into what it sends, but no packet behind that.  r9 = where the inner one begins.
 */
#define IN_ROUTING(f) (HEADER + (int)offsetof(struct ipv6_rt_hdr, f))
#define LOAD_BYTES(offset, to, size)                                                               \
	MOV(R1, R6),                                                                               \
	offset,                                                                                    \
	MOV(R3, FP),                                                                               \
	ADD(R3, to),                                                                               \
	SET(R4, size),                                                                             \
	CALL(BPF_FUNC_skb_load_bytes),                                                             \
	IF_NE_K(R0, 0, DROP)
#define CHECK_SEGMENT                                                                              \
	IF_EQ_K(R0, PASS_ANY, PASS),                                                               \
	IF_NE_K(R0, PASS_SEGMENT, DROP), /* bare, or an unreachable inside a larger prefix */      \
	LOAD_BYTES(SET(R2, (int)offsetof(struct ipv6hdr, nexthdr)), HEADER, 1),                    \
	LOAD8(R8, FP, HEADER),                                                                     \
	SET(R9, sizeof(struct ipv6hdr)),                                                           \
	IF_NE_K(R8, PROTO_ROUTING, INNER),                                                         \
	LOAD_BYTES(MOV(R2, R9), HEADER, sizeof(struct ipv6_rt_hdr)),                               \
	LOAD8(R1, FP, IN_ROUTING(type)),                                                           \
	IF_NE_K(R1, ROUTING_SEGMENTS, DROP),                                                       \
	LOAD8(R1, FP, IN_ROUTING(segments_left)), /* it goes no further */                         \
	IF_NE_K(R1, 0, DROP),                                                                      \
	LOAD8(R8, FP, IN_ROUTING(nexthdr)),                                                        \
	LOAD8(R9, FP, IN_ROUTING(hdrlen)),                                                         \
	SHIFT(R9, 3),                                                                              \
	ADD(R9, sizeof(struct ipv6hdr) + 8),                                                       \
	LABEL(INNER),                                                                              \
	STORE64_K(FP, IN_PREFIX(address), 0),                                                      \
	STORE64_K(FP, IN_PREFIX(address) + 8, 0),                                                  \
	IF_EQ_K(R8, PROTO_IPIP, INNER_IPV4),                                                       \
	IF_NE_K(R8, PROTO_IPV6, DROP),                                                             \
	STORE_K(FP, IN_PREFIX(family), AF_INET6),                                                  \
	STORE_K(FP, IN_PREFIX(length), PREFIX_FAMILY_BITS + 128),                                  \
	ADD(R9, (int)offsetof(struct ipv6hdr, daddr)),                                             \
	LOAD_BYTES(MOV(R2, R9), IN_PREFIX(address), 16),                                           \
	GOTO(INNER_ADDRESS),                                                                       \
	LABEL(INNER_IPV4),                                                                         \
	STORE_K(FP, IN_PREFIX(family), AF_INET),                                                   \
	STORE_K(FP, IN_PREFIX(length), PREFIX_FAMILY_BITS + 32),                                   \
	ADD(R9, (int)offsetof(struct iphdr, daddr)),                                               \
	LOAD_BYTES(MOV(R2, R9), IN_PREFIX(address), 4),                                            \
	LABEL(INNER_ADDRESS),                                                                      \
	LOOK_UP_PREFIX(DROP),                                                                      \
	IF_EQ_K(R0, PASS_ANY, PASS),                                                               \
	IF_NE_K(R0, PASS_INSIDE, DROP)

/*
 * By mark: a policy of IPsec that the host has may have packed it (xfrm_output()) before the filter.
 * Outside is the peer, whom the networks may have, inside a packet to whomever.  It is known by its
 * being of another protocol than the socket, or of UDP from another port.  Where it goes the socket
 * says if it is connected; a listener answers whom `in` has let come, and a datagram of IPv4 has
 * been judged by its address (connect4, send4).  Of whatever else nobody knows.  With a device there
 * are the VRF's routes alone; a leak has the outer half of what a member of kind xfrm sends.
 * r9 = what the prefixes say of the packet, and r0 in the end; r8 = the socket
 */
#define CHECK_PACKED                                                                               \
	MOV(R9, R0),                                                                               \
	LOAD(R1, R7, IN_BINDING(mark)),                                                            \
	IF_EQ_K(R1, 0, AS_SENT),                                                                   \
	LOAD64(R1, R6, IN_SKB(sk)),                                                                \
	IF_EQ_K(R1, 0, NOT_BOUND),                                                                 \
	CALL(BPF_FUNC_sk_fullsock),                                                                \
	IF_EQ_K(R0, 0, NOT_BOUND),                                                                 \
	MOV(R8, R0),                                                                               \
	LOAD(R5, R8, IN_SOCK(protocol)),                                                           \
	IF_NE_K(R5, PROTO_UDP, OTHER),                                                             \
	LOAD(R1, R8, IN_SOCK(family)),                                                             \
	IF_EQ_K(R1, AF_INET, AS_SENT),                                                             \
	LABEL(OTHER),                                                                              \
	LOAD(R1, R8, IN_SOCK(type)),                                                               \
	IF_EQ_K(R1, SOCK_RAW, AS_SENT), /* as the process has made it */                           \
	LOAD(R2, R6, IN_SKB(data)),                                                                \
	LOAD(R3, R6, IN_SKB(data_end)),                                                            \
	MOV(R4, R2),                                                                               \
	LOAD(R1, FP, IN_PREFIX(family)),                                                           \
	IF_EQ_K(R1, AF_INET6, PACKED_IPV6),                                                        \
	ADD(R4, sizeof(struct iphdr) + 2),                                                         \
	IF_GT(R4, R3, PACKED),                                                                     \
	LOAD8(R1, R2, 0),                                                                          \
	IF_NE_K(R1, 0x45, AS_SENT), /* with options: nothing that was packed has any */            \
	LOAD8(R5, R2, offsetof(struct iphdr, protocol)),                                           \
	LOAD16(R4, R2, sizeof(struct iphdr)),                                                      \
	GOTO(PACKED_ALL),                                                                          \
	LABEL(PACKED_IPV6),                                                                        \
	ADD(R4, sizeof(struct ipv6hdr) + 2),                                                       \
	IF_GT(R4, R3, PACKED),                                                                     \
	LOAD8(R5, R2, offsetof(struct ipv6hdr, nexthdr)),                                          \
	LOAD16(R4, R2, sizeof(struct ipv6hdr)),                                                    \
	LABEL(PACKED_ALL),                                                                         \
	IF_EQ_K(R5, PROTO_ESP, PEER),                                                              \
	IF_EQ_K(R5, PROTO_AH, PEER),                                                               \
	IF_EQ_K(R5, PROTO_COMP, PEER),                                                             \
	IF_NE_K(R5, PROTO_UDP, AS_SENT),                                                           \
	LOAD(R1, R8, IN_SOCK(protocol)),                                                           \
	IF_NE_K(R1, PROTO_UDP, PEER),                                                              \
	LOAD(R1, R8, IN_SOCK(src_port)),                                                           \
	TO_BE16(R1),                                                                               \
	IF_EQ(R1, R4, AS_SENT),                                                                    \
	LABEL(PEER),                                                                               \
	LOAD(R1, R8, IN_SOCK(state)),                                                              \
	IF_EQ_K(R1, BPF_TCP_LISTEN, AS_SENT),                                                      \
	STORE64_K(FP, IN_PREFIX(address), 0),                                                      \
	STORE64_K(FP, IN_PREFIX(address) + 8, 0),                                                  \
	LOAD(R1, R8, IN_SOCK(family)),                                                             \
	IF_EQ_K(R1, AF_INET6, PEER_IPV6),                                                          \
	LOAD(R4, R8, IN_SOCK(dst_ip4)),                                                            \
	GOTO(INSIDE),                                                                              \
	LABEL(PEER_IPV6),                                                                          \
	LOAD(R1, R8, IN_SOCK(dst_ip6[0])),                                                         \
	LOAD(R2, R8, IN_SOCK(dst_ip6[1])),                                                         \
	LOAD(R3, R8, IN_SOCK(dst_ip6[2])),                                                         \
	LOAD(R4, R8, IN_SOCK(dst_ip6[3])),                                                         \
	IF_NE_K(R1, 0, DEVICE),                                                                    \
	IF_NE_K(R2, 0, DEVICE),                                                                    \
	IF_EQ32_K(R3, BE32(0xffff), INSIDE), /* ::ffff:a.b.c.d means IPv4. */                      \
	LABEL(DEVICE),                                                                             \
	STORE_K(FP, IN_PREFIX(family), AF_INET6),                                                  \
	STORE_K(FP, IN_PREFIX(length), PREFIX_FAMILY_BITS + 128),                                  \
	STORE(FP, IN_PREFIX(address), R1),                                                         \
	STORE(FP, IN_PREFIX(address) + 4, R2),                                                     \
	STORE(FP, IN_PREFIX(address) + 8, R3),                                                     \
	STORE(FP, IN_PREFIX(address) + 12, R4),                                                    \
	GOTO(FOUND),                                                                               \
	LABEL(INSIDE),                                                                             \
	IF_EQ_K(R4, 0, PACKED), /* a default route would have it */                                \
	STORE_K(FP, IN_PREFIX(family), AF_INET),                                                   \
	STORE_K(FP, IN_PREFIX(length), PREFIX_FAMILY_BITS + 32),                                   \
	STORE(FP, IN_PREFIX(address), R4),                                                         \
	LABEL(FOUND),                                                                              \
	LOOK_UP_PREFIX(PACKED),                                                                    \
	IF_NE_K(R0, PASS_ANY, PACKED),                                                             \
	LABEL(AS_SENT),                                                                            \
	MOV(R0, R9)

/*
 * Where the interface is not the VRF's: a ping to a member's own link-local address goes by lo
 * (ip6_rt_get_dev_rcu()), and so does its answer.  Of ping alone: a socket of it reaches no address
 * of another interface, since ping_v6_sendmsg() compares the scope with the binding, and nobody but
 * the kernel answers.  TCP and UDP would come to whoever listens on this host's [::].
 */
#define LINK_LOCAL(o)                                                                              \
	LOAD16(R1, FP, HEADER + (o)),                                                              \
	AND(R1, BE16(0xffc0)),                                                                     \
	IF_NE_K(R1, BE16(0xfe80), ELSEWHERE)
#define CHECK_OWN_ADDRESS                                                                          \
	LABEL(LOCAL),                                                                              \
	LIMITED(IF_EQ_K(R8, 0, ELSEWHERE)), /* by mark */                                          \
	LOAD(R1, R6, IN_SKB(ifindex)),                                                             \
	IF_NE_K(R1, 1, ELSEWHERE),                                                                 \
	LOAD(R1, R6, IN_SKB(protocol)),                                                            \
	IF_NE_K(R1, BE16(ETH_P_IPV6), ELSEWHERE),                                                  \
	MOV(R1, R6),                                                                               \
	SET(R2, 0),                                                                                \
	MOV(R3, FP),                                                                               \
	ADD(R3, HEADER),                                                                           \
	SET(R4, sizeof(struct ipv6hdr)),                                                           \
	CALL(BPF_FUNC_skb_load_bytes),                                                             \
	IF_NE_K(R0, 0, ELSEWHERE),                                                                 \
	LINK_LOCAL((int)offsetof(struct ipv6hdr, saddr)),                                          \
	LINK_LOCAL((int)offsetof(struct ipv6hdr, daddr)),                                          \
	LOAD8(R1, FP, HEADER + (int)offsetof(struct ipv6hdr, nexthdr)),                            \
	IF_NE_K(R1, PROTO_ICMPV6, ELSEWHERE)
#define HEADER (PREFIX - (int)sizeof(struct ipv6hdr))

/* r0 = the flags of the packet's interface in r1, where they are not all set */
#define LOOK_UP_INTERFACE                                                                          \
	FIND_DEVICE,                                                                               \
	IF_EQ_K(R0, 0, LOCAL),                                                                     \
	LIMITED(LOAD(R0, R0, 0))

/*
 * vrf-exec's own test (selftest.c), which every start makes, is no news: an empty datagram of IPv4
 * by lo, to the address that it comes from, port 9.
 */
#define IN_TEST(f) (PREFIX + (int)(f) - (int)offsetof(struct iphdr, ttl))
#define FORGET_TEST                                                                                \
	LOAD(R1, R6, IN_SKB(ifindex)),                                                             \
	IF_NE_K(R1, 1, NO_TEST),                                                                   \
	LOAD(R1, R6, IN_SKB(len)),                                                                 \
	IF_NE_K(R1, sizeof(struct iphdr) + 8, NO_TEST),                                            \
	MOV(R1, R6),                                                                               \
	SET(R2, (int)offsetof(struct iphdr, ttl)),                                                 \
	MOV(R3, FP),                                                                               \
	ADD(R3, PREFIX),                                                                           \
	SET(R4, sizeof(struct iphdr) + 4 - offsetof(struct iphdr, ttl)),                           \
	CALL(BPF_FUNC_skb_load_bytes),                                                             \
	LOAD8(R1, FP, IN_TEST(offsetof(struct iphdr, protocol))),                                  \
	IF_NE_K(R1, PROTO_UDP, NO_TEST),                                                           \
	LOAD(R1, FP, IN_TEST(offsetof(struct iphdr, saddr))),                                      \
	LOAD(R2, FP, IN_TEST(offsetof(struct iphdr, daddr))),                                      \
	IF_NE(R1, R2, NO_TEST),                                                                    \
	LOAD16(R1, FP, IN_TEST(sizeof(struct iphdr) + 2)),                                         \
	IF_EQ_K(R1, BE16(9), NOTHING),                                                             \
	LABEL(NO_TEST)

/* Why, in r9; what passes comes to none of this. */
#define FOR_REASON(l, reason)                                                                      \
	LABEL(l),                                                                                  \
	SET(R9, reason),                                                                           \
	GOTO(RECORD)

/* r6 is the packet. */
#define WRITE_DROP                                                                                 \
	TAKE_PLACE,                                                                                \
	STORE(R7, IN_DROP(reason), R9),                                                            \
	LOAD(R1, R6, IN_SKB(ifindex)),                                                             \
	STORE(R7, IN_DROP(ifindex), R1),                                                           \
	MOV(R1, R6),                                                                               \
	CALL(BPF_FUNC_get_socket_cookie),                                                          \
	STORE64(R7, IN_DROP(cookie), R0),                                                          \
	MOV(R1, R6),                                                                               \
	CALL(BPF_FUNC_skb_cgroup_id),                                                              \
	STORE64(R7, IN_DROP(cgroup), R0),                                                          \
	LOAD(R4, R6, IN_SKB(len)),                                                                 \
	IF_LE_K(R4, DROP_HEADER, WHOLE),                                                           \
	SET(R4, DROP_HEADER),                                                                      \
	LABEL(WHOLE),                                                                              \
	STORE(R7, IN_DROP(length), R4),                                                            \
	IF_LT_K(R4, sizeof(struct iphdr), SHORT), /* the verifier wants something to be read */    \
	MOV(R1, R6),                                                                               \
	SET(R2, 0),                                                                                \
	MOV(R3, R7),                                                                               \
	ADD(R3, IN_DROP(header)),                                                                  \
	CALL(BPF_FUNC_skb_load_bytes),                                                             \
	LABEL(SHORT),                                                                              \
	STAMP,                                                                                     \
	LABEL(NOTHING),                                                                            \
	SET(R0, 0), /* the sender gets EPERM */                                                    \
	EXIT

static const struct bpf_insn out[] = {
	MOV(R6, R1),
	MAP_VALUE(R7, MAP_BINDING),
	LOAD(R8, R7, IN_BINDING(ifindex)),
	LIMITED(LOAD(R9, R7, IN_BINDING(mark))),
	/* A SYN-ACK comes with its listener here: the kernel has looked the full socket up. */
	LOAD64(R1, R6, IN_SKB(sk)),
	IF_EQ_K(R1, 0, NOT_BOUND),
	LIMITED(IF_NE_K(R9, 0, BY_MARK)),
	IF_EQ_K(R8, 0, DOWN), /* emptied: nothing passes */
	LOAD(R1, R1, IN_SOCK(bound_dev_if)),
	IF_EQ(R1, R8, BOUND),
	/* The kernel binds a link-local IPv6 socket to the member (tcp_v6_connect()). */
	LOOK_UP_DEVICE(NOT_BOUND),
	LIMITED(IF_BIT(R0, DEVICE_BIND, BOUND),
		GOTO(NOT_BOUND),
		LABEL(BY_MARK),
		CALL(BPF_FUNC_sk_fullsock),
		IF_EQ_K(R0, 0, NOT_BOUND),
		LOAD(R1, R0, IN_SOCK(mark)),
		IF_NE(R1, R9, NOT_BOUND)),
	/* IP_PKTINFO chooses the interface without a look at the binding (ip_cmsg_send()). */
	LABEL(BOUND),
	LOAD(R1, R6, IN_SKB(ifindex)),
	LOAD(R2, R7, IN_BINDING(member)),
	IF_EQ(R1, R2, PASS), /* what looking it up would say, at a third of the cost */
	LIMITED(LOAD(R2, R7, IN_BINDING(shared)),
		IF_EQ(R1, R2, SHARED)),
	LOOK_UP_INTERFACE,
	/* ... and past any route: __ip_route_output_key() takes the destination for on-link. */
	LIMITED(IF_BIT(R0, DEVICE_ANY, PASS),
		LABEL(SHARED),
		LOOK_UP_ADDRESS(offsetof(struct iphdr, daddr), offsetof(struct ipv6hdr, daddr)),
		CHECK_PACKED,
		CHECK_SEGMENT),
	GOTO(PASS),
	CHECK_OWN_ADDRESS,
	PASSED,
	FOR_REASON(DOWN, DROP_DOWN),
	FOR_REASON(NOT_BOUND, DROP_NOT_BOUND),
	LIMITED(FOR_REASON(DROP, DROP_PREFIX),
		FOR_REASON(PACKED, DROP_PACKED)),
	FOR_REASON(ELSEWHERE, DROP_INTERFACE),
	LABEL(RECORD),
	FORGET_TEST,
	WRITE_DROP,
};

static const struct bpf_insn in[] = {
	MOV(R6, R1),
	MAP_VALUE(R7, MAP_BINDING),
	LOAD(R8, R7, IN_BINDING(ifindex)),
	LOAD(R1, R1, IN_SKB(ifindex)),
	LIMITED(LOAD(R9, R7, IN_BINDING(mark)),
		IF_NE_K(R9, 0, DEVICE)),
	IF_EQ_K(R8, 0, DOWN), /* emptied: nothing passes */
	/* What came by a member has the VRF's ifindex; neighbour discovery keeps the member's. */
	IF_EQ(R1, R8, PASS),
	LABEL(DEVICE),
	LIMITED(LOAD(R2, R7, IN_BINDING(shared)),
		IF_EQ(R1, R2, SHARED)),
	LOOK_UP_INTERFACE,
	LIMITED(IF_BIT(R0, DEVICE_IN, BOUND),
		GOTO(ELSEWHERE),
		LABEL(BOUND),
		IF_BIT(R0, DEVICE_ANY, PASS),
		LABEL(SHARED),
		LOOK_UP_ADDRESS(offsetof(struct iphdr, saddr), offsetof(struct ipv6hdr, saddr)),
		IF_EQ_K(R0, PASS_ANY, PASS),
		IF_NE_K(R0, PASS_INSIDE, DROP)), /* what was packed has lost that by now */
	GOTO(PASS),
	CHECK_OWN_ADDRESS,
	PASSED,
	FOR_REASON(DOWN, DROP_IN | DROP_DOWN),
	LIMITED(FOR_REASON(DROP, DROP_IN | DROP_PREFIX)),
	FOR_REASON(ELSEWHERE, DROP_IN | DROP_INTERFACE),
	LABEL(RECORD),
	WRITE_DROP,
};
/* clang-format on */

const struct source source_out = SOURCE("vrf_out_", BPF_PROG_TYPE_CGROUP_SKB, out);
const struct source source_in = SOURCE("vrf_in_", BPF_PROG_TYPE_CGROUP_SKB, in);
