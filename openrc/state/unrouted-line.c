/* SPDX-License-Identifier: ISC */
/*
 * openrc/state/unrouted-line.c - a line of the trace, such as
 *
 *     dnsmasq-142     [000] ..s..     5.776743: fib_table_lookup: table 10 oif 0 iif 1 proto 17
 *         0.0.0.0/33189 -> 8.8.8.8/53 tos 0 scope 0 flags 0 ==> dev - gw 0.0.0.0/:: err -113
 *
 * of which any process chooses what comes before its number.  See unrouted.h.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/state/unrouted.h"

/* The event and what follows; no process can have so long a name. */
static const char *find_event(const char *line, uint8_t *family)
{
	const char *at = strstr(line, ": fib_table_lookup: ");

	*family = at ? AF_INET : AF_INET6;
	return at ? at : strstr(line, ": fib6_table_lookup: ");
}

/* The word that ends before `end`, of which it becomes the start; what is between words is left out. */
static const char *word_before(const char *line, const char **end)
{
	const char *at = *end;

	while (at > line && at[-1] == ' ')
		at--;
	*end = at;
	while (at > line && at[-1] != ' ')
		at--;
	return at;
}

/* In the third place stands whether some interrupt had it done, while the process did something else. */
static bool is_own(const char *flags, size_t length)
{
	return length > 2 && flags[2] == '.';
}

static void parse_process(const char *line, const char *end, struct unrouted *u)
{
	const char *flags, *cpu, *number;
	size_t length;

	flags = word_before(line, &end);
	length = (size_t)(end - flags);
	end = flags;
	cpu = word_before(line, &end);
	if (*cpu != '[' || !is_own(flags, length))
		return;
	end = cpu;
	word_before(line, &end);
	for (number = end; number > line && number[-1] >= '0' && number[-1] <= '9'; number--)
		;
	if (number == end || number == line || number[-1] != '-')
		return;
	line += strspn(line, " ");
	u->pid = (pid_t)strtol(number, NULL, 10);
	length = number - 1 > line ? (size_t)(number - 1 - line) : 0;
	snprintf(u->command, sizeof(u->command), "%.*s", (int)length, line);
}

bool unrouted_parse(const char *line, struct unrouted *u)
{
	const char *event, *time, *at;
	char to[INET6_ADDRSTRLEN];
	unsigned int protocol, port;
	uint64_t seconds, micro;
	int iif, error;

	*u = (struct unrouted){ 0 };
	event = find_event(line, &u->packet.family);
	if (!event)
		return false;
	at = strchr(event + 2, ' ');
	if (!at || sscanf(at, " table %" SCNu32 " oif %*d iif %d proto %u %*[0-9a-fA-F.:]/%*u -> %45[0-9a-fA-F.:]/%u",
			  &u->table, &iif, &protocol, to, &port) != 5)
		return false;
	at = strstr(at, " err ");
	if (!at || sscanf(at, " err %d", &error) != 1 || error >= 0)
		return false;
	/* lo or none: nobody has sent it to us */
	if (iif > 1 || inet_pton(u->packet.family, to, u->packet.peer) != 1)
		return false;
	u->error = -error;
	/* where the socket does not tell it is 0 */
	u->packet.protocol = protocol ? (int)protocol : -1;
	u->packet.port = (uint16_t)port;
	u->packet.has_port = port && (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP);
	time = word_before(line, &event);
	if (sscanf(time, "%" SCNu64 ".%" SCNu64, &seconds, &micro) == 2)
		u->when = (seconds * 1000000 + micro) * 1000;
	parse_process(line, time, u);
	return true;
}
