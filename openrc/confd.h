/* SPDX-License-Identifier: ISC */
/* openrc/confd.h - what /etc/conf.d says about VRFs. */
#ifndef OPENRC_CONFD_H
#define OPENRC_CONFD_H

#include <stdbool.h>

struct rc_stringlist;

/* In the place of a VRF's name: settings that the hook for OpenRC refuses. */
#define CONFD_REFUSED "?"

/*
 * The settings of the services whose files mention a VRF, evaluated by the shell as
 * OpenRC does.  `each` may get a name that is none.  0 or -errno
 */
int confd_each(const struct rc_stringlist *services,
	       void (*each)(const char *service, const char *vrf, bool confine, void *context), void *context);

/*
 * Pure: the text of a conf.d file with vrf="VRF" in the place of what it said, at its end
 * if it said nothing; without it if vrf is NULL.  All else stays.  NULL: no memory (ENOMEM),
 * or only a shell can tell where what it says ends (EINVAL).
 */
char *confd_edit(const char *text, const char *vrf);

/* Edit the service's file: it is the old one or the new one at any moment.  0 or -errno, as above */
int confd_set(const char *service, const char *vrf);

#endif
