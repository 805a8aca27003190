// SPDX-License-Identifier: ISC
/* openrc/confd-shell.c - let a shell read what services' files say; see confd.h.  Needs no library. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "openrc/confd.h"

/*
 * In openrc-run.sh's order: in each directory a file for the runlevel takes the place of the
 * service's.  What the settings mean is settings.sh's to say.  A shell that comes to no end,
 * because a file cannot be parsed or is not there, is one in which OpenRC starts nothing.
 */
static const char script[] =
	"_vrf_read() { [ ! -r \"$1\" ] || . \"$1\" >&2; }\n"
	"_vrf_each_dir() { _vrf_do=$1 IFS=:; for _vrf_dir in $2; do unset IFS; $_vrf_do; done; unset IFS; }\n"
	"_vrf_rc() {\n"
	"	_vrf_read \"$_vrf_dir/rc.conf\"\n"
	/* the hook's own, which means something to OpenRC only */
	"	for _vrf_f in \"$_vrf_dir\"/rc.conf.d/*.conf; do case $_vrf_f in */vrf.conf) ;; *) _vrf_read \"$_vrf_f\" ;; esac; done\n"
	"}\n"
	"_vrf_conf() {\n"
	"	if [ -r \"$_vrf_dir/conf.d/$_vrf_name.$RC_RUNLEVEL\" ]; then _vrf_read \"$_vrf_dir/conf.d/$_vrf_name.$RC_RUNLEVEL\"\n"
	"	else _vrf_read \"$_vrf_dir/conf.d/$_vrf_name\"; fi\n"
	"}\n"
	"_vrf_service() {\n"
	"	unset vrf rc_vrf vrf_confine netns; SVCNAME=$RC_SVCNAME _vrf_self=$RC_SVCNAME\n"
	"	_vrf_each_dir _vrf_rc \"$_vrf_rc_dirs\"\n"
	"	for _vrf_name in ${_vrf_self%%.*} $_vrf_self; do\n"
	"		_vrf_each_dir _vrf_conf \"$1\"\n"
	"		[ \"$_vrf_name\" != \"$_vrf_self\" ] || break\n"
	"	done\n"
	"	. \"$_vrf_sh\"; _vrf_settings; [ -z \"$_vrf_refused\" ] || _vrf='" CONFD_REFUSED "'\n"
	"	printf '%s\\t%s\\n' \"$_vrf_confine\" \"$_vrf\"\n"
	"}\n"
	"_vrf_sh=$1 RC_RUNLEVEL=$2 _vrf_rc_dirs=$3; shift 3\n"
	"while [ $# -gt 1 ]; do\n"
	"	RC_SVCNAME=$1 _vrf_says=$(_vrf_service \"$2\")\n"
	"	printf '%s\\t%s\\n' \"$1\" \"${_vrf_says:-yes	" CONFD_REFUSED "}\"; shift 2\n"
	"done\n";

static pid_t run_script(char **args, int *output)
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
		execv("/bin/sh", args);
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

int confd_evaluate(const struct confd *c, void (*each)(const char *service, const char *vrf, bool confine, void *context),
		   void *context)
{
	char **args = calloc(2 * c->count + 8, sizeof(*args));
	int fd = -1, err, status;
	size_t n = 0;
	pid_t pid;

	if (!args)
		return -ENOMEM;
	args[n++] = (char *)"sh";
	args[n++] = (char *)"-c";
	args[n++] = (char *)script;
	args[n++] = (char *)"sh";
	args[n++] = (char *)c->settings;
	args[n++] = (char *)c->runlevel;
	args[n++] = (char *)c->rc_dirs;
	for (size_t i = 0; i < c->count; i++) {
		args[n++] = (char *)c->service[i].name;
		args[n++] = c->service[i].dirs;
	}
	pid = run_script(args, &fd);
	err = pid < 0 ? pid : read_output(fd, each, context);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	free(args);
	return err;
}
