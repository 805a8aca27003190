/* SPDX-License-Identifier: ISC */
/* openrc/state/changes.h - hear of it when links, addresses, rules or routes change. */
#ifndef OPENRC_CHANGES_H
#define OPENRC_CHANGES_H

/* A descriptor that can be read when something has changed, or -errno. */
int changes_open(void);

/* Forget what was told so far: what is looked at from now on is what there is. */
void changes_drain(int changes);

#endif
