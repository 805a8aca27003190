/* SPDX-License-Identifier: ISC */
/*
 * openrc/state/confd.c - which files say something about VRFs; see confd.h.
 *
 * OpenRC 0.64 reads rc.conf, rc.conf.d and conf.d from every directory in which it looks for
 * scripts, which librc lists: RC_PATH, or its own.  Before, rc.conf was SYSCONFDIR's and
 * conf.d stood beside the service's init.d.
 */
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <rc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "openrc/state/confd.h"
#include "openrc/state/file.h"
#include "openrc/state/memory.h"

/* Of librc from 0.64 on, highest precedence first; what is built with an older one runs with this. */
extern const char *const *rc_scriptdirs(void) __attribute__((weak));

/* The directories in the order in which they are read. */
static char *listed_dirs(void)
{
	const char *const *dirs = rc_scriptdirs();
	size_t length = 1;
	char *result;

	for (size_t i = 0; dirs && dirs[i]; i++)
		length += strlen(dirs[i]) + 1;
	result = memory_zero(1, length);
	for (size_t i = 0; dirs && dirs[i]; i++) {
		size_t own = strlen(dirs[i]);

		memmove(result + own + !!*result, result, strlen(result) + 1);
		memcpy(result, dirs[i], own);
		if (i)
			result[own] = ':';
	}
	return result;
}

/* Of /etc/init.d/sshd /etc. */
char *confd_script_dir(const char *service)
{
	char *script = rc_service_resolve(service), *slash = NULL;

	for (int i = 0; script && i < 2; i++) {
		slash = strrchr(script, '/');
		if (slash)
			*slash = '\0';
	}
	if (slash)
		return script;
	free(script);
	return memory_copy(SYSCONFDIR);
}

static char *rc_dirs(void)
{
	return rc_scriptdirs ? listed_dirs() : memory_copy(SYSCONFDIR);
}

static char *conf_dirs(const char *service)
{
	return rc_scriptdirs ? listed_dirs() : confd_script_dir(service);
}

static char *current_runlevel(void)
{
	char *runlevel = rc_runlevel_get();

	/* Without an OpenRC that has booted there is none. */
	return runlevel ? runlevel : memory_copy("");
}

