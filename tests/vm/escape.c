/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/escape.c - ways out of a VRF, one function each.
 *
 *     escape list                               their names, and why those that work do, with the
 *                                               bpf LSM and without
 *     escape NAME IFACE ADDR4 ADDR6 LINKLOCAL   try one
 *     escape each IFACE ADDR4 ADDR6 LINKLOCAL   once a line is read, those that shall never work:
 *                                               with a socket made before that line, and a new one
 *     escape receive PORT [IFACE GROUP]         the ways in: a socket that has left, and joined
 *     escape accept PORT                        the group there; one of MPTCP; each for 3 seconds
 *     escape errors PORT                        one that has left, and reads what ICMP brings back
 *     escape forge ADDR4 PORT                   sends such an error, as if that had sent a datagram
 *     escape serve PORT                         one of RxRPC
 *     escape namespace INDEX                    a socket in a namespace of its own, in which a device
 *                                               has this number
 *     escape hear [VRF]                         says what comes to sockets of this host, or of another VRF
 *     escape router IFACE                       forwards multicasts, until it is killed
 *     escape virtual ADDR | none                makes a virtual service of IPVS, or removes all
 *     escape freebind IFACE ...                 binds to ADDR6, which is nobody's; freebind32: by a call of 32 bits
 *     escape tunnel IFACE ADDR4 ADDR6 LINKLOCAL holds a tunnel of L2TP to there
 *     escape donor                              holds a socket for who asks, or takes it
 *     escape carry COMMAND...                   become the command, with a socket
 *
 * The target is behind IFACE, which is not the VRF's.  Whether something got out is
 * not for this program to tell but for whoever listens there; it only prints the
 * call that was refused.  Static: it also runs in guests without our C library.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ring.h"

/* A way out is a line where it can be. */
/* clang-format off */

#define PORT	4000
#define CARRIED 100 /* a descriptor */
#define DONOR	"\0escape"

static unsigned int out;	/* the interface */
static struct sockaddr_in four; /* the target */
static struct sockaddr_in6 six, mapped, local;
static const char text[] = "escape";

static void refused(const char *call)
{
	printf("%s: %s\n", call, strerror(errno));
	exit(1);
}

static int gate = -1; /* whoever made a socket waits there */

static void made(void)
{
	char c;

	if (gate < 0)
		return;
	if (write(gate, "", 1) != 1 || read(gate, &c, 1) != 1)
		_exit(2);
	gate = -1;
}

static int make(int family, int type, int protocol)
{
	int fd = socket(family, type, protocol);
	const struct timeval limit = { .tv_usec = 200000 };

	if (fd < 0)
		refused("socket");
	made();
	/* The connection's own timer would run for two minutes. */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	return fd;
}

static void set(int fd, int level, int option, const void *value, socklen_t size)
{
	if (setsockopt(fd, level, option, value, size))
		refused("setsockopt");
}

#define send_to(fd, to) send_it(fd, (struct sockaddr *)&(to), sizeof(to))
#define connect_to(fd, to) connect_it(fd, (struct sockaddr *)&(to), sizeof(to))

/* What is sent also looks like an echo request, in either family. */
#define ECHO 16
static char *echo(const struct sockaddr *to)
{
	static char packet[ECHO];

	packet[0] = to && to->sa_family == AF_INET6 ? (char)128 : 8;
	memcpy(packet + 8, text, sizeof(text));
	return packet;
}

static void send_it(int fd, const struct sockaddr *to, socklen_t size)
{
	if (sendto(fd, echo(to), ECHO, 0, to, size) < 0)
		refused("sendto");
}

static void connect_it(int fd, const struct sockaddr *to, socklen_t size)
{
	if (connect(fd, to, size) && errno != EINPROGRESS)
		refused("connect");
}

static void forget(int fd)
{
	const struct sockaddr none = { .sa_family = AF_UNSPEC };

	if (connect(fd, &none, sizeof(none)))
		refused("connect(AF_UNSPEC)");
}

/* connect(AF_UNSPEC) makes a datagram socket forget its device (__udp_disconnect()). */
static void unspec_udp4(void) { int fd = make(AF_INET, SOCK_DGRAM, 0); forget(fd); send_to(fd, four); }
static void unspec_udp6(void) { int fd = make(AF_INET6, SOCK_DGRAM, 0); forget(fd); send_to(fd, six); }
static void unspec_mapped(void) { int fd = make(AF_INET6, SOCK_DGRAM, 0); forget(fd); send_to(fd, mapped); }
static void unspec_ping4(void) { int fd = make(AF_INET, SOCK_DGRAM, IPPROTO_ICMP); forget(fd); send_to(fd, four); }
static void unspec_ping6(void) { int fd = make(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6); forget(fd); send_to(fd, six); }
static void unspec_raw4(void) { int fd = make(AF_INET, SOCK_RAW, IPPROTO_ICMP); forget(fd); send_to(fd, four); }
static void unspec_raw6(void) { int fd = make(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6); forget(fd); six.sin6_port = 0; send_to(fd, six); }
static void unspec_udplite(void) { int fd = make(AF_INET, SOCK_DGRAM, 136); forget(fd); send_to(fd, four); }
static void unspec_udplite6(void) { int fd = make(AF_INET6, SOCK_DGRAM, 136); forget(fd); send_to(fd, six); }

/* struct sockaddr_l2tpip; it forgets only what it was bound to */
static void unspec_l2tp(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_zero = { 1 } };
	int fd = make(AF_INET, SOCK_DGRAM, 115);

	if (bind(fd, (struct sockaddr *)&a, sizeof(a)))
		refused("bind");
	a.sin_addr = four.sin_addr;
	forget(fd);
	send_to(fd, a);
}

/* To the host itself: its lookup knows no VRFs */
static void l2tp_local(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	/* a control message (RFC 3931, 3.2.1) for connection 1 */
	const char message[20] = "\xc0\x02\0\x14\0\0\0\1";
	int fd = make(AF_INET, SOCK_DGRAM, 115);

	if (sendto(fd, message, sizeof(message), 0, (struct sockaddr *)&a, sizeof(a)) < 0)
		refused("sendto");
}

static void unspec_connected(void)
{
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	forget(fd);
	connect_to(fd, four);
	if (send(fd, text, sizeof(text), 0) < 0)
		refused("send");
}

/* A control message names an interface for one packet. */
static void control(int fd, void *to, socklen_t to_size, int level, int type, const void *data, size_t size)
{
	char buf[CMSG_SPACE(sizeof(struct in6_pktinfo))] = { 0 };
	struct iovec iov = { .iov_base = echo(to), .iov_len = ECHO };
	struct msghdr m = { .msg_name = to, .msg_namelen = to_size, .msg_iov = &iov, .msg_iovlen = 1,
			    .msg_control = buf, .msg_controllen = CMSG_SPACE(size) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(c), data, size);
	if (sendmsg(fd, &m, 0) < 0)
		refused("sendmsg");
}

