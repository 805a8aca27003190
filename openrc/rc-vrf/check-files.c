// SPDX-License-Identifier: ISC
/*
 * openrc/rc-vrf/check-files.c - files of services that look as if they named a VRF, of which OpenRC takes
 * nothing and says nothing; see check.h.
 */
#include <ctype.h>
#include <rc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/rc-vrf/check.h"
#include "openrc/state/confd.h"
#include "openrc/state/file.h"

#define SLIPS 16

struct look {
	const struct service *service;
	struct findings *f;
};

/* Several services read the same files. */
static void drop_repeated(struct findings *f)
{
	struct finding *last = &f->finding[f->count - 1];

	for (size_t i = 0; i + 1 < f->count; i++) {
		if (strcmp(f->finding[i].what, last->what))
			continue;
		free(last->what);
		free(last->remedy);
		f->count--;
		return;
	}
}

static void take_unread(const char *path, bool directory, void *context)
{
	struct look *l = context;

	if (directory) {
		broken(l->f, "%s: %s is a directory: OpenRC reads nothing there, and says nothing", l->service->name, path);
		remedy(l->f, "write what is to be to a file of that name");
	} else {
		broken(l->f, "%s: %s is a link that leads nowhere: OpenRC reads nothing there, and says nothing", l->service->name,
		       path);
		remedy(l->f, "put the file where the link leads, or rm %s", path);
	}
}

/* $NAME or ${NAME */
static bool uses(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = text; at && (at = strstr(at, name)); at += length)
		if (at > text && strchr("${", at[-1]) && !isalnum((unsigned char)at[length]) && at[length] != '_')
			return true;
	return false;
}

/* Has somebody a use of his own for a variable with that name? */
static bool is_used(const struct service *service, const char *text, const char *name)
{
	char *path = rc_service_resolve(service->name), *script = path ? file_read(path) : NULL;
	bool found = uses(text, name) || uses(script, name);

	free(script);
	free(path);
	return found;
}

static const char *reason_of(const struct confd_slip *slip, char text[96])
{
	const char *name = slip->name;

	switch (slip->kind) {
	case SLIP_COMMAND: snprintf(text, 96, "without = behind it %s is a command", name); break;
	case SLIP_BLANK: snprintf(text, 96, "behind %s= there is a blank, and %s is a command", name, slip->value); break;
	case SLIP_CASE: snprintf(text, 96, "%s is another variable", name); break;
	case SLIP_OTHER: snprintf(text, 96, "a shell does not take what stands there for %s", slip->variable); break;
	case SLIP_BUILTIN: snprintf(text, 96, "what stands before it makes something else of it"); break;
	case SLIP_HYPHEN: snprintf(text, 96, "no variable has a name like %s", name); break;
	default: snprintf(text, 96, "$%s is its value, not the variable", name);
	}
	return text;
}

/* What a shell takes for a command the hook does not let pass. */
static bool is_refused(const struct confd_slip *slip)
{
	return (slip->kind == SLIP_COMMAND || slip->kind == SLIP_BLANK) && !strncmp(slip->name, slip->variable, sizeof(slip->name)) &&
	       strcmp(slip->variable, "vrf_confine");
}

static void say_slip(struct look *l, const char *file, const struct confd_slip *slip)
{
	char reason[96];

	if (slip->kind == SLIP_RETURN) {
		broken(l->f, "line %u of %s begins or ends in a carriage return, which a shell takes for a part of what stands there",
		       slip->line, file);
		remedy(l->f, "sed -i 's/\\r//g' %s", file);
		return;
	}
	reason_of(slip, reason);
	if (slip->last && slip->kind != SLIP_CASE && slip->kind != SLIP_BUILTIN)
		broken(l->f, "line %u of %s does not set %s: %s; OpenRC cannot load the file, and starts nothing that reads it",
		       slip->line, file, slip->variable, reason);
	else if (is_refused(slip) && !confd_is_general(file))
		broken(l->f, "line %u of %s does not set %s: %s; the service does not start", slip->line, file, slip->variable, reason);
	else
		broken(l->f, "line %u of %s does not set %s: %s; OpenRC goes on without it", slip->line, file, slip->variable,
		       reason);
	remedy(l->f, "write %s=\"%s\"", slip->variable,
	       slip->value[0] ? slip->value : strcmp(slip->variable, "vrf_confine") ? "VRF" : "no");
}

/* True if the file has one that says something about the VRF itself. */
static bool check_slips(struct look *l, const char *file)
{
	struct confd_slip slip[SLIPS];
	char *text = file_read(file);
	size_t count = text && strcasestr(text, "vrf") ? confd_slips(text, slip, SLIPS) : 0;
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		if (slip[i].kind == SLIP_CASE && is_used(l->service, text, slip[i].name))
			continue;
		say_slip(l, file, &slip[i]);
		drop_repeated(l->f);
		found |= slip[i].variable && strcmp(slip[i].variable, "vrf_confine");
	}
	free(text);
	return found;
}

/* Is a service SERVICE.SOMETHING, which reads its file as well, in a VRF? */
static bool has_instance(const struct services *all, const struct service *service)
{
	size_t length = strlen(service->name);

	for (size_t i = 0; i < all->count; i++)
		if (all->service[i].vrf[0] && !strncmp(all->service[i].name, service->name, length) &&
		    all->service[i].name[length] == '.')
			return true;
	return false;
}

/* In a file that speaks of all services it may be meant for those in a VRF. */
static void check_alone(struct look *l, const char *file)
{
	unsigned int line = confd_is_general(file) ? 0 : confd_line(file, "vrf_confine");

	if (!line)
		return;
	broken(l->f, "%s: line %u of %s has vrf_confine=, and no file names a VRF for it", l->service->name, line, file);
	remedy(l->f, "rc-vrf set %s VRF, or take that line out", l->service->name);
}

void check_files(const struct services *all, const struct service *only, struct findings *f)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct service *service = &all->service[i];
		struct look l = { service, f };
		bool found = false;

		if (only && service != only)
			continue;
		confd_unread(service->name, take_unread, &l);
		for (size_t j = 0; j < service->files; j++)
			found |= check_slips(&l, service->file[j]);
		if (found || service->explicit || service->unloadable || service->script_vrf || has_instance(all, service))
			continue;
		for (size_t j = 0; j < service->files; j++)
			check_alone(&l, service->file[j]);
	}
}
