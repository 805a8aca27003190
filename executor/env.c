/* SPDX-License-Identifier: ISC */
/* executor/env.c - the environment, and ifquery for what it cannot carry; see env.h. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "executor/env.h"
#include "executor/parse.h"

/* lif_environment_push() of ifupdown-ng cuts NAME=value at 4095 bytes without a word. */
#define ENTRY_MAX 4095

/*
 * lif_fgetline() of ifupdown-ng does that to a line of the interfaces file, continued lines
 * joined and blanks before it included, at 4094.  How many blanks there were nobody tells:
 * a line that comes near is taken for cut.  A longer one comes from a version that does not cut.
 */
#define LINE_MAX_CUT 4094
#define LINE_MAX_SURE (LINE_MAX_CUT - 200)

const char *env_get(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static void variable_name(const char *keyword, char name[64])
{
	size_t length = (size_t)snprintf(name, 64, "IF_%s", keyword);

	for (size_t i = 0; i < length && i < 63; i++)
		name[i] = name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
}

const char *env_option(const char *keyword)
{
	char name[64];
	char *value;

	variable_name(keyword, name);
	value = getenv(name);
	/* Values keep the blanks at the end of their line: cut them where they stand. */
	value = value ? trim(value) : NULL;
	return value && *value ? value : NULL;
}

bool env_any(const char *prefix)
{
	char name[64];

	variable_name(prefix, name);
	for (char **entry = environ; *entry; entry++)
		if (!strncmp(*entry, name, strlen(name)))
			return true;
	return false;
}

void values_free(struct values *values)
{
	for (size_t i = 0; i < values->count; i++)
		free(values->text[i]);
	free(values->text);
	values->text = NULL;
	values->count = 0;
}

static int values_add(struct values *values, const char *text, size_t length)
{
	char **grown = realloc(values->text, (values->count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	values->text = grown;
	grown[values->count] = strndup(text, length);
	if (!grown[values->count])
		return -ENOMEM;
	values->count++;
	return 0;
}

/* ifup leaks the read end of a pipe per `depend` into its children. */
static void close_leaked(void)
{
	/* Linux 5.9; musl has no function for it */
	if (!syscall(SYS_close_range, 3, ~0U, 0))
		return;
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
}

/* Both names that Debian and Alpine give it; PATH may be missing (ifupdown-ng before 0.13). */
static void exec_ifquery(const char *const options[])
{
	static const char *const paths[] = { "/sbin/ifquery", "/usr/sbin/ifquery", "/sbin/ifquery-ng",
					     "/usr/sbin/ifquery-ng" };
	const char *file = env_get("INTERFACES_FILE");
	const char *path = env_get("IFQUERY");
	const char *args[8] = { "ifquery" };
	size_t count = 1;

	if (file) {
		args[count++] = "-i";
		args[count++] = file;
	}
	while (*options)
		args[count++] = *options++;
	close_leaked();
	if (path)
		execv(path, (char **)args);
	for (size_t i = 0; !path && i < sizeof(paths) / sizeof(paths[0]); i++)
		execv(paths[i], (char **)args);
	_exit(127);
}

/* Read all of `fd`; the caller frees. */
static char *read_all(int fd)
{
	size_t size = 0, room = 4096;
	char *text = malloc(room);

	while (text) {
		ssize_t n = read(fd, text + size, room - size - 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		size += (size_t)n;
		if (size + 1 == room) {
			char *grown = realloc(text, room *= 2);

			if (!grown)
				free(text);
			text = grown;
		}
	}
	if (text)
		text[size] = '\0';
	return text;
}

/* Standard output of ifquery, or NULL with its exit status in *status (127: not found). */
static char *run_ifquery(const char *const options[], int *status)
{
	int ends[2], raw;
	char *text;
	pid_t pid;

	*status = 126;
	if (pipe2(ends, O_CLOEXEC))
		return NULL;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(ends[1], STDOUT_FILENO);
		dup2(null, STDIN_FILENO);
		dup2(null, STDERR_FILENO);
		exec_ifquery(options);
	}
	close(ends[1]);
	text = pid > 0 ? read_all(ends[0]) : NULL;
	close(ends[0]);
	while (pid > 0 && waitpid(pid, &raw, 0) < 0 && errno == EINTR)
		;
	if (pid > 0)
		*status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 126;
	if (*status) {
		free(text);
		return NULL;
	}
	return text;
}

/* Add the trimmed pieces of `text` between the bytes of `dividers`. */
static int values_split(struct values *values, const char *text, const char *dividers)
{
	while (*text) {
		size_t length = strcspn(text, dividers);
		const char *start = text + strspn(text, " \t");
		const char *end = text + length;

		while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
			end--;
		if (end > start && values_add(values, start, (size_t)(end - start)))
			return -ENOMEM;
		text += length;
		text += *text != '\0';
	}
	return 0;
}

int env_query(const char *iface, const char *keyword, struct values *lines, struct failure *f)
{
	const char *const options[] = { "-p", keyword, iface, NULL };
	const char *file = env_get("INTERFACES_FILE");
	int status, err;
	char *text;

	text = run_ifquery(options, &status);
	if (!text && status == 127)
		return fail(f, "cannot read %s: ifquery not found", keyword);
	if (!text && file && access(file, R_OK))
		return fail(f, "cannot read %s: %s: %s", keyword, file, strerror(errno));
	/* status 1: no such interface */
	if (!text && status != 1)
		return fail(f, "cannot read %s: ifquery ended with status %d", keyword, status);
	err = text ? values_split(lines, text, "\n") : 0;
	free(text);
	return err ? fail(f, "cannot read %s: %s", keyword, strerror(ENOMEM)) : 0;
}

int env_keywords(const char *iface, struct values *keywords, struct failure *f)
{
	const char *const options[] = { iface, NULL };
	int status, err = 0;
	char *text = run_ifquery(options, &status);

	if (!text)
		return fail(f, "cannot read the keywords: ifquery ended with status %d", status);
	/* The lines of a stanza are indented, `auto` and `iface` are not. */
	for (char *line = text; !err && line; line = strchr(line, '\n')) {
		line += strspn(line, "\n");
		if (*line == ' ' || *line == '\t') {
			line += strspn(line, " \t");
			err = values_add(keywords, line, strcspn(line, " \t\n"));
		}
	}
	free(text);
	return err ? fail(f, "cannot read the keywords: %s", strerror(ENOMEM)) : 0;
}

int env_list(struct values *names, struct failure *f)
{
	const char *const options[] = { "-L", NULL };
	int status, err;
	char *text = run_ifquery(options, &status);

	if (!text)
		return fail(f, "cannot list the interfaces: ifquery ended with status %d", status);
	err = values_split(names, text, "\n");
	free(text);
	return err ? fail(f, "cannot list the interfaces: %s", strerror(ENOMEM)) : 0;
}

/* Is `value` what is left of `line` in the environment? A blank where it was cut has been trimmed. */
static bool is_cut(const char *keyword, const char *value, const char *line)
{
	size_t length = strlen(value), room;
	char name[64];

	variable_name(keyword, name);
	room = ENTRY_MAX - strlen(name) - 1;
	return strlen(line) > room && length <= room && !strncmp(line, value, length) &&
	       length + strspn(line + length, " \t") >= room;
}

static int check_length(const char *keyword, const char *line, struct failure *f)
{
	size_t length = strlen(keyword) + 1 + strlen(line);

	if (length <= LINE_MAX_SURE || length > LINE_MAX_CUT)
		return 0;
	return fail(f, "%s \"%.100s...\" has %zu bytes, and ifupdown-ng cuts lines at %d: write several", keyword, line,
		    length, LINE_MAX_CUT);
}

/* The environment's value must be the last line that ifquery prints. */
static int check_last(const char *keyword, const char *value, const struct values *lines, struct failure *f)
{
	const char *last = lines->count ? lines->text[lines->count - 1] : "";

	if (!strcmp(last, value) || is_cut(keyword, value, last))
		return 0;
	return fail(f, "%s \"%.100s\" is not what ifquery reads for this interface "
		       "(ifup IFACE=STANZA cannot be used with repeatable keywords)", keyword, value);
}

int env_values(const char *iface, bool own, const char *keyword, struct values *values, struct failure *f)
{
	const char *value = own ? env_option(keyword) : NULL;
	struct values lines = { 0 };
	int err;

	if (own && !value)
		return 0;
	err = env_query(iface, keyword, &lines, f);
	if (!err && own)
		err = check_last(keyword, value, &lines, f);
	for (size_t i = 0; !err && i < lines.count; i++)
		err = check_length(keyword, lines.text[i], f);
	for (size_t i = 0; !err && i < lines.count; i++)
		if (values_split(values, lines.text[i], ","))
			err = fail(f, "cannot read %s: %s", keyword, strerror(ENOMEM));
	values_free(&lines);
	return err;
}
