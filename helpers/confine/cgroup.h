/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/cgroup.h - control groups (v2) as ip-vrf(8) lays them out:
 * BASE/[NETNS-ns/]vrf/NAME holds the processes of the VRF NAME.
 */
#ifndef HELPERS_CONFINE_CGROUP_H
#define HELPERS_CONFINE_CGROUP_H

#include <limits.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A cgroup2 mount, parsed from a line of /proc/self/mountinfo. */
struct cgroup_mount {
	char root[PATH_MAX];  /* the control group that is mounted, as this process sees it */
	char point[PATH_MAX]; /* where */
	bool readonly;
};

/* Pure: text to value.  The first is false for a mount of any other type. */
bool cgroup_parse_mount(const char *line, struct cgroup_mount *m);
size_t cgroup_base_length(const char *path);
bool cgroup_vrf_name(const char *path, char name[IFNAMSIZ]);

/* The path of pid's control group (0: own), as /proc/PID/cgroup has it; -ENODEV: it has none. */
int cgroup_path(pid_t pid, char path[PATH_MAX]);

/* The directory of pid's control group outside of any VRF.  Mounts cgroup2 only where none is. */
int cgroup_base(pid_t pid, char dir[PATH_MAX]);

/*
 * Whoever may write to a control group can move processes out of all below it: shorten dir to
 * the lowest group that, with all above it, belongs to root alone.  -EACCES: none does.
 */
int cgroup_climb(char dir[PATH_MAX]);

/*
 * Open base/[NETNS-ns/]vrf/NAME, with make also a new one; netns "": without.  Returns a descriptor or -errno;
 * -EACCES: it, or one between it and base, does not belong to root alone.
 */
int cgroup_open(const char *base, const char *netns, const char *vrf, bool make);

/*
 * The directory that it lies in, and NAME of that, which cgroup_is_name().  *list, unless list is NULL: of its
 * processes, for cgroup_join_by(), to be closed as well; -1: who asks may not write there.
 */
int cgroup_open_vrfs(const char *base, const char *netns, bool make);
int cgroup_open_vrf(int vrfs, const char *vrf, int *list);
/* The same for one that was not there. */
int cgroup_make_vrf(int vrfs, const char *vrf, int *list);

/* The same for any path below an open control group. */
int cgroup_open_below(int at, const char *path, bool make);

/*
 * The same below the top, for a group without processes.  If it is there it is looked at alone, and not who could
 * move processes to it: -EACCES: it is not root's, or it was to be made below what is not root's alone.
 */
int cgroup_open_path(const char *path, bool make);

/* Can it name a VRF, and so a directory? */
bool cgroup_is_name(const char *vrf);

/*
 * An exclusive lock on an open control group; or -errno.  Given back by cgroup_unlock(), which takes what cgroup_lock()
 * returned, or when both that and dir are closed.
 */
int cgroup_lock(int dir);
void cgroup_unlock(int dir, int lock);

/* Move a process (0: the caller) to an open control group, or by the open list of its processes. */
int cgroup_join(int dir, pid_t pid);
int cgroup_join_by(int list, pid_t pid);

/* 1 if a process lives in the control group or below, 0 if none, or -errno. */
int cgroup_populated(int dir);

/* The top of the mounted hierarchy, open for reading; -ENODEV: no cgroup2 is mounted. */
int cgroup_open_top(void);

#endif
