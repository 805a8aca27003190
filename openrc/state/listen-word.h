/* SPDX-License-Identifier: ISC */
/* openrc/state/listen-word.h - how vrf-listen(8) is told of a listener; pure. */
#ifndef OPENRC_LISTEN_WORD_H
#define OPENRC_LISTEN_WORD_H

/* NULL: vrf-listen takes the word [NAME=]PROTOCOL:ADDRESS:PORT; else what is wrong with it.  Writes into the word. */
const char *listen_word_wrong(char *word);

#endif
