/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-files.c - files of services that look as if they named a VRF, of which OpenRC takes
 * nothing and says nothing; see check.h.
 */
#include <limits.h>
#include <rc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/rc-vrf/check.h"
#include "openrc/state/confd.h"
#include "openrc/state/file.h"
#include "openrc/state/stanzas.h"

#define SLIPS 16

struct look {
	const struct service *service;
	struct findings *f;
	const struct kernel *k;
	const struct stanzas *stanzas;
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
		broken(l->f, "conf-directory", "%s: %s is a directory: OpenRC reads nothing there, and says nothing",
		       l->service->name, path);
		remedy(l->f, "write what is to be to a file of that name");
	} else {
		broken(l->f, "conf-dangling",
		       "%s: %s is a link that leads nowhere: OpenRC reads nothing there, and says nothing",
		       l->service->name, path);
		remedy(l->f, "put the file where the link leads, or rm %s", path);
	}
}

/* Has somebody a use of his own for a variable with that name? */
static bool is_used(const struct service *service, const char *text, const char *name)
{
	char *path = rc_service_resolve(service->name), *script = path ? file_read(path) : NULL;
	bool found = confd_uses(text, name) || confd_uses(script, name);

	free(script);
	free(path);
	return found;
}

static const char *reason_of(const struct confd_slip *slip, char text[96])
{
	const char *name = slip->name;

	switch (slip->kind) {
	case SLIP_COMMAND:
		snprintf(text, 96, "without = behind it %s is a command", name);
		break;
	case SLIP_BLANK:
		snprintf(text, 96, "behind %s= there is a blank, and %s is a command", name, slip->value);
		break;
	case SLIP_CASE:
		snprintf(text, 96, "%s is another variable", name);
		break;
	case SLIP_BARE:
		snprintf(text, 96, "without vrf= before it %s is a command", name);
		break;
	case SLIP_OTHER:
		snprintf(text, 96, "a shell does not take what stands there for %s", slip->variable);
		break;
	case SLIP_BUILTIN:
		snprintf(text, 96, "what stands before it makes something else of it");
		break;
	case SLIP_HYPHEN:
		snprintf(text, 96, "no variable has a name like %s", name);
		break;
	default:
		snprintf(text, 96, "$%s is its value, not the variable", name);
	}
	return text;
}

/* A line, as in "KIND LINE FILE TEXT" of settings.sh; paths have no blanks. */
struct spot {
	char kind[16];
	unsigned int line;
	char file[PATH_MAX];
};

static bool read_place(const char *slip, struct spot *p)
{
	return slip && sscanf(slip, "%15s %u %4095s", p->kind, &p->line, p->file) == 3;
}

/* What only looks like it, and what speaks of all services, the hook lets pass with a word. */
static bool refuses(const struct spot *p)
{
	static const char *const kinds[] = { "empty", "unreached", "replaced", "blank" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(p->kind, kinds[i]))
			return !confd_is_general(p->file);
	return false;
}

static bool is_refused(const struct look *l, const char *file, unsigned int line)
{
	struct spot p;

	return read_place(l->service->slip, &p) && refuses(&p) && p.line == line && !strcmp(p.file, file);
}

static bool is_not_found(const struct look *l, const char *file, unsigned int line)
{
	unsigned int number;
	char path[PATH_MAX];

	return l->service->not_found && sscanf(l->service->not_found, "%u %4095s", &number, path) == 2 &&
	       number == line && !strcmp(path, file);
}

/* The name of a VRF is that of no command, and the file's status is its last one's. */
static bool is_lost(const struct confd_slip *slip)
{
	return slip->kind == SLIP_BARE && slip->last;
}

