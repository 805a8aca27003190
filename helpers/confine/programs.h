/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/programs.h - the programs of a confined control group and what their maps
 * hold.  doc/architecture.md draws the picture.
 */
#ifndef HELPERS_CONFINE_PROGRAMS_H
#define HELPERS_CONFINE_PROGRAMS_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

enum map { MAP_BINDING, MAP_DROPS, MAP_DEVICES, MAP_PREFIXES, MAP_LAYOUT, MAPS };

/* In the order in which they are attached: no socket before there is a filter. */
enum program {
	PROGRAM_OUT,
	PROGRAM_IN,
	PROGRAM_CONNECT4,
	PROGRAM_CONNECT6,
	PROGRAM_SEND4,
	PROGRAM_OPTION,
	PROGRAM_FAMILY, /* these four only where the kernel has hooks for them */
	PROGRAM_KEEP,   /* (BPF_LSM_CGROUP) */
	PROGRAM_BIND,
	PROGRAM_SET,
	PROGRAM_SOCKET, /* alone with --no-confine */
	PROGRAMS
};

/*
 * How sockets are bound: by device or by mark.  Neither: nothing may be made, nothing passes.
 * The first three mean the same in every version of this package.
 */
struct binding {
	__u32 ifindex; /* of the VRF device; 0 in mark mode */
	__u32 mark;    /* 0 in device mode */
	__u64 netns;   /* inode of the network namespace in which all this holds */
	__u64 digest;  /* of what the other maps hold; 0 while that changes */
	char name[IFNAMSIZ];
	__u64 cookie;             /* of that network namespace; 0: unknown */
	__u32 programs[PROGRAMS]; /* the ids of those that were attached with it; 0: none */
	__u32 version;            /* of their instructions */
	__u32 member;             /* one of `vrf_devices` with DEVICE_OWN: most packets leave by it */
	__u32 vrf;                /* ifindex of the VRF device in either mode, and its table, for which */
	__u32 table;              /* all this was read */
	__u32 shared;             /* by mark, one with DEVICE_IN and not DEVICE_ANY: most come and go by it */
	__u32 unused;
};

/* No interface has it: not even what a packet without one would seem to have, which is 0. */
#define NO_MEMBER 0xFFFFFFFFu

/*
 * Key of `vrf_devices`: a trie, of which only whole keys are used.  What the buckets of a
 * hash cost to make is a multiple of all else in a small set, and most are.
 */
struct device_key {
	__u32 length; /* DEVICE_KEY_BITS */
	__u32 ifindex;
};
#define DEVICE_KEY_BITS 32

/* What an interface is good for: the value of `vrf_devices`. */
enum {
	DEVICE_BIND = 1, /* a socket may be bound to it: the VRF, its members */
	DEVICE_IN = 2,   /* packets may come in by it */
	DEVICE_ANY = 4,  /* to and from any address, not only those in `vrf_prefixes` */
	DEVICE_OWN = DEVICE_BIND | DEVICE_IN | DEVICE_ANY, /* the VRF, its members */
};

/* Key of `vrf_prefixes`.  The family comes first, so that ::/0 does not cover IPv4. */
struct prefix_key {
	__u32 length; /* in bits, PREFIX_FAMILY_BITS included */
	__u32 family; /* AF_INET, AF_INET6 */
	__u8 address[16];
};
#define PREFIX_FAMILY_BITS 32

/* Value of `vrf_prefixes`; of two routes to one prefix the larger. */
enum {
	PASS_NONE = 0,   /* an unreachable, blackhole, prohibit or throw route */
	PASS_INSIDE = 1, /* what only routes with encap seg6 lead to: packed, never bare */
	PASS_ANY = 2,
	PASS_SEGMENT = 3, /* an SRv6 segment: what the kernel has packed for it, if what is inside passes */
};

/*
 * Value of `vrf_drops`: what the filters have stopped last, and sockets that were refused.  Only
 * who is stopped writes to it.
 */