/* Does the line read another file?  That may say anything. */
static bool sources(const char *line)
{
	static const char *const words[] = { ".", "source" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (const char *at = line; (at = strstr(at, words[i])); at++) {
			const char *behind = at + strlen(words[i]);

			if ((*behind == ' ' || *behind == '\t') && (at == line || strchr(" \t;&|({", at[-1])))
				return true;
		}
	return false;
}

/* Most files say nothing, and a shell need not read them. */
static bool mentions(const char *path)
{
	char *text = file_read(path), *rest = text, *line;
	bool found = false;

	while (!found && rest && (line = strsep(&rest, "\n")))
		found = line[strspn(line, " \t")] != '#' && (strcasestr(line, "vrf") || sources(line));
	free(text);
	return found;
}

/* Does its file, or that for the runlevel, in one of the directories?  The second takes the place of the first. */
static bool any_mentions(const char *dirs, const char *name, const char *runlevel)
{
	char path[PATH_MAX];

	for (size_t length; *dirs; dirs += length + (dirs[length] == ':')) {
		length = strcspn(dirs, ":");
		snprintf(path, sizeof(path), "%.*s/conf.d/%s", (int)length, dirs, name);
		if (mentions(path))
			return true;
		snprintf(path, sizeof(path), "%.*s/conf.d/%s.%s", (int)length, dirs, name, runlevel);
		if (*runlevel && mentions(path))
			return true;
	}
	return false;
}

static bool service_mentions(const char *dirs, const char *service, const char *runlevel)
{
	char base[NAME_MAX + 1];
	const char *dot = strchr(service, '.');

	snprintf(base, sizeof(base), "%.*s", dot ? (int)(dot - service) : 0, service);
	return any_mentions(dirs, service, runlevel) || (dot && any_mentions(dirs, base, runlevel));
}

/* rc.conf and rc.conf.d speak of all services. */
static bool all_mention(const char *dirs)
{
	char path[PATH_MAX];
	bool found = false;
	glob_t files;
	int failed;

	for (size_t length; !found && *dirs; dirs += length + (dirs[length] == ':')) {
		length = strcspn(dirs, ":");
		snprintf(path, sizeof(path), "%.*s/rc.conf", (int)length, dirs);
		found = mentions(path);
		snprintf(path, sizeof(path), "%.*s/rc.conf.d/*.conf", (int)length, dirs);
		failed = found ? GLOB_NOMATCH : glob(path, 0, NULL, &files);
		if (failed == GLOB_NOSPACE)
			memory_out();
		if (failed)
			continue;
		for (size_t i = 0; i < files.gl_pathc; i++)
			found |= strcmp(strrchr(files.gl_pathv[i], '/'), "/vrf.conf") && mentions(files.gl_pathv[i]);
		globfree(&files);
	}
	return found;
}

static void collect(struct confd *c, const struct rc_stringlist *services, bool all)
{
	all = all || all_mention(c->rc_dirs);

	for (const RC_STRING *s = services->tqh_first; s; s = s->entries.tqe_next) {
		char *dirs = conf_dirs(s->value);

		if (!all && !service_mentions(dirs, s->value, c->runlevel)) {
			free(dirs);
			continue;
		}
		c->service[c->count].name = s->value;
		c->service[c->count].script = rc_service_resolve(s->value);
		c->service[c->count++].dirs = dirs;
	}
}

static int evaluate(const struct rc_stringlist *services, bool all, void (*each)(const struct confd_says *, void *),
		    void *context)
{
	struct confd c = { .settings = VRFLIBDIR "/settings.sh" };
	char *runlevel = current_runlevel(), *dirs = rc_dirs();
	size_t count = 1;
	int err = 0;

	for (const RC_STRING *s = services->tqh_first; s; s = s->entries.tqe_next)
		count++;
	c.runlevel = runlevel;
	c.rc_dirs = dirs;
	c.service = memory_zero(count, sizeof(*c.service));
	collect(&c, services, all);
	if (c.count)
		err = confd_evaluate(&c, each, context);
	for (size_t i = 0; i < c.count; i++) {
		free(c.service[i].dirs);
		free(c.service[i].script);
	}
	free(c.service);
	free(dirs);
	free(runlevel);
	return err;
}

int confd_each(const struct rc_stringlist *services, void (*each)(const struct confd_says *, void *), void *context)
{
	return evaluate(services, false, each, context);
}

int confd_one(const char *service, void (*each)(const struct confd_says *, void *), void *context)
{
	RC_STRINGLIST *one = rc_stringlist_new();
	int err = one && rc_stringlist_add(one, service) ? evaluate(one, true, each, context) : -ENOMEM;

	if (one)
		rc_stringlist_free(one);
	return err;
}

/* Not what a package brought, nor what the next boot takes away. */
static bool is_editable(const char *path)
{
	return !strncmp(path, SYSCONFDIR "/", sizeof(SYSCONFDIR)) || strstr(path, "/etc/");
}

bool confd_is_general(const char *path)
{
	const char *name = strrchr(path, '/');

	return (name && !strcmp(name, "/rc.conf")) || strstr(path, "/rc.conf.d/");
}

static void look_at(const char *path, void (*each)(const char *path, bool directory, void *context), void *context)
{
	struct stat link, st;

	if (lstat(path, &link))
		return;
	if (stat(path, &st)) {
		if (S_ISLNK(link.st_mode))
			each(path, false, context);
	} else if (S_ISDIR(st.st_mode)) {
		each(path, true, context);
	}
}

void confd_unread(const char *service, void (*each)(const char *path, bool directory, void *context), void *context)
{
	char *dirs = conf_dirs(service), *runlevel = current_runlevel(), *rest = dirs, *dir, path[PATH_MAX];

	while ((dir = strsep(&rest, ":"))) {
		snprintf(path, sizeof(path), "%s/conf.d/%s", dir, service);
		look_at(path, each, context);
		snprintf(path, sizeof(path), "%s/conf.d/%s.%s", dir, service, runlevel);
		if (*runlevel)
			look_at(path, each, context);
	}
	free(dirs);
	free(runlevel);
}

static char *confd_runlevel_file(const char *file, const char *runlevel)
{
	char *path = memory_text("%s.%s", file, runlevel);

	if (!access(path, F_OK))
		return path;
	free(path);
	return NULL;
}

static void files_of(const char *dirs, const char *name, const char *runlevel,
		     void (*each)(const char *path, void *context), void *context)
{
	char path[PATH_MAX];

	for (size_t length; *dirs; dirs += length + (dirs[length] == ':')) {
		length = strcspn(dirs, ":");
		snprintf(path, sizeof(path), "%.*s/conf.d/%s.%s", (int)length, dirs, name, runlevel);
		if (!*runlevel || access(path, F_OK))
			snprintf(path, sizeof(path), "%.*s/conf.d/%s", (int)length, dirs, name);
		if (!access(path, F_OK))
			each(path, context);
	}
}

void confd_files(const char *service, void (*each)(const char *path, void *context), void *context)
{
	char *dirs = conf_dirs(service), *runlevel = current_runlevel(), base[NAME_MAX + 1];
	const char *dot = strchr(service, '.');

	snprintf(base, sizeof(base), "%.*s", dot ? (int)(dot - service) : 0, service);
	if (dot)
		files_of(dirs, base, runlevel, each, context);
	files_of(dirs, service, runlevel, each, context);
	free(dirs);
	free(runlevel);
}

/* Does it, or what is read in its place now? */
static bool either_mentions(const char *path, const char *runlevel)
{
	char *other = confd_runlevel_file(path, runlevel);
	bool found = mentions(path) || (other && mentions(other));

	free(other);
	return found;
}

char *confd_file(const char *service)
{
	char *dirs = conf_dirs(service), *runlevel = current_runlevel(), *rest = dirs, *dir, *file = NULL,
	     *usual = NULL;
	bool overruled = false;

	while ((dir = strsep(&rest, ":"))) {
		char *path = memory_text("%s/conf.d/%s", dir, service);
		bool says, keeps;

		says = either_mentions(path, runlevel);
		/* the last that says something, or the first that can overrule one which cannot be edited */
		keeps = is_editable(path) && (says || overruled);
		if (says || keeps) {
			free(file);
			file = keeps ? memory_copy(path) : NULL;
			overruled = !keeps;
		}
		if (!usual && !strcmp(dir, SYSCONFDIR))
			usual = path;
		else
			free(path);
	}
	free(dirs);
	free(runlevel);
	if (!file)
		return usual ? usual : memory_text(SYSCONFDIR "/conf.d/%s", service);
	free(usual);
	return file;
}

void confd_runlevel_files(const char *file,
			  void (*each)(const char *path, const char *runlevel, bool now, void *context), void *context)
{
	char *runlevel = current_runlevel();
	RC_STRINGLIST *levels = rc_runlevel_list();
	RC_STRING *level;

	for (level = levels ? levels->tqh_first : NULL; level; level = level->entries.tqe_next) {
		bool now = !strcmp(level->value, runlevel);
		char *path = confd_runlevel_file(file, level->value);

		if (path && (now || mentions(path)))
			each(path, level->value, now, context);
		free(path);
	}
	if (levels)
		rc_stringlist_free(levels);
	free(runlevel);
}