/*
 * A multicast or broadcast that leaves by an interface comes back to the host's own listeners
 * there, by a copy that is made before the filter (ip_mc_output()); every host is in 224.0.0.1.
 */
static struct sockaddr_in all_hosts(void)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(0xe0000001) };
}

static void copy_pktinfo(void)
{
	struct in_pktinfo i = { .ipi_ifindex = (int)out };
	struct sockaddr_in group = all_hosts();

	control(make(AF_INET, SOCK_DGRAM, 0), &group, sizeof(group), IPPROTO_IP, IP_PKTINFO, &i, sizeof(i));
}

/* For whoever has a raw socket */
static void copy_ping(void)
{
	struct in_pktinfo i = { .ipi_ifindex = (int)out };
	struct sockaddr_in group = all_hosts();

	control(make(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), &group, sizeof(group), IPPROTO_IP, IP_PKTINFO, &i, sizeof(i));
}

static void copy_mapped(void)
{
	struct in6_pktinfo i = { .ipi6_ifindex = out };
	struct sockaddr_in6 group = mapped;

	memcpy(i.ipi6_addr.s6_addr + 10, "\xff\xff", 2);
	memcpy(group.sin6_addr.s6_addr + 12, "\xe0\0\0\1", 4);
	control(make(AF_INET6, SOCK_DGRAM, 0), &group, sizeof(group), IPPROTO_IPV6, IPV6_PKTINFO, &i, sizeof(i));
}

/* The interface of a second control message, and of one that is connected */
static void copy_second(void)
{
	char buf[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct in_pktinfo))] = { 0 };
	struct in_pktinfo i = { .ipi_ifindex = (int)out };
	struct iovec iov = { .iov_base = (void *)text, .iov_len = sizeof(text) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = buf, .msg_controllen = sizeof(buf) };
	struct sockaddr_in group = all_hosts();
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	*c = (struct cmsghdr){ .cmsg_level = IPPROTO_IP, .cmsg_type = IP_TTL, .cmsg_len = CMSG_LEN(sizeof(int)) };
	*(int *)CMSG_DATA(c) = 1;
	c = CMSG_NXTHDR(&m, c);
	*c = (struct cmsghdr){ .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO, .cmsg_len = CMSG_LEN(sizeof(i)) };
	memcpy(CMSG_DATA(c), &i, sizeof(i));
	connect_to(fd, group);
	if (sendmsg(fd, &m, 0) < 0)
		refused("sendmsg");
}

static int bound_index(int fd)
{
	int index = 0;
	socklen_t size = sizeof(index);

	if (getsockopt(fd, SOL_SOCKET, 62 /* SO_BINDTOIFINDEX */, &index, &size))
		refused("getsockopt");
	return index;
}

/* Whoever has no device may take one, and keeps the interface that he chose without (do_ip_setsockopt()). */
static void copy_interface(void)
{
	struct ip_mreqn m = { .imr_ifindex = (int)out };
	struct sockaddr_in group = all_hosts();
	int fd = make(AF_INET, SOCK_DGRAM, 0), own = bound_index(fd);

	forget(fd);
	set(fd, IPPROTO_IP, IP_MULTICAST_IF, &m, sizeof(m));
	if (own)
		set(fd, SOL_SOCKET, 62, &own, sizeof(own));
	send_to(fd, group);
}

/* Not an interface of one's own, but what main's route says: udp_sendmsg() asks for none in a VRF. */
static void copy_plain(void)
{
	struct sockaddr_in group = all_hosts();

	send_to(make(AF_INET, SOCK_DGRAM, 0), group);
}

/* To all of a network */
static void broadcast_net(void)
{
	struct sockaddr_in all = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int on = 1, fd = make(AF_INET, SOCK_DGRAM, 0);
	struct ifaddrs *list;

	if (getifaddrs(&list))
		refused("getifaddrs");
	for (struct ifaddrs *a = list; a; a = a->ifa_next)
		if (a->ifa_addr && a->ifa_addr->sa_family == AF_INET && if_nametoindex(a->ifa_name) == out)
			all.sin_addr.s_addr = ((struct sockaddr_in *)a->ifa_addr)->sin_addr.s_addr |
					      ~((struct sockaddr_in *)a->ifa_netmask)->sin_addr.s_addr;
	set(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	send_to(fd, all);
}

/* setsockopt(2) as a program of 32 bits calls it: the programs for setsockopt do not see that. */
static void set32(int fd, int level, int name, int value)
{
#ifdef __x86_64__
	int *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long result;

	if (low == MAP_FAILED)
		refused("mmap");
	*low = value;
	/* 366: of i386's calls; the kernel keeps no more of r8 to r11 than it likes */
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(366), "b"(fd), "c"(level), "d"(name), "S"(low), "D"(sizeof(*low))
			 : "memory", "r8", "r9", "r10", "r11");
	errno = (int)-result;
	if (result)
		refused("setsockopt of 32 bits");
#else
	set(fd, level, name, &value, sizeof(value));
#endif
}

/* An address of nobody's, so that what the kernel answers goes elsewhere */
static void freebind(bool by_32)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 };
	int on = 1, fd = make(AF_INET6, SOCK_DGRAM, 0);

	if (by_32)
		set32(fd, IPPROTO_IPV6, 78, on);
	else
		set(fd, IPPROTO_IPV6, 78, &on, sizeof(on));
	any.sin6_addr = six.sin6_addr;
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)))
		refused("bind");
}

/* The host's [::], by the address of a card of the VRF's, which goes by lo */
static void own_address(void)
{
	struct sockaddr_in6 own = local;

	if (getenv("OWN") && inet_pton(AF_INET6, getenv("OWN"), &own.sin6_addr) != 1)
		refused("OWN");
	own.sin6_scope_id = getenv("CARD") ? if_nametoindex(getenv("CARD")) : 0;
	connect_to(make(AF_INET6, SOCK_STREAM, 0), own);
}

static void copy_unbound(void)
{
	struct ip_mreqn m = { .imr_ifindex = (int)out };
	struct sockaddr_in group = all_hosts();
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	forget(fd);
	set(fd, IPPROTO_IP, IP_MULTICAST_IF, &m, sizeof(m));
	send_to(fd, group);
}

static void pktinfo4(void)
{
	struct in_pktinfo i = { .ipi_ifindex = (int)out };

	control(make(AF_INET, SOCK_DGRAM, 0), &four, sizeof(four), IPPROTO_IP, IP_PKTINFO, &i, sizeof(i));
}

static void pktinfo6(void)
{
	struct in6_pktinfo i = { .ipi6_ifindex = out };

	control(make(AF_INET6, SOCK_DGRAM, 0), &six, sizeof(six), IPPROTO_IPV6, IPV6_PKTINFO, &i, sizeof(i));
}

