/* SPDX-License-Identifier: ISC */
/* openrc/state/confd-shell.c - let a shell read what services' files say; see confd.h.  Needs no library. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "openrc/state/confd.h"
#include "openrc/state/memory.h"

/*
 * In openrc-run.sh's order: in each directory a file for the runlevel takes the place of the
 * service's.  What the settings mean is settings.sh's to say, and what looks like one (D); where
 * that is missing or damaged a name is a name, as in vrf.conf.  What is printed are records of a
 * letter and a text, each with a null byte behind it.  A shell that does not come to E, because a
 * file cannot be parsed, is one in which OpenRC starts nothing.  Neither does it behind a file
 * whose last command has failed (B), but one that was not found is OpenRC's own, which is not
 * here, if it does not speak of VRFs (N).
 */
static const char script[] =
	"_vrf_read() {\n"
	"	[ -r \"$1\" ] || return 0\n"
	"	printf 'F%s\\0' \"$1\"\n"
	"	_vrf_read=\"$_vrf_read $1\"\n"
	"	. \"$1\" >&2; case $? in\n"
	"	0) ;;\n"
	"	127) _vrf_n=$(awk '!/^[ \t]*(#|$)/ { n = FNR; last = tolower($0) } END { sub(/.*[;&|]/, \"\", last); if (last ~ /vrf/) print n }' \"$1\")\n"
	"		[ -z \"$_vrf_n\" ] || printf 'N%s %s\\0' \"$_vrf_n\" \"$1\" ;;\n"
	"	*) printf 'B%s\\0' \"$1\"; exit ;;\n"
	"	esac\n"
	"}\n"
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
	"	unset vrf rc_vrf vrf_confine vrf_dns netns supervisor listen_vrf listen; SVCNAME=$RC_SVCNAME _vrf_self=$RC_SVCNAME _vrf_read=\n"
	"	_vrf_each_dir _vrf_rc \"$_vrf_rc_dirs\"\n"
	"	_vrf_all=${vrf+=}${vrf-}:${rc_vrf+=}${rc_vrf-}\n"
	"	for _vrf_name in ${_vrf_self%%.*} $_vrf_self; do\n"
	"		_vrf_each_dir _vrf_conf \"$1\"\n"
	"		[ \"$_vrf_name\" != \"$_vrf_self\" ] || break\n"
	"	done\n"
	"	if [ -n \"$_vrf_whole\" ]; then . \"$_vrf_sh\"; _vrf_settings\n"
	"	else _vrf_confine=yes _vrf_dns=yes _vrf_refused= _vrf=${rc_vrf:-${vrf-}}; [ \"$_vrf\" != default ] || _vrf=; fi\n"
	"	[ -z \"$_vrf_refused\" ] || printf 'R%s\\0' \"$_vrf_refused\"\n"
	"	[ -z \"${vrf+set}${rc_vrf+set}\" ] || printf 'X\\0'\n"
	"	[ \"$_vrf_all\" != \"${vrf+=}${vrf-}:${rc_vrf+=}${rc_vrf-}\" ] || printf 'G\\0'\n"
	"	[ -n \"$_vrf$_vrf_refused\" ] || [ -z \"$_vrf_whole\" ] || { _vrf_slip $_vrf_read; printf 'D%s\\0' \"$_vrf_slip\"; }\n"
	"	printf 'L%s\\0M%s\\0' \"${listen_vrf-}\" \"${listen-}\"\n"
	"	printf 'C%s\\0A%s\\0W%s\\0V%s\\0E\\0' \"$_vrf_confine\" \"$_vrf_dns\" \"${supervisor-}\" \"$_vrf\"\n"
	"}\n"
	"_vrf_sh=$1 RC_RUNLEVEL=$2 _vrf_rc_dirs=$3; shift 3\n"
	"_vrf_whole=$([ -r \"$_vrf_sh\" ] && . \"$_vrf_sh\" >&2 && echo \"${_vrf_settings_complete-}\")\n"
	"while [ $# -gt 2 ]; do\n"
	"	printf 'S%s\\0' \"$1\"; (RC_SVCNAME=$1 RC_SERVICE=$3; _vrf_service \"$2\"); shift 3\n"
	"done\n";

/* The end of `pid`: its wait status. */
static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

bool confd_parses(const char *path)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execl("/bin/sh", "sh", "-n", path, (char *)NULL);
		_exit(0);
	}
	status = pid < 0 ? 0 : wait_for(pid);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

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

/* All records of a service, which point into themselves. */
struct records {
	struct confd_says says;
	char **text;
	size_t count;
	bool complete;
};

static void records_free(struct records *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->text[i]);
	free(r->text);
	free(r->says.file);
	memset(r, 0, sizeof(*r));
}

static void take_file(struct confd_says *says, char *path)
{
	says->file = memory_grow(says->file, says->files + 1, sizeof(*says->file));
	says->file[says->files++] = path;
}

/* The text becomes the records'. */
static void take_record(struct records *r, char *text)
{
	struct confd_says *says = &r->says;
	char *value = text + 1;

	r->text = memory_grow(r->text, r->count + 1, sizeof(*r->text));
	r->text[r->count++] = text;
	switch (*text) {
	case 'S':
		says->service = value;
		break;
	case 'F':
		take_file(says, value);
		break;
	case 'B':
		says->unloadable = value;
		says->failed = true;
		break;
	case 'R':
		says->refused = value;
		break;
	case 'X':
		says->explicit = true;
		break;
	case 'G':
		says->general = true;
		break;
	case 'C':
		says->confine = strcmp(value, "no");
		break;
	case 'A':
		says->other_names = !strcmp(value, "no");
		break;
	case 'W':
		says->supervisor = value;
		break;
	case 'L':
		says->listen_vrf = value;
		break;
	case 'M':
		says->listen = value;
		break;
	case 'D':
		says->slip = *value ? value : NULL;
		break;
	case 'N':
		says->not_found = value;
		break;
	case 'V':
		says->vrf = value;
		break;
	case 'E':
		r->complete = true;
		break;
	}
}

static void pass_on(struct records *r, void (*each)(const struct confd_says *, void *), void *context)
{
	struct confd_says *says = &r->says;

	if (!says->service)
		return;
	if (!r->complete) {
		if (!says->unloadable)
			says->unloadable = says->files ? says->file[says->files - 1] : "";
		says->confine = true;
	}
	if (!r->complete || says->refused)
		says->vrf = CONFD_REFUSED;
	each(says, context);
}

static int read_output(int fd, void (*each)(const struct confd_says *, void *), void *context)
{
	FILE *f = fdopen(fd, "r");
	struct records r = { 0 };
	char *text = NULL;
	size_t room = 0;

	if (!f)
		return -errno;
	while (getdelim(&text, &room, '\0', f) > 0) {
		if (*text == 'S') {
			pass_on(&r, each, context);
			records_free(&r);
		}
		take_record(&r, text);
		text = NULL;
		room = 0;
	}
	/* half of a record is none */
	if (!feof(f))
		memory_out();
	pass_on(&r, each, context);
	records_free(&r);
	free(text);
	fclose(f);
	return 0;
}

int confd_evaluate(const struct confd *c, void (*each)(const struct confd_says *, void *), void *context)
{
	char **args = memory_zero(3 * c->count + 8, sizeof(*args));
	int fd = -1, err;
	size_t n = 0;
	pid_t pid;

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
		args[n++] = c->service[i].script ? c->service[i].script : (char *)"";
	}
	pid = run_script(args, &fd);
	err = pid < 0 ? pid : read_output(fd, each, context);
	if (pid > 0)
		wait_for(pid);
	free(args);
	return err;
}
