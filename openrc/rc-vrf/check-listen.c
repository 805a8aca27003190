/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-listen.c - listeners that a script has vrf-listen(8) make by what conf.d says; see check.h. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/parse.h"
#include "openrc/rc-vrf/check.h"
#include "openrc/state/confd.h"
#include "openrc/state/listen-word.h"
#include "openrc/state/memory.h"

/* Where it is to be written: "line 3 of FILE", or the usual file */
static void cure(const struct service *service, const char *variable, const char *example, struct findings *f)
{
	const char *file = NULL;
	unsigned int line = service_line(service, variable, &file);

	if (line)
		remedy(f, "write %s=\"%s\" in line %u of %s; see vrf-listen(8)", variable, example, line, file);
	else
		remedy(f, "write %s=\"%s\" to " SYSCONFDIR "/conf.d/%s; see vrf-listen(8)", variable, example,
		       service->name);
}

static void refuse(const struct service *service, const char *what, const char *why, struct findings *f)
{
	char reason[256];

	snprintf(reason, sizeof(reason), "%s %s", what, why);
	broken(f, "listeners-refused", "%s: vrf-listen makes no listeners for it: %s", service->name, reason);
}

/* True: of all, of a group, of the host. */
static bool is_everybodys(const struct prefix *address)
{
	if (address->family == AF_INET)
		return !address->addr[0] || address->addr[0] == 127 || address->addr[0] >= 224;
	return !memcmp(address->addr, &in6addr_any, 16) || !memcmp(address->addr, &in6addr_loopback, 16) ||
	       address->addr[0] == 0xff;
}

static struct prefix address_of(const struct listen_word *w)
{
	struct prefix address = { .family = (uint8_t)w->to.any.sa_family };

	if (address.family == AF_INET)
		memcpy(address.addr, &w->to.in.sin_addr, sizeof(w->to.in.sin_addr));
	else
		memcpy(address.addr, &w->to.in6.sin6_addr, sizeof(w->to.in6.sin6_addr));
	return address;
}

/* One of a VRF that binds by device has to be of that VRF's interfaces; no other socket gets it. */
static bool has_address(const struct kernel *k, const char *name, const struct prefix *address)
{
	const struct vrf *vrf = kernel_vrf(k, name);

	for (size_t i = 0; i < k->addresses.count; i++) {
		const struct address *a = &k->addresses.address[i];
		const struct link *link = links_by_index(&k->links, a->ifindex);

		if (a->local.family == address->family && !memcmp(a->local.addr, address->addr, 16) &&
		    (vrf && !vrf->mark ? kernel_belongs(k, vrf, a->ifindex) : link && !kernel_vrf_of(k, link)))
			return true;
	}
	return false;
}

/* An address may come, and a route of type local makes one of many: no more than a warning. */
static void check_there(const struct kernel *k, const struct service *service, const char *word,
			const struct listen_word *w, struct findings *f)
{
	const char *vrf = service->listen_vrf;
	const struct prefix address = address_of(w);
	char why[64];

	if (!vrf || (strcmp(vrf, "default") && !kernel_vrf(k, vrf)) || is_everybodys(&address) ||
	    has_address(k, vrf, &address))
		return;
	snprintf(why, sizeof(why), "has an address that nobody has in %s",
		 strcmp(vrf, "default") ? vrf : "the default VRF");
	refuse(service, word, why, f);
	f->finding[f->count - 1].warning = true;
	cure(service, "listen", "tcp:ADDRESS:PORT", f);
}

static void check_words(const struct kernel *k, const struct service *service, struct findings *f)
{
	char *words = memory_copy(service->listen), *rest = words, *word;

	while ((word = next_word(&rest))) {
		struct listen_word w;
		const char *why = listen_word_wrong(word, &w);

		if (why) {
			refuse(service, word, why, f);
			cure(service, "listen", "tcp:ADDRESS:PORT", f);
		} else {
			check_there(k, service, word, &w, f);
		}
	}
	free(words);
}

/* vrf-exec takes the daemon's name, which stands where the VRF's should, for that. */
static void check_own(const struct service *service, struct findings *f)
{
	const char *file = NULL;
	unsigned int line = service_line(service, "listen_vrf", &file);

	if (!service->listens_by_vrf || service->vrf[0] || service->explicit || !line)
		return;
	setting_alone(service, "listen_vrf", file, line, f);
}

void check_listeners(const struct kernel *k, const struct services *all, const struct service *only, struct findings *f)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct service *service = &all->service[i];

		if ((only && service != only) || service->unloadable)
			continue;
		check_own(service, f);
		if (service->listen_vrf && !*service->listen_vrf) {
			refuse(service, "listen_vrf", "is empty", f);
			cure(service, "listen_vrf", "VRF", f);
		} else if (service->listen && !*service->listen && service->files) {
			refuse(service, "listen", "is empty", f);
			cure(service, "listen", "tcp:ADDRESS:PORT", f);
		} else if (service->listen && service->files) {
			check_words(k, service, f);
		}
	}
}