static void pktinfo_mapped(void)
{
	struct in6_pktinfo i = { .ipi6_ifindex = out };

	memcpy(i.ipi6_addr.s6_addr + 10, "\xff\xff", 2);
	control(make(AF_INET6, SOCK_DGRAM, 0), &mapped, sizeof(mapped), IPPROTO_IPV6, IPV6_PKTINFO, &i, sizeof(i));
}

static void pktinfo_raw(void)
{
	struct in_pktinfo i = { .ipi_ifindex = (int)out };

	control(make(AF_INET, SOCK_RAW, IPPROTO_ICMP), &four, sizeof(four), IPPROTO_IP, IP_PKTINFO, &i, sizeof(i));
}

/* The first piece of a datagram chooses its route. */
static void pktinfo_cork(void)
{
	struct in_pktinfo i = { .ipi_ifindex = (int)out };
	int on = 1, off = 0, fd = make(AF_INET, SOCK_DGRAM, 0);

	set(fd, IPPROTO_UDP, 1, &on, sizeof(on));
	control(fd, &four, sizeof(four), IPPROTO_IP, IP_PKTINFO, &i, sizeof(i));
	set(fd, IPPROTO_UDP, 1, &off, sizeof(off));
}

static void pktinfo_ping(void)
{
	struct in_pktinfo i = { .ipi_ifindex = (int)out };

	control(make(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), &four, sizeof(four), IPPROTO_IP, IP_PKTINFO, &i, sizeof(i));
}

static void unspec_pktinfo4(void)
{
	struct in_pktinfo i = { .ipi_ifindex = (int)out };
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	forget(fd);
	control(fd, &four, sizeof(four), IPPROTO_IP, IP_PKTINFO, &i, sizeof(i));
}

static void unspec_pktinfo6(void)
{
	struct in6_pktinfo i = { .ipi6_ifindex = out };
	int fd = make(AF_INET6, SOCK_DGRAM, 0);

	forget(fd);
	control(fd, &six, sizeof(six), IPPROTO_IPV6, IPV6_PKTINFO, &i, sizeof(i));
}

static void sticky_pktinfo6(void)
{
	struct in6_pktinfo i = { .ipi6_ifindex = out };
	int fd = make(AF_INET6, SOCK_DGRAM, 0);

	set(fd, IPPROTO_IPV6, IPV6_PKTINFO, &i, sizeof(i));
	send_to(fd, six);
}

static void unicast_if4(void)
{
	uint32_t index = htonl(out);
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	set(fd, IPPROTO_IP, 50, &index, sizeof(index));
	send_to(fd, four);
}

static void unicast_if6(void)
{
	uint32_t index = htonl(out);
	int fd = make(AF_INET6, SOCK_DGRAM, 0);

	set(fd, IPPROTO_IPV6, 76, &index, sizeof(index));
	send_to(fd, six);
}

static void unspec_unicast_if4(void)
{
	uint32_t index = htonl(out);
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	forget(fd);
	set(fd, IPPROTO_IP, 50, &index, sizeof(index));
	send_to(fd, four);
}

static void multicast4(void)
{
	struct ip_mreqn m = { .imr_ifindex = (int)out };
	struct sockaddr_in group = { .sin_family = AF_INET, .sin_port = four.sin_port };
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	forget(fd);
	set(fd, IPPROTO_IP, IP_MULTICAST_IF, &m, sizeof(m));
	group.sin_addr.s_addr = htonl(0xe00000fb);
	send_to(fd, group);
}

static void multicast6(void)
{
	struct sockaddr_in6 group = { .sin6_family = AF_INET6, .sin6_port = htons(PORT), .sin6_scope_id = out };
	int fd = make(AF_INET6, SOCK_DGRAM, 0);

	inet_pton(AF_INET6, "ff02::fb", &group.sin6_addr);
	send_to(fd, group);
}

