/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-features.c - what of this kernel all the rest stands on; see features.h.  It
 * asks for nothing that would make the kernel load a module.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/base/text.h"
#include "helpers/confine/cgroup.h"
#include "openrc/rc-vrf/features.h"
#include "openrc/state/confined.h"
#include "openrc/state/file.h"

const char *features_kernel(void)
{
	static struct utsname name;

	return uname(&name) ? "" : name.release;
}

/* Does a list of modules, one of their directory's files, have it? */
static bool lists_module(const char *list, const char *module)
{
	char path[PATH_MAX];
	bool found;
	char *text;

	snprintf(path, sizeof(path), "/lib/modules/%s/%s", features_kernel(), list);
	text = file_read(path);
	found = text && text_has_word(text, module, "/\n", ".");
	free(text);
	return found;
}

static bool has_modules(void)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/lib/modules/%s", features_kernel());
	return !access(path, F_OK);
}

static bool has_vrf(const struct kernel *k)
{
	return k->count || !access("/sys/module/vrf", F_OK) || lists_module("modules.dep", "vrf") ||
	       lists_module("modules.builtin", "vrf");
}

static bool has_cgroup2(void)
{
	char *text = file_read("/proc/filesystems");
	bool found = text && text_has_word(text, "cgroup2", "\t", "\n");

	free(text);
	return found;
}

/* Who may not ask knows no better. */
static bool has_cgroup_bpf(void)
{
	unsigned int count = 0, flags;
	int dir = cgroup_open_top(), err;

	/* not mounted yet: the call is looked at before the control group, and -1 is none */
	err = bpf_query(dir, BPF_CGROUP_INET_EGRESS, NULL, &count, &flags);
	if (dir >= 0)
		close(dir);
	return err != -EINVAL && err != -ENOSYS;
}

void features_read(const struct kernel *k, struct feature all[FEATURES])
{
	static const struct feature unknown[FEATURES] = {
		[FEATURE_VRF] = { "VRF devices", .needed = true, .without = "no VRF is brought up",
				  .remedy = "boot a kernel with CONFIG_NET_VRF, or install its module vrf" },
		[FEATURE_CGROUP2] = { "control groups, version 2", .needed = true,
				      .without = "services with vrf= do not start",
				      .remedy = "boot a kernel with CONFIG_CGROUPS" },
		[FEATURE_CGROUP_BPF] = { "programs for control groups", .needed = true,
					 .without = "services with vrf= do not start",
					 .remedy = "boot a kernel with CONFIG_BPF_SYSCALL and CONFIG_CGROUP_BPF" },
		[FEATURE_LSM] = { "bpf LSM",
				  .without = "kernel modules that any process has loaded lead past the filters",
				  .remedy =
					  "add bpf to lsm= on the kernel command line, with what /sys/kernel/security/lsm lists "
					  "(Linux 6.0 and later); or keep them out: " DATADIR "/vrf-ng/modprobe.conf" },
		[FEATURE_IPV6] = { "IPv6", .without = "lines with IPv6 addresses are refused",
				   .remedy =
					   "boot without ipv6.disable=1; where it is a module, write ipv6 to /etc/modules" },
	};

	memcpy(all, unknown, sizeof(unknown));
	all[FEATURE_VRF].has = has_vrf(k);
	if (!has_modules())
		all[FEATURE_VRF].remedy =
			"reboot: the modules of the kernel that runs are not in /lib/modules any more";
	all[FEATURE_CGROUP2].has = has_cgroup2();
	all[FEATURE_CGROUP_BPF].has = has_cgroup_bpf();
	all[FEATURE_LSM].has = confined_lsm_is_on();
	all[FEATURE_IPV6].has = k->has[1];
}

void check_features(const struct kernel *k, const struct services *all, struct findings *f)
{
	struct feature features[FEATURES];
	bool used = k->count;

	for (size_t i = 0; i < all->count; i++)
		used |= all->service[i].vrf[0] != '\0';
	if (!used)
		return;
	features_read(k, features);
	for (size_t i = 0; i < FEATURES; i++) {
		if (features[i].has || !features[i].needed)
			continue;
		broken(f, "kernel-lacks", "this kernel lacks %s: %s", features[i].name, features[i].without);
		remedy(f, "%s", features[i].remedy);
	}
}
