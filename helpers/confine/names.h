/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/names.h - a nameserver for each VRF: programs beside those of the confinement (attached.h)
 * that send what a process asks a nameserver of resolv.conf to one of the VRF's, and give its answers the
 * address that was asked.  They let nothing pass: the filters see the new address.
 *
 * A VRF with nameservers has one set of them, in its home, which also holds what they are; nothing else does.
 */
#ifndef HELPERS_CONFINE_NAMES_H
#define HELPERS_CONFINE_NAMES_H

#include <linux/bpf.h>
#include <net/if.h>
#include <stdbool.h>

#include "helpers/base/nameserver.h"

/* In the order in which they are attached: whoever asks can be answered. */
enum name_program { NAME_RECEIVE4, NAME_RECEIVE6, NAME_CONNECT4, NAME_CONNECT6, NAME_SEND4, NAME_SEND6, NAME_PROGRAMS };

extern const enum bpf_attach_type name_hooks[NAME_PROGRAMS];
#define NAME_PREFIX "vrf_n"

#define NOBODY NAMESERVERS_MAX /* the index of no answer */

/* What `vrf_names` holds.  Addresses and ports are in network order, IPv4 in ask6 and answer6 as mapped. */
struct names {
	struct {
		__u32 ip, answer; /* where it is among the answers, in bytes */
	} ask4[NAMESERVERS_MAX];
	struct {
		__u64 ip[2], answer;
	} ask6[NAMESERVERS_MAX];
	struct {
		__u32 ip, port, unused[2];
	} answer4[NAMESERVERS_MAX + 1];
	struct {
		__u64 ip[2];
	} answer6[NAMESERVERS_MAX + 1];
	/* from here on not for the programs */
	__u64 netns, cookie;
	char vrf[IFNAMSIZ];
	__u32 spread;               /* every control group of the VRF has them */
	__u32 lease;                /* the servers are those of its members' leases, of which there may be none */
	struct nameservers servers; /* the VRF's */
};

/* What each socket has asked, by the answer's index. */
struct asked {
	struct {
		__u64 ip[2];
	} by_answer[NAMESERVERS_MAX + 1];
};

/* Pure: whose place among those of resolv.conf each of the VRF's takes. */
void names_match(struct names *n, const struct nameservers *asked, const struct nameservers *servers);
/* Does anybody's place get taken, or is there none of the same family? */
bool names_any(const struct names *n);

struct attached;

/*
 * What a VRF's home has, for a control group of the VRF that is open: in front of the programs of the
 * confinement, which must see the new address.  Where that is to have none, or the home has none or is -1, they go.
 * Both are locked.  set: what the home has of the confinement, NULL: unknown.  0 or -errno.
 */
int names_attach(int home, const struct attached *set, int dir);

/* Is this program one of ours, of whatever version? */
bool names_is_ours(unsigned int id);

/* Whether the processes of this control group are to have it.  0 or -errno */
bool names_are_wanted(int dir);
int names_want(int dir, bool wanted);

/*
 * Nameservers of a VRF, and those of resolv.conf from now on.  -EINVAL: the kernel has no such hooks.  None, and
 * none to come by a lease: no more.
 */
int names_set(const char *vrf, const struct nameservers *servers, bool lease);
/* Nobody is sent anywhere: the VRF goes. */
int names_empty(const char *vrf);
/* resolv.conf may have changed: for every VRF.  How many have nameservers; of an error `failed` is the VRF. */
int names_follow(unsigned int *vrfs, char failed[IFNAMSIZ]);
/* -ENOENT: the VRF has none */
int names_read(const char *vrf, struct names *n);

/* Does resolv.conf list others than it was filled for? */
bool names_are_stale(const struct names *n, const struct nameservers *asked);

/* names-programs.c: new programs and the map that they share; descriptors, -1 where nothing. */
struct names_set {
	int program[NAME_PROGRAMS];
	int map;
};
int names_load(struct names_set *s);
void names_close(struct names_set *s);
/* Is the name that of a program of this version? */
bool names_is_current(enum name_program p, const char *name);
#define NAMES_MAP "vrf_names"

#endif
