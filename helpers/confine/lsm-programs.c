/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/lsm-programs.c - the programs for hooks of the bpf LSM (BPF_LSM_CGROUP, Linux
 * 6.0): which families of sockets may be made, and that they keep their device.  Each argument of
 * a hook has 8 bytes of the context, of which an int has the lower 4.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "helpers/confine/insns.h"
#include "helpers/confine/lsm.h"

/* An instruction is a line. */
/* clang-format off */

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
 * Go on with CAP_NET_RAW alone, against which nothing here holds.  In a user namespace of one's own
 * everybody has all of them.
 */
#define CHECK_NET_RAW                                                                              \
	CALL(BPF_FUNC_get_current_task),                                                           \
	MOV(R9, R0),                                                                               \
	CREDENTIAL(LAYOUT_TASK_CRED, 8),                                                           \
	LOAD64(R9, FP, CREDENTIALS),                                                               \
	CREDENTIAL(LAYOUT_CRED_PERMITTED, 8),                                                      \
	LOAD(R7, FP, CREDENTIALS + LOWER),                                                         \
	AND(R7, NET_RAW),                                                                          \
	IF_EQ_K(R7, 0, DROP),                                                                      \
	CREDENTIAL(LAYOUT_CRED_NAMESPACE, 8),                                                      \
	LOAD64(R9, FP, CREDENTIALS),                                                               \
	CREDENTIAL(LAYOUT_NAMESPACE_LEVEL, 4),                                                     \
	LOAD(R7, FP, CREDENTIALS),                                                                 \
	IF_NE_K(R7, 0, DROP)

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
	IF_EQ_K(R2, AF_PACKET, DEVICE),
	IF_EQ_K(R2, AF_ALG, PASS),
	IF_EQ_K(R2, AF_KEY, PASS),
	IF_NE_K(R2, AF_UNIX, OTHER),
	ARGUMENT(R2, 2),
	MOV32(R2, R2),
	IF_NE_K(R2, LSM_PROBE_PROTOCOL, PASS),
	SET(R1, -LSM_PROBE_ERRNO),
	GOTO(ERRNO),
	LABEL(DEVICE), /* the kernel lets who owns the network namespace, another's too */
	CHECK_NET_RAW,
	GOTO(PASS),
	LABEL(OTHER),
	MAP_VALUE(R1, MAP_LAYOUT), /* whoever has this program has what the kernel looks like */
	SET(R1, -EAFNOSUPPORT),
	REFUSED,
	PASSED,
};

#define ADDRESS6       (PREFIX - 32)
#define IN_ADDRESS6(f) (ADDRESS6 + (int)offsetof(struct sockaddr_in6, f))

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
	CHECK_NET_RAW,
	GOTO(PASS),
	DROPPED,
	PASSED,
};

/*
 * socket_bind(struct socket *sock, struct sockaddr *address, int addrlen).  To bind to a
 * link-local address binds to its interface, whatever the socket was bound to before, and even
 * if the call fails afterwards (__inet6_bind(), ping_bind()).  So does a group of link-local or
 * interface-local scope (__ipv6_addr_needs_scope_id()); all groups are taken for such.
 */
static const struct bpf_insn bind6[] = {
	ARGUMENT(R6, 0),
	ARGUMENT(R7, 1),
	COPY(ADDRESS6, (int)sizeof(struct sockaddr_in6), R7), /* the kernel's, longer than any */
	IF_NE_K(R0, 0, DROP),
	LOAD16(R1, FP, IN_ADDRESS6(sin6_family)),
	IF_NE_K(R1, AF_INET6, PASS),
	LOAD8(R1, FP, IN_ADDRESS6(sin6_addr)),
	IF_EQ_K(R1, 0xff, ADDRESS),
	LOAD16(R1, FP, IN_ADDRESS6(sin6_addr)),
	AND(R1, BE16(0xffc0)),
	IF_NE_K(R1, BE16(0xfe80), PASS),
	LABEL(ADDRESS),
	LOAD(R1, FP, IN_ADDRESS6(sin6_scope_id)),
	IF_EQ_K(R1, 0, PASS), /* the kernel refuses it, or knows the interface */
	FIND_DEVICE,
	IF_EQ_K(R0, 0, DROP),
	/* A socket with a mark has no device to lose; else one that is only leaked to is none to bind to. */
	LIMITED(LOAD(R1, R0, 0),
		IF_BIT(R1, DEVICE_BIND, PASS),
		MAP_VALUE(R2, MAP_BINDING),
		LOAD(R2, R2, IN_BINDING(mark)),
		IF_EQ_K(R2, 0, DROP)),
	GOTO(PASS),
	DROPPED,
	PASSED,
};

/*
 * socket_setsockopt(struct socket *sock, int level, int optname).  What `option` refuses it does not
 * see of a call of 32 bits (do_sock_setsockopt(), in_compat_syscall()), which every process can make.
 */
static const struct bpf_insn set[] = {
	ARGUMENT(R2, 1),
	MOV32(R2, R2),
	ARGUMENT(R3, 2),
	MOV32(R3, R3),
	IF_EQ_K(R2, IPPROTO_IP, IPV4),
	IF_NE_K(R2, IPPROTO_IPV6, PASS),
	IF_EQ_K(R3, IPV6_FREEBIND, DROP),
	GOTO(PASS),
	LABEL(IPV4),
	IF_NE_K(R3, IP_FREEBIND, PASS),
	DROPPED,
	PASSED,
};
/* clang-format on */

const struct source source_family = SOURCE("vrf_fam_", BPF_PROG_TYPE_LSM, family);
const struct source source_keep = SOURCE("vrf_keep_", BPF_PROG_TYPE_LSM, keep);
const struct source source_bind = SOURCE("vrf_bind_", BPF_PROG_TYPE_LSM, bind6);
const struct source source_set = SOURCE("vrf_set_", BPF_PROG_TYPE_LSM, set);
