/* SPDX-License-Identifier: ISC */
/* openrc/state/confined.c - a control group's programs and maps; see confined.h.  Changes nothing. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/cgroup.h"
#include "helpers/confine/home.h"
#include "helpers/confine/lsm.h"
#include "helpers/confine/policy.h"
#include "openrc/state/confined.h"

/* Every entry of the map is in the scope, and as many. */
static bool same_devices(int map, const struct policy *s)
{
	struct device_key key;
	uint32_t value;
	unsigned int count = 0;

	for (int more = bpf_map_next(map, NULL, &key); !more; more = bpf_map_next(map, &key, &key), count++) {
		const struct device *d = policy_device(s, key.ifindex);

		if (!d || bpf_map_lookup(map, &key, &value) || value != d->flags)
			return false;
	}
	return count == s->ndevices;
}

static bool same_prefixes(int map, const struct policy *s)
{
	struct prefix_key key;
	uint32_t value;
	unsigned int count = 0;

	if (map < 0)
		return !policy_is_limited(s);

	for (int more = bpf_map_next(map, NULL, &key); !more; more = bpf_map_next(map, &key, &key), count++) {
		const struct prefix prefix = prefix_of_key(&key);
		const struct allowed *a = policy_prefix(s, &prefix);

		if (!a || bpf_map_lookup(map, &key, &value) || value != a->pass)
			return false;
	}
	return count == s->nprefixes;
}

static bool same_sets(const struct attached *have, const struct binding *b, const char *vrf)
{
	static struct policy s;

	if (policy_read(vrf, 0, &s) || b->mark != s.mark || b->ifindex != (s.mark ? 0 : s.ifindex))
		return false;
	if (have->map[MAP_DEVICES] < 0)
		return true;
	return same_devices(have->map[MAP_DEVICES], &s) && same_prefixes(have->map[MAP_PREFIXES], &s);
}

/* The group vrf/NAME. */
int confined_open_group(const char *cgroup)
{
	const char *vrf = strstr(cgroup + cgroup_base_length(cgroup), "/vrf/");
	char path[PATH_MAX];
	int fd, top = cgroup_open_top();

	if (top < 0)
		return top;
	snprintf(path, sizeof(path), ".%.*s",
		 vrf ? (int)(vrf + 5 - cgroup + strcspn(vrf + 5, "/")) : (int)strlen(cgroup), cgroup);
	fd = openat(top, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	close(top);
	return fd;
}

int confined_read(const char *cgroup, const char *vrf, struct confined *c)
{
	struct binding binding = { 0 };
	struct attached have = { 0 };
	int home, filling, lock, err, dir = confined_open_group(cgroup);

	memset(c, 0, sizeof(*c));
	if (dir < 0)
		return dir;
	/* Who fills the VRF's set has a lock on its home, which comes first. */
	home = home_open(vrf, false);
	filling = home < 0 ? -1 : cgroup_lock(home);
	lock = cgroup_lock(dir);
	err = lock < 0 ? lock : 0;
	if (!err)
		err = attached_find(dir, &have);
	if (!err) {
		c->bound = have.program[PROGRAM_SOCKET] >= 0 && !attached_binding(&have, &binding);
		c->filtered = have.filtered;
		c->current = have.current;
		c->foreign = have.foreign;
		c->refuses = have.program[PROGRAM_FAMILY] >= 0;
		c->ifindex = binding.ifindex;
		c->mark = binding.mark;
		c->same = c->bound && same_sets(&have, &binding, vrf);
		attached_close(&have);
	}
	cgroup_unlock(dir, lock);
	cgroup_unlock(home, filling);
	if (home >= 0)
		close(home);
	close(dir);
	return err;
}

/* securityfs, which nobody need have mounted, nor sees mounted by this; system calls are younger than libraries. */
static int open_securityfs(void)
{
	int fs = (int)syscall(SYS_fsopen, "securityfs", 1 /* FSOPEN_CLOEXEC */), mount = -1;

	if (fs < 0)
		return -1;
	if (!syscall(SYS_fsconfig, fs, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0))
		mount = (int)syscall(SYS_fsmount, fs, 1 /* FSMOUNT_CLOEXEC */, 0);
	close(fs);
	return mount;
}

bool confined_lsm_is_on(void)
{
	int dir = open_securityfs(), fd = dir < 0 ? -1 : openat(dir, "lsm", O_RDONLY | O_CLOEXEC);
	bool on = fd < 0 ? lsm_is_active() : lsm_is_listed(fd);

	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	return on;
}
