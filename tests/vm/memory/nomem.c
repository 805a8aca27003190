/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/memory/nomem.c - for LD_PRELOAD: have the program run out of memory.  NOMEM_AT=N: its N-th
 * allocation fails, NOMEM_AT=N+: that and all later ones.  NOMEM_LIST=FILE: the numbers of those that come
 * from a place where none has come from before, a line each; a place is the caller, and what of
 * the program is on the stack above him.  Who executes another program is not followed any further.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PLACES = 1 << 16, CALLERS = 3 };

static uint64_t seen[PLACES];
static uintptr_t from, to; /* the program's code */
static const uintptr_t *top;
static unsigned long number, failing;
static bool begun, all_later;
static int list = -1;

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);

static int find_code(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size;
	(void)context;
	/* the first one is the program */
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
			from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
			to = from + info->dlpi_phdr[i].p_memsz;
		}
	return 1;
}

static void find_real(void)
{
	/* ISO C has no cast for this */
	*(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
	*(void **)&real_calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
}

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("NOMEM_AT"), *file = getenv("NOMEM_LIST");
	char *end;

	if (!real_malloc)
		find_real();
	if (at) {
		failing = strtoul(at, &end, 10);
		all_later = *end == '+';
	}
	if (file)
		list = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	/* the environment lies where the stack begins */
	top = (const uintptr_t *)environ;
	dl_iterate_phdr(find_code, NULL);
	unsetenv("LD_PRELOAD");
	unsetenv("NOMEM_AT");
	unsetenv("NOMEM_LIST");
	begun = true;
}

static uint64_t mix(uint64_t hash, uintptr_t value)
{
	return (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
}

static void note(uintptr_t caller, const uintptr_t *stack)
{
	uint64_t hash = mix(1, caller);
	char line[32];
	int found = 0;

	for (; stack < top && found < CALLERS; stack++)
		if (*stack >= from && *stack < to) {
			hash = mix(hash, *stack);
			found++;
		}
	for (uint64_t i = hash >> 48; seen[i] != hash; i = (i + 1) % PLACES)
		if (!seen[i]) {
			seen[i] = hash;
			if (write(list, line, (size_t)snprintf(line, sizeof(line), "%lu\n", number)) < 0)
				_exit(126);
			return;
		}
}

/* Is there none? */
static bool lacks(uintptr_t caller, const uintptr_t *stack)
{
	if (!begun)
		return false;
	number++;
	if (list >= 0)
		note(caller, stack);
	if (!failing || number < failing || (number > failing && !all_later))
		return false;
	errno = ENOMEM;
	return true;
}

#define LACKS lacks((uintptr_t)__builtin_return_address(0), __builtin_frame_address(0))

void *malloc(size_t size)
{
	if (!real_malloc)
		find_real();
	return LACKS ? NULL : real_malloc(size);
}

void *realloc(void *data, size_t size)
{
	if (!real_realloc)
		find_real();
	return LACKS ? NULL : real_realloc(data, size);
}

void *calloc(size_t count, size_t size)
{
	if (!real_calloc)
		find_real();
	return LACKS ? NULL : real_calloc(count, size);
}
