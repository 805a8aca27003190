// SPDX-License-Identifier: ISC
/* openrc/confd.c - what /etc/conf.d says about VRFs; see confd.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <rc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "openrc/confd.h"
#include "openrc/file.h"

#define CONFD SYSCONFDIR "/conf.d"

/* In openrc-run.sh's order; a file for the runlevel takes the place of the service's. */
static const char script[] =
	"read_one() {\n"
	"	if [ -r \"$dir/$1.$RC_RUNLEVEL\" ]; then . \"$dir/$1.$RC_RUNLEVEL\"\n"
	"	elif [ -r \"$dir/$1\" ]; then . \"$dir/$1\"; fi\n"
	"}\n"
	"dir=$1 RC_RUNLEVEL=$2; shift 2\n"
	"for RC_SVCNAME; do (\n"
	"	unset vrf rc_vrf vrf_confine; SVCNAME=$RC_SVCNAME\n"
	"	case $RC_SVCNAME in *.*) read_one \"${RC_SVCNAME%%.*}\" >&2 ;; esac\n"
	"	read_one \"$RC_SVCNAME\" >&2\n"
	"	confine=yes refused=\n"
	"	[ \"${vrf:-$rc_vrf}\" = \"${rc_vrf:-$vrf}\" ] || refused=yes\n"
	"	vrf=${rc_vrf:-$vrf}\n"
	"	case $vrf in '' | default) vrf= refused= ;; -* | . | .. | *[!A-Za-z0-9_.@+-]* | ????????????????*) refused=yes ;; esac\n"
	"	case $vrf_confine in '' | [Yy][Ee][Ss] | [Tt][Rr][Uu][Ee] | [Oo][Nn] | 1) ;;\n"
	"	[Nn][Oo] | [Ff][Aa][Ll][Ss][Ee] | [Oo][Ff][Ff] | 0) confine=no ;; *) refused=yes ;; esac\n"
	"	[ -z \"$vrf\" ] || [ -z \"$refused\" ] || vrf='" CONFD_REFUSED "'\n"
	"	printf '%s\\t%s\\t%s\\n' \"$RC_SVCNAME\" \"$confine\" \"$vrf\"\n"
	") done\n";

/* Most services say nothing, and a shell need not read them. */
static bool mentions(const char *name, const char *runlevel)
{
	char path[PATH_MAX], *text;
	bool found = false;

	for (int i = 0; !found && i < 2; i++) {
		snprintf(path, sizeof(path), CONFD "/%s%s%s", name, i ? "." : "", i ? runlevel : "");
		text = file_read(path);
		found = text && strstr(text, "vrf");
		free(text);
	}
	return found;
}

static bool service_mentions(const char *service, const char *runlevel)
{
	char base[NAME_MAX + 1];
	const char *dot = strchr(service, '.');

	snprintf(base, sizeof(base), "%.*s", dot ? (int)(dot - service) : 0, service);
	return mentions(service, runlevel) || (dot && mentions(base, runlevel));
}

static pid_t run_script(const char **args, int *output)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDIN_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execv("/bin/sh", (char **)args);
		_exit(127);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -errno;
	}
	*output = ends[0];
	return pid;
}

static int read_output(int fd, void (*each)(const char *, const char *, bool, void *), void *context)
{
	FILE *f = fdopen(fd, "r");
	char *line = NULL;
	size_t room = 0;

	if (!f)
		return -errno;
	while (getline(&line, &room, f) > 0) {
		char *rest = line;
		char *service = strsep(&rest, "\t"), *confine = strsep(&rest, "\t"), *vrf = strsep(&rest, "\n");

		if (vrf && *vrf)
			each(service, vrf, strcmp(confine, "no"), context);
	}
	free(line);
	fclose(f);
	return 0;
}

int confd_each(const struct rc_stringlist *services,
	       void (*each)(const char *service, const char *vrf, bool confine, void *context), void *context)
{
	char *runlevel = rc_runlevel_get();
	size_t count = 0, used = 6;
	const RC_STRING *s;
	const char **args;
	int fd = -1, err = 0, status;
	pid_t pid;

	for (s = services->tqh_first; s; s = s->entries.tqe_next)
		count++;
	/* Without an OpenRC that has booted there is none. */
	if (!runlevel)
		runlevel = strdup("");
	args = calloc(count + used + 1, sizeof(*args));
	if (!args || !runlevel)
		err = -ENOMEM;
	if (!err) {
		args[0] = "sh";
		args[1] = "-c";
		args[2] = script;
		args[3] = "sh";
		args[4] = CONFD;
		args[5] = runlevel;
		for (s = services->tqh_first; s; s = s->entries.tqe_next)
			if (service_mentions(s->value, runlevel))
				args[used++] = s->value;
	}
	if (!err && used > 6) {
		pid = run_script(args, &fd);
		err = pid < 0 ? pid : read_output(fd, each, context);
		while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	free(args);
	free(runlevel);
	return err;
}
