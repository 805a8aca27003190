// SPDX-License-Identifier: ISC
/*
 * helpers/lsm-programs.c - the programs for hooks of the bpf LSM (BPF_LSM_CGROUP, Linux
 * 6.0): which families of sockets may be made, that they keep their device, and which interface a
 * datagram may name.  Each argument of a hook has 8 bytes of the context, of which an int has the lower 4.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "helpers/insns.h"
#include "helpers/lsm.h"

#ifndef AF_ALG
#define AF_ALG 38
#endif

#define ARGUMENT(d, n) LOAD64(d, R1, 8 * (n))

#define FUNC_PROBE_READ_KERNEL 113 /* bpf_probe_read_kernel(), Linux 5.5 */

#define COPY(to, size, from)                                                                       \
	MOV(R1, FP),                                                                               \
	ADD(R1, to),                                                                               \
	SET(R2, size),                                                                             \
	MOV(R3, from),                                                                             \
	CALL(FUNC_PROBE_READ_KERNEL)

/*
 * socket_create(int family, int type, int protocol, int kern).  A list of what may be: the
 * filters see the packets of the first two; the others reach nobody outside of this host
 * without CAP_NET_RAW or CAP_NET_ADMIN.  Any other family would be a way past them, PPPoX and
 * RxRPC by an Internet socket that they take over.
 */
static const struct bpf_insn family[] = {
	ARGUMENT(R2, 3),
	MOV32(R2, R2),
	IF_NE_K(R2, 0, PASS), /* the kernel's own, for loading a module, say */
	ARGUMENT(R2, 0),
	MOV32(R2, R2),
	IF_EQ_K(R2, AF_INET, PASS),
	IF_EQ_K(R2, AF_INET6, PASS),
	IF_EQ_K(R2, AF_NETLINK, PASS),
	IF_EQ_K(R2, AF_PACKET, PASS),
	IF_EQ_K(R2, AF_ALG, PASS),
	IF_EQ_K(R2, AF_KEY, PASS),
	IF_NE_K(R2, AF_UNIX, OTHER),
	ARGUMENT(R2, 2),
	MOV32(R2, R2),
	IF_NE_K(R2, LSM_PROBE_PROTOCOL, PASS),
	SET(R1, -LSM_PROBE_ERRNO),
	GOTO(ERRNO),
	LABEL(OTHER),
	MAP_VALUE(R1, MAP_LAYOUT), /* whoever has this program has what the kernel looks like */
	SET(R1, -EAFNOSUPPORT),
	REFUSED,
	PASSED,
};

#define CREDENTIALS (-8) /* on the stack */
#define NET_RAW	    (1 << 13) /* CAP_NET_RAW, in the lower half of whatever a kernel_cap_t is */
#define LOWER	    (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 4)

/* r0 = where this process's credentials have a field, copied to the stack */
#define CREDENTIAL(field, size)                                                                    \
	MOV(R8, R9),                                                                               \
	ADD_OFFSET(R8, field),                                                                     \
	COPY(CREDENTIALS, size, R8),                                                               \
	IF_NE_K(R0, 0, DROP)

/*
 * socket_connect(struct socket *sock, struct sockaddr *address, int addrlen).  To connect to
 * AF_UNSPEC makes a socket without connections forget its device.  Whatever looks at an unbound
 * socket later looks too early: another thread, or another process with the same socket, has it
 * forget meanwhile.  So it keeps the device for good; the address is the kernel's own copy.
 * Not for who may have CAP_NET_RAW, against which nothing here holds: ping(8) does it, and means
 * nothing by it.
 */
static const struct bpf_insn keep[] = {
	ARGUMENT(R6, 0),
	ARGUMENT(R7, 1),
	LOAD16(R2, R7, offsetof(struct sockaddr, sa_family)),
	IF_NE_K(R2, AF_UNSPEC, PASS),
	FIELD16(R2, R6, LAYOUT_SOCKET_TYPE),
	IF_EQ_K(R2, SOCK_STREAM, PASS), /* tcp_disconnect() forgets no device */
	FIELD64(R8, R6, LAYOUT_SOCKET_SK),
	IF_EQ_K(R8, 0, PASS),
	FIELD16(R2, R8, LAYOUT_SOCK_FAMILY),
	IF_EQ_K(R2, AF_INET, BOUND),
	IF_NE_K(R2, AF_INET6, PASS),
	LABEL(BOUND),
	FIELD32(R2, R8, LAYOUT_SOCK_BOUND),
	IF_EQ_K(R2, 0, PASS), /* by mark, and the mark stays */
	CALL(BPF_FUNC_get_current_task),
	MOV(R9, R0),
	CREDENTIAL(LAYOUT_TASK_CRED, 8),
	LOAD64(R9, FP, CREDENTIALS),
	CREDENTIAL(LAYOUT_CRED_PERMITTED, 8),
	LOAD(R7, FP, CREDENTIALS + LOWER),
	AND(R7, NET_RAW),
	IF_EQ_K(R7, 0, DROP),
	/* In a user namespace of one's own everybody has all of them. */
	CREDENTIAL(LAYOUT_CRED_NAMESPACE, 8),
	LOAD64(R9, FP, CREDENTIALS),
	CREDENTIAL(LAYOUT_NAMESPACE_LEVEL, 4),
	LOAD(R7, FP, CREDENTIALS),
	IF_EQ_K(R7, 0, PASS),
	DROPPED,
	PASSED,
};

