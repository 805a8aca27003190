/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check.c - findings, and the files that all this rests on; see check.h. */
#include <limits.h>
#include <rc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "openrc/rc-vrf/check.h"
#include "openrc/state/confd.h"
#include "openrc/state/file.h"
#include "openrc/state/memory.h"
#include "openrc/rc-vrf/print.h"

static void add(struct findings *f, const char *id, char *what, bool warning)
{
	f->finding = memory_grow(f->finding, f->count + 1, sizeof(*f->finding));
	f->finding[f->count++] = (struct finding){ .id = id, .what = what, .warning = warning };
}

void broken(struct findings *f, const char *id, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(f, id, memory_text_list(format, args), false);
	va_end(args);
}

void warn(struct findings *f, const char *id, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(f, id, memory_text_list(format, args), true);
	va_end(args);
}

void remedy(struct findings *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	f->finding[f->count - 1].remedy = memory_text_list(format, args);
	va_end(args);
}

bool findings_broken(const struct findings *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (!f->finding[i].warning)
			return true;
	return false;
}

void findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->finding[i].what);
		free(f->finding[i].remedy);
	}
	free(f->finding);
}

/* Upstream's is a script without this word in it. */
static bool contains(const char *path, const char *word)
{
	char block[4096 + 16];
	size_t keep = 0, length = strlen(word), n;
	FILE *f = fopen(path, "re");
	bool found = false;

	if (!f)
		memory_or_else();
	while (f && !found && (n = fread(block + keep, 1, 4096, f)) > 0) {
		found = memmem(block, keep + n, word, length);
		n += keep;
		keep = n < length ? n : length - 1;
		memmove(block, block + n - keep, keep);
	}
	if (f)
		fclose(f);
	return found;
}

/* The second is for OpenRCs of users. */
static const char *const hooks[] = { SYSCONFDIR "/rc.conf.d/vrf.conf", SYSCONFDIR "/user/rc.conf.d/vrf.conf" };
/* Both as they were installed, for who has emptied or lost one: a package does not put a file of /etc back. */
static const char original[] = VRFLIBDIR "/vrf.conf";
static const char *const scripts[] = { VRFLIBDIR "/settings.sh", VRFLIBDIR "/openrc.sh" };

/* Does it end as it should, and do what it is for?  Who has emptied one has emptied the other in the same way. */
static bool is_whole(const char *path)
{
	static const char end[] = "\t\t}\n\tfi\nfi\n";
	char *text = file_read(path);
	size_t length = text ? strlen(text) : 0;
	bool whole =
		length > sizeof(end) && strstr(text, "_vrf_gone()") && !strcmp(text + length - (sizeof(end) - 1), end);

	free(text);
	return whole;
}

/* Lines that say something, without comments: an administrator's is no damage. */
static void strip(char *text)
{
	char *to = text, *line;

	while (text && (line = strsep(&text, "\n"))) {
		const char *at = line + strspn(line, " \t");
		size_t length = strlen(line);

		if (!*at || *at == '#')
			continue;
		memmove(to, line, length);
		to += length;
		*to++ = '\n';
	}
	if (to)
		*to = '\0';
}

static bool is_original(const char *path)
{
	char *text = file_read(path), *as_installed = file_read(original);
	bool same;

	strip(text);
	strip(as_installed);
	same = text && as_installed && !strcmp(text, as_installed);
	free(text);
	free(as_installed);
	return same;
}

