/* SPDX-License-Identifier: ISC */
/* executor/apply/lock.c - one lock per machine; see lock.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "executor/apply/lock.h"
#include "executor/apply/run.h"

/* /run may be missing in a chroot; a lock that cannot be shared is worth more than none. */
static int open_lock(void)
{
	int fd = open("/run/vrf-ng.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0 && (errno == ENOENT || errno == EROFS))
		fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Held by this process: taking it again must not wait for itself. */
static int held = -1;
static unsigned int depth;

static int take(void)
{
	int fd;

	if (depth) {
		depth++;
		return held;
	}
	fd = open_lock();
	while (fd >= 0 && flock(fd, LOCK_EX)) {
		if (errno == EINTR)
			continue;
		close(fd);
		return -errno;
	}
	held = fd;
	depth = fd >= 0;
	return fd;
}

int lock_take(struct run *run, int *lock)
{
	*lock = -1;
	if (netlink_mocked(&run->nl, NULL))
		return 0;
	*lock = take();
	return *lock < 0 ? run_fail(run, "cannot lock: %s", strerror(-*lock)) : 0;
}

void lock_release(int lock)
{
	if (lock < 0 || --depth)
		return;
	close(held);
	held = -1;
}
