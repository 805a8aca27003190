/* SPDX-License-Identifier: ISC */
/* openrc/state/services.c - services and what they are configured for; see services.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/state/confd.h"
#include "openrc/state/file.h"
#include "openrc/state/memory.h"
#include "openrc/state/services.h"

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

static void list_services(struct services *all, const RC_STRINGLIST *names)
{
	const RC_STRING *s;
	size_t count = 0;

	for (s = names->tqh_first; s; s = s->entries.tqe_next)
		count++;
	all->service = memory_zero(count + 1, sizeof(*all->service));
	for (s = names->tqh_first; s; s = s->entries.tqe_next) {
		struct service *service = &all->service[all->count];

		service->name = memory_copy(s->value);
		service->state = rc_service_state(s->value);
		all->count++;
	}
	qsort(all->service, all->count, sizeof(*all->service), compare);
}

static void forget_files(struct service *service)
{
	for (size_t i = 0; i < service->files; i++)
		free(service->file[i]);
	free(service->file);
	free(service->refused);
	free(service->unloadable);
	free(service->not_found);
	free(service->slip);
	free(service->listen_vrf);
	free(service->listen);
	service->listen_vrf = service->listen = NULL;
	service->file = NULL;
	service->files = 0;
	service->refused = service->unloadable = service->not_found = service->slip = NULL;
}

static void configure(const struct confd_says *says, void *context)
{
	struct service *service = services_find(context, says->service);

	if (!service || strlen(says->vrf) >= sizeof(service->vrf))
		return;
	forget_files(service);
	strcpy(service->vrf, says->vrf);
	service->confine = says->confine;
	service->other_names = says->other_names;
	service->explicit = says->explicit;
	service->general = says->general;
	service->refused = memory_copy(says->refused);
	service->unloadable = memory_copy(says->unloadable);
	service->failed = says->failed;
	service->not_found = memory_copy(says->not_found);
	service->slip = memory_copy(says->slip);
	service->listen_vrf = memory_copy(says->listen_vrf);
	service->listen = memory_copy(says->listen);
	free(service->supervisor);
	service->supervisor = memory_copy(says->supervisor);
	service->file = memory_zero(says->files + 1, sizeof(*service->file));
	for (size_t i = 0; i < says->files; i++)
		service->file[service->files++] = memory_copy(says->file[i]);
}

/* One that OpenRC reads; one with LSB headers it starts as a program, whose variables are its own. */
static bool is_openrc(const char *script)
{
	size_t length = strcspn(script, "\n");

	return !strncmp(script, "#!", 2) &&
	       (memmem(script, length, "openrc-run", 10) || memmem(script, length, "runscript", 9));
}

static bool sets(const char *script, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = script; (at = strstr(at, name)); at += length)
		if (at[length] == '=' || at[length] == ':')
			return true;
	return false;
}

/* `$vrf` or `${vrf}`, with nothing in its place where that is empty */
static bool takes_vrf(const char *script)
{
	for (const char *at = script; (at = strstr(at, "$vrf")); at++)
		if (!isalnum((unsigned char)at[4]) && at[4] != '_')
			return true;
	return strstr(script, "${vrf}");
}

/* What its files say of listeners is for a script which has vrf-listen make them: else it is somebody else's. */
static void read_listeners(struct service *service, const char *script)
{
	const bool listens = script && strstr(script, "vrf-listen");
	char **const value[] = { &service->listen_vrf, &service->listen };
	static const char *const names[] = { "listen_vrf", "listen" };

	for (int i = 0; i < 2; i++) {
		/* `: ${listen:=tcp:...}` and the like: what comes of that a shell alone can tell */
		if (!listens || !confd_uses(script, names[i]) ||
		    (sets(script, names[i]) && !(*value[i] && **value[i]))) {
			free(*value[i]);
			*value[i] = NULL;
		} else if (!*value[i] && !service->unloadable) {
			*value[i] = memory_copy("");
		}
	}
	service->listens_by_vrf = listens && takes_vrf(script);
}

