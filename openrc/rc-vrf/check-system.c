/* SPDX-License-Identifier: ISC */
/*
 * openrc/rc-vrf/check-system.c - ways out that the filters do not see, and that the system is set
 * up to have or not to have; see check.h and doc/security.md.
 */
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helpers/confine/modules.h"
#include "openrc/rc-vrf/check.h"
#include "openrc/state/confined.h"
#include "openrc/state/file.h"

#define SHIPPED DATADIR "/vrf-ng/modprobe.conf"
#define TURN_ON \
	"turn on the bpf LSM of Linux 6.0 and later: lsm= on the kernel command line, with what " \
	"/sys/kernel/security/lsm lists and ,bpf"

struct loadable {
	char names[512];
	struct findings *f;
};

/* All modules that need it, those that need them before; false if there is no room. */
static bool add_holders(const char *module, char *names, size_t size)
{
	char pattern[PATH_MAX];
	bool all = true;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "/sys/module/%s/holders/*", module);
	if (glob(pattern, 0, NULL, &found))
		return true;
	for (size_t i = 0; all && i < found.gl_pathc; i++) {
		const char *name = strrchr(found.gl_pathv[i], '/') + 1;

		all = add_holders(name, names, size) && strlen(names) + strlen(name) + 2 < size;
		if (all)
			strcat(strcat(names, *names ? " " : ""), name);
	}
	globfree(&found);
	return all;
}

static bool is_built_in(const char *module)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/module/%s/initstate", module);
	return access(path, F_OK);
}

/* What comes of one, in words. */
static const char *harm_of(const char *module)
{
	static const struct {
		const char *module, *harm;
	} harms[] = {
		{ "pppoe", "any process can send its frames by any Ethernet interface" },
		{ "l2tp_ppp", "any process can send and receive UDP past the filters" },
		{ "rxrpc", "what it sends and receives is not filtered" },
		{ "rds", "its connections are the kernel's own and belong to no VRF" },
		{ "smc", "its sockets can send by RDMA, which no filter sees" },
		{ "tipc", "any process can send by each bearer that it has" },
		{ "hv_sock", "any process can talk to the hypervisor" },
		{ "vmw_vsock_vmci_transport", "any process can talk to the hypervisor" },
		{ "vmw_vsock_virtio_transport", "any process can talk to the hypervisor" },
		{ "vhost_vsock", "any process can talk to virtual machines" },
		{ "qrtr", "any process can talk to a Qualcomm modem" },
		{ "can", "any process can send on a CAN bus" },
		{ "bluetooth", "any process can send by a Bluetooth adapter" },
		{ "nfc", "any process can send by an NFC adapter" },
		{ "ieee802154_socket", "any process can send by an IEEE 802.15.4 radio" },
		{ "atm", "any process can send by an ATM adapter" },
		{ "ax25", "any process can send by packet radio" },
		{ "netrom", "any process can send by packet radio" },
		{ "rose", "any process can send by packet radio" },
		{ "x25", "any process can send by an X.25 link" },
		{ "appletalk", "any process can send by an interface with an AppleTalk address" },
	};

	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++)
		if (!strcmp(harms[i].module, module))
			return harms[i].harm;
	return "its sockets are not filtered";
}

static void check_module(const struct module *m, enum module_state state, void *context)
{
	struct loadable *l = context;
	char holders[256] = "";

	if (state == MODULE_LOADED) {
		broken(l->f, "module-loaded", "the kernel module %s is loaded: %s", m->name, harm_of(m->name));
		if (!add_holders(m->name, holders, sizeof(holders)))
			*holders = '\0';
		if (is_built_in(m->name))
			remedy(l->f, "it is part of the kernel and stays: " TURN_ON);
		else
			remedy(l->f,
			       "modprobe -r %s%s%s, or a reboot where it is in use, and keep it out by the lines of " SHIPPED
			       " in /etc/modprobe.d; or " TURN_ON,
			       holders, *holders ? " " : "", m->name);
	} else if (strlen(l->names) + strlen(m->name) + 2 < sizeof(l->names)) {
		strcat(strcat(l->names, *l->names ? " " : ""), m->name);
	}
}

