/* SPDX-License-Identifier: ISC */
/*
 * executor/stanza/parse.h - text to value, the only place where it happens.  Strict:
 * the whole text is consumed, nothing is skipped, nothing is cut.
 */
#ifndef EXECUTOR_STANZA_PARSE_H
#define EXECUTOR_STANZA_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "executor/model/prefix.h"

/* Decimal, or hexadecimal after 0x; no sign, no blanks. */
bool parse_u32(const char *text, uint32_t *value);

/* `N-M` or `N`; first must not be above last. */
bool parse_range(const char *text, uint32_t max, uint32_t *first, uint32_t *last);

/* yes or no */
bool parse_yesno(const char *text, bool *value);

/* A name that the kernel takes (net/core/dev.c, dev_valid_name): 1 to 15 bytes, no slash, colon or blank. */
bool parse_ifname(const char *text);

/* A name for a VRF device: as above, and no word that ip(8) would take for a keyword or a table. */
bool parse_vrf_name(const char *text);

/* An address without a prefix length; len becomes 32 or 128. */
bool parse_address(const char *text, struct prefix *address);

/* ADDR/LEN or ADDR, no bit set behind LEN; `default` only by parse_destination(). */
bool parse_prefix(const char *text, struct prefix *prefix);

/* The next word of *rest (blanks divide), or NULL at the end; writes into the text. */
char *next_word(char **rest);

/* Remove blanks at both ends, in place. */
char *trim(char *text);

#endif