/* The script is read after the files, and has the last word on its supervisor. */
static void read_script(struct service *service)
{
	char *path = rc_service_resolve(service->name), *text = path ? file_read(path) : NULL, *value;

	if (text && is_openrc(text) && !service->explicit && !service->unloadable) {
		value = confd_script_value(text, "vrf");
		if (!value || !*value) {
			free(value);
			value = confd_script_value(text, "rc_vrf");
		}
		if (value && *value && strcmp(value, "default"))
			service->script_vrf = value;
		else
			free(value);
	}
	if (text && service->vrf[0] && is_openrc(text)) {
		value = confd_script_value(text, "supervisor");
		if (value) {
			free(service->supervisor);
			service->supervisor = value;
			service->scripted = true;
		}
	}
	read_listeners(service, text);
	free(text);
	free(path);
}

/* Does a file of its own set it, were it to the same? */
static bool says_itself(const struct service *service)
{
	for (size_t i = 0; i < service->files; i++)
		if (!confd_is_general(service->file[i]) &&
		    (confd_line(service->file[i], "vrf") || confd_line(service->file[i], "rc_vrf")))
			return true;
	return false;
}

/* As the hook does: a VRF of all services is not for what has to be there before any. */
static void exempt(const struct services *all, struct service *service)
{
	if (!service->vrf[0] || service->unloadable || !service->general || says_itself(service) ||
	    !services_depend(all, service->name, "keyword", "vrf-before-net"))
		return;
	service->vrf[0] = '\0';
	service->explicit = false;
	free(service->refused);
	service->refused = NULL;
}

int services_read(struct services *all)
{
	RC_STRINGLIST *names;
	int err;

	memset(all, 0, sizeof(*all));
	/* an empty list is also what librc gives of a directory that it cannot open */
	errno = 0;
	names = rc_services_in_runlevel(NULL);
	if (!names || !names->tqh_first)
		memory_or_else();
	if (!names)
		return -ENOENT;
	list_services(all, names);
	err = confd_each(names, configure, all);
	rc_stringlist_free(names);
	for (size_t i = 0; !err && i < all->count; i++)
		read_script(&all->service[i]);
	all->tree = rc_deptree_load();
	for (size_t i = 0; !err && i < all->count; i++)
		exempt(all, &all->service[i]);
	return err ? err : services_read_processes(all);
}

int service_read_files(struct services *all, struct service *service)
{
	int err = confd_one(service->name, configure, all);

	if (!err)
		exempt(all, service);
	return err;
}

unsigned int service_line(const struct service *service, const char *variable, const char **file)
{
	for (size_t i = service->files; i > 0; i--) {
		unsigned int line = confd_line(service->file[i - 1], variable);

		*file = service->file[i - 1];
		if (line)
			return line;
	}
	return 0;
}

bool services_depend(const struct services *all, const char *service, const char *type, const char *value)
{
	RC_STRINGLIST *list = all->tree ? rc_deptree_depend(all->tree, service, type) : NULL;
	bool found = list && rc_stringlist_find(list, value);

	if (list)
		rc_stringlist_free(list);
	return found;
}

static void free_service(struct service *service)
{
	forget_files(service);
	free(service->supervisor);
	free(service->script_vrf);
	free(service->name);
}

void services_free(struct services *all)
{
	for (size_t i = 0; i < all->count; i++)
		free_service(&all->service[i]);
	for (size_t i = 0; i < all->processes; i++)
		free(all->process[i].cgroup);
	free(all->service);
	free(all->process);
	if (all->tree)
		rc_deptree_free(all->tree);
}

const char *service_state_name(const struct service *service)
{
	static const struct {
		RC_SERVICE state;
		const char *name;
	} names[] = { { RC_SERVICE_FAILED, "failed" },
		      { RC_SERVICE_STARTING, "starting" },
		      { RC_SERVICE_STOPPING, "stopping" },
		      { RC_SERVICE_INACTIVE, "inactive" },
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