static void broadcast(void)
{
	struct in_pktinfo i = { .ipi_ifindex = (int)out };
	struct sockaddr_in all = { .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = INADDR_BROADCAST };
	int on = 1, fd = make(AF_INET, SOCK_DGRAM, 0);

	set(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	control(fd, &all, sizeof(all), IPPROTO_IP, IP_PKTINFO, &i, sizeof(i));
}

/* Binding to an interface's link-local address binds to the interface (__inet6_bind()). */
static void bind_link_local(int fd)
{
	struct sockaddr_in6 own = { .sin6_family = AF_INET6 };
	struct ifaddrs *list, *a;
	char name[IF_NAMESIZE];

	if (getifaddrs(&list) || !if_indextoname(out, name))
		refused("getifaddrs");
	for (a = list; a; a = a->ifa_next) {
		const struct sockaddr_in6 *s = (struct sockaddr_in6 *)a->ifa_addr;

		if (s && s->sin6_family == AF_INET6 && !strcmp(a->ifa_name, name) &&
		    IN6_IS_ADDR_LINKLOCAL(&s->sin6_addr))
			own.sin6_addr = s->sin6_addr;
	}
	own.sin6_scope_id = out;
	if (bind(fd, (struct sockaddr *)&own, sizeof(own)))
		refused("bind");
}

static void bind_local_tcp(void) { int fd = make(AF_INET6, SOCK_STREAM, 0); bind_link_local(fd); connect_to(fd, six); }
static void bind_local_udp(void) { int fd = make(AF_INET6, SOCK_DGRAM, 0); bind_link_local(fd); send_to(fd, six); }
static void bind_local_peer(void) { int fd = make(AF_INET6, SOCK_STREAM, 0); bind_link_local(fd); connect_to(fd, local); }
static void local_udp(void) { send_to(make(AF_INET6, SOCK_DGRAM, 0), local); }
static void local_tcp(void) { connect_to(make(AF_INET6, SOCK_STREAM, 0), local); }
static void unspec_local(void) { int fd = make(AF_INET6, SOCK_DGRAM, 0); forget(fd); send_to(fd, local); }

static void bind_device(void)
{
	char name[IF_NAMESIZE] = "";
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	if_indextoname(out, name);
	set(fd, SOL_SOCKET, SO_BINDTODEVICE, name, sizeof(name));
	send_to(fd, four);
}

static void unbind_device(void)
{
	int fd = make(AF_INET, SOCK_STREAM, 0);

	set(fd, SOL_SOCKET, SO_BINDTODEVICE, "", 0);
	connect_to(fd, four);
}

static void bind_index(void)
{
	int fd = make(AF_INET6, SOCK_STREAM, 0);

	set(fd, SOL_SOCKET, 62, &out, sizeof(out));
	connect_to(fd, six);
}

/* Anybody may bind a socket that is bound to nothing. */
static void unspec_bind_device(void)
{
	char name[IF_NAMESIZE] = "";
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	forget(fd);
	if_indextoname(out, name);
	set(fd, SOL_SOCKET, SO_BINDTODEVICE, name, sizeof(name));
	send_to(fd, four);
}

static void mark(void)
{
	int zero = 0, fd = make(AF_INET, SOCK_STREAM, 0);

	set(fd, SOL_SOCKET, SO_MARK, &zero, sizeof(zero));
	connect_to(fd, four);
}

static void unspec_mark(void)
{
	int zero = 0, fd = make(AF_INET, SOCK_DGRAM, 0);

	forget(fd);
	set(fd, SOL_SOCKET, SO_MARK, &zero, sizeof(zero));
	send_to(fd, four);
}

static void mark_message(void)
{
	uint32_t zero = 0;

	control(make(AF_INET, SOCK_DGRAM, 0), &four, sizeof(four), SOL_SOCKET, SO_MARK, &zero, sizeof(zero));
}

/* Protocols whose packets come from sockets of the kernel's making. */
static void mptcp(void) { connect_to(make(AF_INET, SOCK_STREAM, 262), four); }
static void mptcp_listen(void)
{
	int fd = make(AF_INET, SOCK_STREAM, 262);

	if (listen(fd, 1))
		refused("listen");
}
static void mptcp6(void) { connect_to(make(AF_INET6, SOCK_STREAM, 262), six); }
static void smc(void) { connect_to(make(43, SOCK_STREAM, 0), four); }
static void smc6(void) { connect_to(make(43, SOCK_STREAM, 1), six); }
static void smc_protocol(void) { connect_to(make(AF_INET, SOCK_STREAM, 256), four); }
static void sctp(void) { connect_to(make(AF_INET, SOCK_STREAM, IPPROTO_SCTP), four); }
static void sctp_local(void) { int fd = make(AF_INET6, SOCK_STREAM, IPPROTO_SCTP); bind_link_local(fd); connect_to(fd, local); }
static void sctp_many(void) { send_to(make(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP), four); }
static void dccp(void)
{
	int service = 1, fd = make(AF_INET, 6, 33);

	set(fd, 269, 2, &service, sizeof(service));
	connect_to(fd, four);
}

static void rxrpc(void)
{
	/* struct sockaddr_rxrpc */
	struct {
		uint16_t family, service, type, length;
		struct sockaddr_in to;
		char room[sizeof(struct sockaddr_in6) - sizeof(struct sockaddr_in)];
	} a = { 33, 1, SOCK_DGRAM, sizeof(four), four, "" };
	int fd = make(33, SOCK_DGRAM, AF_INET);
	unsigned long id = 1;

	if (connect(fd, (struct sockaddr *)&a, sizeof(a)))
		refused("connect");
	control(fd, NULL, 0, 272, 1, &id, sizeof(id));
}

static void tcp(void) { connect_to(make(AF_INET, SOCK_STREAM, 0), four); }
static void tcp6(void) { connect_to(make(AF_INET6, SOCK_STREAM, 0), six); }
static void tcp_mapped(void) { connect_to(make(AF_INET6, SOCK_STREAM, 0), mapped); }
static void udp(void) { send_to(make(AF_INET, SOCK_DGRAM, 0), four); }
static void udp6(void) { send_to(make(AF_INET6, SOCK_DGRAM, 0), six); }

static void fast_open(void)
{
	int fd = make(AF_INET, SOCK_STREAM, 0);

	if (sendto(fd, text, sizeof(text), MSG_FASTOPEN, (struct sockaddr *)&four, sizeof(four)) < 0 &&
	    errno != EINPROGRESS)
		refused("sendto(MSG_FASTOPEN)");
}

/* TCP keeps its device, but is it so after an attempt that failed? */
static void tcp_unspec(void)
{
	int fd = make(AF_INET, SOCK_STREAM, 0);

	connect(fd, (struct sockaddr *)&four, sizeof(four));
	forget(fd);
	connect_to(fd, four);
}

/* Loose source route: the target is the last hop of a packet to the target. */
static void source_route(void)
{
	unsigned char option[8] = { 131, 7, 4 };
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	memcpy(option + 3, &four.sin_addr, 4);
	set(fd, IPPROTO_IP, IP_OPTIONS, option, sizeof(option));
	send_to(fd, four);
}

/* Type 2 has one address, the last; the packet goes to the other one first. */
static void source_route6(void)
{
	unsigned char header[24] = { 0, 2, 2, 1 };
	int fd = make(AF_INET6, SOCK_DGRAM, 0);

	memcpy(header + 8, &six.sin6_addr, 16);
	set(fd, IPPROTO_IPV6, 57, header, sizeof(header));
	send_to(fd, six);
}

/* A raw header says one destination, the address another. */
static void raw_header(void)
{
	struct {
		struct iphdr ip;
		char text[sizeof(text)];
	} p = { .ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = 17 } };
	int fd = make(AF_INET, SOCK_RAW, IPPROTO_RAW);

	p.ip.daddr = four.sin_addr.s_addr;
	p.ip.tot_len = htons(sizeof(p));
	if (sendto(fd, &p, sizeof(p), 0, (struct sockaddr *)&four, sizeof(four)) < 0)
		refused("sendto");
}

static void packet(void)
{
	/* struct sockaddr_ll, to everybody */
	struct {
		uint16_t family, protocol;
		int32_t index;
		uint16_t type;
		uint8_t kind, length, address[8];
	} to = { 17, htons(0x0800), (int32_t)out, 0, 0, 6, { 255, 255, 255, 255, 255, 255 } };
	struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = 17, .tot_len = htons(20) };
	int fd = make(17, SOCK_DGRAM, htons(0x0800));

	ip.daddr = four.sin_addr.s_addr;
	if (sendto(fd, &ip, sizeof(ip), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		refused("sendto");
}

static void network_namespace(void)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		refused("unshare");
	udp();
}

/* Root there has no more rights on the network that it came from. */
static void user_namespace(void)
{
	if (unshare(CLONE_NEWUSER))
		refused("unshare");
	bind_device();
}

static void cgroup_namespace(void)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWCGROUP))
		refused("unshare");
	unspec_udp4();
}

static void cgroup_leave(void)
{
	int fd = open("/sys/fs/cgroup/cgroup.procs", O_WRONLY);

	if (fd < 0 || write(fd, "0", 1) < 0)
		refused("cgroup.procs");
	udp();
}

static void nested(void)
{
	execlp("vrf-exec", "vrf-exec", "default", "probe", "-t", "100", "udp", inet_ntoa(four.sin_addr), "4000", (char *)NULL);
	refused("vrf-exec");
}

/* Sockets that somebody else made: brought along, given, taken. */
static void carried(void) { send_to(CARRIED, four); }

static int donor_connect(void)
{
	const struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = DONOR };
	int fd = make(AF_UNIX, SOCK_STREAM, 0);

	if (connect(fd, (const struct sockaddr *)&a, offsetof(struct sockaddr_un, sun_path) + sizeof(DONOR) - 1))
		refused("connect to the donor");
	return fd;
}

