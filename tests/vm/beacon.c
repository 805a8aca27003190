/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/beacon.c - a service that tries everything all the time, and who sees what arrives.
 *
 *     beacon send NUMBER ADDR...     twice a second, to each address: a datagram of UDP, the
 *                                    first packet of a TCP connection (both to port 7100 + NUMBER),
 *                                    a ping that carries NUMBER; from sockets that it keeps and
 *                                    from new ones, whatever device they want to have
 *     beacon watch NETNS FILE        a line `NUMBER PROTOCOL ADDR` in FILE for each such packet that
 *                                    comes in by any interface of that network namespace; returns
 *                                    when it can see, and lives on
 *     beacon version FILE OLD NEW    FILE with the four bytes of one number changed to another's:
 *                                    programs of another version; exit 1 if they are not in it
 *
 * Nothing of vrf-ng is in here.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PORT = 7100, SERVICES = 16 };

/* What a ping carries besides */
static const char word[] = "vrf-ng beacon ";

/* ---- the service ---- */

struct to {
	struct sockaddr_storage address;
	socklen_t length;
	int kept; /* a socket for UDP from the first moment on; -1: there was none */
};

static void address(const char *text, int port, struct to *to)
{
	struct sockaddr_in *v4 = (void *)&to->address;
	struct sockaddr_in6 *v6 = (void *)&to->address;

	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		to->length = sizeof(*v4);
	} else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		to->length = sizeof(*v6);
	} else {
		errx(2, "%s: no address", text);
	}
	to->kept = socket(to->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static void ping(const struct to *to, int number)
{
	const int v4 = to->address.ss_family == AF_INET;
	char packet[8 + sizeof(word)] = { v4 ? ICMP_ECHO : (char)ICMP6_ECHO_REQUEST };
	int fd = socket(to->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, v4 ? IPPROTO_ICMP : (int)IPPROTO_ICMPV6);

	memcpy(packet + 8, word, sizeof(word) - 1);
	packet[8 + sizeof(word) - 1] = (char)('0' + number);
	if (fd < 0)
		return;
	sendto(fd, packet, sizeof(packet), MSG_DONTWAIT, (const void *)&to->address, to->length);
	close(fd);
}

/* The last connection is given up: its SYN has left, or never will. */
static void connection(const struct to *to)
{
	int fd = socket(to->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return;
	connect(fd, (const void *)&to->address, to->length);
	close(fd);
}

static void datagram(const struct to *to)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int fd = socket(to->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (to->kept >= 0)
		sendto(to->kept, word, sizeof(word), MSG_DONTWAIT, (const void *)&to->address, to->length);
	if (fd < 0)
		return;
	/* the way out of a VRF that needs no privilege, where nothing holds it */
	connect(fd, &none, sizeof(none));
	sendto(fd, word, sizeof(word), MSG_DONTWAIT, (const void *)&to->address, to->length);
	close(fd);
}

static void serve(int number, int count, char **addresses)
{
	struct to *to = calloc((size_t)count, sizeof(*to));

	if (!to)
		err(1, "calloc");
	for (int i = 0; i < count; i++)
		address(addresses[i], PORT + number, &to[i]);
	for (;;) {
		for (int i = 0; i < count; i++) {
			datagram(&to[i]);
			connection(&to[i]);
			ping(&to[i], number);
		}
		usleep(500000);
	}
}

/* ---- who sees it ---- */

static int of_port(const unsigned char *at, const unsigned char *end)
{
	int number = at + 4 <= end ? (at[2] << 8 | at[3]) - PORT : -1;

	return number >= 0 && number < SERVICES ? number : -1;
}

static int of_ping(const unsigned char *at, const unsigned char *end)
{
	if (at + 8 + sizeof(word) > end || memcmp(at + 8, word, sizeof(word) - 1))
		return -1;
	return at[8 + sizeof(word) - 1] - '0';
}

static void look(const unsigned char *packet, size_t length, int out)
{
	const unsigned char *end = packet + length, *at;
	const int v4 = length >= sizeof(struct iphdr) && packet[0] >> 4 == 4;
	char to[INET6_ADDRSTRLEN], line[128];
	const char *name = NULL;
	int protocol, number = -1;

	if (!v4 && (length < sizeof(struct ip6_hdr) || packet[0] >> 4 != 6))
		return;
	protocol = packet[v4 ? 9 : 6];
	at = packet + (v4 ? (packet[0] & 15) * 4 : 40);
	inet_ntop(v4 ? AF_INET : AF_INET6, packet + (v4 ? 16 : 24), to, sizeof(to));
	if (protocol == IPPROTO_UDP)
		name = "udp", number = of_port(at, end);
	else if (protocol == IPPROTO_TCP)
		name = "tcp", number = of_port(at, end);
	else if ((protocol == IPPROTO_ICMP && at < end && at[0] == ICMP_ECHO) ||
		 (protocol == IPPROTO_ICMPV6 && at < end && at[0] == ICMP6_ECHO_REQUEST))
		name = "ping", number = of_ping(at, end);
	if (number < 0)
		return;
	if (write(out, line, (size_t)snprintf(line, sizeof(line), "%d %s %s\n", number, name, to)) < 0)
		err(1, "write");
}

static void watch(const char *netns, const char *file)
{
	int out = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644), fd;
	int space = open(netns, O_RDONLY | O_CLOEXEC);
	unsigned char packet[2048];

	if (out < 0)
		err(1, "%s", file);
	if (space < 0 || setns(space, CLONE_NEWNET))
		err(1, "%s", netns);
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ALL));
	if (fd < 0)
		err(1, "packet socket");
	if (daemon(0, 0) < 0)
		err(1, "daemon");
	for (;;) {
		struct sockaddr_ll from;
		ssize_t n = recvfrom(fd, packet, sizeof(packet), 0, (void *)&from, &(socklen_t){ sizeof(from) });

		if (n > 0 && from.sll_pkttype != PACKET_OUTGOING)
			look(packet, (size_t)n, out);
	}
}

/* ---- another version ---- */

static int version(const char *file, uint32_t old, uint32_t new)
{
	int fd = open(file, O_RDWR | O_CLOEXEC), found = 0;
	struct stat st;
	char *bytes, *at;

	if (fd < 0 || fstat(fd, &st))
		err(1, "%s", file);
	bytes = at = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		err(1, "mmap");
	while ((at = memmem(at, (size_t)(bytes + st.st_size - at), &old, sizeof(old)))) {
		memcpy(at, &new, sizeof(new));
		at += sizeof(new);
		found++;
	}
	printf("%s: %d times\n", file, found);
	return found ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "send"))
		serve(atoi(argv[2]), argc - 3, argv + 3);
	else if (argc == 4 && !strcmp(argv[1], "watch"))
		watch(argv[2], argv[3]);
	else if (argc == 5 && !strcmp(argv[1], "version"))
		return version(argv[2], (uint32_t)strtoul(argv[3], NULL, 0), (uint32_t)strtoul(argv[4], NULL, 0));
	errx(2, "usage: beacon send NUMBER ADDR... | watch NETNS FILE | version FILE OLD NEW");
}
