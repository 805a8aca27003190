/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/lease.c - whatever a DHCP server says: as many routes as there are words at most, of IPv4 by this very
 * interface, and a reason for what is none.
 *
 * The first byte says how: 1 with the routes of RFC 3442, else routers.
 */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "executor/apply/lease.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct route route, common = { .type = RTN_UNICAST, .protocol = RTPROT_DHCP, .table = 7 };
	char *text = malloc(size + 1), written[ROUTE_TEXT];
	struct failure why = { "" };
	size_t count = 0;
	int more;

	if (!text || !size) {
		free(text);
		return 0;
	}
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	struct lease lease = {
		.rest = text, .classless = *data & 1, .route = common, .hop = { .dev = "eth1", .ifindex = 3 }
	};

	while ((more = lease_next(&lease, &route, &why))) {
		if (++count > size)
			abort();
		if (more < 0 ? !why.text[0]
			     : route.dst.family != AF_INET || route.dst.len > 32 || route.table != 7 ||
				       route.hop[0].ifindex != 3 || !*route_text(&route, written))
			abort();
	}
	free(text);
	return 0;
}
