// SPDX-License-Identifier: ISC
/* openrc/check.c - findings, and the files that all this rests on; see check.h. */
#include <rc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "openrc/check.h"
#include "openrc/print.h"

__attribute__((format(printf, 1, 0))) static char *text_of(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		trouble("out of memory");
	return text;
}

void broken(struct findings *f, const char *format, ...)
{
	struct finding *grown = realloc(f->finding, (f->count + 1) * sizeof(*grown));
	va_list args;

	if (!grown)
		trouble("out of memory");
	f->finding = grown;
	va_start(args, format);
	f->finding[f->count++] = (struct finding){ .what = text_of(format, args) };
	va_end(args);
}

void remedy(struct findings *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	f->finding[f->count - 1].remedy = text_of(format, args);
	va_end(args);
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

static bool needs_cgroups(const RC_DEPTREE *tree, const char *service)
{
	RC_STRINGLIST *needs = rc_deptree_depend(tree, service, "ineed");
	bool found = needs && rc_stringlist_find(needs, "cgroups");

	if (needs)
		rc_stringlist_free(needs);
	return found;
}

/* Up to 0.62 OpenRC does not see that its cache is out of date when the hook has come. */
static void check_cache(const struct services *all, struct findings *f)
{
	/* what it does see it puts right by itself */
	RC_DEPTREE *tree = rc_deptree_update_needed(NULL, NULL) ? NULL : rc_deptree_load();

	for (size_t i = 0; tree && i < all->count; i++) {
		if (!all->service[i].vrf[0] || service_is_refused(&all->service[i]) ||
		    needs_cgroups(tree, all->service[i].name))
			continue;
		broken(f, "%s: what OpenRC keeps of its dependencies lacks the VRF: at boot it may start too early",
		       all->service[i].name);
		remedy(f, "rc-update -u");
	}
	if (tree)
		rc_deptree_free(tree);
}

static void check_executor(const char *path, struct findings *f)
{
	if (contains(path, "vrf-ng"))
		return;
	broken(f, "%s is not the one of vrf-ng: VRFs are not brought up as promised", path);
	remedy(f, "install vrf-ng again (its documentation says how ifupdown-ng's own is kept aside)");
}

void check_installation(const struct services *all, struct findings *f)
{
	static const char hook[] = SYSCONFDIR "/rc.conf.d/vrf.conf";
	static const char *const scripts[] = { VRFLIBDIR "/openrc.sh", VRFLIBDIR "/settings.sh" };
	bool needed = false;

	for (size_t i = 0; i < all->count; i++)
		needed |= all->service[i].vrf[0];
	if (needed && access(hook, R_OK)) {
		broken(f, "OpenRC knows nothing of VRFs: %s is missing; services with vrf= start outside of theirs", hook);
		remedy(f, "install vrf-ng again");
	}
	for (size_t i = 0; needed && !access(hook, R_OK) && i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		if (!access(scripts[i], R_OK))
			continue;
		broken(f, "%s is missing: services with vrf= are refused", scripts[i]);
		remedy(f, "install vrf-ng again");
	}
	if (needed && access(BINDIR "/vrf-exec", X_OK)) {
		broken(f, BINDIR "/vrf-exec is missing: services with vrf= do not start");
		remedy(f, "install vrf-ng again");
	}
	if (needed && !access(hook, R_OK))
		check_cache(all, f);
	check_executor(EXECUTOR_PATH "/vrf", f);
	check_executor(EXECUTOR_PATH "/l3mdev", f);
	check_executor(EXECUTOR_PATH "/table", f);
}
