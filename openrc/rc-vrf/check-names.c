/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/check-names.c - whom services ask for names; see check.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "executor/kernel/netlink.h"
#include "helpers/confine/names.h"
#include "openrc/rc-vrf/check.h"
#include "openrc/state/file.h"
#include "openrc/state/memory.h"

/* IPv6 answers with the route that says no. */
static int take_type(struct nlmsghdr *n, void *context)
{
	const struct rtmsg *rtm = nlmsg_data(n);

	if (n->nlmsg_type == RTM_NEWROUTE)
		*(bool *)context = rtm->rtm_type == RTN_UNICAST || rtm->rtm_type == RTN_LOCAL;
	return 0;
}

/* As a socket of the VRF's would look it up.  What cannot be found out is no finding. */
static bool has_route(struct netlink *nl, const struct vrf *vrf, const struct nameserver *s)
{
	const bool ipv4 = nameserver_is_ipv4(s);
	const struct rtmsg rtm = { .rtm_family = ipv4 ? AF_INET : AF_INET6, .rtm_dst_len = ipv4 ? 32 : 128 };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, 0);
	const int attribute = vrf->mark ? RTA_MARK : RTA_OIF;
	bool found = false;
	int err;

	if (!msg || nlmsg_append(msg, (void *)&rtm, sizeof(rtm), NLMSG_ALIGNTO) ||
	    nla_put(msg, RTA_DST, ipv4 ? 4 : 16, s->address + (ipv4 ? 12 : 0)) ||
	    nla_put_u32(msg, attribute, vrf->mark ? vrf->mark : vrf->link->ifindex)) {
		memory_out();
	}
	err = netlink_get(nl, msg, take_type, &found);
	return err ? err != -ENETUNREACH && err != -EHOSTUNREACH && err != -EACCES && err != -EINVAL : found;
}

static void check_route(struct netlink *nl, const struct vrf *vrf, const struct nameserver *s, const char *text,
			struct findings *f)
{
	if (has_route(nl, vrf, s))
		return;
	broken(f, "nameserver-no-route", "%s: it has no route to its nameserver %s", vrf->link->name, text);
	remedy(f, "write a table-route to it, or another vrf-nameserver, in the stanza of %s; then ifup -f %s",
	       vrf->link->name, vrf->link->name);
}

static bool is_asked(const struct names *n, const struct nameservers *asked, unsigned int server)
{
	for (unsigned int i = 0; i < NAMESERVERS_MAX; i++)
		if (n->ask6[i].answer == server * 16)
			return true;
	return nameservers_have(asked, &n->servers.server[server]);
}

static void check_asked(const struct vrf *vrf, const struct names *n, const struct nameservers *asked, unsigned int i,
			const char *text, struct findings *f)
{
	if (is_asked(n, asked, i))
		return;
	if (nameservers_have_family(asked, nameserver_is_ipv4(&n->servers.server[i])))
		broken(f, "nameserver-too-many",
		       "%s: its nameserver %s is never asked: resolv.conf lists fewer than the VRF has",
		       vrf->link->name, text);
	else
		broken(f, "nameserver-other-family",
		       "%s: its nameserver %s is never asked: resolv.conf lists none of its family", vrf->link->name,
		       text);
	remedy(f, "add a line to " RESOLV_CONF ", or take it out of vrf-nameserver of %s; then ifup -f %s",
	       vrf->link->name, vrf->link->name);
}

void check_names(struct netlink *nl, const struct vrf *vrf, struct findings *f)
{
	struct nameservers asked, own;
	struct names n;
	bool left_out;

	if (names_read(vrf->link->name, &n) || resolv_read(RESOLV_CONF, &asked, &left_out))
		return;
	if (names_are_stale(&n, &asked)) {
		broken(f, "resolv-conf-changed", "%s: resolv.conf has changed, and its services ask whom it lists now",
		       vrf->link->name);
		remedy(f, "rc-vrf sync");
		own = n.servers;
		names_match(&n, &asked, &own);
	}
	if (left_out) {
		broken(f, "resolv-conf-link-local",
		       "%s: resolv.conf lists a link-local nameserver, which its services ask in the place of the VRF's",
		       vrf->link->name);
		remedy(f, "write another address of it to " RESOLV_CONF ", then rc-vrf sync");
	}
	for (unsigned int i = 0; i < n.servers.count; i++) {
		char text[NAMESERVER_TEXT];

		nameserver_text(&n.servers.server[i], text);
		check_asked(vrf, &n, &asked, i, text, f);
		check_route(nl, vrf, &n.servers.server[i], text, f);
	}
}

/* The C library asks the first one before all else; the others if nsswitch.conf says so. */
static const struct {
	const char *name, *word, *socket;
} daemons[] = {
	{ "nscd", NULL, "/run/nscd/socket" },
	{ "nss-resolve", "resolve", "/run/systemd/resolve/io.systemd.Resolve" },
};

/* Is the word in the line for hosts? */
static bool is_configured(const char *word)
{
	char *text = file_read("/etc/nsswitch.conf"), *rest = text, *line;
	bool found = false;

	while (text && !found && (line = strsep(&rest, "\n"))) {
		char *end = strchr(line, '#');

		if (end)
			*end = '\0';
		found = !strncmp(line, "hosts:", 6) && strstr(line + 6, word);
	}
	free(text);
	return found;
}

void check_resolvers(const struct kernel *k, struct findings *f)
{
	struct names n;
	struct stat st;
	bool any = false;

	for (size_t i = 0; i < k->count; i++)
		any |= !names_read(k->vrf[i].link->name, &n);
	for (size_t i = 0; any && i < sizeof(daemons) / sizeof(daemons[0]); i++) {
		if (stat(daemons[i].socket, &st) || !S_ISSOCK(st.st_mode) ||
		    (daemons[i].word && !is_configured(daemons[i].word)))
			continue;
		broken(f, "resolver-daemon",
		       "services of VRFs with nameservers have %s look names up, which asks in a VRF of its own: %s",
		       daemons[i].name, daemons[i].socket);
		remedy(f, "stop it, or turn off its cache for hosts");
	}
}