static void say_line(struct look *l, const char *file, unsigned int line, const char *variable, const char *reason,
		     bool lost)
{
	if (lost || is_not_found(l, file, line))
		broken(l->f, "conf-line-broken",
		       "line %u of %s does not set %s: %s; OpenRC cannot load the file, and starts nothing that reads it",
		       line, file, variable, reason);
	else if (is_refused(l, file, line))
		broken(l->f, "conf-line-refused", "line %u of %s does not set %s: %s; the service does not start", line,
		       file, variable, reason);
	else
		broken(l->f, "conf-line-ignored", "line %u of %s does not set %s: %s; OpenRC goes on without it", line,
		       file, variable, reason);
}

static void say_slip(struct look *l, const char *file, const struct confd_slip *slip)
{
	char reason[96];

	if (slip->kind == SLIP_RETURN) {
		broken(l->f, "conf-carriage-return",
		       "line %u of %s begins or ends in a carriage return, which a shell takes for a part of what stands there",
		       slip->line, file);
		remedy(l->f, "sed -i 's/\\r//g' %s", file);
		return;
	}
	say_line(l, file, slip->line, slip->variable, reason_of(slip, reason), is_lost(slip));
	remedy(l->f, "write %s=\"%s\"", slip->variable,
	       slip->value[0]                    ? slip->value
	       : confd_names_vrf(slip->variable) ? "VRF"
						 : "no");
}

/* Those of the file: true if one of them says something about the VRF itself.  Or those of that line: if there are any. */
static bool check_slips(struct look *l, const char *file, unsigned int line)
{
	struct confd_slip slip[SLIPS];
	char *text = file_read(file);
	size_t count = text && strcasestr(text, "vrf") ? confd_slips(text, slip, SLIPS) : 0;
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		if ((line && slip[i].line != line) ||
		    (slip[i].kind == SLIP_CASE && is_used(l->service, text, slip[i].name)))
			continue;
		say_slip(l, file, &slip[i]);
		drop_repeated(l->f);
		found |= line || (slip[i].variable && confd_names_vrf(slip[i].variable));
	}
	free(text);
	return found;
}

/* The file that was read in the place of that one. */
static const char *replacement(const struct service *service, const char *file)
{
	size_t length = strlen(file);

	for (size_t i = 0; i < service->files; i++)
		if (!strncmp(service->file[i], file, length) && service->file[i][length] == '.' &&
		    !strchr(service->file[i] + length + 1, '.'))
			return service->file[i];
	return "another file";
}

static bool is_any(const char *name, void *context)
{
	(void)context;
	return name[0];
}

/* `vrfs=red`, which settings.sh finds by its value's form, and nobody reads. */
static bool say_near(struct look *l, const struct spot *p)
{
	struct confd_slip slip;
	int before = 0;

	sscanf(l->service->slip, "%*s %*u %*s%n", &before);
	if (strcmp(p->kind, "like") || !confd_near(l->service->slip + before, is_any, NULL, &slip) ||
	    slip.kind != SLIP_CASE)
		return false;
	slip.line = p->line;
	say_slip(l, p->file, &slip);
	return true;
}

/* What settings.sh has found, if it is no slip that has a name. */
static void say_place(struct look *l, const struct spot *p)
{
	char reason[PATH_MAX + 64];

	if (say_near(l, p)) {
		/* it has a name after all */
	} else if (!strcmp(p->kind, "replaced")) {
		const char *other = replacement(l->service, p->file);

		snprintf(reason, sizeof(reason), "OpenRC reads %s in the place of that file", other);
		say_line(l, p->file, p->line, "vrf", reason, false);
		remedy(l->f, "write vrf=\"VRF\", or vrf=\"default\" for none, to %s as well", other);
	} else {
		unsigned int back = strcmp(p->kind, "unreached") ? 0 : confd_command(p->file, "return");

		if (back && back < p->line)
			snprintf(reason, sizeof(reason), "return in line %u ends the file before", back);
		else
			snprintf(reason, sizeof(reason), "%s",
				 !strcmp(p->kind, "empty") ? "what stands there comes out empty"
				 : !strcmp(p->kind, "unreached")
					 ? "the shell that reads it has none in the end"
					 : "a shell takes what stands there for something else");
		say_line(l, p->file, p->line, "vrf", reason, false);
		remedy(l->f,
		       "write vrf=\"VRF\" to a line of its own that is always reached, or vrf=\"default\" for none");
	}
	drop_repeated(l->f);
}