/* The script that no shell reads to its end, as vrf.conf asks it; NULL: there is none. */
static const char *damaged(void)
{
	static const char *const commands[] = {
		"exec >/dev/null 2>&1 </dev/null; . " VRFLIBDIR "/settings.sh && [ -n \"${_vrf_settings_complete-}\" ]",
		"exec >/dev/null 2>&1 </dev/null; _vrf_only_look() { :; }; . " VRFLIBDIR
		"/openrc.sh && [ -n \"${_vrf_complete-}\" ]",
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (system(commands[i]))
			return scripts[i];
	return NULL;
}

/*
 * OpenRC does so at its next command that needs them, which comes too late for who asks now.  By
 * the program: the function has an argument in Debian's librc that upstream's has not.  Not while
 * a part of the hook is missing: the cache would lose the VRFs.
 */
void check_refresh(void)
{
	if (!is_whole(original) || !is_original(hooks[0]) || damaged())
		return;
	if (!access("/run/openrc/softlevel", F_OK) && rc_deptree_update_needed(NULL, NULL) &&
	    system("rc-update -u >/dev/null 2>&1"))
		complain("cannot bring OpenRC's cache of dependencies up to date: rc-update -u has failed");
}

/* Of all that OpenRC reads for a service it looks into these when it looks for dependencies. */
static bool counts_for_dependencies(const char *file, const struct service *service)
{
	char *dir = confd_script_dir(service->name);
	size_t length = dir ? strlen(dir) : 0, base = strcspn(service->name, ".");
	const char *name = strrchr(file, '/') + 1;
	bool found = !strcmp(name, "rc.conf") || strstr(file, "/rc.conf.d/");

	if (dir && !strncmp(file, dir, length) && !strncmp(file + length, "/conf.d/", 8) && name == file + length + 8)
		found |= !strcmp(name, service->name) || (strlen(name) == base && !strncmp(name, service->name, base));
	free(dir);
	return found;
}

static bool names_vrf(const char *file)
{
	return confd_line(file, "vrf") || confd_line(file, "rc_vrf");
}

/* The file that alone names its VRF, but for others like it; NULL if that is not the cause. */
static const char *overlooked(const struct service *service)
{
	char *dir = confd_script_dir(service->name), own[PATH_MAX];
	const char *found = NULL;
	bool seen;

	/* not read now if there is one for the runlevel, but when OpenRC looks for dependencies */
	snprintf(own, sizeof(own), "%s/conf.d/%s", dir ? dir : "", service->name);
	seen = names_vrf(own);
	for (size_t i = 0; i < service->files; i++) {
		if (!names_vrf(service->file[i]))
			continue;
		seen |= counts_for_dependencies(service->file[i], service);
		found = service->file[i];
	}
	free(dir);
	return seen ? NULL : found;
}

/* Up to 0.62 OpenRC does not see that its cache is out of date when the hook has come. */
static void check_cache(const struct services *all, struct findings *f)
{
	for (size_t i = 0; all->tree && i < all->count; i++) {
		const struct service *service = &all->service[i];
		const char *file = overlooked(service);

		if (!service->vrf[0] || service_is_refused(service) ||
		    services_depend(all, service->name, "ineed", "cgroups"))
			continue;
		if (file) {
			broken(f, "deptree-runlevel",
			       "%s: only %s names its VRF, where OpenRC does not look for dependencies: at boot it may "
			       "start too early",
			       service->name, file);
			remedy(f, "write vrf=\"%s\" to " SYSCONFDIR "/conf.d/%s as well", service->vrf, service->name);
		} else {
			broken(f, "deptree-outdated",
			       "%s: what OpenRC keeps of its dependencies lacks the VRF: at boot it may start too early",
			       service->name);
			remedy(f, "rc-update -u");
		}
	}
}

static void check_executor(const char *path, struct findings *f)
{
	if (!contains(path, "vrf-ng")) {
		broken(f, "executor-foreign", "%s is not the one of vrf-ng: VRFs are not brought up as promised", path);
		remedy(f, "install vrf-ng again (its documentation says how ifupdown-ng's own is kept aside)");
	} else if (access(path, X_OK)) {
		broken(f, "executor-not-executable", "%s is not executable: ifupdown-ng goes on without it", path);
		remedy(f, "chmod 755 %s", path);
	}
}

/* An empty file is a script that does nothing, and half a program none. */
static bool is_vrf_exec(void)
{
	FILE *f = popen(BINDIR "/vrf-exec --version 2>/dev/null </dev/null", "re");
	char line[64];
	bool right;

	if (!f)
		memory_or_else();
	right = f && fgets(line, sizeof(line), f) && !strcmp(line, "vrf-ng " VERSION "\n");

	if (f)
		right &= !pclose(f);
	return right;
}

/* What a cure of vrf.conf begins with: nothing may stand in its way. */
static const char *clear_way(const char *hook, char text[PATH_MAX + 32])
{
	struct stat st;

	if (!lstat(hook, &st) && S_ISDIR(st.st_mode))
		snprintf(text, PATH_MAX + 32, "mv %s %s.kept && ", hook, hook);
	else if (!lstat(hook, &st) && S_ISLNK(st.st_mode))
		snprintf(text, PATH_MAX + 32, "rm %s && ", hook);
	else
		snprintf(text, PATH_MAX + 32, "mkdir -p %.*s && ", (int)(strrchr(hook, '/') - hook), hook);
	return text;
}

/* Of a directory a shell reads nothing, and OpenRC passes over a link that leads nowhere. */
static void check_vrf_conf(const char *hook, struct findings *f)
{
	char way[PATH_MAX + 32];
	struct stat st;

	if (is_original(hook))
		return;
	if (lstat(hook, &st))
		broken(f, "hook-missing", "%s is missing: services with vrf= may start outside of theirs", hook);
	else if (stat(hook, &st))
		broken(f, "hook-dangling",
		       "%s is a link that leads nowhere: services with vrf= may start outside of theirs", hook);
	else if (S_ISDIR(st.st_mode))
		broken(f, "hook-directory", "%s is a directory: services with vrf= may start outside of theirs", hook);
	else if (!confd_parses(hook))
		broken(f, "hook-unreadable", "%s is nothing that a shell can read: OpenRC starts no service at all",
		       hook);
	else
		broken(f, "hook-changed",
		       "%s is not as vrf-ng brought it: services with vrf= may start outside of theirs", hook);
	remedy(f, "%scp %s %s && rc-update -u", clear_way(hook, way), original, hook);
}

/* What makes OpenRC put services into their VRFs, or refuse them. */
static void check_hook(struct findings *f)
{
	const bool comparable = is_whole(original);
	const char *script = damaged();

	if (!comparable) {
		broken(f, "hook-copy-damaged", "%s is missing or damaged: nobody can tell whether %s is whole",
		       original, hooks[0]);
		remedy(f, "install vrf-ng again");
	}
	for (size_t i = 0; comparable && i < sizeof(hooks) / sizeof(hooks[0]); i++)
		check_vrf_conf(hooks[i], f);
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		if (access(scripts[i], F_OK))
			broken(f, "hook-part-missing", "%s is missing: services with vrf= are refused", scripts[i]);
		else if (script == scripts[i])
			broken(f, "hook-part-damaged", "%s is damaged: services with vrf= are refused", scripts[i]);
		else
			continue;
		remedy(f, "install vrf-ng again");
	}
}

