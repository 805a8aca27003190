/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/show.h - print what was found, for people or for programs. */
#ifndef OPENRC_SHOW_H
#define OPENRC_SHOW_H

#include "openrc/rc-vrf/check.h"
#include "openrc/state/drops.h"
#include "openrc/state/kernel.h"
#include "openrc/state/naming.h"
#include "openrc/state/services.h"
#include "openrc/state/sockets.h"

void show_tables(const struct kernel *k, const struct services *all, const struct inet_sockets *sockets);
/* rings NULL: unknown */
void show_json(const struct kernel *k, const struct services *all, const struct inet_sockets *sockets,
	       const struct rings *rings);

/* Of a VRF: the services that are to be in it or have a process there, and nobody's processes; NULL: of all. */
void show_services(const struct kernel *k, const struct services *all, const struct inet_sockets *sockets,
		   const char *vrf);

void show_services_json(const struct kernel *k, const struct services *all, const struct inet_sockets *sockets,
			const char *vrf);

/* Is it configured for the VRF, or has it a process there?  vrf NULL: for any. */
bool show_concerns(const struct services *all, const struct service *service, const char *vrf);

/* Rules of both families in the order in which they are asked; what both have in one line. */
void show_rules(const struct naming *n, const struct rule *const *four, size_t fours, const struct rule *const *six,
		size_t sixes);

void show_findings(const struct findings *f);
void show_findings_json(const struct findings *f);

/* What a socket is bound to: "vrf-management", "mark 0x56000001", "nothing". */
#define BINDING_TEXT 32
const char *binding_text(const struct kernel *k, const struct inet_socket *socket, char text[BINDING_TEXT]);

/*
 * Those that can be reached, each once although several processes share it or several
 * are the same; `each` gets them.
 */
void each_listener(const struct services *all, const struct service *service, const struct inet_sockets *sockets,
		   void (*each)(const struct inet_socket *socket, void *context), void *context);

#endif
