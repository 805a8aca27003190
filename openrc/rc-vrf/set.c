/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/set.c - write down in which VRF a service is to be; see set.h. */
#include <einfo.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "executor/stanza/parse.h"
#include "openrc/rc-vrf/check.h"
#include "openrc/state/confd.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/reading.h"
#include "openrc/rc-vrf/set.h"
#include "openrc/state/stanzas.h"

/* The line that nobody but a shell can change, since what it says is more than a word. */
static unsigned int unclear_line(const char *file)
{
	unsigned int line = confd_line(file, "vrf"), other = confd_line(file, "rc_vrf");

	return other > line ? other : line;
}

static void edit_file(const char *name, const char *file, const char *vrf)
{
	int error = confd_set(file, vrf);
	unsigned int line = error == -EINVAL ? unclear_line(file) : 0;

	if (error == -EINVAL && !confd_parses(file))
		trouble("%s: %s is as it was: no shell can read it, and sh -n %s says where", name, file, file);
	if (line)
		trouble("%s: %s is as it was: what line %u says of a VRF is more than a word, edit it by hand", name,
			file, line);
	if (error)
		trouble("%s: cannot change %s: %s", name, file, strerror(-error));
}

struct edit {
	const char *name, *vrf;
};

/* In the place of what was edited already, now or in another runlevel. */
static void edit_runlevel(const char *path, const char *runlevel, bool now, void *context)
{
	const struct edit *e = context;

	if (now) {
		edit_file(e->name, path, e->vrf);
		einfo("%s as well, which OpenRC reads in runlevel %s", path, runlevel);
	} else {
		einfo("%s is as it was: OpenRC reads it in runlevel %s, edit it by hand", path, runlevel);
	}
}

/* Who says otherwise, and where. */
static _Noreturn void fail_overruled(const struct services *all, const struct service *service, const char *file,
				     const char *vrf)
{
	const char *names[] = { "rc_vrf", "vrf" }, *other = NULL;
	struct findings f = { 0 };

	if (check_refused(all, service, &f) && (service_is_refused(service) || !service->vrf[0]))
		trouble("%s: %s says what it shall, but: %s: %s", service->name, file, f.finding[0].what,
			f.finding[0].remedy);
	for (size_t i = 0; i < 2; i++) {
		unsigned int line = service_line(service, names[i], &other);

		if (line && !strcmp(other, file))
			trouble("%s: line %u of %s still says vrf=\"%s\", in words that only a shell understands: edit it by hand",
				service->name, line, file, service->vrf);
		if (line)
			trouble("%s: %s says what it shall, but line %u of %s, which OpenRC reads for it as well, says "
				"vrf=\"%s\": change that%s%s",
				service->name, file, line, other, service->vrf,
				vrf ? "" : ", or write vrf=\"default\" to ", vrf ? "" : file);
	}
	trouble("%s: %s says what it shall, but another file that OpenRC reads for it says vrf=\"%s\"", service->name,
		file, service->vrf);
}

/* It looks as if no VRF were meant. */
static bool means_none(const char *vrf)
{
	static const char *const words[] = { "default", "none", "no", "off" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(vrf, words[i]))
			return true;
	return false;
}

static _Noreturn void fail_none(const char *service, const char *word)
{
	trouble("\"%s\" is no VRF: rc-vrf unset %s takes it out of the one that it has", word, service);
}

/* A name that neither the kernel nor a stanza has is a wrong one. */
static void need_vrf(const char *service, const char *vrf)
{
	struct stanzas stanzas;
	struct failure why;
	struct netlink nl;
	struct kernel k;
	bool unread;
	char *names;

	if (!strcmp(vrf, "default") || (!parse_vrf_name(vrf) && means_none(vrf)))
		fail_none(service, vrf);
	if (!parse_vrf_name(vrf))
		trouble("\"%s\" cannot name a VRF", vrf);
	read_kernel(&nl, &k);
	unread = stanzas_read(&stanzas, NULL, NULL, &why);
	names = stanzas_vrf_names(&stanzas, &k);
	if (!kernel_vrf(&k, vrf) && !stanzas_vrf(&stanzas, vrf) && means_none(vrf))
		fail_none(service, vrf);
	if (!kernel_vrf(&k, vrf) && !stanzas_vrf(&stanzas, vrf))
		trouble("there is no VRF %s, and %s%s; there is %s", vrf,
			unread ? "nobody knows of stanzas: " : "no stanza declares it", unread ? why.text : "",
			*names ? names : "none at all");
	if (!kernel_vrf(&k, vrf))
		complain("there is no VRF %s now, and without it %s does not start", vrf, service);
	free(names);
	stanzas_free(&stanzas);
	kernel_free(&k);
	netlink_close(&nl);
}

/* Another of its files, rc.conf for instance, may say otherwise. */
static int edit(const char *name, const char *vrf)
{
	struct edit e = { name, vrf };
	struct services all;
	struct service *service = find_service(&all, name);
	struct findings f = { 0 };
	char *file;
	int error;

	need_root("change what " SYSCONFDIR "/conf.d says");
	if (vrf)
		need_vrf(name, vrf);
	file = confd_file(name);
	edit_file(name, file, vrf);
	confd_runlevel_files(file, edit_runlevel, &e);
	services_free(&all);
	/* whether it has to come before net OpenRC's cache says */
	check_refresh();
	service = find_service(&all, name);
	/* a file that speaks of no VRF any more is not read otherwise, and may be one that nothing can load */
	error = service_read_files(&all, service);
	if (error)
		trouble("cannot read the services: %s", strerror(-error));
	if (strcmp(service->vrf, vrf ? vrf : ""))
		fail_overruled(&all, service, file, vrf);
	if (check_refused(&all, service, &f))
		trouble("%s: %s says what it shall, but: %s: %s", name, file, f.finding[0].what, f.finding[0].remedy);
	if (service->outside)
		einfo("%s changes its VRF at its next start: rc-service %s restart", name, name);
	free(file);
	services_free(&all);
	return 0;
}

int set_vrf(int argc, char **argv)
{
	(void)argc;
	return edit(argv[0], argv[1]);
}

int unset_vrf(int argc, char **argv)
{
	(void)argc;
	return edit(argv[0], NULL);
}
