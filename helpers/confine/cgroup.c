/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/cgroup.c - find, make, join and walk the control groups of VRFs.
 *
 * The layout is that of ip-vrf(8), so that `ip vrf identify` and `ip vrf pids` see our
 * processes.  iproute2 cuts a path at the first substring "/vrf"; here it is the first
 * component that *is* `vrf`, which gives the same result except for a service called
 * `vrf-something`, whose control group iproute2 leaves.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h> /* ST_RDONLY */
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "helpers/base/lines.h"
#include "helpers/base/netns.h"
#include "helpers/base/text.h"
#include "helpers/confine/cgroup.h"

#ifndef CGROUP2_SUPER_MAGIC
#define CGROUP2_SUPER_MAGIC 0x63677270
#endif

#define NETNS_SUFFIX "-ns"

/*
 * Almost always the whole hierarchy is mounted here, and we are in no control group
 * namespace: then the list of mounts, which is long, need not be read.  The two inodes
 * are fixed: that of the first namespace (PROC_CGROUP_INIT_INO of linux/proc_ns.h, 0xEFFFFFFB)
 * and that of the top of the hierarchy.
 */
#define USUAL_MOUNT     "/sys/fs/cgroup"
#define FIRST_NAMESPACE "cgroup:[4026531835]"
#define TOP             1

#define OPEN_DIR (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

/* Where ip(8) mounts it (iproute2 lib/fs.c); the path is part of the interface. */
#define OWN_MOUNT "/var/run/cgroup2"

/*
 * fstat() of glibc asks for an empty path at the descriptor, which Linux looks up before 6.11: that
 * takes five times what the system call of the old name does, whose structure is the same there.
 */
static int stat_open(int fd, struct stat *st)
{
#if defined(__GLIBC__) && defined(__LP64__) && (defined(__x86_64__) || defined(__aarch64__))
	return (int)syscall(SYS_fstat, fd, st);
#else
	return fstat(fd, st);
#endif
}

