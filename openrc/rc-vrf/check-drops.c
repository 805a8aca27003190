/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-drops.c - services of which something was stopped a short while ago; see
 * check.h.  The confinement does what it shall: what may be wrong is where the service sends.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

#include "openrc/rc-vrf/check.h"
#include "openrc/state/drops.h"

/* Whoever has corrected it, or was only curious, is not told for ever. */
enum { RECENT = 15 * 60 };

/* Daemons look around in their network without anybody having asked them to: mDNS, SSDP, NetBIOS. */
static bool is_to_many(const struct drop_packet *p)
{
	const uint8_t *to = p->peer;

	return p->family == AF_INET6 ? to[0] == 0xff : to[0] >= 224;
}

static bool is_loopback(const struct drop_packet *p)
{
	static const uint8_t loopback[16] = { [15] = 1 };

	return p->family == AF_INET6 ? !memcmp(p->peer, loopback, sizeof(loopback)) : p->peer[0] == 127;
}

/*
 * The C library tries which of a name's addresses it could reach, of "localhost" as well: by a family
 * that the VRF has no routes of that is no news.
 */
static bool is_trial(const struct kernel *k, const struct dropped *d)
{
	const struct vrf *vrf = kernel_vrf(k, d->vrf);

	return d->reason & DROP_CALL && (d->reason & DROP_REASON) == DROP_PREFIX &&
	       (is_loopback(&d->packet) || (vrf && !vrf_routes(vrf, d->packet.family)));
}

/*
 * What comes in is somebody else's doing; that a VRF is down is a finding of its own; and who makes a
 * network namespace wants to be without the VRF.
 */
static bool is_of_interest(const struct kernel *k, const struct dropped *d, uint64_t since)
{
	const uint32_t why = d->reason & DROP_REASON;

	return d->service && d->last >= since && !(d->reason & (DROP_IN | DROP_SOCKET)) && why != DROP_DOWN &&
	       d->packet.family && !is_to_many(&d->packet) && !is_trial(k, d);
}

/* One line, of the latest; they are in order. */
static void check_one(const struct kernel *k, const struct service *service, const struct drops_grouped *drops,
		      uint64_t since, struct findings *f)
{
	const struct dropped *last = NULL;
	char address[INET6_ADDRSTRLEN];
	uint64_t count = 0;

	for (size_t i = 0; i < drops->count; i++) {
		const struct dropped *d = &drops->group[i];

		if (d->service != service || !is_of_interest(k, d, since))
			continue;
		count += d->count;
		last = d;
	}
	if (!last)
		return;
	inet_ntop(last->packet.family, last->packet.peer, address, sizeof(address));
	warn(f, "service-drops", "%s: what it sends was stopped %llu times lately, last to %s: %s", service->name,
	     (unsigned long long)count, address, drop_reason(last->reason));
	remedy(f, "rc-vrf drops %s", service->name);
}

void check_drops(const struct kernel *k, const struct services *all, const struct service *only, struct findings *f)
{
	const uint64_t now = (uint64_t)time(NULL), since = (now > RECENT ? now - RECENT : 0) * 1000000000;
	struct drops_grouped drops;
	struct rings rings;

	/* what cannot be read is a finding of its own, with each service */
	if (rings_read(&rings))
		return;
	drops_group(&rings, all, &drops);
	for (size_t i = 0; i < all->count; i++)
		if (!only || only == &all->service[i])
			check_one(k, &all->service[i], &drops, since, f);
	drops_free(&drops);
	rings_free(&rings);
}
