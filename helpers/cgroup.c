// SPDX-License-Identifier: ISC
/*
 * helpers/cgroup.c - find, make, join and walk the control groups of VRFs.
 *
 * The layout is that of ip-vrf(8), so that `ip vrf identify` and `ip vrf pids` see our
 * processes.  iproute2 cuts a path at the first substring "/vrf"; here it is the first
 * component that *is* `vrf`, which gives the same result except for a service called
 * `vrf-something`, whose control group iproute2 leaves.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "helpers/cgroup.h"
#include "helpers/lines.h"

#ifndef CGROUP2_SUPER_MAGIC
#define CGROUP2_SUPER_MAGIC 0x63677270
#endif

#define NETNS_DIR    "/run/netns"
#define NETNS_SUFFIX "-ns"

/* Where ip(8) mounts it (iproute2 lib/fs.c); the path is part of the interface. */
#define OWN_MOUNT "/var/run/cgroup2"

/* Copy a field of mountinfo up to the next space and undo its \040 escapes. */
static const char *field(const char *in, char *out, size_t size)
{
	size_t n = 0;

	for (; *in && *in != ' '; in++) {
		unsigned char c = (unsigned char)*in;

		if (c == '\\' && in[1] >= '0' && in[1] <= '3' && in[2] >= '0' && in[2] <= '7' &&
		    in[3] >= '0' && in[3] <= '7') {
			c = (unsigned char)((in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0'));
			in += 3;
		}
		if (n + 1 >= size)
			return NULL;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return *in == ' ' ? in + 1 : NULL;
}

/* 36 35 0:30 ROOT POINT rw,relatime shared:1 - cgroup2 SOURCE rw */
bool cgroup_parse_mount(const char *line, struct cgroup_mount *m)
{
	const char *p = line;

	if (!strstr(line, " - cgroup2 "))
		return false;
	for (int i = 0; i < 3; i++) {
		p = strchr(p, ' ');
		if (!p)
			return false;
		p++;
	}
	p = field(p, m->root, sizeof(m->root));
	if (p)
		p = field(p, m->point, sizeof(m->point));
	if (!p || m->root[0] != '/' || m->point[0] != '/')
		return false;
	m->readonly = !strncmp(p, "ro", 2) && (p[2] == ',' || p[2] == ' ');
	return true;
}

/* The first component `vrf`, at its slash, or NULL. */
static const char *vrf_component(const char *path)
{
	for (const char *p = path; (p = strstr(p, "/vrf")); p++)
		if (p[4] == '/' || p[4] == '\0')
			return p;
	return NULL;
}

/* Is NAME-ns the directory of a named network namespace, not a service that happens to end so? */
static bool is_netns_component(const char *component, size_t len)
{
	char file[sizeof(NETNS_DIR) + NAME_MAX + 1];
	size_t suffix = strlen(NETNS_SUFFIX);

	if (len <= suffix || len > NAME_MAX || memcmp(component + len - suffix, NETNS_SUFFIX, suffix))
		return false;
	snprintf(file, sizeof(file), "%s/%.*s", NETNS_DIR, (int)(len - suffix), component);
	return !access(file, F_OK);
}

/* The length of what precedes [NETNS-ns/]vrf.  A path without it is its own base. */
size_t cgroup_base_length(const char *path)
{
	const char *end = vrf_component(path);
	const char *last;

	if (!end) {
		size_t len = strlen(path);

		return len == 1 ? 0 : len; /* the root is "/" in /proc, "" as a prefix */
	}
	last = memrchr(path, '/', (size_t)(end - path));
	if (last && is_netns_component(last + 1, (size_t)(end - last - 1)))
		end = last;
	return (size_t)(end - path);
}

bool cgroup_vrf_name(const char *path, char name[IFNAMSIZ])
{
	const char *p = vrf_component(path);
	size_t len;

	if (!p || p[4] != '/')
		return false;
	p += 5;
	len = strcspn(p, "/");
	if (!len || len >= IFNAMSIZ)
		return false;
	memcpy(name, p, len);
	name[len] = '\0';
	return true;
}

int cgroup_path(pid_t pid, char path[PATH_MAX])
{
	char file[32] = "/proc/self/cgroup";
	struct lines l;
	char *line;
	int err;

	if (pid)
		snprintf(file, sizeof(file), "/proc/%d/cgroup", (int)pid);
	err = lines_open(&l, AT_FDCWD, file);
	if (err)
		return err;
	err = -ENOENT; /* a kernel without cgroup2 */
	while ((line = lines_next(&l))) {
		if (strncmp(line, "0::/", 4))
			continue;
		err = strlen(line + 3) < PATH_MAX ? 0 : -ENAMETOOLONG;
		if (!err)
			strcpy(path, line + 3);
		break;
	}
	lines_close(&l);
	return err;
}

/* Another file system may hide what mountinfo lists. */
static bool is_cgroup2(const char *dir)
{
	struct statfs fs;

	return !statfs(dir, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* The directory of the control group `path` below a mount, if the mount shows it. */
static bool locate(const struct cgroup_mount *m, const char *path, size_t len, char dir[PATH_MAX])
{
	size_t root = strcmp(m->root, "/") ? strlen(m->root) : 0;

	if (root > len || strncmp(m->root, path, root) || (root < len && path[root] != '/'))
		return false;
	return snprintf(dir, PATH_MAX, "%s%.*s", m->point, (int)(len - root), path + root) < PATH_MAX &&
	       is_cgroup2(dir);
}

/*
 * The directory of the first len bytes of path, or any mount point if path is NULL.
 * -ENODEV: nothing is mounted, -EXDEV: something is, but not this part of the hierarchy.
 */
static int find(const char *path, size_t len, char dir[PATH_MAX])
{
	struct cgroup_mount m;
	struct lines l;
	char *line;
	int err = lines_open(&l, AT_FDCWD, "/proc/self/mountinfo");

	if (err)
		return err;
	err = -ENODEV;
	while ((line = lines_next(&l))) {
		if (!cgroup_parse_mount(line, &m) || !is_cgroup2(m.point))
			continue;
		if (!path) {
			strcpy(dir, m.point);
			err = 0;
			break;
		}
		if (!locate(&m, path, len, dir)) {
			err = err == -ENODEV ? -EXDEV : err;
		} else if (m.readonly) {
			err = -EROFS;
		} else {
			err = 0;
			break;
		}
	}
	lines_close(&l);
	return err;
}

int cgroup_base(pid_t pid, char dir[PATH_MAX])
{
	char path[PATH_MAX];
	size_t len;
	int err = cgroup_path(pid, path);

	if (err)
		return err;
	/* A process outside of our cgroup namespace, or in another one. */
	if (!strncmp(path, "/..", 3))
		return -EXDEV;
	len = cgroup_base_length(path);
	err = find(path, len, dir);
	if (err != -ENODEV)
		return err;
	if (mkdir(OWN_MOUNT, 0755) && errno != EEXIST)
		return -errno;
	if (mount("none", OWN_MOUNT, "cgroup2", 0, NULL))
		return -errno;
	return find(path, len, dir);
}

/* The name under which ip-netns(8) knows our network namespace; false if it has none. */
static bool netns_name(char name[NAME_MAX + 1])
{
	DIR *d = opendir(NETNS_DIR);
	struct stat own, st;
	struct dirent *e;
	bool found = false;

	if (!d)
		return false;
	if (!stat("/proc/self/ns/net", &own))
		while (!found && (e = readdir(d)))
			if (e->d_name[0] != '.' && !fstatat(dirfd(d), e->d_name, &st, 0) &&
			    st.st_dev == own.st_dev && st.st_ino == own.st_ino) {
				strcpy(name, e->d_name);
				found = true;
			}
	closedir(d);
	return found;
}

/* Replaces the descriptor at by that of its subdirectory. */
static int descend(int at, const char *name)
{
	int fd = -1, err = 0;

	if (mkdirat(at, name, 0755) && errno != EEXIST)
		err = -errno;
	if (!err) {
		fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		err = fd < 0 ? -errno : 0;
	}
	close(at);
	return err ? err : fd;
}

int cgroup_open(const char *base, const char *vrf)
{
	char netns[NAME_MAX + sizeof(NETNS_SUFFIX)];
	int fd;

	if (!*vrf || strlen(vrf) >= IFNAMSIZ || strchr(vrf, '/') || !strcmp(vrf, ".") ||
	    !strcmp(vrf, ".."))
		return -EINVAL;
	fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (netns_name(netns))
		fd = descend(fd, strcat(netns, NETNS_SUFFIX));
	if (fd >= 0)
		fd = descend(fd, "vrf");
	if (fd >= 0)
		fd = descend(fd, vrf);
	/*
	 * Who can open a directory can flock(2) it and keep everybody else waiting.
	 * `ip vrf pids` needs the x only.
	 */
	if (fd >= 0)
		fchmod(fd, 0711);
	return fd;
}

int cgroup_join(int dir, pid_t pid)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", (int)pid);
	int fd = openat(dir, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = write(fd, text, (size_t)len) < 0 ? -errno : 0;
	close(fd);
	return err;
}

int cgroup_populated(int dir)
{
	char text[256];
	int fd = openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return -EIO;
	text[n] = '\0';
	return !!strstr(text, "populated 1");
}

/* Closes at. */
static int walk(int at, bool in_vrf, const char *vrf, int (*fn)(int, void *), void *arg)
{
	DIR *d = fdopendir(at);
	struct dirent *e;
	struct stat st;
	int err = 0;

	if (!d) {
		close(at);
		return 0;
	}
	/* A directory counts as a link of its parent: a leaf, where most are, need not be read. */
	if (!fstat(at, &st) && st.st_nlink == 2) {
		closedir(d);
		return 0;
	}
	while (err >= 0 && (e = readdir(d))) {
		int fd;

		if (e->d_type != DT_DIR || !strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		fd = openat(at, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			continue; /* gone meanwhile */
		if (in_vrf && !strcmp(e->d_name, vrf))
			err = fn(fd, arg);
		if (err >= 0)
			err = walk(fd, !strcmp(e->d_name, "vrf"), vrf, fn, arg);
		else
			close(fd);
	}
	closedir(d);
	return err;
}

int cgroup_each(const char *vrf, int (*fn)(int dir, void *arg), void *arg)
{
	char root[PATH_MAX];
	int fd, err = find(NULL, 0, root);

	if (err)
		return err == -ENODEV ? 0 : err;
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : walk(fd, false, vrf, fn, arg);
}