/* Copy a field of mountinfo up to the next space and undo its \040 escapes. */
static const char *field(const char *in, char *out, size_t size)
{
	size_t n = 0;

	for (; *in && *in != ' '; in++) {
		unsigned char c = (unsigned char)*in;

		if (c == '\\' && in[1] >= '0' && in[1] <= '3' && in[2] >= '0' && in[2] <= '7' && in[3] >= '0' &&
		    in[3] <= '7') {
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

	if (!text_find(line, " - cgroup2 "))
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
	for (const char *p = path; (p = text_find(p, "/vrf")); p++)
		if (p[4] == '/' || p[4] == '\0')
			return p;
	return NULL;
}

/* Is NAME-ns the directory of a named network namespace, not a service that happens to end so? */
static bool is_netns_component(const char *component, size_t len)
{
	char file[sizeof(NETNS_DIR) + NAME_MAX + 1], *at;
	const char *end = file + sizeof(file);
	size_t suffix = strlen(NETNS_SUFFIX);

	if (len <= suffix || memcmp(component + len - suffix, NETNS_SUFFIX, suffix))
		return false;
	at = text_append(file, end, NETNS_DIR "/");
	return text_append_n(at, end, component, len - suffix) && !access(file, F_OK);
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

/* Where there is no other hierarchy, its line is the only one: 0, or -EPROTO if it is not */
static int read_only_line(const char *file, char path[PATH_MAX])
{
	int fd = openat(AT_FDCWD, file, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, path, PATH_MAX);
	close(fd);
	if (n < 5 || memcmp(path, "0::/", 4) || memchr(path, '\n', (size_t)n) != path + n - 1)
		return -EPROTO;
	memmove(path, path + 3, (size_t)n - 4);
	path[n - 4] = '\0';
	return 0;
}

/* Not inlined: see find_elsewhere(). */
static __attribute__((noinline)) int find_line(const char *file, char path[PATH_MAX])
{
	struct lines l;
	char *line;
	int err = lines_open(&l, AT_FDCWD, file);

	if (err)
		return err;
	err = -ENODEV; /* no cgroup2: not in the kernel, or never mounted since it started */
	while ((line = lines_next(&l))) {
		if (strncmp(line, "0::/", 4))
			continue;
		err = text_append(path, path + PATH_MAX, line + 3) ? 0 : -ENAMETOOLONG;
		break;
	}
	lines_close(&l);
	return err;
}

int cgroup_path(pid_t pid, char path[PATH_MAX])
{
	char file[TEXT_PROC_MAX];
	int err;

	text_proc(file, pid, "cgroup");
	err = read_only_line(file, path);
	return err == -EPROTO ? find_line(file, path) : err;
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
	char *at;

	if (root > len || strncmp(m->root, path, root) || (root < len && path[root] != '/'))
		return false;
	at = text_append(dir, dir + PATH_MAX, m->point);
	return text_append_n(at, dir + PATH_MAX, path + root, len - root) && is_cgroup2(dir);
}

/*
 * The directory of the first len bytes of path, or a mount point if path is NULL, one that can be
 * written to if there is any.
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
		if (!cgroup_parse_mount(line, &m))
			continue;
		if (!path) {
			if (!is_cgroup2(m.point) || (!err && m.readonly))
				continue;
			strcpy(dir, m.point);
			err = 0;
			if (!m.readonly)
				break;
			continue;
		}
		if (!locate(&m, path, len, dir)) {
			if (err == -ENODEV && is_cgroup2(m.point))
				err = -EXDEV;
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

static bool is_usual(int top)
{
	char namespace[sizeof(FIRST_NAMESPACE)];
	const ssize_t length = sizeof(namespace) - 1;
	struct statfs fs;
	struct stat st;

	return readlink("/proc/self/ns/cgroup", namespace, sizeof(namespace)) == length &&
	       !memcmp(namespace, FIRST_NAMESPACE, (size_t)length) && !stat_open(top, &st) && st.st_ino == TOP &&
	       !fstatfs(top, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC && !(fs.f_flags & ST_RDONLY);
}

/* It stays open: all that is looked for lies below.  -1: not as it is almost always. */
static int usual_top(void)
{
	static int top = -1;

	if (top >= 0)
		return top;
	top = openat(AT_FDCWD, USUAL_MOUNT, OPEN_DIR);
	if (top >= 0 && !is_usual(top)) {
		close(top);
		top = -1;
	}
	return top;
}

/* To be closed by close_dir(), and not to be read; or -1 with errno */
static int open_dir(const char *dir)
{
	const int top = strcmp(dir, USUAL_MOUNT) ? -1 : usual_top();

	return top < 0 ? openat(AT_FDCWD, dir, OPEN_DIR) : top;
}

static void close_dir(int fd)
{
	if (fd >= 0 && fd != usual_top())
		close(fd);
}

/* dir: a path, of len bytes; becomes where it is mounted. */
static int find_usual(size_t len, char dir[PATH_MAX])
{
	const size_t mount = sizeof(USUAL_MOUNT) - 1;

	if (mount + len >= PATH_MAX)
		return -ENAMETOOLONG;
	memmove(dir + mount, dir, len);
	memcpy(dir, USUAL_MOUNT, mount);
	dir[mount + len] = '\0';
	return 0;
}

/* Not inlined: a page of the stack that is not touched need not be there. */
static __attribute__((noinline)) int find_elsewhere(size_t len, char dir[PATH_MAX])
{
	char path[PATH_MAX];

	memcpy(path, dir, len);
	path[len] = '\0';
	return find(path, len, dir);
}

static int find_base(pid_t pid, char dir[PATH_MAX])
{
	size_t len;
	int err = cgroup_path(pid, dir);

	if (err)
		return err;
	/* A process outside of our cgroup namespace, or in another one. */
	if (!strncmp(dir, "/..", 3))
		return -EXDEV;
	len = cgroup_base_length(dir);
	return usual_top() >= 0 ? find_usual(len, dir) : find_elsewhere(len, dir);
}

int cgroup_base(pid_t pid, char dir[PATH_MAX])
{
	int err = find_base(pid, dir);

	if (err != -ENODEV)
		return err;
	if (mkdir(OWN_MOUNT, 0755) && errno != EEXIST)
		return -errno;
	/* EBUSY: somebody else has just mounted it. */
	if (mount("none", OWN_MOUNT, "cgroup2", 0, NULL) && errno != EBUSY)
		return -errno;
	return find_base(pid, dir);
}

static bool is_roots(const struct stat *st)
{
	return !st->st_uid && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

#define LIST "cgroup.procs"

static int open_list(int group)
{
	return openat(group, LIST, O_WRONLY | O_CLOEXEC);
}

/*
 * Does nobody but root make groups in there, or move processes to it?  What is not there nobody writes to.
 * list: of its processes, open; -1: it is not
 */
static bool is_closed(int group, int list)
{
	struct stat st;

	if (stat_open(group, &st) || !is_roots(&st))
		return false;
	if (list < 0 ? fstatat(group, LIST, &st, 0) : stat_open(list, &st))
		return errno == ENOENT;
	return is_roots(&st);
}

static bool is_closed_dir(const char *dir)
{
	int group = open_dir(dir);
	bool closed = group < 0 ? errno == ENOENT : is_closed(group, -1);

	close_dir(group);
	return closed;
}

/* The first byte of the last component of dir, at its slash, or NULL at the top of what is mounted. */
static char *last_component(char *dir)
{
	char *slash = strrchr(dir, '/');
	bool below;

	if (!slash || slash == dir || (usual_top() >= 0 && !strcmp(dir, USUAL_MOUNT)))
		return NULL;
	*slash = '\0';
	below = is_cgroup2(dir);
	*slash = '/';
	return below ? slash : NULL;
}

int cgroup_climb(char dir[PATH_MAX])
{
	size_t good = strlen(dir);
	char *slash;

	for (;;) {
		bool closed = is_closed_dir(dir);

		slash = last_component(dir);
		if (!slash && !closed)
			return -EACCES;
		if (!slash)
			break;
		*slash = '\0';
		if (!closed)
			good = (size_t)(slash - dir);
	}
	/* the slashes that were zeros on the way */
	for (size_t i = 0; i < good; i++)
		if (!dir[i])
			dir[i] = '/';
	dir[good] = '\0';
	return 0;
}

/* An open group, or -1 with errno, that belongs to root alone: it, else -errno. */
static int closed_only(int group, int *list)
{
	if (group < 0)
		return -errno;
	if (list)
		*list = open_list(group);
	if (is_closed(group, list ? *list : -1))
		return group;
	if (list && *list >= 0)
		close(*list);
	close(group);
	return -EACCES;
}

static int open_part(int at, const char *name, int *list)
{
	return closed_only(openat(at, name, OPEN_DIR | O_NOFOLLOW), list);
}

/* `ip vrf pids` needs the x only; who can open a directory can flock(2) it. */
static int make_part(int at, const char *name, int *list)
{
	return mkdirat(at, name, 0711) && errno != EEXIST ? -errno : open_part(at, name, list);
}

bool cgroup_is_name(const char *vrf)
{
	return *vrf && strlen(vrf) < IFNAMSIZ && !strchr(vrf, '/') && strcmp(vrf, ".") && strcmp(vrf, "..");
}

int cgroup_open_below(int at, const char *path, bool make)
{
	char name[NAME_MAX + 1];
	int group = at;

	for (size_t length; group >= 0 && *path; path += length + (path[length] == '/')) {
		int above = group;

		length = strcspn(path, "/");
		group = text_append_n(name, name + sizeof(name), path, length) ? open_part(above, name, NULL)
									       : -ENAMETOOLONG;
		if (group == -ENOENT && make)
			group = make_part(above, name, NULL);
		if (above != at)
			close(above);
	}
	return group;
}

int cgroup_open_vrfs(const char *base, const char *netns, bool make)
{
	char below[NAME_MAX + sizeof(NETNS_SUFFIX "/vrf")], *at = below;
	const char *end = below + sizeof(below);
	int fd = open_dir(base), vrfs;

	if (fd < 0)
		return -errno;
	if (*netns)
		at = text_append(text_append(at, end, netns), end, NETNS_SUFFIX "/");
	text_append(at, end, "vrf");
	vrfs = cgroup_open_below(fd, below, make);
	close_dir(fd);
	return vrfs;
}

int cgroup_open_vrf(int vrfs, const char *vrf, int *list)
{
	return cgroup_is_name(vrf) ? open_part(vrfs, vrf, list) : -EINVAL;
}

int cgroup_make_vrf(int vrfs, const char *vrf, int *list)
{
	return cgroup_is_name(vrf) ? make_part(vrfs, vrf, list) : -EINVAL;
}

int cgroup_open(const char *base, const char *netns, const char *vrf, bool make)
{
	int vrfs, group;

	if (!cgroup_is_name(vrf))
		return -EINVAL;
	vrfs = cgroup_open_vrfs(base, netns, make);
	if (vrfs < 0)
		return vrfs;
	group = cgroup_open_vrf(vrfs, vrf, NULL);
	if (group == -ENOENT && make)
		group = cgroup_make_vrf(vrfs, vrf, NULL);
	close(vrfs);
	return group;
}

/* Who can open it? */
static bool is_roots_to_read(const struct stat *st)
{
	return !st->st_uid && !(st->st_mode & (S_IRGRP | S_IROTH));
}

/*
 * What root alone can open: the directory, if it is one that we made, else, since `ip vrf exec` makes it for all,
 * cgroup.kill (Linux 5.14).  A group that is not root's is not waited for: we make none there.
 */
int cgroup_lock(int dir)
{
	struct stat st;
	int fd = dir;

	if (stat_open(dir, &st))
		return -errno;
	if (!is_roots_to_read(&st))
		fd = openat(dir, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && !fchmod(dir, 0711))
		fd = dir;
	if (fd < 0)
		return -errno;
	while (!st.st_uid && flock(fd, LOCK_EX))
		if (errno != EINTR) {
			const int err = -errno;

			if (fd != dir)
				close(fd);
			return err;
		}
	return fd;
}

void cgroup_unlock(int dir, int lock)
{
	if (lock < 0)
		return;
	if (lock == dir)
		flock(dir, LOCK_UN);
	else
		close(lock);
}

int cgroup_join_by(int list, pid_t pid)
{
	char text[16];
	char *end = text_append_number(text, text + sizeof(text), (unsigned long)pid);

	return write(list, text, (size_t)(end - text)) < 0 ? -errno : 0;
}

int cgroup_join(int dir, pid_t pid)
{
	int err, list = open_list(dir);

	if (list < 0)
		return -errno;
	err = cgroup_join_by(list, pid);
	close(list);
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
	return !!text_find(text, "populated 1");
}

/* Where the whole hierarchy, or what there is of it, is mounted.  Not inlined: see find_elsewhere(). */
static __attribute__((noinline)) int find_top(void)
{
	char top[PATH_MAX];
	int fd, err = find(NULL, 0, top);

	if (err)
		return err;
	fd = open(top, OPEN_DIR);
	return fd < 0 ? -errno : fd;
}

int cgroup_open_top(void)
{
	const int usual = usual_top(), fd = usual < 0 ? find_top() : openat(usual, ".", OPEN_DIR);

	return usual >= 0 && fd < 0 ? -errno : fd;
}

int cgroup_open_path(const char *path, bool make)
{
	const int usual = usual_top(), top = usual < 0 ? find_top() : usual;
	struct stat st;
	int group;

	if (top < 0)
		return top;
	group = openat(top, path, OPEN_DIR | O_NOFOLLOW);
	if (group < 0)
		group = errno == ENOENT && make ? cgroup_open_below(top, path, true) : -errno;
	else if (stat_open(group, &st) || !is_roots(&st)) {
		close(group);
		group = -EACCES;
	}
	close_dir(top);
	return group;
}
