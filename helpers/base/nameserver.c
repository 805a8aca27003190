/* SPDX-License-Identifier: ISC */
/* helpers/base/nameserver.c - nameservers and resolv.conf; see nameserver.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "helpers/base/nameserver.h"
#include "helpers/base/text.h"

static const unsigned char mapped[12] = { [10] = 0xff, 0xff };

bool nameserver_is_ipv4(const struct nameserver *s)
{
	return !memcmp(s->address, mapped, sizeof(mapped));
}

bool nameserver_same(const struct nameserver *a, const struct nameserver *b)
{
	return a->port == b->port && !memcmp(a->address, b->address, sizeof(a->address));
}

bool nameservers_have(const struct nameservers *all, const struct nameserver *s)
{
	for (unsigned int i = 0; i < all->count; i++)
		if (nameserver_same(s, &all->server[i]))
			return true;
	return false;
}

bool nameservers_have_family(const struct nameservers *all, bool ipv4)
{
	for (unsigned int i = 0; i < all->count; i++)
		if (nameserver_is_ipv4(&all->server[i]) == ipv4)
			return true;
	return false;
}

static bool parse_port(const char *text, unsigned short *port)
{
	unsigned long n = 0;

	for (; *text >= '0' && *text <= '9' && n <= 0xffff; text++)
		n = n * 10 + (unsigned long)(*text - '0');
	*port = (unsigned short)n;
	return !*text && n && n <= 0xffff;
}

/* C libraries take what inet_aton(3) takes: 127.1 as well.  They leave the port at 53. */
static bool parse_address(const char *text, struct nameserver *s)
{
	struct in_addr ipv4;

	memcpy(s->address, mapped, sizeof(mapped));
	s->port = NAMESERVER_PORT;
	if (strchr(text, ':'))
		return inet_pton(AF_INET6, text, s->address) == 1;
	if (!inet_aton(text, &ipv4))
		return false;
	memcpy(s->address + sizeof(mapped), &ipv4, sizeof(ipv4));
	return true;
}

static bool is_link_local(const struct nameserver *s)
{
	return s->address[0] == 0xfe && (s->address[1] & 0xc0) == 0x80;
}

/* Can a host have it? */
static bool is_of_host(const struct nameserver *s)
{
	static const unsigned char none[16];

	if (nameserver_is_ipv4(s))
		return s->address[12] && s->address[12] < 224;
	return s->address[0] != 0xff && memcmp(s->address, none, sizeof(none));
}

const char *nameserver_parse(const char *text, struct nameserver *s)
{
	const char *at = strchr(text, '@');
	size_t length = at ? (size_t)(at - text) : strlen(text);
	unsigned char plain[4];
	char address[INET6_ADDRSTRLEN];

	if (length >= sizeof(address))
		return "no address";
	memcpy(address, text, length);
	address[length] = '\0';
	if (!strchr(address, ':') && inet_pton(AF_INET, address, plain) != 1)
		return "no address";
	if (!parse_address(address, s))
		return "no address";
	if (strchr(address, ':') && nameserver_is_ipv4(s))
		return "an IPv4 address: write it as one";
	if (is_link_local(s))
		return "link-local, which names no interface";
	if (!is_of_host(s))
		return "no address of a host";
	return at && !parse_port(at + 1, &s->port) ? "followed by no port from 1 to 65535" : NULL;
}

void nameserver_text(const struct nameserver *s, char text[NAMESERVER_TEXT])
{
	const char *end = text + NAMESERVER_TEXT;
	bool ipv4 = nameserver_is_ipv4(s);

	inet_ntop(ipv4 ? AF_INET : AF_INET6, s->address + (ipv4 ? sizeof(mapped) : 0), text, NAMESERVER_TEXT);
	if (s->port != NAMESERVER_PORT)
		text_append_number(text_append(text + strlen(text), end, "@"), end, s->port);
}

#define KEYWORD "nameserver"
#define BLANKS  " \t\r\v\f"

/* As glibc and musl read it: the word begins the line, and a blank follows. */
static void take_line(char *line, struct nameservers *all, bool *left_out)
{
	struct nameserver *s = &all->server[all->count];

	if (strncmp(line, KEYWORD, sizeof(KEYWORD) - 1) || !strchr(BLANKS, line[sizeof(KEYWORD) - 1]) ||
	    !line[sizeof(KEYWORD) - 1])
		return;
	line += sizeof(KEYWORD) - 1;
	line += strspn(line, BLANKS);
	line[strcspn(line, BLANKS ";#")] = '\0';
	if (strchr(line, '%')) {
		*left_out = true;
		return;
	}
	if (!parse_address(line, s))
		return;
	if (is_link_local(s))
		*left_out = true;
	else
		all->count++;
}

bool resolv_list(char *text, struct nameservers *all, bool *left_out)
{
	char *line = text, *end;

	memset(all, 0, sizeof(*all));
	*left_out = false;
	for (; line && all->count < NAMESERVERS_MAX; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		take_line(line, all, left_out);
	}
	return all->count || *left_out;
}

void resolv_parse(char *text, struct nameservers *all, bool *left_out)
{
	if (resolv_list(text, all, left_out))
		return;
	parse_address("127.0.0.1", &all->server[all->count++]);
	parse_address("::1", &all->server[all->count++]);
}

int resolv_read(const char *file, struct nameservers *all, bool *left_out)
{
	char text[16384];
	size_t used = 0;
	ssize_t n = 0;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno != ENOENT)
		return -errno;
	while (fd >= 0 && used < sizeof(text) - 1 && (n = read(fd, text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)n;
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return -EIO;
	text[used] = '\0';
	resolv_parse(text, all, left_out);
	return 0;
}
