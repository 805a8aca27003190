/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-refused.c - services that the hook refuses to start, whatever the VRF is
 * like; see check.h.  tests/contract/refusals.table has each refusal of the hook.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/rc-vrf/check.h"
#include "openrc/state/confd.h"
#include "openrc/state/memory.h"

/* Does the hook's reason speak of that variable? */
static bool speaks_of(const char *reason, const char *variable)
{
	size_t length = strlen(variable);

	for (const char *at = reason; (at = strstr(at, variable)); at += length)
		if ((at == reason || at[-1] == ' ') && at[length] == '=')
			return true;
	return false;
}

/* "vrf= in line 3 of /etc/conf.d/sshd or netns= in ...", those of which the reason speaks; to be freed */
static char *places(const struct service *service, const char *reason)
{
	static const char *const variables[] = { "vrf", "rc_vrf", "netns", "vrf_confine", "vrf_dns" };
	char *text = memory_copy("");

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *variable = variables[i], *file = NULL;
		unsigned int line;
		char *grown;

		if (!speaks_of(reason, variable))
			continue;
		line = service_line(service, variable, &file);
		/* the hook calls both by one name */
		if (!line && !i) {
			variable = "rc_vrf";
			line = service_line(service, variable, &file);
		}
		if (!line)
			continue;
		grown = memory_text("%s%s%s= in line %u of %s", text, *text ? " or " : "", variable, line, file);
		free(text);
		text = grown;
	}
	return text;
}

static void refused(const struct service *service, struct findings *f)
{
	char *where = places(service, service->refused);

	broken(f, "service-settings-refused", "%s: its settings are refused, and it does not start: %s", service->name,
	       service->refused);
	if (where && *where)
		remedy(f, "change %s", where);
	else
		remedy(f, "change it where a file of those in rc-vrf(8), FILES, gets it from");
	free(where);
}

static void unloadable(const struct service *service, struct findings *f)
{
	const char *name = service->name, *file = service->unloadable;
	bool parses = service->failed || confd_parses(file);
	unsigned int line = parses ? confd_command(file, "exit") : 0;

	if (!parses || service->failed)
		broken(f, "service-file-broken", "%s: no shell can load %s: the service does not start", name, file);
	else
		broken(f, "service-file-exits",
		       "%s: %s ends the shell that reads it: nothing of the service is started, even if OpenRC says it is",
		       name, file);
	if (!parses)
		remedy(f, "sh -n %s says where", file);
	else if (service->failed)
		remedy(f, "its last command fails, or its return does: a last line : makes it good");
	else if (line)
		remedy(f, "take exit out of line %u of %s", line, file);
	else
		remedy(f,
		       "take out what a shell does not go on after: exit, . FILE of a file that is not there, ${NAME:?}");
}

/* In the hook's order. */
bool check_refused(const struct services *all, const struct service *service, struct findings *f)
{
	const char *name = service->name, *supervisor = service->supervisor ? service->supervisor : "", *file = NULL;
	unsigned int line;

	if (service->unloadable) {
		unloadable(service, f);
	} else if (service->script_vrf) {
		broken(f, "service-script-names-vrf",
		       "%s: its script names VRF %s, and no file of its own names any: the service does not start",
		       name, service->script_vrf);
		remedy(f, "rc-vrf set %s %s; or write vrf=\"default\" to " SYSCONFDIR "/conf.d/%s", name,
		       service->script_vrf, name);
	} else if (service->refused) {
		refused(service, f);
	} else if (!service->vrf[0]) {
		return check_slip(service, f);
	} else if (!strcmp(supervisor, "s6") || !strcmp(supervisor, "runit")) {
		broken(f, "service-supervisor",
		       "%s: supervisor=%s cannot start it in VRF %s: the service does not start", name, supervisor,
		       service->vrf);
		line = service->scripted ? 0 : service_line(service, "supervisor", &file);
		if (line)
			remedy(f, "take supervisor= out of line %u of %s, or rc-vrf unset %s", line, file, name);
		else
			remedy(f, "take supervisor= out of its init script, or rc-vrf unset %s", name);
	} else if (services_depend(all, name, "keyword", "vrf-before-net")) {
		broken(f, "service-before-net",
		       "%s: it has to come before net, and VRF %s comes with net: the service does not start", name,
		       service->vrf);
		remedy(f, "rc-vrf unset %s", name);
	} else {
		return false;
	}
	return true;
}
