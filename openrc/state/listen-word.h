/* SPDX-License-Identifier: ISC */
/* openrc/state/listen-word.h - what vrf-listen(8) would say of a listener; pure. */
#ifndef OPENRC_LISTEN_WORD_H
#define OPENRC_LISTEN_WORD_H

#include "helpers/base/listen-word.h"

/* NULL: vrf-listen takes the word, and w is what it makes of it; else what is wrong with it */
const char *listen_word_wrong(const char *word, struct listen_word *w);

#endif