static void given(void)
{
	char c, buf[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { .iov_base = &c, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = buf, .msg_controllen = sizeof(buf) };
	int fd;

	if (recvmsg(donor_connect(), &m, 0) != 1 || !CMSG_FIRSTHDR(&m))
		refused("recvmsg");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	send_to(fd, four);
}

static void taken(void)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int fd = donor_connect();

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		refused("SO_PEERCRED");
	fd = (int)syscall(SYS_pidfd_open, peer.pid, 0);
	fd = (int)syscall(SYS_pidfd_getfd, fd, CARRIED, 0);
	if (fd < 0)
		refused("pidfd_getfd");
	send_to(fd, four);
}

static void carry(void)
{
	if (dup2(socket(AF_INET, SOCK_DGRAM, 0), CARRIED) != CARRIED)
		refused("socket");
}

__attribute__((noreturn)) static void donor(void)
{
	const struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = DONOR };
	char buf[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = "", .iov_len = 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = buf, .msg_controllen = sizeof(buf) };
	const int fd = CARRIED;
	int at = make(AF_UNIX, SOCK_STREAM, 0);

	carry();
	*CMSG_FIRSTHDR(&m) = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(fd)) };
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &fd, sizeof(fd));
	if (bind(at, (const struct sockaddr *)&a, offsetof(struct sockaddr_un, sun_path) + sizeof(DONOR) - 1) || listen(at, 8))
		refused("bind");
	puts("ready");
	fflush(stdout);
	for (;;) {
		int peer = accept(at, NULL, NULL);

		/* Who wants to take it and may not is gone before it is given. */
		if (peer < 0 || (sendmsg(peer, &m, MSG_NOSIGNAL) < 0 && errno != EPIPE))
			refused("donor");
	}
}

/* A connection that a thread of the kernel makes */
static void rds(void)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	struct sockaddr_in to = four;
	int fd = make(21, SOCK_SEQPACKET, 0);

	inet_pton(AF_INET, getenv("RDS") ? getenv("RDS") : "127.0.0.1", &own.sin_addr);
	if (bind(fd, (struct sockaddr *)&own, sizeof(own)))
		refused("bind");
	send_to(fd, to);
	usleep(300000);
}

/* Frames of its own type, by any interface: not IP, which is what the filters see. */
static void pppoe(void)
{
	union {
		/* struct sockaddr_pppox, of exactly this size */
		struct {
			uint16_t family;
			uint32_t protocol;
			uint16_t session;
			uint8_t remote[6];
			char device[IF_NAMESIZE];
		} __attribute__((packed)) p;
		struct sockaddr any;
	} a = { .p = { 24, 0, htons(1), { 2, 0, 0, 0, 0, 1 }, "" } };
	int fd = make(24, SOCK_STREAM, 0);

	if_indextoname(out, a.p.device);
	if (connect(fd, &a.any, sizeof(a.p)))
		refused("connect");
	if (send(fd, text, sizeof(text), 0) < 0)
		refused("send");
}

/*
 * PPP over L2TP: a tunnel is a UDP socket, given or found by its number, and packets of a
 * session in it belong to the session's socket (pppol2tp_connect()).
 */
#define ROOTS_TUNNEL 7

static int pppox(int udp, unsigned int tunnel, unsigned int session)
{
	/* struct sockaddr_pppol2tp, of exactly this size */
	union {
		struct {
			uint16_t family;
			uint32_t protocol;
			int32_t pid, fd;
			struct sockaddr_in to;
			uint16_t tunnel, session, peer_tunnel, peer_session;
		} __attribute__((packed)) p;
		struct sockaddr any;
	} a = { .p = { 24, 1, 0, udp, four, (uint16_t)tunnel, (uint16_t)session, (uint16_t)tunnel, (uint16_t)session } };
	int fd = make(24, SOCK_DGRAM, 1);

	if (connect(fd, &a.any, sizeof(a.p)))
		refused("connect of PPPoX");
	return fd;
}

static void send_by_session(int udp, unsigned int tunnel)
{
	if (send(pppox(udp, tunnel, 1 + (unsigned int)getpid() % 60000), text, sizeof(text), 0) < 0)
		refused("send of PPPoX");
}

static void send_by_tunnel(int udp)
{
	unsigned int tunnel = 100 + (unsigned int)getpid() % 60000;

	connect_to(udp, four);
	pppox(udp, tunnel, 0);
	send_by_session(udp, tunnel);
}

static void pppol2tp(void)
{
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	forget(fd);
	send_by_tunnel(fd);
}

static void pppol2tp_device(void)
{
	char name[IF_NAMESIZE] = "";
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	forget(fd);
	if_indextoname(out, name);
	set(fd, SOL_SOCKET, SO_BINDTODEVICE, name, sizeof(name));
	send_by_tunnel(fd);
}

/*
 * connect(2) asks the program first and takes the socket's lock again afterwards: meanwhile
 * another process with the same socket makes it forget its device.
 */
static void pppol2tp_race(void)
{
	const struct sockaddr none = { .sa_family = AF_UNSPEC };
	int fd = make(AF_INET, SOCK_DGRAM, 0);
	pid_t other = fork();
	bool won = false;

	while (!other)
		if (connect(fd, &none, sizeof(none)))
			_exit(1);
	for (long i = 0; i < 200000 && !won; i++) {
		struct sockaddr_in peer;
		socklen_t size = sizeof(peer);

		won = !connect(fd, (struct sockaddr *)&four, sizeof(four)) && !bound_index(fd) &&
		      !getpeername(fd, (struct sockaddr *)&peer, &size);
	}
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	if (!won)
		refused("race");
	pppox(fd, ROOTS_TUNNEL + 1 + (unsigned int)getpid() % 60000, 0);
	send_by_session(fd, ROOTS_TUNNEL + 1 + (unsigned int)getpid() % 60000);
}

static void pppol2tp_session(void)
{
	send_by_session(-1, ROOTS_TUNNEL);
}

__attribute__((noreturn)) static void tunnel(void)
{
	int fd = make(AF_INET, SOCK_DGRAM, 0);

	connect_to(fd, four);
	pppox(fd, ROOTS_TUNNEL, 0);
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

/* Families whose sockets of this host talk to each other */
static void vsock(void)
{
	/* struct sockaddr_vm: this host's own number */
	struct {
		uint16_t family, reserved;
		uint32_t port, cid;
		char zero[4];
	} a = { 40, 0, PORT, 1, "" };
	int fd = make(40, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) || send(fd, text, sizeof(text), 0) < 0)
		refused("connect");
}

/* struct sockaddr_tipc: a service */
struct tipc {
	uint16_t family;
	uint8_t type;
	int8_t scope;
	uint32_t service, instance, domain;
};

static void tipc(void)
{
	struct tipc a = { 30, 2, 0, PORT, 1, 0 };
	int fd = make(30, SOCK_RDM, 0);

	if (sendto(fd, text, sizeof(text), 0, (struct sockaddr *)&a, sizeof(a)) < 0)
		refused("sendto");
}

