/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/probe.c - one socket, one question: does an answer come back?
 *
 * Exit 0 when it does; otherwise 1 and a line with the call that failed and
 * its errno by name, or "no answer".  Servers return to the caller as soon as
 * they can be reached, so that no test sleeps, and live on in the background.
 * Static, because it also runs in guests without a C library of ours.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static int timeout_ms = 15000;

static const struct {
	int number;
	const char *name;
} errors[] = {
	{ EACCES, "EACCES" },
	{ EADDRINUSE, "EADDRINUSE" },
	{ EADDRNOTAVAIL, "EADDRNOTAVAIL" },
	{ EAFNOSUPPORT, "EAFNOSUPPORT" },
	{ ECONNREFUSED, "ECONNREFUSED" },
	{ ECONNRESET, "ECONNRESET" },
	{ EHOSTUNREACH, "EHOSTUNREACH" },
	{ EINVAL, "EINVAL" },
	{ EIO, "EIO" },
	{ ENETDOWN, "ENETDOWN" },
	{ ENETUNREACH, "ENETUNREACH" },
	{ ENODEV, "ENODEV" },
	{ ENOENT, "ENOENT" },
	{ ENOPROTOOPT, "ENOPROTOOPT" },
	{ ENOTCONN, "ENOTCONN" },
	{ ENXIO, "ENXIO" },
	{ EPERM, "EPERM" },
	{ EPIPE, "EPIPE" },
	{ EPROTONOSUPPORT, "EPROTONOSUPPORT" },
	{ ETIMEDOUT, "ETIMEDOUT" },
};

__attribute__((noreturn)) static void fail(const char *call)
{
	int error = errno;

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].number == error) {
			printf("%s: %s\n", call, errors[i].name);
			exit(1);
		}
	printf("%s: errno %d\n", call, error);
	exit(1);
}

__attribute__((noreturn)) static void no_answer(void)
{
	puts("no answer");
	exit(1);
}

/* ADDR may carry a scope: fe80::1%eth0. */
static struct addrinfo *address(const char *text, const char *port, int flags)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | flags, .ai_socktype = SOCK_STREAM };
	struct addrinfo *to;
	int error = getaddrinfo(text, port, &hints, &to);

	if (error)
		errx(2, "%s port %s: %s", text, port, gai_strerror(error));
	return to;
}

static int protocol_socket(const char *protocol, int family)
{
	int fd;

	if (strcmp(protocol, "tcp") == 0)
		fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	else if (strcmp(protocol, "mptcp") == 0)
		fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);
	else if (strcmp(protocol, "udp") == 0)
		fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
	else
		errx(2, "%s: no such protocol", protocol);
	if (fd < 0)
		fail("socket");
	return fd;
}

static void wait_for(int fd, short events)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };

	if (poll(&poll_fd, 1, timeout_ms) == 0)
		no_answer();
}

static void receive(int fd)
{
	char buf[512];
	ssize_t n;

	wait_for(fd, POLLIN);
	n = recv(fd, buf, sizeof(buf), 0);
	if (n < 0)
		fail("recv");
	if (n == 0) {
		puts("recv: closed");
		exit(1);
	}
	puts("answer");
}

/* Extension headers of IPv6, or options of IPv4, with nothing in them */
static void add_headers(int fd, int family)
{
	static const unsigned char padding[8] = { 0, 0, IP6OPT_PADN, 4 }, nothing[4] = { 1, 1, 1, 0 };

	if (family == AF_INET) {
		if (setsockopt(fd, IPPROTO_IP, IP_OPTIONS, nothing, sizeof(nothing)))
			fail("setsockopt");
		return;
	}
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_HOPOPTS, padding, sizeof(padding)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_DSTOPTS, padding, sizeof(padding)))
		fail("setsockopt");
}

static void ask_stream(const char *protocol, const struct addrinfo *to, int headers)
{
	int fd = protocol_socket(protocol, to->ai_family);
	int error = 0;
	socklen_t len = sizeof(error);

	/* The connection's own timer would run for two minutes. */
	struct timeval limit = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };
	if (headers)
		add_headers(fd, to->ai_family);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, to->ai_addr, to->ai_addrlen) < 0) {
		if (errno == EINPROGRESS)
			no_answer();
		fail("connect");
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error) {
		errno = error;
		fail("connect");
	}
	if (send(fd, "probe\n", 6, MSG_NOSIGNAL) < 0)
		fail("send");
	receive(fd);
}

/* Connected, because only then does the kernel report an ICMP error. */
static void ask_udp(const struct addrinfo *to)
{
	int fd = protocol_socket("udp", to->ai_family);

	if (connect(fd, to->ai_addr, to->ai_addrlen) < 0)
		fail("connect");
	if (send(fd, "probe\n", 6, 0) < 0)
		fail("send");
	receive(fd);
}