static void check_modules(struct findings *f)
{
	struct loadable l = { .f = f };

	modules_each(check_module, &l);
	if (!*l.names)
		return;
	broken(f, "modules-open", "any process can have the kernel load modules whose sockets are not filtered: %s",
	       l.names);
	remedy(f, TURN_ON "; or keep them out: cp " SHIPPED " /etc/modprobe.d/vrf-ng.conf");
}

/* A line `create dns_resolver * * PROGRAM`, with patterns. */
static bool resolves(char *line)
{
	const char *op = strtok(line, " \t"), *type = op ? strtok(NULL, " \t") : NULL;

	return type && *op != '#' && !fnmatch(op, "create", 0) && !fnmatch(type, "dns_resolver", 0);
}

static bool file_resolves(const char *path)
{
	char *text = file_read(path), *rest = text, *line;
	bool found = false;

	while (!found && rest && (line = strsep(&rest, "\n")))
		found = resolves(line);
	free(text);
	return found;
}

/*
 * The kernel asks it for a key, as root and in no control group of who wants the key.  It loads no
 * module for a type of key (key_type_lookup()): before something of root's has loaded dns_resolver,
 * say a mount of NFS or CIFS, nobody can ask.
 */
static void check_request_key(struct findings *f)
{
	static const char *const patterns[] = { "/etc/request-key.conf", "/etc/request-key.d/*.conf" };
	glob_t files = { 0 };

	if (access("/sbin/request-key", X_OK) || access("/sys/module/dns_resolver", F_OK))
		return;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &files);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		if (!file_resolves(files.gl_pathv[i]))
			continue;
		broken(f, "request-key",
		       "any process can have names looked up by the host's resolver: the kernel runs /sbin/request-key for it, "
		       "and %s has a line for dns_resolver",
		       files.gl_pathv[i]);
		remedy(f, "take that line out of %s, or remove keyutils", files.gl_pathv[i]);
	}
	globfree(&files);
}

/* Has this file of the kernel's a line that begins so? */
static bool has_line(const char *path, const char *const *begins, size_t count)
{
	char *text = file_read(path), *rest = text, *line;
	bool found = false;

	while (!found && rest && (line = strsep(&rest, "\n"))) {
		line += strspn(line, " ");
		for (size_t i = 0; i < count; i++)
			found |= !strncmp(line, begins[i], strlen(begins[i]));
	}
	free(text);
	return found;
}

/*
 * What this host does with packets of its own as if they were another's, behind the filters: a copy
 * of a multicast is forwarded (ip_mr_input()), what is for a virtual address goes to one of its
 * servers (ip_vs_send_or_cont(), without the socket).
 */
static void check_forwarding(struct findings *f)
{
	static const char *const interface = "0 ", *const services[] = { "TCP ", "UDP ", "SCTP ", "FWM " };

	if (has_line("/proc/net/ip_mr_vif", &interface, 1)) {
		warn(f, "multicast-forwarding",
		     "this host forwards multicasts (/proc/net/ip_mr_vif): what a service sends to a group may leave by any "
		     "interface that takes part in that");
		remedy(f, "drop the copies by a rule of nft for each service: This host's own copy, in " DATADIR
			  "/doc/vrf-ng/security.md");
	}
	if (has_line("/proc/net/ip_vs", services, sizeof(services) / sizeof(*services))) {
		warn(f, "ipvs",
		     "this host has virtual services of IPVS (/proc/net/ip_vs): what a service sends to the address of one goes "
		     "to its servers, wherever they are");
		remedy(f,
		       "keep these addresses out of the networks of VRFs, or IPVS in a network namespace of its own");
	}
}

void check_system(const struct services *all, struct findings *f)
{
	struct confinements c = confinements(all);

	if (!c.any)
		return;
	if (!c.refuse || !confined_lsm_is_on())
		check_modules(f);
	check_request_key(f);
	check_forwarding(f);
}