/* A socket made and used by a ring */
static void open_ring(struct ring *r)
{
	int err = ring_open(r);

	if (err < 0) {
		errno = -err;
		refused("io_uring_setup");
	}
	made();
}

static int by_ring(struct ring *r, const char *what, struct entry e)
{
	int result = ring_do(r, e);

	if (result < 0) {
		errno = -result;
		refused(what);
	}
	return result;
}

static void ring_unspec(void)
{
	const struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct iovec iov = { .iov_base = (void *)text, .iov_len = sizeof(text) };
	struct msghdr m = { .msg_name = &four, .msg_namelen = sizeof(four), .msg_iov = &iov, .msg_iovlen = 1 };
	struct ring r;
	int fd;

	open_ring(&r);
	fd = by_ring(&r, "IORING_OP_SOCKET", (struct entry){ .opcode = RING_SOCKET, .flags = RING_ASYNC, .fd = AF_INET, .offset = SOCK_DGRAM });
	by_ring(&r, "IORING_OP_CONNECT", (struct entry){ .opcode = RING_CONNECT, .flags = RING_ASYNC, .fd = fd, .address = (uintptr_t)&none, .offset = sizeof(none) });
	by_ring(&r, "IORING_OP_SENDMSG", (struct entry){ .opcode = RING_SENDMSG, .flags = RING_ASYNC, .fd = fd, .address = (uintptr_t)&m, .length = 1 });
}

static void ring_tcp(void)
{
	struct ring r;
	int fd;

	open_ring(&r);
	fd = by_ring(&r, "IORING_OP_SOCKET", (struct entry){ .opcode = RING_SOCKET, .flags = RING_ASYNC, .fd = AF_INET, .offset = SOCK_STREAM });
	alarm(1);
	by_ring(&r, "IORING_OP_CONNECT", (struct entry){ .opcode = RING_CONNECT, .fd = fd, .address = (uintptr_t)&four, .offset = sizeof(four) });
}

#define WAY(name) { #name, name, NULL, NULL }
#define WITHOUT(name, reason) { #name, name, NULL, reason }
#define KNOWN(name, reason) { #name, name, reason, reason }
#define COPY "the host's own copy"
static const struct {
	const char *name;
	void (*try)(void);
	const char *reason;  /* why it works */
	const char *without; /* and where the bpf LSM is not active */
} ways[] = { /* the known ones come last */
	WAY(tcp), WAY(tcp6), WAY(tcp_mapped), WAY(udp), WAY(udp6), WAY(fast_open), WAY(tcp_unspec),
	WAY(unspec_udp4), WAY(unspec_udp6), WAY(unspec_mapped), WAY(unspec_ping4), WAY(unspec_ping6),
	WAY(unspec_raw4), WAY(unspec_raw6), WAY(unspec_udplite), WAY(unspec_udplite6), WAY(unspec_l2tp), WAY(l2tp_local),
	WAY(unspec_connected), WAY(pktinfo4), WAY(pktinfo6), WAY(pktinfo_mapped), WAY(pktinfo_ping),
	WAY(pktinfo_raw), WAY(pktinfo_cork), WAY(unspec_pktinfo4), WAY(unspec_pktinfo6), WAY(sticky_pktinfo6),
	WAY(unicast_if4), WAY(unicast_if6), WAY(unspec_unicast_if4), WAY(multicast4), WAY(multicast6),
	WAY(broadcast_net), WAY(own_address), WAY(bind_local_tcp), WAY(bind_local_udp), WAY(bind_local_peer), WAY(local_udp),
	WAY(local_tcp), WAY(unspec_local), WAY(bind_device), WAY(unbind_device), WAY(bind_index),
	WAY(unspec_bind_device), WAY(mark), WAY(unspec_mark), WAY(mark_message), WAY(mptcp), WAY(mptcp6),
	WAY(mptcp_listen), WAY(smc), WAY(smc6), WAY(smc_protocol), WAY(sctp), WAY(sctp_local), WAY(sctp_many),
	WAY(dccp), WAY(rxrpc), WAY(ring_unspec), WAY(ring_tcp), WAY(source_route), WAY(source_route6),
	WAY(raw_header), WAY(user_namespace), WAY(network_namespace), WAY(cgroup_namespace),
	WAY(pppol2tp), WAY(pppol2tp_device), WITHOUT(pppol2tp_race, "two processes with one socket"),
	WITHOUT(pppol2tp_session, "the tunnel's socket is somebody else's"),
	WITHOUT(pppoe, "not IP"), WITHOUT(vsock, "not IP"), WITHOUT(tipc, "not IP"),
	WAY(copy_unbound),
	KNOWN(broadcast, COPY), KNOWN(copy_plain, COPY), KNOWN(copy_interface, COPY), KNOWN(copy_pktinfo, COPY),
	KNOWN(copy_mapped, COPY), KNOWN(copy_second, COPY), KNOWN(copy_ping, COPY),
	KNOWN(packet, "CAP_NET_RAW"),
	KNOWN(cgroup_leave, "may write to the control groups"),
	KNOWN(nested, "may write to the control groups"),
	KNOWN(carried, "the socket was there before"),
	KNOWN(given, "somebody outside gave the socket"),
	KNOWN(taken, "a process of the same user outside had the socket"),
	WITHOUT(rds, "the kernel's own connection"), /* at the end: it tries again and again */
};
#define WAYS (sizeof(ways) / sizeof(*ways))

/* A child that tries it; *at: the other end of its gate, where it waits with its socket */
static pid_t begin(size_t way, int *at)
{
	int ends[2];
	pid_t pid;

	if (at && socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		refused("socketpair");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (at)
			gate = ends[1];
		else
			alarm(3);
		ways[way].try();
		puts("sent");
		exit(0);
	}
	if (at) {
		char c;

		close(ends[1]);
		*at = ends[0];
		/* Until it waits, or ends without */
		if (read(*at, &c, 1) < 0)
			refused("read");
	}
	return pid;
}

/* As this kernel is: with NO_LSM in the environment the bpf LSM is not active. */
static bool never(size_t way)
{
	return !ways[way].reason && !(ways[way].without && getenv("NO_LSM"));
}

static int each(void)
{
	int at[WAYS], c;
	pid_t held[WAYS];

	for (size_t i = 0; i < WAYS; i++)
		if (never(i))
			held[i] = begin(i, &at[i]);
	puts("ready");
	fflush(stdout);
	while ((c = getchar()) != '\n' && c != EOF)
		;
	for (size_t i = 0; i < WAYS; i++) {
		if (!never(i))
			continue;
		printf("%s, a socket from before: ", ways[i].name);
		fflush(stdout);
		if (send(at[i], "", 1, MSG_NOSIGNAL) < 0)
			puts("-");
		waitpid(held[i], NULL, 0);
		printf("%s: ", ways[i].name);
		waitpid(begin(i, NULL), NULL, 0);
	}
	puts("end");
	return 0;
}

