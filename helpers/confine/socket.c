// SPDX-License-Identifier: ISC
/*
 * helpers/confine/socket.c - the program that gives a new socket of IPv4 or IPv6 its binding, and
 * the one that keeps an option from it.
 */
#include <errno.h>
#include <netinet/in.h>

#include "helpers/confine/insns.h"

#define PROTO_SMC	256 /* IPPROTO_SMC, Linux 6.11 */
#define PROTO_MPTCP	262 /* IPPROTO_MPTCP, Linux 5.6 */

static const struct bpf_insn sock[] = {
	MOV(R6, R1),
	/*
	 * The sockets that really send for these two are the kernel's own and never meet this
	 * program.  Callers that can do without MPTCP fall back to TCP on this errno.
	 */
	SET(R1, -EPROTONOSUPPORT),
	LOAD(R2, R6, IN_SOCK(protocol)),
	IF_EQ_K(R2, PROTO_MPTCP, ERRNO),
	IF_EQ_K(R2, PROTO_SMC, ERRNO),
	MAP_VALUE(R7, MAP_BINDING),
	/* In a namespace of the process's own another device may have the VRF's number. */
	LOAD64(R8, R7, IN_BINDING(cookie)),
	IF_EQ_K(R8, 0, BOUND), /* before Linux 5.14 nobody tells us */
	MOV(R1, R6),
	CALL(BPF_FUNC_get_netns_cookie),
	IF_NE(R0, R8, DROP),
	LABEL(BOUND),
	LIMITED(LOAD(R9, R7, IN_BINDING(mark)),
		IF_NE_K(R9, 0, BY_MARK)),
	LOAD(R8, R7, IN_BINDING(ifindex)),
	IF_EQ_K(R8, 0, DROP), /* emptied: no socket */
	STORE(R6, IN_SOCK(bound_dev_if), R8),
	LIMITED(GOTO(PASS),
		LABEL(BY_MARK),
		STORE(R6, IN_SOCK(mark), R9)),
	PASSED,
	REFUSED,
};

#define IN_OPTION(f) offsetof(struct bpf_sockopt, f)

/*
 * IP_FREEBIND lets a process send from any address: then the kernel's own ICMPv6 error for such
 * a datagram, with up to 1,200 bytes of it, goes to that address by whatever route the host has, and
 * belongs to no socket.  In a VRF with no interfaces but its own it stays in the VRF.
 */
static const struct bpf_insn option[] = {
	LIMITED(LOAD(R2, R1, IN_OPTION(level)),
		LOAD(R3, R1, IN_OPTION(optname)),
		IF_EQ_K(R2, IPPROTO_IP, IPV4),
		IF_NE_K(R2, IPPROTO_IPV6, OTHER),
		IF_EQ_K(R3, 78 /* IPV6_FREEBIND */, DROP),
		GOTO(OTHER),
		LABEL(IPV4),
		IF_EQ_K(R3, 15 /* IP_FREEBIND */, DROP),
		LABEL(OTHER)),
	/* 0: the kernel reads the caller's memory, not the first page of it that we could look at */
	SET(R2, 0),
	STORE(R1, IN_OPTION(optlen), R2),
	PASSED,
	LIMITED(LABEL(DROP),
		SET(R0, 0),
		EXIT),
};

const struct source source_option = SOURCE("vrf_opt_", BPF_PROG_TYPE_CGROUP_SOCKOPT, option);
const struct source source_socket = SOURCE("vrf_sock_", BPF_PROG_TYPE_CGROUP_SOCK, sock);
