/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/resolv.c - whatever stands in resolv.conf: at most three nameservers, none of them link-local, and each
 * is read again as it is written.
 */
#include <stdlib.h>
#include <string.h>

#include "helpers/base/nameserver.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct nameservers all;
	char *text = malloc(size + 1);
	bool left_out;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	resolv_parse(text, &all, &left_out);
	free(text);
	if (all.count > NAMESERVERS_MAX || (!all.count && !left_out))
		abort();
	for (unsigned int i = 0; i < all.count; i++) {
		char written[NAMESERVER_TEXT];
		struct nameserver again;
		const char *wrong;

		nameserver_text(&all.server[i], written);
		wrong = nameserver_parse(written, &again);
		if (wrong ? !strncmp(wrong, "link", 4) || !strcmp(wrong, "no address")
			  : !nameserver_same(&again, &all.server[i]))
			abort();
	}
	return 0;
}
