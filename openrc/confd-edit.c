// SPDX-License-Identifier: ISC
/* openrc/confd-edit.c - change what /etc/conf.d says about VRFs; see confd.h. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "openrc/confd.h"
#include "openrc/file.h"

#define CONFD SYSCONFDIR "/conf.d"

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

/* What stands behind the value on its line: a comment, another command, at least the line's end. */
static const char *skip_value(const char *value)
{
	char quote = '\0';

	for (; *value && *value != '\n'; value++) {
		if (quote)
			quote = *value == quote ? '\0' : quote;
		else if (*value == '"' || *value == '\'')
			quote = *value;
		else if (strchr(" \t;", *value))
			break;
	}
	return value;
}

char *confd_edit(const char *text, const char *vrf)
{
	char *result, *to;
	bool said = false;

	to = result = malloc(strlen(text) + IFNAMSIZ + 16);
	if (!result)
		return NULL;
	while (*text) {
		const char *end = strchrnul(text, '\n'), *value = find_value(text);

		end += *end == '\n';
		if (value && vrf && !said) {
			to += sprintf(to, "vrf=\"%.*s\"", IFNAMSIZ - 1, vrf);
			text = skip_value(value);
			said = true;
		} else if (value) {
			text = skip_value(value);
			text += strspn(text, " \t;");
			text += *text == '\n';
		}
		to = mempcpy(to, text, (size_t)(end - text));
		text = end;
	}
	if (vrf && !said) {
		if (to > result && to[-1] != '\n')
			*to++ = '\n';
		to += sprintf(to, "vrf=\"%.*s\"\n", IFNAMSIZ - 1, vrf);
	}
	*to = '\0';
	return result;
}

int confd_set(const char *service, const char *vrf)
{
	char path[PATH_MAX], resolved[PATH_MAX];
	char *old, *new;
	int err = 0;

	if (mkdir(CONFD, 0755) && errno != EEXIST)
		return -errno;
	snprintf(path, sizeof(path), CONFD "/%s", service);
	/* the file that a link leads to, not the link */
	if (realpath(path, resolved))
		snprintf(path, sizeof(path), "%s", resolved);
	old = file_read(path);
	if (!old && errno != ENOENT)
		return -errno;
	new = confd_edit(old ? old : "", vrf);
	if (!new)
		err = -ENOMEM;
	else if (strcmp(new, old ? old : ""))
		err = file_replace(path, new);
	free(old);
	free(new);
	return err;
}