/* Connected, and with a control message, as QUIC sends: UDP4_SENDMSG is then asked without an address. */
static void ask_tos(const struct addrinfo *to)
{
	int fd = protocol_socket("udp", to->ai_family), tos = 2;
	char control[CMSG_SPACE(sizeof(tos))] = { 0 };
	struct iovec data = { .iov_base = "probe\n", .iov_len = 6 };
	struct msghdr msg = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = IPPROTO_IP;
	cmsg->cmsg_type = IP_TOS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(tos));
	memcpy(CMSG_DATA(cmsg), &tos, sizeof(tos));
	if (connect(fd, to->ai_addr, to->ai_addrlen) < 0)
		fail("connect");
	if (sendmsg(fd, &msg, 0) < 0)
		fail("sendmsg");
	receive(fd);
}

/* The way out of a VRF that needs no privilege: forget the device of the socket. */
static void ask_unspec(const struct addrinfo *to)
{
	int fd = protocol_socket("udp", to->ai_family);
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	if (connect(fd, &none, sizeof(none)) < 0)
		fail("connect");
	if (sendto(fd, "probe\n", 6, 0, to->ai_addr, to->ai_addrlen) < 0)
		fail("sendto");
	receive(fd);
}

/* The other one: name another interface for a single packet. */
static void ask_pktinfo(const char *iface, const struct addrinfo *to)
{
	int fd = protocol_socket("udp", to->ai_family);
	char control[CMSG_SPACE(sizeof(struct in6_pktinfo))] = { 0 };
	struct iovec data = { .iov_base = "probe\n", .iov_len = 6 };
	struct msghdr msg = { .msg_name = to->ai_addr,
			      .msg_namelen = to->ai_addrlen,
			      .msg_iov = &data,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	unsigned int ifindex = if_nametoindex(iface);

	if (!ifindex)
		fail("if_nametoindex");
	if (to->ai_family == AF_INET) {
		struct in_pktinfo info = { .ipi_ifindex = ifindex };
		msg.msg_controllen = CMSG_SPACE(sizeof(info));
		cmsg->cmsg_level = IPPROTO_IP;
		cmsg->cmsg_type = IP_PKTINFO;
		cmsg->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(cmsg), &info, sizeof(info));
	} else {
		struct in6_pktinfo info = { .ipi6_ifindex = ifindex };
		cmsg->cmsg_level = IPPROTO_IPV6;
		cmsg->cmsg_type = IPV6_PKTINFO;
		cmsg->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(cmsg), &info, sizeof(info));
	}
	if (sendmsg(fd, &msg, 0) < 0)
		fail("sendmsg");
	receive(fd);
}

/* A ping socket: needs net.ipv4.ping_group_range, no capability. */
static void ask_ping(const struct addrinfo *to)
{
	int v4 = to->ai_family == AF_INET;
	int fd = socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, v4 ? IPPROTO_ICMP : (int)IPPROTO_ICMPV6);
	struct icmphdr echo4 = { .type = ICMP_ECHO };
	struct icmp6_hdr echo6 = { .icmp6_type = ICMP6_ECHO_REQUEST };

	if (fd < 0)
		fail("socket");
	if (sendto(fd, v4 ? (void *)&echo4 : (void *)&echo6, 8, 0, to->ai_addr, to->ai_addrlen) < 0)
		fail("sendto");
	receive(fd);
}

__attribute__((noreturn)) static void serve_stream(int fd)
{
	char buf[512];
	ssize_t n;

	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

		if (peer >= 0 && fork() == 0) {
			while ((n = recv(peer, buf, sizeof(buf), 0)) > 0)
				send(peer, buf, n, MSG_NOSIGNAL);
			_exit(0);
		}
		close(peer);
	}
}

/*
 * A UDP socket bound to the wildcard answers from whatever address a new route
 * look-up gives; a server worth the name answers from the one that was asked.
 */
__attribute__((noreturn)) static void serve_udp(int fd, int family)
{
	int on = 1;

	if (family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	for (;;) {
		struct sockaddr_storage from;
		char buf[512], control[256];
		struct iovec data = { .iov_base = buf, .iov_len = sizeof(buf) };
		struct msghdr msg = { .msg_name = &from,
				      .msg_namelen = sizeof(from),
				      .msg_iov = &data,
				      .msg_iovlen = 1,
				      .msg_control = control,
				      .msg_controllen = sizeof(control) };
		ssize_t n = recvmsg(fd, &msg, 0);

		if (n < 0)
			continue;
		/* The address, not the interface: that would be a routing decision. */
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
			if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
				((struct in_pktinfo *)CMSG_DATA(c))->ipi_ifindex = 0;
			if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO)
				((struct in6_pktinfo *)CMSG_DATA(c))->ipi6_ifindex = 0;
		}
		data.iov_len = n;
		sendmsg(fd, &msg, 0);
	}
}

/* Without an address: every address of both families. */
static void serve(const char *protocol, const char *port, const char *text)
{
	struct addrinfo *at = address(text ? text : "::", port, AI_PASSIVE);
	int fd = protocol_socket(protocol, at->ai_family);
	int on = 1, off = 0;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (!text)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, at->ai_addr, at->ai_addrlen) < 0)
		fail("bind");
	if (strcmp(protocol, "udp") && listen(fd, 16) < 0)
		fail("listen");
	if (daemon(0, 0) < 0)
		fail("fork");
	if (strcmp(protocol, "udp") == 0)
		serve_udp(fd, at->ai_family);
	serve_stream(fd);
}

