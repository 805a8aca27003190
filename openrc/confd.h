/* SPDX-License-Identifier: ISC */
/* openrc/confd.h - what /etc/conf.d and its like say about VRFs. */
#ifndef OPENRC_CONFD_H
#define OPENRC_CONFD_H

#include <stdbool.h>
#include <stddef.h>

struct rc_stringlist;

/* In the place of a VRF's name: settings that the hook for OpenRC refuses. */
#define CONFD_REFUSED "?"

/* Services whose files a shell has to read.  Directories are separated by colons, the first is read first. */
struct confd {
	const char *settings; /* the file settings.sh */
	const char *runlevel;
	const char *rc_dirs; /* with rc.conf and rc.conf.d */
	struct {
		const char *name;
		char *dirs; /* with conf.d */
	} *service;
	size_t count;
};

/* Let a shell evaluate them, as OpenRC does.  0 or -errno */
int confd_evaluate(const struct confd *c, void (*each)(const char *service, const char *vrf, bool confine, void *context),
		   void *context);

/*
 * The settings of those of the services whose files mention a VRF.  `each` may get a name that
 * is none.  0 or -errno
 */
int confd_each(const struct rc_stringlist *services,
	       void (*each)(const char *service, const char *vrf, bool confine, void *context), void *context);

/* The file that `confd_set` edits: the last that OpenRC reads of those that mention a VRF.  To be freed. */
char *confd_file(const char *service);

/*
 * Pure: the text of a conf.d file with vrf="VRF" in the place of what it said, at its end
 * if it said nothing; without it if vrf is NULL.  All else stays.  NULL: no memory (ENOMEM),
 * or only a shell can tell where what it says ends (EINVAL).
 */
char *confd_edit(const char *text, const char *vrf);

/* Edit the file: it is the old one or the new one at any moment.  0 or -errno, as above */
int confd_set(const char *file, const char *vrf);

#endif
