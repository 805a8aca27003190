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

/* `vrf=...` or `rc_vrf=...`, whatever blanks or `export` stand before it */
static bool is_setting(const char *line)
{
	line += strspn(line, " \t");
	if (!strncmp(line, "export", 6) && strspn(line + 6, " \t"))
		line += 6 + strspn(line + 6, " \t");
	return !strncmp(line, "vrf=", 4) || !strncmp(line, "rc_vrf=", 7);
}

char *confd_edit(const char *text, const char *vrf)
{
	char *result, *to;
	bool said = false;

	to = result = malloc(strlen(text) + IFNAMSIZ + 16);
	if (!result)
		return NULL;
	while (*text) {
		size_t length = strcspn(text, "\n");

		length += text[length] == '\n';
		if (!is_setting(text)) {
			to = mempcpy(to, text, length);
		} else if (vrf && !said) {
			to += sprintf(to, "vrf=\"%.*s\"\n", IFNAMSIZ - 1, vrf);
			said = true;
		}
		text += length;
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
