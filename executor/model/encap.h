/* SPDX-License-Identifier: ISC */
/*
 * executor/model/encap.h - what is put around a packet that leaves by a hop (ip-route(8), encap):
 * the value, its text.  Few differ, so that a hop has a pointer to the one of each value
 * (encap_of()): the same pointer is the same value.
 */
#ifndef EXECUTOR_MODEL_ENCAP_H
#define EXECUTOR_MODEL_ENCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "executor/model/prefix.h"

#define ENCAP_LABELS   16
#define ENCAP_SEGMENTS 8

/* In the order of the kernel's flags; include/uapi/linux/if_tunnel.h, TUNNEL_CSUM ... */
#define ENCAP_CSUM 0x01
#define ENCAP_KEY  0x04
#define ENCAP_SEQ  0x08

struct encap {
	uint64_t id;
	uint32_t mode; /* of seg6, the action of seg6local */
	uint32_t table, vrftable;
	uint32_t label[ENCAP_LABELS];
	uint16_t type; /* LWTUNNEL_ENCAP_MPLS ... */
	uint16_t flags;
	uint8_t labels, segments;
	uint8_t ttl, tos;
	bool has_ttl; /* mpls: 0 is one */
	bool count;
	struct prefix src, dst; /* ip, ip6 */
	struct prefix hop;      /* seg6local: nh4, nh6 */
	uint8_t segment[ENCAP_SEGMENTS][16];
};

/* The one that has this value; all of its bytes count. NULL: no memory. */
const struct encap *encap_of(const struct encap *value);

/* What each is called, and its number for the kernel. */
struct encap_word {
	const char *word;
	uint32_t number;
	uint8_t needs; /* an action of seg6local: ENCAP_NEEDS_... */
};
#define ENCAP_NEEDS_TABLE    1
#define ENCAP_NEEDS_VRFTABLE 2
#define ENCAP_NEEDS_NH4      4
#define ENCAP_NEEDS_NH6      8

struct encap_words {
	const struct encap_word *word;
	size_t count;
};

extern const struct encap_words encap_types, encap_modes, encap_actions;

/* NULL: none */
const struct encap_word *encap_by_word(const struct encap_words *words, const char *word);
const struct encap_word *encap_by_number(const struct encap_words *words, uint32_t number);

/* As ip-route(8) takes it, behind the word encap and a blank. */
void encap_append(const struct encap *encap, char *text, size_t room);

#endif