static int accept_mptcp(const char *port)
{
	const struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)atoi(port)) };
	int fd = make(AF_INET6, SOCK_STREAM, 262);

	if (bind(fd, (const struct sockaddr *)&any, sizeof(any)) || listen(fd, 1))
		refused("listen");
	puts("ready");
	fflush(stdout);
	alarm(3);
	if (accept(fd, NULL, NULL) < 0)
		refused("accept");
	puts("received");
	return 0;
}

static int receive(const char *port, const char *iface, const char *group)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)atoi(port)) };
	const struct timeval limit = { .tv_sec = 3 };
	int fd = make(AF_INET6, SOCK_DGRAM, 0);
	char buf[64];

	forget(fd);
	set(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (iface) {
		struct ip_mreqn m = { .imr_ifindex = (int)if_nametoindex(iface) };

		inet_pton(AF_INET, group, &m.imr_multiaddr);
		set(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof(m));
	}
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)))
		refused("bind");
	puts("ready");
	fflush(stdout);
	if (recv(fd, buf, sizeof(buf), 0) < 0)
		refused("recv");
	puts("received");
	return 0;
}

/* What an ICMP error has of the packet that it answers goes by no filter (sock_queue_err_skb()). */
static int errors(const char *port)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
	struct pollfd p = { .fd = make(AF_INET, SOCK_DGRAM, 0) };
	char buf[256], control[256];
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	int on = 1;

	forget(p.fd);
	set(p.fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	if (bind(p.fd, (struct sockaddr *)&any, sizeof(any)))
		refused("bind");
	puts("ready");
	fflush(stdout);
	if (poll(&p, 1, 3000) < 1 || recvmsg(p.fd, &m, MSG_ERRQUEUE) < 0)
		refused("recvmsg");
	puts("received");
	return 0;
}

static uint16_t checksum(const uint16_t *p, size_t bytes)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < bytes / 2; i++)
		sum += p[i];
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~(sum + (sum >> 16));
}