static void make_packet_socket(void)
{
	if (socket(AF_PACKET, SOCK_RAW, 0) < 0)
		fail("socket");
	puts("made");
}

/* As the daemon of IKE does: the kernel unpacks what comes to it. */
static void take_esp(const char *port)
{
	struct addrinfo *at = address("0.0.0.0", port, AI_PASSIVE);
	int fd = protocol_socket("udp", AF_INET), kind = UDP_ENCAP_ESPINUDP;

	if (setsockopt(fd, IPPROTO_UDP, UDP_ENCAP, &kind, sizeof(kind)) < 0)
		fail("setsockopt");
	if (bind(fd, at->ai_addr, at->ai_addrlen) < 0)
		fail("bind");
	if (daemon(0, 0) < 0)
		fail("fork");
	for (;;)
		pause();
}

/* What a new socket of each kind carries from its cgroup. */
static void show_sockets(void)
{
	static const struct {
		const char *name;
		int family, type, protocol;
	} kinds[] = {
		{ "tcp4", AF_INET, SOCK_STREAM, 0 },
		{ "tcp6", AF_INET6, SOCK_STREAM, 0 },
		{ "udp4", AF_INET, SOCK_DGRAM, 0 },
		{ "udp6", AF_INET6, SOCK_DGRAM, 0 },
		{ "mptcp4", AF_INET, SOCK_STREAM, IPPROTO_MPTCP },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char device[IFNAMSIZ] = "";
		socklen_t len = sizeof(device);
		unsigned int mark = 0;
		int fd = socket(kinds[i].family, kinds[i].type, kinds[i].protocol);

		if (fd < 0) {
			printf("%s %s\n", kinds[i].name, strerror(errno));
			continue;
		}
		getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, &len);
		len = sizeof(mark);
		getsockopt(fd, SOL_SOCKET, SO_MARK, &mark, &len);
		printf("%s device=%s mark=0x%x\n", kinds[i].name, device, mark);
		close(fd);
	}
}

__attribute__((noreturn)) static void usage(void)
{
	fputs("usage: probe [-t MILLISECONDS] tcp|headers|udp|mptcp|unspec|tos ADDR PORT\n"
	      "       probe [-t MILLISECONDS] pktinfo IFACE ADDR PORT\n"
	      "       probe [-t MILLISECONDS] ping ADDR\n"
	      "       probe tcp-echo|udp-echo|mptcp-echo PORT [ADDR]\n"
	      "       probe esp-in-udp PORT\n"
	      "       probe packet\n"
	      "       probe sockets\n",
	      stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	const char *verb;
	int opt;

	if (getenv("PROBE_TIMEOUT"))
		timeout_ms = atoi(getenv("PROBE_TIMEOUT"));
	while ((opt = getopt(argc, argv, "+t:")) != -1)
		switch (opt) {
		case 't':
			timeout_ms = atoi(optarg);
			break;
		default:
			usage();
		}
	argc -= optind;
	argv += optind;
	if (argc < 1)
		usage();
	verb = argv[0];

	if (strcmp(verb, "sockets") == 0 && argc == 1)
		show_sockets();
	else if (strcmp(verb, "ping") == 0 && argc == 2)
		ask_ping(address(argv[1], "0", 0));
	else if (strcmp(verb, "pktinfo") == 0 && argc == 4)
		ask_pktinfo(argv[1], address(argv[2], argv[3], 0));
	else if (strcmp(verb, "udp") == 0 && argc == 3)
		ask_udp(address(argv[1], argv[2], 0));
	else if (strcmp(verb, "tos") == 0 && argc == 3)
		ask_tos(address(argv[1], argv[2], 0));
	else if (strcmp(verb, "unspec") == 0 && argc == 3)
		ask_unspec(address(argv[1], argv[2], 0));
	else if ((strcmp(verb, "tcp") == 0 || strcmp(verb, "mptcp") == 0) && argc == 3)
		ask_stream(verb, address(argv[1], argv[2], 0), 0);
	else if (strcmp(verb, "headers") == 0 && argc == 3)
		ask_stream("tcp", address(argv[1], argv[2], 0), 1);
	else if (strcmp(verb, "tcp-echo") == 0 && (argc == 2 || argc == 3))
		serve("tcp", argv[1], argv[2]);
	else if (strcmp(verb, "udp-echo") == 0 && (argc == 2 || argc == 3))
		serve("udp", argv[1], argv[2]);
	else if (strcmp(verb, "packet") == 0 && argc == 1)
		make_packet_socket();
	else if (strcmp(verb, "esp-in-udp") == 0 && argc == 2)
		take_esp(argv[1]);
	else if (strcmp(verb, "mptcp-echo") == 0 && (argc == 2 || argc == 3))
		serve("mptcp", argv[1], argv[2]);
	else
		usage();
	return 0;
}
