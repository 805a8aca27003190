/* SPDX-License-Identifier: ISC */
/*
 * helpers/confine/modules.h - kernel modules by which a process gets past the filters of its
 * control group.  The kernel loads most of them for whoever asks for such a socket.
 * Where the bpf LSM is active nobody need ask: such sockets are refused.
 */
#ifndef HELPERS_CONFINE_MODULES_H
#define HELPERS_CONFINE_MODULES_H

#include <stdbool.h>
#include <stddef.h>

struct module {
	const char *name;
	const char *base;  /* the module without which it cannot be loaded, or NULL */
	const char *trace; /* of it where it is no module: in /proc/net/protocols, or a path; or NULL */
	bool bare;         /* no way by itself, others are based on it */
};

#define MODULES 22
extern const struct module modules[MODULES];

enum module_state {
	MODULE_ABSENT,   /* no socket has the kernel load it */
	MODULE_KEPT_OUT, /* by the configuration of modprobe, or because nothing is loaded any more */
	MODULE_LOADABLE, /* by any process */
	MODULE_LOADED,   /* or built in */
};

/* What was read of each. */
struct module_facts {
	struct {
		bool there;
		bool aliased;                    /* `alias net-pf-...` */
		bool blacklisted;                /* `blacklist`, which counts if the kernel asks by such an alias */
		bool install_none, install_some; /* `install`, of nothing or of something */
		bool refused;                    /* by the kernel, module_blacklist= */
	} of[MODULES];
	bool no_loading; /* for nobody */
	bool no_install; /* busybox: its modprobe knows no `install` */
};

/* Pure: one line of the file.  They may write to it. */
void modules_take_protocol(char *line, struct module_facts *f);
void modules_take_alias(char *line, struct module_facts *f);   /* modules.alias */
void modules_take_config(char *line, struct module_facts *f);  /* modprobe.d */
void modules_take_command(char *line, struct module_facts *f); /* /proc/cmdline */
enum module_state module_state(const struct module *m, const struct module_facts *f);

/* Read all that below the directory root. */
void modules_read(int root, struct module_facts *f);

/* Call `each` with those that are a way: state is MODULE_LOADABLE or MODULE_LOADED. */
void modules_each(void (*each)(const struct module *m, enum module_state state, void *context), void *context);

#endif