static int forge(const char *address, const char *port)
{
	struct {
		uint8_t type, code;
		uint16_t check;
		uint32_t unused;
		struct iphdr ip;
		uint16_t from, to, length, no_check;
		char payload[16];
	} e = { 3, 3, 0, 0, { .version = 4, .ihl = 5, .ttl = 64, .protocol = 17 }, 0, htons(53), htons(24), 0, "forged" };
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = make(AF_INET, SOCK_RAW, IPPROTO_ICMP);

	inet_pton(AF_INET, address, &to.sin_addr);
	e.ip.saddr = to.sin_addr.s_addr;
	e.ip.daddr = htonl(0x08080808);
	e.ip.tot_len = htons(sizeof(e) - 8);
	e.ip.check = checksum((const uint16_t *)&e.ip, sizeof(e.ip));
	e.from = htons((uint16_t)atoi(port));
	e.check = checksum((const uint16_t *)&e, sizeof(e));
	if (sendto(fd, &e, sizeof(e), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		refused("sendto");
	return 0;
}

static int serve(const char *port)
{
	/* struct sockaddr_rxrpc */
	struct {
		uint16_t family, service, type, length;
		struct sockaddr_in at;
		char room[sizeof(struct sockaddr_in6) - sizeof(struct sockaddr_in)];
	} a = { 33, 1, SOCK_DGRAM, sizeof(a.at), { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) }, "" };
	struct pollfd p = { .fd = make(33, SOCK_DGRAM, AF_INET), .events = POLLIN };
	char buf[256], control[256];
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	/* RXRPC_USER_CALL_ID, RXRPC_CHARGE_ACCEPT: room for a call */
	struct {
		struct cmsghdr c;
		unsigned long id;
		struct cmsghdr accept;
	} charge = { { .cmsg_len = CMSG_LEN(sizeof(long)), .cmsg_level = 272, .cmsg_type = 1 }, 1,
		     { .cmsg_len = CMSG_LEN(0), .cmsg_level = 272, .cmsg_type = 14 } };
	const struct msghdr room = { .msg_control = &charge, .msg_controllen = sizeof(charge) };

	if (bind(p.fd, (struct sockaddr *)&a, sizeof(a)) || listen(p.fd, 4))
		refused("bind");
	if (sendmsg(p.fd, &room, 0) < 0)
		refused("sendmsg");
	puts("ready");
	fflush(stdout);
	if (poll(&p, 1, 3000) < 1 || recvmsg(p.fd, &m, 0) < 0)
		refused("recvmsg");
	puts("received");
	return 0;
}

static int own_namespace(const char *index)
{
	struct {
		struct nlmsghdr n;
		struct ifinfomsg link;
		struct rtattr info, kind;
		char name[8];
	} r = {
		.n = { .nlmsg_len = sizeof(r), .nlmsg_type = RTM_NEWLINK,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK },
		.link = { .ifi_index = atoi(index) },
		.info = { .rta_len = sizeof(struct rtattr) + sizeof(struct rtattr) + 8, .rta_type = IFLA_LINKINFO },
		.kind = { .rta_len = sizeof(struct rtattr) + 6, .rta_type = IFLA_INFO_KIND },
		.name = "dummy",
	};
	struct {
		struct nlmsghdr n;
		struct nlmsgerr e;
	} answer;
	int fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		refused("unshare");
	fd = make(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	if (send(fd, &r, sizeof(r), 0) < 0 || recv(fd, &answer, sizeof(answer), 0) < (ssize_t)sizeof(answer))
		refused("netlink");
	errno = -answer.e.error;
	if (errno)
		refused("RTM_NEWLINK");
	make(AF_INET, SOCK_DGRAM, 0);
	puts("made");
	return 0;
}

static int listen_at(int family, int type, const void *address, socklen_t size, const char *vrf)
{
	int on = 1, fd = socket(family, type, 0);

	if (fd < 0)
		return -1; /* this kernel has no such family */
	if (family == AF_INET6)
		set(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	set(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (vrf)
		set(fd, SOL_SOCKET, SO_BINDTODEVICE, vrf, (socklen_t)strlen(vrf));
	if (bind(fd, address, size))
		refused("bind");
	if (type == SOCK_STREAM && listen(fd, 8))
		refused("listen");
	return fd;
}

/* The echo requests that this host gets, of which the kernel answers none that was for all hosts */
static int listen_echo(const char *vrf)
{
	const uint32_t others = ~(1u << 8);
	int fd = make(AF_INET, SOCK_RAW, IPPROTO_ICMP);

	set(fd, SOL_RAW, 1 /* ICMP_FILTER */, &others, sizeof(others));
	if (vrf)
		set(fd, SOL_SOCKET, SO_BINDTODEVICE, vrf, (socklen_t)strlen(vrf));
	return fd;
}

/* -1: this kernel has none */
static int listen_l2tp(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	const uint32_t connection = 1;
	int fd = socket(AF_INET, SOCK_DGRAM, 115);

	memcpy(any.sin_zero, &connection, sizeof(connection));
	if (fd >= 0 && bind(fd, (struct sockaddr *)&any, sizeof(any)))
		refused("bind");
	return fd;
}

__attribute__((noreturn)) static void hear(const char *vrf)
{
	const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	const struct sockaddr_in6 any6 = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
	const struct {
		uint16_t family, reserved;
		uint32_t port, cid;
		char zero[4];
	} vm = { 40, 0, PORT, UINT32_MAX, "" };
	const struct tipc service = { 30, 2, 1, PORT, 1, 0 };
	struct pollfd at[] = {
		{ listen_at(AF_INET, SOCK_DGRAM, &any, sizeof(any), vrf), POLLIN, 0 },
		{ listen_at(AF_INET6, SOCK_DGRAM, &any6, sizeof(any6), vrf), POLLIN, 0 },
		{ vrf ? -1 : listen_at(AF_INET, SOCK_STREAM, &any, sizeof(any), NULL), POLLIN, 0 },
		{ vrf ? -1 : listen_at(AF_INET6, SOCK_STREAM, &any6, sizeof(any6), NULL), POLLIN, 0 },
		{ vrf ? -1 : listen_at(40, SOCK_STREAM, &vm, sizeof(vm), NULL), POLLIN, 0 },
		{ vrf ? -1 : listen_at(30, SOCK_RDM, &service, sizeof(service), NULL), POLLIN, 0 },
		{ listen_echo(vrf), POLLIN, 0 },
		{ vrf ? -1 : listen_l2tp(), POLLIN, 0 },
	};
	const char *const name[] = { "udp4", "udp6", "tcp4", "tcp6", "vsock", "tipc", "ping", "l2tp" };
	const int listeners = sizeof(at) / sizeof(*at);

	puts("ready");
	for (;;) {
		fflush(stdout);
		if (poll(at, (nfds_t)listeners, -1) < 0)
			refused("poll");
		for (int i = 0; i < listeners; i++) {
			char buf[256];

			if (!at[i].revents)
				continue;
			if (i >= 2 && i < 5)
				close(accept(at[i].fd, NULL, NULL));
			else if (recv(at[i].fd, buf, sizeof(buf), 0) < 0)
				refused("recv");
			printf("heard %s\n", name[i]);
		}
	}
}

static bool target(char **word)
{
	out = if_nametoindex(word[0]);
	four = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(getenv("TO_PORT") ?: "4000")) };
	six = mapped = local = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
	local.sin6_scope_id = out;
	if (!out || inet_pton(AF_INET, word[1], &four.sin_addr) != 1 ||
	    inet_pton(AF_INET6, word[2], &six.sin6_addr) != 1 ||
	    inet_pton(AF_INET6, word[3], &local.sin6_addr) != 1)
		return false;
	memcpy(mapped.sin6_addr.s6_addr + 10, "\xff\xff", 2);
	memcpy(mapped.sin6_addr.s6_addr + 12, &four.sin_addr, 4);
	return true;
}

/* A daemon that forwards multicasts: linux/mroute.h excludes netinet/in.h. */
__attribute__((noreturn)) static void router(const char *name)
{
	/* struct vifctl, by an interface's index (VIFF_USE_IFINDEX) */
	struct {
		uint16_t vif;
		uint8_t flags, threshold;
		uint32_t limit;
		int32_t ifindex;
		struct in_addr remote;
	} vif = { 0, 8, 1, 0, (int32_t)if_nametoindex(name), { 0 } };
	int one = 1, fd = make(AF_INET, SOCK_RAW, IPPROTO_IGMP);

	set(fd, IPPROTO_IP, 200 /* MRT_INIT */, &one, sizeof(one));
	set(fd, IPPROTO_IP, 202 /* MRT_ADD_VIF */, &vif, sizeof(vif));
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

/* What ipvsadm does: a virtual service of UDP, or none any more. */
static void virtual(const char *address)
{
	/* struct ip_vs_service_user */
	struct {
		uint16_t protocol;
		struct in_addr address;
		uint16_t port;
		uint32_t fwmark;
		char scheduler[16];
		uint32_t flags, timeout, netmask;
	} service = { IPPROTO_UDP, { 0 }, htons(PORT), 0, "rr", 0, 0, 0xffffffff };
	int fd = make(AF_INET, SOCK_RAW, IPPROTO_RAW);

	if (inet_pton(AF_INET, address, &service.address) == 1)
		set(fd, IPPROTO_IP, 1154 /* IP_VS_SO_SET_ADD */, &service, sizeof(service));
	else
		set(fd, IPPROTO_IP, 1157 /* IP_VS_SO_SET_FLUSH */, NULL, 0);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (!strcmp(verb, "receive") && (argc == 3 || argc == 5))
		return receive(argv[2], argc == 5 ? argv[3] : NULL, argc == 5 ? argv[4] : NULL);
	if (!strcmp(verb, "accept") && argc == 3)
		return accept_mptcp(argv[2]);
	if (!strcmp(verb, "errors") && argc == 3)
		return errors(argv[2]);
	if (!strcmp(verb, "forge") && argc == 4)
		return forge(argv[2], argv[3]);
	if (!strcmp(verb, "namespace") && argc == 3)
		return own_namespace(argv[2]);
	if (!strcmp(verb, "serve") && argc == 3)
		return serve(argv[2]);
	if (!strcmp(verb, "hear") && argc <= 3)
		hear(argc == 3 ? argv[2] : NULL);
	if (!strcmp(verb, "donor") && argc == 2)
		donor();
	if (!strcmp(verb, "carry") && argc > 2) {
		carry();
		execvp(argv[2], argv + 2);
		refused(argv[2]);
	}
	if (!strcmp(verb, "router") && argc == 3)
		router(argv[2]);
	if (!strcmp(verb, "virtual") && argc == 3) {
		virtual(argv[2]);
		return 0;
	}
	if (!strcmp(verb, "list") && argc == 2) {
		for (size_t i = 0; i < WAYS; i++)
			printf("%s\t%s\t%s\n", ways[i].name, ways[i].reason ? ways[i].reason : "",
			       ways[i].without ? ways[i].without : "");
		return 0;
	}
	if (argc != 6 || !target(argv + 2))
		return 2;
	if (!strcmp(verb, "each"))
		return each();
	if (!strcmp(verb, "tunnel"))
		tunnel();
	if (!strcmp(verb, "freebind") || !strcmp(verb, "freebind32")) {
		freebind(!strcmp(verb, "freebind32"));
		puts("bound");
		return 0;
	}
	for (size_t i = 0; i < WAYS; i++)
		if (!strcmp(verb, ways[i].name)) {
			ways[i].try();
			puts("sent");
			return 0;
		}
	return 2;
}