bool check_slip(const struct service *service, struct findings *f)
{
	struct look l = { .service = service, .f = f };
	struct spot p;

	if (!read_place(service->slip, &p) || !refuses(&p))
		return false;
	if (!check_slips(&l, p.file, p.line))
		say_place(&l, &p);
	return true;
}

/* What the hook lets pass with a word, and the last command of a file that is none. */
static bool check_places(struct look *l, bool found)
{
	struct spot p;

	if (!found && read_place(l->service->slip, &p) && !refuses(&p) && strcmp(p.kind, "blind") &&
	    strcmp(p.kind, "confine")) {
		if (!check_slips(l, p.file, p.line))
			say_place(l, &p);
		found = true;
	}
	if (!found && l->service->vrf[0] && l->service->not_found &&
	    sscanf(l->service->not_found, "%u %4095s", &p.line, p.file) == 2) {
		say_line(l, p.file, p.line, "vrf", "what stands there is no command", false);
		remedy(l->f, "write vrf=\"VRF\" to a line of its own");
		drop_repeated(l->f);
	}
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

void setting_alone(const struct service *service, const char *variable, const char *file, unsigned int line,
		   struct findings *f)
{
	broken(f, "conf-setting-alone", "%s: line %u of %s has %s=, and no file names a VRF for it", service->name,
	       line, file, variable);
	remedy(f, "rc-vrf set %s VRF, or take that line out", service->name);
}

/* In a file that speaks of all services it may be meant for those in a VRF. */
static void check_alone(struct look *l, const char *file)
{
	static const char *const variables[] = { "vrf_confine", "vrf_dns" };

	for (size_t i = 0; i < 2; i++) {
		unsigned int line = confd_is_general(file) ? 0 : confd_line(file, variables[i]);

		if (!line)
			continue;
		setting_alone(l->service, variables[i], file, line, l->f);
	}
}

static bool is_vrf(const char *name, void *context)
{
	const struct look *l = context;

	return kernel_vrf(l->k, name) || stanzas_vrf(l->stanzas, name);
}

/* Almost the variable or nothing, and the very name of a VRF: that is no chance. */
static void check_near(const char *path, void *context)
{
	struct look *l = context;
	char *text = file_read(path);
	struct confd_slip slip;

	if (text && confd_near(text, is_vrf, l, &slip) &&
	    (slip.kind == SLIP_BARE || !is_used(l->service, text, slip.name))) {
		say_slip(l, path, &slip);
		drop_repeated(l->f);
	}
	free(text);
}

void check_files(const struct kernel *k, const struct services *all, const struct service *only, struct findings *f)
{
	struct stanzas stanzas;
	struct failure ignored;

	stanzas_read(&stanzas, NULL, NULL, &ignored);
	for (size_t i = 0; i < all->count; i++) {
		const struct service *service = &all->service[i];
		struct look l = { service, f, k, &stanzas };
		bool found = false;
		struct spot p;

		if (only && service != only)
			continue;
		confd_unread(service->name, take_unread, &l);
		for (size_t j = 0; j < service->files; j++)
			found |= check_slips(&l, service->file[j], 0);
		found = check_places(&l, found);
		if (found || (read_place(service->slip, &p) && refuses(&p)) || service->explicit ||
		    service->unloadable || service->script_vrf || has_instance(all, service))
			continue;
		for (size_t j = 0; j < service->files; j++)
			check_alone(&l, service->file[j]);
		if (!service->vrf[0])
			confd_files(service->name, check_near, &l);
	}
	stanzas_free(&stanzas);
}