#define DROPS_KEPT  32 /* the next one's place is the count, modulo this */
#define DROP_HEADER 92
enum drop_reason {
	DROP_DOWN = 1,   /* the set is empty: the VRF is down, or gone */
	DROP_NOT_BOUND,  /* a socket that has left the VRF */
	DROP_INTERFACE,  /* one that is not for this VRF */
	DROP_PREFIX,     /* an address outside of the prefixes */
	DROP_NETNS,      /* a socket of another network namespace */
	DROP_UNFILTERED, /* one of a protocol that passes by the filters */
	DROP_PACKED,     /* a policy of IPsec has packed it, and where to nobody knows */
	DROP_REASON = 7,
	DROP_IN = 8,      /* it came in */
	DROP_SOCKET = 16, /* no packet, but a socket that was to be made: `header` is a struct drop_call */
	DROP_CALL = 32,   /* the same of connect(2) or sendto(2) */
};
struct drop {
	__u64 when;    /* CLOCK_MONOTONIC; written last: 0 while the rest is not there */
	__u64 cookie;  /* of the socket; of what is no packet the pid << 32 */
	__u64 cgroup;  /* id of its control group, an inode */
	__u32 ifindex; /* 0: none */
	__u32 reason;
	__u32 length;             /* of what there is of */
	__u8 header[DROP_HEADER]; /* the packet, from its network header on */
};
/* Words of the machine's, but for addresses and ports */
struct drop_call {
	__u32 family, type, protocol;
	__u32 port;       /* those two of a call alone */
	__u32 address[4]; /* IPv4: the first */
};
struct drops {
	__u64 count; /* of all that were stopped */
	__u64 unused[sizeof(struct drop) / sizeof(__u64) - 1];
	struct drop kept[DROPS_KEPT];
};
#define DROP_SHIFT 7 /* sizeof(struct drop) */

#define DEVICES_MAX  4096 /* as many as there are VLANs on a trunk */
#define PREFIXES_MAX 65536

/* Value of `vrf_layout`: what the programs for the LSM have to know of the running kernel. */
enum layout_field {
	LAYOUT_SOCKET_TYPE,
	LAYOUT_SOCKET_SK,
	LAYOUT_SOCK_FAMILY,
	LAYOUT_SOCK_BOUND,
	LAYOUT_TASK_CRED,
	LAYOUT_CRED_PERMITTED,
	LAYOUT_CRED_NAMESPACE,
	LAYOUT_NAMESPACE_LEVEL,
	LAYOUT_FIELDS
};
struct layout {
	__u32 hook[PROGRAMS];        /* ids of the functions; 0 for those that are not for the LSM */
	__s32 offset[LAYOUT_FIELDS]; /* in bytes */
};

#define PROGRAM_INSNS_MAX 336

struct program_image {
	char name[BPF_OBJ_NAME_LEN]; /* ends in a hash of the source: names the version */
	size_t count;
	struct bpf_insn insns[PROGRAM_INSNS_MAX];
};

extern const char *const map_names[MAPS];
extern const enum bpf_attach_type program_hooks[PROGRAMS];

int map_create(enum map m);

/* Does an attached program's name say that it is ours, of whatever version? */
bool program_is_ours(enum program p, const char *name);
/* Is it of this version? */
bool program_is_current(enum program p, const char *name);
/*
 * The version of all of them, which a binding has: what programs_hash() says of this source on a
 * little-endian machine.  Not asked at each start, since it takes a tenth of one's instructions.
 */
#define PROGRAMS_VERSION 0x0a67350eu
__u32 programs_hash(void);

/* One of those for the LSM, whose hook is the same number for all of them */
bool program_is_lsm(enum program p);

/*
 * Pure: put a program together for these maps.  With devices, but -1 for the prefixes: there is
 * no mark, every device is the VRF's own (DEVICE_OWN), and the program is half as long.
 * older: for kernels before 6.1, where a program cannot choose the errno of a refusal (EPERM it
 * is), and before 5.12 takes a place that another may take with it.  layout: for those of the LSM, else NULL.
 */
void program_assemble(enum program p, bool older, const int maps[MAPS], const struct layout *layout,
		      struct program_image *image);

/* A descriptor or -errno */
int program_load(enum program p, const int maps[MAPS], const struct layout *layout);

#endif
