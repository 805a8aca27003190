/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-scripts.c - scripts of ours in directories of others, which go on without a word when
 * one is gone; see check.h.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "openrc/rc-vrf/check.h"
#include "openrc/state/file.h"

/* Is it there to its end?  A carriage return of another system's editor is none. */
static bool ends_in(const char *path, const char *end)
{
	char *text = file_read(path);
	size_t length = text ? strlen(text) : 0, own = strlen(end);
	bool whole = length > own && !strcmp(text + length - own, end) && !strchr(text, '\r');

	free(text);
	return whole;
}

/* Debian's init scripts, run past OpenRC.  Where there is no init-functions there are none. */
void check_lsb(struct findings *f)
{
	static const char path[] = LSBDIR "/50-vrf-ng";

	if (access("/lib/lsb/init-functions", F_OK) || ends_in(path, "\nunset _vrf_script\n"))
		return;
	broken(f, "lsb-script-damaged",
	       "%s is missing or damaged: scripts with LSB headers start outside of their VRFs where they are run past OpenRC",
	       path);
	remedy(f, "install vrf-ng again");
}

void check_interface_scripts(struct findings *f)
{
	static const struct {
		const char *path, *end, *harm;
	} scripts[] = {
		{ SYSCONFDIR "/network/if-create.d/vrf-ng", "\nPHASE=sweep exec \"$table\"\n",
		  "an interface stays in its VRF when its stanza says nothing of one any more" },
		{ SYSCONFDIR "/network/if-pre-up.d/vrf-ng", "\nexec \"$vrf\"\n",
		  "what a pre-up command has made joins no VRF" },
		{ SYSCONFDIR "/network/if-post-up.d/vrf-ng", "\nPHASE=reapply exec \"$table\"\n",
		  "routes through an interface that was down do not come back" },
		{ SYSCONFDIR "/network/if-post-down.d/vrf-ng", "\nPHASE=sweep exec \"$table\"\n",
		  "rules stay when their stanza says nothing of them any more" },
	};

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		const char *path = scripts[i].path;

		if (!ends_in(path, scripts[i].end)) {
			broken(f, "interface-script-damaged", "%s is missing or damaged: %s", path, scripts[i].harm);
			/* what an administrator has removed or changed in /etc dpkg leaves as it is */
			remedy(f,
			       "rm -f %s, and install vrf-ng again (with Debian's packages: apt-get install --reinstall "
			       "-o Dpkg::Options::=--force-confmiss vrf-ng)",
			       path);
		} else if (access(path, X_OK)) {
			broken(f, "interface-script-not-executable", "%s is not executable: %s", path, scripts[i].harm);
			remedy(f, "chmod 755 %s", path);
		}
	}
}
