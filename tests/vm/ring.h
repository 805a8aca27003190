/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/ring.h - an io_uring for one operation at a time, without a library: the structures
 * are those of linux/io_uring.h.  ring_open() and ring_do() return a negative errno.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RING_SENDMSG 9
#define RING_RECVMSG 10
#define RING_CONNECT 16
#define RING_SOCKET  45

/* A flag: by a worker of the kernel (IOSQE_ASYNC) */
#define RING_ASYNC 16

struct entry {
	uint8_t opcode, flags;
	uint16_t priority;
	int32_t fd;
	uint64_t offset, address;
	uint32_t length, misc;
	uint64_t data, pad[3];
};

struct ring {
	int fd;
	uint32_t *tail, *mask, *array, *done_head, *done_tail, *done_mask;
	struct entry *entries;
	struct {
		uint64_t data;
		int32_t result;
		uint32_t flags;
	} * done;
};

static int ring_open(struct ring *r)
{
	uint32_t p[30] = { 0 };
	char *q, *c;

	r->fd = (int)syscall(SYS_io_uring_setup, 4, p);
	if (r->fd < 0)
		return -errno;
	q = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0);
	c = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0x8000000);
	r->entries = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0x10000000);
	if (q == MAP_FAILED || c == MAP_FAILED || r->entries == MAP_FAILED)
		return -errno;
	/* struct io_sqring_offsets at word 10, struct io_cqring_offsets at word 20 */
	r->tail = (uint32_t *)(q + p[11]);
	r->mask = (uint32_t *)(q + p[12]);
	r->array = (uint32_t *)(q + p[16]);
	r->done_head = (uint32_t *)(c + p[20]);
	r->done_tail = (uint32_t *)(c + p[21]);
	r->done_mask = (uint32_t *)(c + p[22]);
	r->done = (void *)(c + p[25]);
	return 0;
}

static int ring_do(struct ring *r, struct entry e)
{
	uint32_t tail = *r->tail;
	int result;

	r->entries[tail & *r->mask] = e;
	r->array[tail & *r->mask] = tail & *r->mask;
	__atomic_store_n(r->tail, tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, r->fd, 1, 1, 1, NULL, 0) < 0)
		return -errno;
	result = r->done[*r->done_head & *r->done_mask].result;
	__atomic_store_n(r->done_head, *r->done_head + 1, __ATOMIC_RELEASE);
	return result;
}
