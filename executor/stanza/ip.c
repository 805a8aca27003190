/* SPDX-License-Identifier: ISC */
/* executor/stanza/ip.c - which ip(8) there is; see ip.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "executor/stanza/env.h"
#include "executor/stanza/ip.h"

/* Without PATH (ifupdown-ng before 0.13) the shell has one of its own: dash's. */
#define SHELL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

bool ip_knows_vrf(void)
{
	const char *path = env_get("PATH");
	char file[256], *real = NULL;
	const char *name;
	bool busybox;

	for (path = path ? path : SHELL_PATH; *path && !real; path += *path == ':') {
		int length = (int)strcspn(path, ":");

		snprintf(file, sizeof(file), "%.*s/ip", length, path);
		if (!access(file, X_OK))
			real = realpath(file, NULL);
		path += length;
	}
	name = real ? strrchr(real, '/') : NULL;
	busybox = name && strstr(name, "busybox");
	free(real);
	return !busybox;
}
