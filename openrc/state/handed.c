/* SPDX-License-Identifier: ISC */
/* openrc/state/handed.c - sockets of vrf-listen(8), known by the control group in which they were made; see handed.h. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "helpers/base/entries.h"
#include "helpers/confine/cgroup.h"
#include "openrc/state/handed.h"

bool socket_is_bound(const struct kernel *k, const struct vrf *vrf, const struct inet_socket *s)
{
	return vrf->mark ? s->has_mark && s->mark == vrf->mark : kernel_belongs(k, vrf, s->ifindex);
}

struct search {
	uint64_t cgroup;
	char *vrf;
};

/* A control group's id; not always its inode, which where a long has 32 bits is the lower half.  0: none */
static uint64_t id_of(int dir, const char *group)
{
	struct {
		struct file_handle handle;
		uint64_t id;
	} of = { .handle = { .handle_bytes = sizeof(of.id) } };
	uint64_t id;
	int mount;

	if (name_to_handle_at(dir, group, &of.handle, &mount, 0) || of.handle.handle_bytes != sizeof(id))
		return 0;
	memcpy(&id, of.handle.f_handle, sizeof(id));
	return id;
}

/* vrf/NAME/listen, by its id */
static int is_made_here(int dir, const struct entry *e, void *arg)
{
	const struct search *search = arg;
	char group[IFNAMSIZ + sizeof("/listen")];

	if (e->type != DT_DIR || !cgroup_is_name(e->name))
		return 0;
	snprintf(group, sizeof(group), "%s/listen", e->name);
	if (id_of(dir, group) != search->cgroup)
		return 0;
	strcpy(search->vrf, e->name);
	return 1;
}

/* BASE, or BASE/NETNS-ns: what stands before the VRFs' own */
static int base_length(const char *cgroup)
{
	size_t base = cgroup_base_length(cgroup);
	const char *vrf = strstr(cgroup + base, "/vrf/");

	return (int)(vrf ? (size_t)(vrf - cgroup) : base);
}

/* Only root can have made it: below the same BASE as that control group. */
static bool find_group(const struct inet_socket *s, const char *cgroup, struct handed *h)
{
	struct search search = { s->cgroup, h->vrf };
	char path[PATH_MAX];
	int found, dir, top, length = base_length(cgroup);

	if (!s->cgroup || cgroup[0] != '/')
		return false;
	top = cgroup_open_top();
	if (top < 0)
		return false;
	snprintf(path, sizeof(path), ".%.*s/vrf", length, cgroup);
	dir = openat(top, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(top);
	if (dir < 0)
		return false;
	found = entries_each(dir, is_made_here, &search);
	close(dir);
	if (found != 1)
		return false;
	snprintf(h->cgroup, sizeof(h->cgroup), "%.*s/vrf/%s/listen", length, cgroup, h->vrf);
	return true;
}

/* The VRF has gone: its number, for which they wait, is nobody's; what its mark was nobody can tell. */
static bool is_left_behind(const struct kernel *k, const struct inet_socket *s)
{
	return s->ifindex ? !links_by_index(&k->links, s->ifindex) : s->mark != 0;
}

bool handed_find(const struct kernel *k, const struct inet_socket *s, const char *cgroup, struct handed *h)
{
	const struct vrf *vrf;

	if (!find_group(s, cgroup, h))
		return false;
	if (!strcmp(h->vrf, "default")) {
		h->vrf[0] = '\0';
		return !s->ifindex && !s->mark;
	}
	vrf = kernel_vrf(k, h->vrf);
	return vrf ? socket_is_bound(k, vrf, s) : is_left_behind(k, s);
}
