/* SPDX-License-Identifier: ISC */
/* openrc/state/confd.h - what /etc/conf.d and its like say about VRFs. */
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
		char *dirs;   /* with conf.d */
		char *script; /* NULL: none */
	} * service;
	size_t count;
};

/* What a service's files say; all of it is there during the call that gets it. */
struct confd_says {
	const char *service, *vrf; /* "": none, CONFD_REFUSED */
	bool confine;
	bool other_names;    /* it does not ask the VRF's nameservers: vrf_dns=no */
	bool explicit;       /* about a VRF, be it none */
	bool general;        /* what rc.conf and rc.conf.d say of it is what counts */
	const char *refused; /* why the hook refuses such settings, NULL: it does not */
	const char *supervisor;
	const char *listen_vrf, *listen; /* what doc/worlds/socket-activation.md has scripts hand to vrf-listen(8) */
	const char *unloadable;          /* the file that no shell comes to the good end of; the rest is unknown then */
	bool failed;                     /* it came to its end, and the last command there, or a return, has failed */
	const char *not_found; /* "LINE FILE": the last command there, which speaks of a VRF, is none; or NULL */
	const char *slip;      /* in no VRF: _vrf_slip of settings.sh, or NULL */
	char **file;           /* those that were read, in order */
	size_t files;
};

/* Let a shell evaluate them, as OpenRC does.  0 or -errno */
int confd_evaluate(const struct confd *c, void (*each)(const struct confd_says *says, void *context), void *context);

/*
 * The settings of those of the services whose files mention a VRF.  `each` may get a name that
 * is none.  0 or -errno
 */
int confd_each(const struct rc_stringlist *services, void (*each)(const struct confd_says *says, void *context),
	       void *context);

/* Those of one service, whether or not its files mention a VRF.  0 or -errno */
int confd_one(const char *service, void (*each)(const struct confd_says *says, void *context), void *context);

/* Can a shell parse the file?  One that cannot be looked at is said to be good. */
bool confd_parses(const char *path);

/* Is it rc.conf or one of rc.conf.d, which speak of all services? */
bool confd_is_general(const char *path);

/* The directory of conf.d that counts for dependencies: beside the service's init.d.  To be freed. */
char *confd_script_dir(const char *service);

/* Pure: what stands behind `NAME=` in a line of shell that sets it, or NULL. */
const char *confd_value(const char *line, const char *name);

/* Pure: the quote that is open behind these characters, if `quote` was before; a null byte: none. */
char confd_quote(char quote, const char *from, const char *to);

enum slip {
	SLIP_COMMAND, /* `vrf = red` and `vrf red`: the shell takes the name for a command */
	SLIP_BLANK,   /* `vrf= red`: the shell runs red, and vrf is empty for that */
	SLIP_CASE,    /* `VRF=red` */
	SLIP_BARE,    /* `red` */
	SLIP_HYPHEN,  /* `rc-vrf=red`: no name has one */
	SLIP_DOLLAR,  /* `$vrf=red` */
	SLIP_OTHER,   /* `vrf: red`, `"vrf"=red`, `vrf+=red`, a byte order mark before it */
	SLIP_BUILTIN, /* `set vrf=red`, `alias vrf=red` ...: means something else, and succeeds */
	SLIP_RETURN   /* a carriage return before or behind what stands there */
};

/* A line that means to set one of the hook's variables and does not, or not to what one sees there. */
struct confd_slip {
	enum slip kind;
	unsigned int line;
	bool last;            /* no command follows: its status is the file's */
	const char *variable; /* that it means, NULL for a carriage return */
	char name[24];        /* as it stands there */
	char value[16];       /* what it means to set it to, "": nothing that could be a VRF or yes or no */
};

/* Is it one of the two variables that name a VRF, and none that says how a service is in it? */
bool confd_names_vrf(const char *variable);

/*
 * Pure: those of a text for which no other line of it sets the variable, and its first carriage
 * return; at most `room`.  Returns how many.
 */
size_t confd_slips(const char *text, struct confd_slip *slip, size_t room);

/*
 * Pure: the first line that is what `is_vrf` says is the name of a VRF, or sets a variable to it whose name is a slip
 * away from vrf or rc_vrf.
 */
bool confd_near(const char *text, bool (*is_vrf)(const char *name, void *context), void *context,
		struct confd_slip *slip);

/* The service's files in conf.d, whatever they say. */
void confd_files(const char *service, void (*each)(const char *path, void *context), void *context);

/* What OpenRC reads nothing of, and says nothing about, in the place of a service's files. */
void confd_unread(const char *service, void (*each)(const char *path, bool directory, void *context), void *context);

/* The number of the last line of the file that sets it, 0: none does. */
unsigned int confd_line(const char *path, const char *name);

/* Pure: does the text read a variable of that name?  NULL: no text */
bool confd_uses(const char *text, const char *name);

/* The number of the first line of the file with that word, 0: none has. */
unsigned int confd_command(const char *path, const char *word);

/*
 * Pure: what an init script sets a variable to outside of its functions, in the end; to be freed.
 * NULL: nothing, or something that only a shell can tell.
 */
char *confd_script_value(const char *text, const char *name);

/* The file that `confd_set` edits: the last that OpenRC reads of those that mention a VRF.  To be freed. */
char *confd_file(const char *service);

/*
 * OpenRC reads FILE.RUNLEVEL in the place of FILE, but not when it looks for dependencies: the one
 * of the current runlevel (now), and those of others that mention a VRF.
 */
void confd_runlevel_files(const char *file,
			  void (*each)(const char *path, const char *runlevel, bool now, void *context), void *context);

/*
 * Pure: the text of a conf.d file with vrf="VRF" in the place of what it said, at its end
 * if it said nothing; without it if vrf is NULL.  All else stays.  NULL: no memory (ENOMEM),
 * or only a shell can tell where what it says ends (EINVAL).
 */
char *confd_edit(const char *text, const char *vrf);

/* Edit the file: it is the old one or the new one at any moment.  0 or -errno, as above */
int confd_set(const char *file, const char *vrf);

#endif
