// SPDX-License-Identifier: ISC
/* openrc/services.c - services and what they are configured for; see services.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/confd.h"
#include "openrc/services.h"

struct service *services_find(const struct services *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++)
		if (!strcmp(all->service[i].name, name))
			return &all->service[i];
	return NULL;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct service *)a)->name, ((const struct service *)b)->name);
}

static int list_services(struct services *all, const RC_STRINGLIST *names)
{
	const RC_STRING *s;
	size_t count = 0;

	for (s = names->tqh_first; s; s = s->entries.tqe_next)
		count++;
	all->service = calloc(count + 1, sizeof(*all->service));
	if (!all->service)
		return -ENOMEM;
	for (s = names->tqh_first; s; s = s->entries.tqe_next) {
		struct service *service = &all->service[all->count];

		service->name = strdup(s->value);
		if (!service->name)
			return -ENOMEM;
		service->state = rc_service_state(s->value);
		all->count++;
	}
	qsort(all->service, all->count, sizeof(*all->service), compare);
	return 0;
}

static void configure(const char *name, const char *vrf, bool confine, void *context)
{
	struct service *service = services_find(context, name);

	if (!service || strlen(vrf) >= sizeof(service->vrf))
		return;
	strcpy(service->vrf, vrf);
	service->confine = confine;
}

int services_read(struct services *all)
{
	RC_STRINGLIST *names = rc_services_in_runlevel(NULL);
	int err;

	memset(all, 0, sizeof(*all));
	if (!names)
		return -ENOENT;
	err = list_services(all, names);
	if (!err)
		err = confd_each(names, configure, all);
	rc_stringlist_free(names);
	return err ? err : services_read_processes(all);
}

void services_free(struct services *all)
{
	for (size_t i = 0; i < all->count; i++)
		free(all->service[i].name);
	for (size_t i = 0; i < all->processes; i++)
		free(all->process[i].cgroup);
	free(all->service);
	free(all->process);
}

const char *service_state_name(const struct service *service)
{
	static const struct {
		RC_SERVICE state;
		const char *name;
	} names[] = { { RC_SERVICE_FAILED, "failed" },     { RC_SERVICE_STARTING, "starting" },
		      { RC_SERVICE_STOPPING, "stopping" }, { RC_SERVICE_INACTIVE, "inactive" },
		      { RC_SERVICE_STARTED, "started" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (service->state & names[i].state)
			return names[i].name;
	return "stopped";
}

bool service_is_refused(const struct service *service)
{
	return !strcmp(service->vrf, CONFD_REFUSED);
}

bool service_concerned(const struct services *all, const struct service *service)
{
	for (size_t i = 0; i < all->processes; i++)
		if (all->process[i].service == service && all->process[i].vrf[0])
			return true;
	return service->vrf[0];
}
