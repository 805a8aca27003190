/* SPDX-License-Identifier: ISC */
/* executor/stanza/parse.c - text to value; see parse.h. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/prefix.h"
#include "executor/stanza/parse.h"

#define BLANKS " \t\r\n"

bool parse_u32(const char *text, uint32_t *value)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	unsigned long long number;
	char *end;

	/* strtoull() would also take a sign or leading blanks. */
	if (hex ? !isxdigit((unsigned char)text[2]) : !isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	number = strtoull(text, &end, hex ? 16 : 10);
	if (errno || *end || number > UINT32_MAX)
		return false;
	*value = (uint32_t)number;
	return true;
}

bool parse_range(const char *text, uint32_t max, uint32_t *first, uint32_t *last)
{
	const char *dash = strchr(text, '-');
	char number[16];

	if (!dash)
		dash = text + strlen(text);
	if ((size_t)(dash - text) >= sizeof(number))
		return false;
	memcpy(number, text, (size_t)(dash - text));
	number[dash - text] = '\0';
	if (!parse_u32(number, first))
		return false;
	*last = *first;
	if (*dash && !parse_u32(dash + 1, last))
		return false;
	return *first <= *last && *last <= max;
}

bool parse_yesno(const char *text, bool *value)
{
	*value = !strcmp(text, "yes");
	return *value || !strcmp(text, "no");
}

bool parse_ifname(const char *text)
{
	size_t length = strlen(text);

	if (length == 0 || length >= IFNAMSIZ || !strcmp(text, ".") || !strcmp(text, ".."))
		return false;
	for (; *text; text++)
		if (*text == '/' || *text == ':' || isspace((unsigned char)*text))
			return false;
	return true;
}

bool parse_vrf_name(const char *text)
{
	static const char *const reserved[] = { "add",  "all",  "broadcast", "default", "delete", "dev",
						"get",  "inet", "inet6",     "link",    "lo",     "local",
						"main", "mtu",  "none",      "type",    "unspec", "vrf" };

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (!strcmp(text, reserved[i]))
			return false;
	return parse_ifname(text);
}

bool parse_address(const char *text, struct prefix *address)
{
	memset(address, 0, sizeof(*address));
	address->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	address->len = (uint8_t)family_bits(address->family);
	return inet_pton(address->family, text, address->addr) == 1;
}

static bool host_bits_clear(const struct prefix *prefix)
{
	for (unsigned int bit = prefix->len; bit < family_bits(prefix->family); bit++)
		if (prefix->addr[bit / 8] & (0x80 >> (bit % 8)))
			return false;
	return true;
}

bool parse_prefix(const char *text, struct prefix *prefix)
{
	const char *slash = strchr(text, '/');
	char address[INET6_ADDRSTRLEN];
	uint32_t len;

	if (!slash)
		return parse_address(text, prefix);
	if ((size_t)(slash - text) >= sizeof(address))
		return false;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	if (!parse_address(address, prefix) || !parse_u32(slash + 1, &len) || len > prefix->len)
		return false;
	prefix->len = (uint8_t)len;
	return host_bits_clear(prefix);
}

char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, BLANKS);
	char *end = word + strcspn(word, BLANKS);

	if (!*word)
		return NULL;
	*rest = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

char *trim(char *text)
{
	char *end;

	text += strspn(text, BLANKS);
	end = text + strlen(text);
	while (end > text && strchr(BLANKS, end[-1]))
		*--end = '\0';
	return text;
}
