/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/show.h - print what was found, for people or for programs. */
#ifndef OPENRC_SHOW_H
#define OPENRC_SHOW_H

#include "openrc/rc-vrf/check.h"
#include "openrc/state/kernel.h"
#include "openrc/state/services.h"
#include "openrc/state/sockets.h"

void show_tables(const struct kernel *k, const struct services *all, const struct inet_sockets *sockets);
void show_json(const struct kernel *k, const struct services *all, const struct inet_sockets *sockets);

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
