/* SPDX-License-Identifier: ISC */
/*
 * helpers/base/bpf-storage.h - a map that keeps something with each socket.  Apart from bpf.h, since
 * vrf-exec has no use for it.
 */
#ifndef HELPERS_BASE_BPF_STORAGE_H
#define HELPERS_BASE_BPF_STORAGE_H

#include <stdbool.h>

/* words: its size, in 32 bits; inherited: a connection gets its listener's.  A descriptor or -errno */
int bpf_storage_create(const char *name, unsigned int words, bool inherited);

#endif