void check_installation(const struct services *all, struct findings *f)
{
	bool needed = false;

	for (size_t i = 0; i < all->count; i++)
		needed |= all->service[i].vrf[0] || all->service[i].files || all->service[i].unloadable;
	if (needed) {
		check_hook(f);
		check_lsb(f);
	}
	if (needed && !access(BINDIR "/vrf-exec", F_OK) && access(BINDIR "/vrf-exec", X_OK)) {
		broken(f, "vrf-exec-not-executable",
		       BINDIR "/vrf-exec is not executable: services with vrf= do not start");
		remedy(f, "chmod 755 " BINDIR "/vrf-exec");
	} else if (needed && access(BINDIR "/vrf-exec", F_OK)) {
		broken(f, "vrf-exec-missing", BINDIR "/vrf-exec is missing: services with vrf= do not start");
		remedy(f, "install vrf-ng again");
	} else if (needed && !is_vrf_exec()) {
		broken(f, "vrf-exec-damaged",
		       BINDIR
		       "/vrf-exec is damaged, or of another version than rc-vrf: services with vrf= may not start");
		remedy(f, "install vrf-ng again");
	}
	if (needed && is_original(hooks[0]))
		check_cache(all, f);
	check_executor(EXECUTOR_PATH "/vrf", f);
	check_executor(EXECUTOR_PATH "/l3mdev", f);
	check_executor(EXECUTOR_PATH "/table", f);
	check_interface_scripts(f);
}
