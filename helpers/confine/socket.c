/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/socket.c - the program that gives a new socket of IPv4 or IPv6 its binding, and
 * the one that keeps an option from it.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "helpers/confine/insns.h"

/* An instruction is a line. */
/* clang-format off */

static const struct bpf_insn sock[] = {
	MOV(R6, R1),
	/*
	 * Protocols that are known to keep to what this and the other programs do.  The sockets that
	 * really send for MPTCP and SMC are the kernel's own and never meet this program; L2TP/IP
	 * looks its listeners up in every VRF (l2tp_ip_recv()); UDP-Lite is connected past the hook;
	 * DCCP shows no filter the packet that completes a handshake (dccp_v4_rcv()).
	 * Callers that can do without MPTCP fall back to TCP on this errno.  What is raw takes
	 * CAP_NET_RAW, and its number is that of a header.
	 */
	LOAD(R2, R6, IN_SOCK(type)),
	IF_EQ_K(R2, SOCK_RAW, KNOWN),
	LOAD(R2, R6, IN_SOCK(protocol)),
	IF_EQ_K(R2, IPPROTO_TCP, KNOWN),
	IF_EQ_K(R2, IPPROTO_UDP, KNOWN),
	IF_EQ_K(R2, IPPROTO_ICMP, KNOWN),
	IF_EQ_K(R2, IPPROTO_ICMPV6, KNOWN),
	IF_NE_K(R2, IPPROTO_SCTP, OTHER),
	LABEL(KNOWN),
	MAP_VALUE(R7, MAP_BINDING),
	/* In a namespace of the process's own another device may have the VRF's number. */
	LOAD64(R8, R7, IN_BINDING(cookie)),
	IF_EQ_K(R8, 0, BOUND), /* before Linux 5.14 nobody tells us */
	MOV(R1, R6),
	CALL(BPF_FUNC_get_netns_cookie),
	IF_NE(R0, R8, ELSEWHERE),
	LABEL(BOUND),
	LIMITED(LOAD(R9, R7, IN_BINDING(mark)),
		IF_NE_K(R9, 0, BY_MARK)),
	LOAD(R8, R7, IN_BINDING(ifindex)),
	IF_EQ_K(R8, 0, DOWN), /* emptied: no socket */
	STORE(R6, IN_SOCK(bound_dev_if), R8),
	LIMITED(GOTO(PASS),
		LABEL(BY_MARK),
		STORE(R6, IN_SOCK(mark), R9)),
	PASSED,
	LABEL(OTHER),
	SET(R1, -EPROTONOSUPPORT),
	CALL(FUNC_SET_RETVAL),
	SET(R9, DROP_SOCKET | DROP_UNFILTERED),
	GOTO(RECORD),
	LABEL(DOWN),
	SET(R9, DROP_SOCKET | DROP_DOWN),
	GOTO(RECORD),
	LABEL(ELSEWHERE),
	SET(R9, DROP_SOCKET | DROP_NETNS),
	LABEL(RECORD),
	BEGIN_CALL(IN_SOCK(family), IN_SOCK(type), IN_SOCK(protocol)),
	END_CALL,
	DROPPED,
};

#define IN_OPTION(f) offsetof(struct bpf_sockopt, f)

/*
 * IP_FREEBIND lets a process send from any address: then the kernel's own ICMPv6 error for such
 * a datagram, with up to 1,200 bytes of it, goes to that address by whatever route the host has, and
 * belongs to no socket.  In a VRF with no interfaces but its own it stays in the VRF; but another
 * may come, by a leak, while the socket has the option.
 *
 * A broadcast in mark mode comes to listeners of this host's by a copy that no filter sees, and what
 * a broadcast is the host's addresses say, not the VRF's routes.  The option has no effect there
 * (optlen -1: the kernel's part is left out), so that who sets it in case goes on, and whoever
 * needs it gets EACCES.
 */
static const struct bpf_insn option[] = {
	MOV(R6, R1),
	LOAD(R2, R6, IN_OPTION(level)),
	LOAD(R3, R6, IN_OPTION(optname)),
	LIMITED(IF_EQ_K(R2, SOL_SOCKET, SOCKET)),
	IF_EQ_K(R2, IPPROTO_IP, IPV4),
	IF_NE_K(R2, IPPROTO_IPV6, OTHER),
	IF_EQ_K(R3, IPV6_FREEBIND, DROP),
	GOTO(OTHER),
	LIMITED(LABEL(SOCKET),
		IF_NE_K(R3, SO_BROADCAST, OTHER),
		MAP_VALUE(R7, MAP_BINDING),
		LOAD(R9, R7, IN_BINDING(mark)),
		IF_EQ_K(R9, 0, OTHER),
		/* vrf-mark-local: lo is among the devices */
		SET(R1, 1),
		FIND_DEVICE,
		IF_NE_K(R0, 0, OTHER),
		SET(R2, -1),
		STORE(R6, IN_OPTION(optlen), R2),
		GOTO(PASS)),
	LABEL(IPV4),
	IF_EQ_K(R3, IP_FREEBIND, DROP),
	LABEL(OTHER),
	/* 0: the kernel reads the caller's memory, not the first page of it that we could look at */
	SET(R2, 0),
	STORE(R6, IN_OPTION(optlen), R2),
	PASSED,
	DROPPED,
};
/* clang-format on */

const struct source source_option = SOURCE("vrf_opt_", BPF_PROG_TYPE_CGROUP_SOCKOPT, option);
const struct source source_socket = SOURCE("vrf_sock_", BPF_PROG_TYPE_CGROUP_SOCK, sock);
