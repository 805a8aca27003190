/* SPDX-License-Identifier: ISC */
/* openrc/state/confd-edit.c - change what /etc/conf.d says about VRFs; see confd.h. */
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "openrc/state/confd.h"
#include "openrc/state/file.h"
#include "openrc/state/memory.h"

/* Where the value of `vrf=...` or `rc_vrf=...` begins, or NULL if the line is no such setting. */
static const char *find_value(const char *line)
{
	line += strspn(line, " \t");
	if (!strncmp(line, "export", 6) && strspn(line + 6, " \t"))
		line += 6 + strspn(line + 6, " \t");
	if (!strncmp(line, "rc_", 3))
		line += 3;
	return strncmp(line, "vrf=", 4) ? NULL : line + 4;
}

/* What stands behind the value on its line; NULL: a command is in it, or more than this line. */
static const char *skip_value(const char *value)
{
	char quote = '\0';

	for (; *value && (quote || !strchr(" \t\n;&|<>()", *value)); value++) {
		if (*value == '\n' || *value == '`' || *value == '\\' || (*value == '$' && value[1] == '('))
			return NULL;
		if (*value == quote)
			quote = '\0';
		else if (!quote && (*value == '"' || *value == '\''))
			quote = *value;
	}
	return quote ? NULL : value;
}

static char *unclear(char *result)
{
	free(result);
	errno = EINVAL;
	return NULL;
}

char *confd_edit(const char *text, const char *vrf)
{
	char *result, *to, quote = '\0';
	bool said = false;

	to = result = memory_zero(1, strlen(text) + IFNAMSIZ + 16);
	while (*text) {
		const char *end = strchrnul(text, '\n'), *value = quote ? NULL : find_value(text);
		const char *rest = value ? skip_value(value) : text;

		/* one more behind it, which would count in the end */
		if (!rest || (value && find_value(rest + strspn(rest, " \t;&|"))))
			return unclear(result);
		end += *end == '\n';
		quote = confd_quote(quote, rest, end);
		if (value && vrf && !said) {
			to = mempcpy(to, text, (size_t)(value - text));
			to += sprintf(to, "\"%.*s\"", IFNAMSIZ - 1, vrf);
			said = true;
		} else if (value) {
			rest += strspn(rest, " \t;");
			/* what made something of the setting has nothing left to do that with */
			if (*rest && strchr("&|<>()", *rest))
				return unclear(result);
			rest += *rest == '\n';
		}
		to = mempcpy(to, rest, (size_t)(end - rest));
		text = end;
	}
	if (vrf && !said) {
		if (quote)
			return unclear(result);
		if (to > result && to[-1] != '\n')
			*to++ = '\n';
		to += sprintf(to, "vrf=\"%.*s\"\n", IFNAMSIZ - 1, vrf);
	}
	*to = '\0';
	return result;
}

/* The directory of the file, if it is not there: those above it are OpenRC's. */
static int make_directory(const char *file)
{
	char dir[PATH_MAX], *slash;

	snprintf(dir, sizeof(dir), "%s", file);
	slash = strrchr(dir, '/');
	if (!slash)
		return 0;
	*slash = '\0';
	return mkdir(dir, 0755) && errno != EEXIST ? -errno : 0;
}

int confd_set(const char *file, const char *vrf)
{
	char path[PATH_MAX], resolved[PATH_MAX];
	char *old, *new;
	struct stat st;
	int err = make_directory(file);

	if (err)
		return err;
	snprintf(path, sizeof(path), "%s", file);
	/* the file that a link leads to, not the link, even if it leads nowhere */
	if (realpath(path, resolved))
		snprintf(path, sizeof(path), "%s", resolved);
	else if (errno != ENOENT || !lstat(path, &st))
		return -errno;
	old = file_read(path);
	if (!old && errno != ENOENT)
		return -errno;
	new = confd_edit(old ? old : "", vrf);
	if (!new)
		err = -errno;
	else if (strcmp(new, old ? old : ""))
		err = file_replace(path, new);
	free(old);
	free(new);
	return err;
}