/* A struct cmsghdr of a 64-bit kernel and its data, up to the interface of an in6_pktinfo. */
#define CONTROL		(PREFIX - 40)
#define CONTROL_LENGTH	CONTROL
#define CONTROL_LEVEL	(CONTROL + 8)
#define CONTROL_TYPE	(CONTROL + 12)
#define CONTROL_HEADER	16
#define CONTROL_DATA	(CONTROL + CONTROL_HEADER)
#define CONTROLS_MAX	6 /* messages that are looked at; more are refused */

/*
 * socket_sendmsg(struct socket *sock, struct msghdr *msg, int size).  The interface of a control
 * message, or of IP_MULTICAST_IF, must be the VRF's: the filter sees the packet itself, but not
 * the copy of a multicast or broadcast that ip_mc_output() makes for this host, and which every
 * listener on that interface gets.  What msg points to is the kernel's own copy.
 */
static const struct bpf_insn message[] = {
	ARGUMENT(R6, 0),
	ARGUMENT(R7, 1),
	FIELD16(R2, R6, LAYOUT_SOCKET_TYPE),
	IF_NE_K(R2, SOCK_DGRAM, PASS),
	FIELD64(R8, R6, LAYOUT_SOCKET_SK),
	IF_EQ_K(R8, 0, PASS),
	FIELD16(R2, R8, LAYOUT_SOCK_FAMILY),
	IF_EQ_K(R2, AF_INET, BOUND),
	IF_NE_K(R2, AF_INET6, PASS), /* which sends to IPv4 addresses as well */
	LABEL(BOUND),
	ADD_OFFSET(R8, LAYOUT_INET_MC_INDEX),
	COPY(CONTROL, 4, R8),
	IF_NE_K(R0, 0, DROP),
	LOAD(R1, FP, CONTROL),
	IF_EQ_K(R1, 0, DEVICE),
	FIND_DEVICE,
	IF_EQ_K(R0, 0, DROP),
	LABEL(DEVICE),
	FIELD64(R9, R7, LAYOUT_MSG_CONTROLLEN),
	IF_EQ_K(R9, 0, PASS),
	FIELD64(R8, R7, LAYOUT_MSG_CONTROL),
	SET(R6, CONTROLS_MAX),
	LABEL(NEXT),
	IF_LT_K(R9, CONTROL_HEADER, PASS),
	COPY(CONTROL, 40, R8),
	IF_NE_K(R0, 0, DROP),
	LOAD(R2, FP, CONTROL_LEVEL),
	LOAD(R3, FP, CONTROL_TYPE),
	IF_EQ_K(R2, IPPROTO_IP, IPV4),
	IF_NE_K(R2, IPPROTO_IPV6, OTHER),
	LOAD(R1, FP, CONTROL_DATA + 16), /* ipi6_ifindex */
	IF_EQ_K(R3, IPV6_PKTINFO, ADDRESS),
	IF_EQ_K(R3, 2 /* IPV6_2292PKTINFO */, ADDRESS),
	GOTO(OTHER),
	LABEL(IPV4),
	LOAD(R1, FP, CONTROL_DATA), /* ipi_ifindex */
	IF_NE_K(R3, IP_PKTINFO, OTHER),
	LABEL(ADDRESS),
	IF_EQ_K(R1, 0, OTHER),
	FIND_DEVICE,
	IF_EQ_K(R0, 0, DROP),
	LABEL(OTHER), /* on to the next, as CMSG_NXTHDR(3) does */
	LOAD64(R2, FP, CONTROL_LENGTH),
	IF_LT_K(R2, CONTROL_HEADER, PASS), /* the kernel refuses it */
	ADD(R2, 7),
	AND(R2, -8),
	IF_GT(R2, R9, PASS),
	ADD_X(R8, R2),
	SUB_X(R9, R2),
	ADD(R6, -1),
	IF_NE_K(R6, 0, NEXT),
	DROPPED,
	PASSED,
};

const struct source source_family = SOURCE("vrf_fam_", BPF_PROG_TYPE_LSM, family);
const struct source source_keep = SOURCE("vrf_keep_", BPF_PROG_TYPE_LSM, keep);
const struct source source_message = SOURCE("vrf_msg_", BPF_PROG_TYPE_LSM, message);
