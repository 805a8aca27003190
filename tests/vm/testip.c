/* SPDX-License-Identifier: ISC */
/*
 * tests/vm/testip.c - what the test scripts need of ip(8), for guests without
 * iproute2: busybox's has neither VRFs nor network namespaces nor a monitor.
 * Called `ip` there (tests/vm/vm.sh).  It shares no code with what is tested,
 * and its lines look like iproute2's, so that the scripts are the same everywhere.
 *
 *	ip [-4|-6] [-o] [-d] [-n NETNS] COMMAND, or -batch - with commands on stdin
 *	netns add NAME
 *	link add NAME [index N] [master NAME] type dummy|bridge|vrf table N|veth peer name NAME [netns NETNS]
 *	link set NAME [up|down] [master NAME|nomaster] [name NEW]; link del NAME
 *	link show [NAME] [type KIND]
 *	addr add|replace|del ADDRESS/LENGTH dev NAME [nodad]; addr flush dev NAME
 *	addr show [[dev] NAME] [scope link] [[-]tentative]
 *	route add|replace|del [TYPE] PREFIX [via ADDRESS] [dev NAME] [metric N] [table N] [proto NAME]
 *	route show [table N|all] [dev NAME]; route get ADDRESS; route flush table N
 *	rule [show] [pref N]; rule add|del pref N [from PREFIX] [to PREFIX] [iif NAME] [fwmark N] [l3mdev]
 *		[table N|goto N|unreachable] [protocol N]
 *	monitor [link] [address] [route] [rule]
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW     (NLM_F_CREATE | NLM_F_EXCL)
#define CHANGED (NLM_F_CREATE | NLM_F_REPLACE)
#define ATTRS   64

static int family, sk = -1;
static bool one_line, details, quiet_ok;
static char **word; /* the rest of the command */

static char request[8192];
static struct nlmsghdr *const hdr = (struct nlmsghdr *)request;

/* --- words ------------------------------------------------------------------ */

static bool next_is(const char *text)
{
	if (!*word || strcmp(*word, text))
		return false;
	word++;
	return true;
}

static const char *argument(void)
{
	if (!*word)
		errx(2, "ip: a word is missing");
	return *word++;
}

static uint32_t number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (!*text || *end)
		errx(2, "ip: %s is not a number", text);
	return (uint32_t)value;
}

static const struct name {
	const char *text;
	unsigned int value;
} types[] = { { "unreachable", RTN_UNREACHABLE },
	      { "blackhole", RTN_BLACKHOLE },
	      { "prohibit", RTN_PROHIBIT },
	      { "throw", RTN_THROW },
	      { "local", RTN_LOCAL },
	      { "broadcast", RTN_BROADCAST },
	      { "anycast", RTN_ANYCAST },
	      { "multicast", RTN_MULTICAST },
	      { 0 } },
  tables[] = { { "main", RT_TABLE_MAIN }, { "local", RT_TABLE_LOCAL }, { "default", RT_TABLE_DEFAULT }, { 0 } },
  protocols[] = { { "kernel", RTPROT_KERNEL },
		  { "boot", RTPROT_BOOT },
		  { "static", RTPROT_STATIC },
		  { "ra", RTPROT_RA },
		  { "dhcp", RTPROT_DHCP },
		  { "bird", RTPROT_BIRD },
		  { 0 } },
  scopes[] = { { "global", RT_SCOPE_UNIVERSE }, { "link", RT_SCOPE_LINK }, { "host", RT_SCOPE_HOST }, { 0 } },
  actions[] = { { "unreachable", FR_ACT_UNREACHABLE },
		{ "prohibit", FR_ACT_PROHIBIT },
		{ "blackhole", FR_ACT_BLACKHOLE },
		{ 0 } };

static unsigned int value_of(const struct name *names, const char *text)
{
	for (; names->text; names++)
		if (!strcmp(names->text, text))
			return names->value;
	return number(text);
}

static bool known(const struct name *names, const char *text)
{
	while (names->text && strcmp(names->text, text))
		names++;
	return names->text;
}

static const char *text_of(const struct name *names, unsigned int value)
{
	static char text[16];

	for (; names->text; names++)
		if (names->value == value)
			return names->text;
	snprintf(text, sizeof(text), "%u", value);
	return text;
}

/* ADDRESS[/LENGTH] or default; returns the length. */
static int address(const char *text, int *af, unsigned char bytes[16])
{
	char copy[64];
	char *slash;

	memset(bytes, 0, 16);
	if (!strcmp(text, "default")) {
		*af = family ? family : AF_INET;
		return 0;
	}
	snprintf(copy, sizeof(copy), "%s", text);
	slash = strchr(copy, '/');
	if (slash)
		*slash++ = '\0';
	*af = strchr(copy, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(*af, copy, bytes) != 1)
		errx(2, "ip: %s is not an address", text);
	return slash ? (int)number(slash) : *af == AF_INET ? 32 : 128;
}

static int size_of(int af)
{
	return af == AF_INET ? 4 : 16;
}

static int ifindex(const char *name)
{
	int index = (int)if_nametoindex(name);

	if (!index)
		errx(1, "Cannot find device \"%s\"", name);
	return index;
}

static const char *ifname(int index)
{
	static char name[2][IF_NAMESIZE];
	static int turn;

	turn = !turn;
	if (!if_indextoname((unsigned int)index, name[turn]))
		snprintf(name[turn], IF_NAMESIZE, "if%d", index);
	return name[turn];
}

/* --- netlink ---------------------------------------------------------------- */

static void *begin(int type, int flags, size_t size)
{
	memset(request, 0, sizeof(request));
	hdr->nlmsg_len = (uint32_t)NLMSG_LENGTH(size);
	hdr->nlmsg_type = (uint16_t)type;
	hdr->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	return NLMSG_DATA(hdr);
}

static struct rtattr *put(int type, const void *data, size_t length)
{
	struct rtattr *attr = (struct rtattr *)(request + NLMSG_ALIGN(hdr->nlmsg_len));

	attr->rta_type = (uint16_t)type;
	attr->rta_len = (uint16_t)RTA_LENGTH(length);
	if (length)
		memcpy(RTA_DATA(attr), data, length);
	hdr->nlmsg_len = NLMSG_ALIGN(hdr->nlmsg_len) + RTA_ALIGN(attr->rta_len);
	return attr;
}

static void put_number(int type, uint32_t value)
{
	put(type, &value, sizeof(value));
}

static void put_text(int type, const char *text)
{
	put(type, text, strlen(text) + 1);
}

static void close_nest(struct rtattr *nest)
{
	nest->rta_len = (uint16_t)(request + hdr->nlmsg_len - (char *)nest);
}

static void connect_kernel(unsigned int groups)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int big = 1 << 20;

	if (sk >= 0)
		close(sk);
	sk = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (sk < 0 || bind(sk, (struct sockaddr *)&kernel, sizeof(kernel)))
		err(1, "netlink");
	setsockopt(sk, SOL_SOCKET, SO_RCVBUF, &big, sizeof(big));
}

/* Send the request, give `each` (may be NULL) what comes back; the kernel's errno is the result. */
static int ask(void (*each)(struct nlmsghdr *))
{
	static char answer[65536];
	bool dump = (hdr->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;

	connect_kernel(0);
	if (send(sk, request, hdr->nlmsg_len, 0) < 0)
		err(1, "netlink");
	for (;;) {
		ssize_t length = recv(sk, answer, sizeof(answer), 0);

		if (length <= 0)
			err(1, "netlink");
		for (struct nlmsghdr *h = (struct nlmsghdr *)answer; NLMSG_OK(h, length); h = NLMSG_NEXT(h, length)) {
			if (h->nlmsg_type == NLMSG_ERROR)
				return -((struct nlmsgerr *)NLMSG_DATA(h))->error;
			if (h->nlmsg_type == NLMSG_DONE)
				return 0;
			if (each)
				each(h);
			if (!dump && !(hdr->nlmsg_flags & NLM_F_ACK))
				return 0;
		}
	}
}

static int done(int error)
{
	if (!error || quiet_ok)
		return 0;
	fprintf(stderr, "RTNETLINK answers: %s\n", strerror(error));
	return 2;
}

static int act(void)
{
	hdr->nlmsg_flags |= NLM_F_ACK;
	return done(ask(NULL));
}

static void parse(struct rtattr *attr[ATTRS], struct rtattr *first, int length)
{
	memset(attr, 0, ATTRS * sizeof(*attr));
	for (struct rtattr *a = first; RTA_OK(a, length); a = RTA_NEXT(a, length))
		if ((a->rta_type & NLA_TYPE_MASK) < ATTRS)
			attr[a->rta_type & NLA_TYPE_MASK] = a;
}

static uint32_t u32(const struct rtattr *attr)
{
	uint32_t value = 0;

	if (attr)
		memcpy(&value, RTA_DATA(attr), 4);
	return value;
}

static const char *text_address(int af, const void *bytes)
{
	static char text[2][INET6_ADDRSTRLEN];
	static int turn;

	turn = !turn;
	return inet_ntop(af, bytes, text[turn], INET6_ADDRSTRLEN);
}

/* --- links ------------------------------------------------------------------ */

static const char *want_kind, *want_name;

static void show_link(struct nlmsghdr *h)
{
	static const struct name flags[] = { { "BROADCAST", IFF_BROADCAST },
					     { "LOOPBACK", IFF_LOOPBACK },
					     { "NOARP", IFF_NOARP },
					     { "MASTER", IFF_MASTER },
					     { "UP", IFF_UP },
					     { 0 } };
	static const char *const states[] = { "UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN",
					      "TESTING", "DORMANT",    "UP" };
	struct ifinfomsg *ifi = NLMSG_DATA(h);
	struct rtattr *attr[ATTRS], *info[ATTRS] = { 0 }, *data[ATTRS] = { 0 };
	const char *kind = "", *comma = "", *name;

	parse(attr, IFLA_RTA(ifi), (int)IFLA_PAYLOAD(h));
	if (attr[IFLA_LINKINFO])
		parse(info, RTA_DATA(attr[IFLA_LINKINFO]), (int)RTA_PAYLOAD(attr[IFLA_LINKINFO]));
	if (info[IFLA_INFO_KIND])
		kind = RTA_DATA(info[IFLA_INFO_KIND]);
	name = attr[IFLA_IFNAME] ? RTA_DATA(attr[IFLA_IFNAME]) : "?";
	if ((want_kind && strcmp(kind, want_kind)) || (want_name && strcmp(name, want_name)))
		return;
	printf("%s%d: %s: <", h->nlmsg_type == RTM_DELLINK ? "Deleted " : "", ifi->ifi_index, name);
	for (const struct name *flag = flags; flag->text; flag++) {
		if (!(ifi->ifi_flags & flag->value))
			continue;
		printf("%s%s", comma, flag->text);
		comma = ",";
	}
	printf("> mtu %u", u32(attr[IFLA_MTU]));
	if (attr[IFLA_MASTER])
		printf(" master %s", ifname((int)u32(attr[IFLA_MASTER])));
	if (attr[IFLA_OPERSTATE] && *(uint8_t *)RTA_DATA(attr[IFLA_OPERSTATE]) < 7)
		printf(" state %s", states[*(uint8_t *)RTA_DATA(attr[IFLA_OPERSTATE])]);
	if (details && *kind) {
		printf("%s    %s", one_line ? "" : "\n", kind);
		if (info[IFLA_INFO_DATA])
			parse(data, RTA_DATA(info[IFLA_INFO_DATA]), (int)RTA_PAYLOAD(info[IFLA_INFO_DATA]));
		if (!strcmp(kind, "vrf"))
			printf(" table %u", u32(data[IFLA_VRF_TABLE]));
	}
	puts("");
}

static int link_show(void)
{
	struct ifinfomsg *ifi;

	want_kind = want_name = NULL;
	next_is("dev");
	while (*word)
		if (next_is("type"))
			want_kind = argument();
		else
			want_name = argument();
	if (want_name && !if_nametoindex(want_name)) {
		fprintf(stderr, "Device \"%s\" does not exist.\n", want_name);
		return 1;
	}
	ifi = begin(RTM_GETLINK, NLM_F_DUMP, sizeof(*ifi));
	(void)ifi;
	return done(ask(show_link));
}

static int netns_fd(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static void put_peer(void)
{
	struct rtattr *peer = put(VETH_INFO_PEER, "", 0);

	hdr->nlmsg_len += sizeof(struct ifinfomsg);
	while (*word)
		if (next_is("name"))
			put_text(IFLA_IFNAME, argument());
		else if (next_is("netns"))
			put_number(IFLA_NET_NS_FD, (uint32_t)netns_fd(argument()));
		else
			errx(2, "ip: what is %s?", *word);
	close_nest(peer);
}

static int link_add(void)
{
	struct ifinfomsg *ifi = begin(RTM_NEWLINK, NEW, sizeof(*ifi));
	struct rtattr *info, *data;
	const char *kind;

	next_is("dev");
	put_text(IFLA_IFNAME, argument());
	if (next_is("index"))
		ifi->ifi_index = (int)number(argument());
	if (next_is("master"))
		put_number(IFLA_MASTER, (uint32_t)ifindex(argument()));
	if (!next_is("type"))
		errx(2, "ip: what type?");
	kind = argument();
	info = put(IFLA_LINKINFO, "", 0);
	put_text(IFLA_INFO_KIND, kind);
	data = put(IFLA_INFO_DATA, "", 0);
	if (next_is("peer"))
		put_peer();
	else if (next_is("table"))
		put_number(IFLA_VRF_TABLE, number(argument()));
	close_nest(data);
	close_nest(info);
	return act();
}

static int link_set(void)
{
	struct ifinfomsg *ifi = begin(RTM_NEWLINK, 0, sizeof(*ifi));

	next_is("dev");
	ifi->ifi_index = ifindex(argument());
	while (*word) {
		if (next_is("up"))
			ifi->ifi_flags = ifi->ifi_change = IFF_UP;
		else if (next_is("down"))
			ifi->ifi_change = IFF_UP;
		else if (next_is("nomaster"))
			put_number(IFLA_MASTER, 0);
		else if (next_is("master"))
			put_number(IFLA_MASTER, (uint32_t)ifindex(argument()));
		else if (next_is("name"))
			put_text(IFLA_IFNAME, argument());
		else
			errx(2, "ip: what is %s?", *word);
	}
	return act();
}

static int link_del(void)
{
	struct ifinfomsg *ifi = begin(RTM_DELLINK, 0, sizeof(*ifi));

	next_is("dev");
	ifi->ifi_index = ifindex(argument());
	return act();
}

/* --- addresses -------------------------------------------------------------- */

static int want_index, want_scope;
static bool want_tentative, want_settled;
static struct {
	struct ifaddrmsg ifa;
	unsigned char bytes[16];
} found[256];
static size_t count;

static void show_address(struct nlmsghdr *h)
{
	struct ifaddrmsg *ifa = NLMSG_DATA(h);
	struct rtattr *attr[ATTRS], *local;
	uint32_t flags;

	parse(attr, IFA_RTA(ifa), (int)IFA_PAYLOAD(h));
	local = attr[IFA_LOCAL] ? attr[IFA_LOCAL] : attr[IFA_ADDRESS];
	flags = attr[IFA_FLAGS] ? u32(attr[IFA_FLAGS]) : ifa->ifa_flags;
	if (!local || (family && ifa->ifa_family != family) || (want_index && (int)ifa->ifa_index != want_index) ||
	    (want_scope >= 0 && ifa->ifa_scope != want_scope) || (want_tentative && !(flags & IFA_F_TENTATIVE)) ||
	    (want_settled && flags & IFA_F_TENTATIVE))
		return;
	if (count < sizeof(found) / sizeof(*found)) {
		found[count].ifa = *ifa;
		memcpy(found[count++].bytes, RTA_DATA(local), RTA_PAYLOAD(local));
	}
	if (quiet_ok)
		return;
	printf("%s%u: %s    %s %s/%u", h->nlmsg_type == RTM_DELADDR ? "Deleted " : "", ifa->ifa_index,
	       ifname((int)ifa->ifa_index), ifa->ifa_family == AF_INET ? "inet" : "inet6",
	       text_address(ifa->ifa_family, RTA_DATA(local)), ifa->ifa_prefixlen);
	printf(" scope %s%s%s\n", text_of(scopes, ifa->ifa_scope), flags & IFA_F_TENTATIVE ? " tentative" : "",
	       flags & IFA_F_PERMANENT ? "" : " dynamic");
}

static int address_list(void)
{
	struct ifaddrmsg *ifa = begin(RTM_GETADDR, NLM_F_DUMP, sizeof(*ifa));

	ifa->ifa_family = (uint8_t)family;
	count = 0;
	return done(ask(show_address));
}

static int address_show(void)
{
	want_index = 0;
	want_scope = -1;
	want_tentative = want_settled = false;
	while (*word)
		if (next_is("scope"))
			want_scope = (int)value_of(scopes, argument());
		else if (next_is("tentative"))
			want_tentative = true;
		else if (next_is("-tentative"))
			want_settled = true;
		else if (next_is("dev"))
			want_index = ifindex(argument());
		else
			want_index = ifindex(argument());
	return address_list();
}

static int address_change(int type, int flags)
{
	struct ifaddrmsg *ifa = begin(type, flags, sizeof(*ifa));
	unsigned char bytes[16];
	int af, length = address(argument(), &af, bytes);

	ifa->ifa_family = (uint8_t)af;
	ifa->ifa_prefixlen = (uint8_t)length;
	ifa->ifa_scope = bytes[0] == 127 && af == AF_INET ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
	while (*word)
		if (next_is("nodad"))
			put_number(IFA_FLAGS, IFA_F_NODAD);
		else if (next_is("dev"))
			ifa->ifa_index = (uint32_t)ifindex(argument());
		else
			errx(2, "ip: what is %s?", *word);
	put(IFA_LOCAL, bytes, (size_t)size_of(af));
	put(IFA_ADDRESS, bytes, (size_t)size_of(af));
	return act();
}

static int address_flush(void)
{
	next_is("dev");
	want_index = ifindex(argument());
	want_scope = -1;
	quiet_ok = true;
	address_list();
	for (size_t i = 0; i < count; i++) {
		struct ifaddrmsg *ifa = begin(RTM_DELADDR, 0, sizeof(*ifa));

		*ifa = found[i].ifa;
		put(IFA_LOCAL, found[i].bytes, (size_t)size_of(ifa->ifa_family));
		act();
	}
	quiet_ok = false;
	return 0;
}

/* --- routes ----------------------------------------------------------------- */

static uint32_t want_table; /* 0: all */
static bool monitoring;

static void show_via(int af, struct rtattr *attr[ATTRS])
{
	if (attr[RTA_GATEWAY])
		printf(" via %s", text_address(af, RTA_DATA(attr[RTA_GATEWAY])));
	if (attr[RTA_VIA]) {
		struct rtvia *via = RTA_DATA(attr[RTA_VIA]);

		printf(" via inet6 %s", text_address(via->rtvia_family, via->rtvia_addr));
	}
}

static void show_hops(int af, struct rtattr *multipath)
{
	struct rtnexthop *hop = RTA_DATA(multipath);

	for (int left = (int)RTA_PAYLOAD(multipath); left >= (int)sizeof(*hop) && RTNH_OK(hop, left);) {
		struct rtattr *attr[ATTRS];

		parse(attr, RTNH_DATA(hop), hop->rtnh_len - (int)sizeof(*hop));
		printf("%snexthop", one_line ? " " : "\n\t");
		show_via(af, attr);
		printf(" dev %s weight %d", ifname(hop->rtnh_ifindex), hop->rtnh_hops + 1);
		left -= (int)RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
}

static void show_route(struct nlmsghdr *h)
{
	struct rtmsg *rtm = NLMSG_DATA(h);
	struct rtattr *attr[ATTRS], *metrics[ATTRS] = { 0 };
	uint32_t table;

	parse(attr, RTM_RTA(rtm), (int)RTM_PAYLOAD(h));
	table = attr[RTA_TABLE] ? u32(attr[RTA_TABLE]) : rtm->rtm_table;
	if (rtm->rtm_flags & RTM_F_CLONED && !monitoring && want_table)
		return;
	if ((family && rtm->rtm_family != family) || (want_table && table != want_table) ||
	    (want_index && (int)u32(attr[RTA_OIF]) != want_index))
		return;
	printf("%s", h->nlmsg_type == RTM_DELROUTE ? "Deleted " : "");
	if (rtm->rtm_type != RTN_UNICAST)
		printf("%s ", text_of(types, rtm->rtm_type));
	if (!attr[RTA_DST])
		printf("default");
	else if (rtm->rtm_dst_len == 8 * size_of(rtm->rtm_family))
		printf("%s", text_address(rtm->rtm_family, RTA_DATA(attr[RTA_DST])));
	else
		printf("%s/%u", text_address(rtm->rtm_family, RTA_DATA(attr[RTA_DST])), rtm->rtm_dst_len);
	show_via(rtm->rtm_family, attr);
	if (attr[RTA_OIF])
		printf(" dev %s", ifname((int)u32(attr[RTA_OIF])));
	if (!want_table && table != RT_TABLE_MAIN)
		printf(" table %s", text_of(tables, table));
	printf(" proto %s", text_of(protocols, rtm->rtm_protocol));
	if (rtm->rtm_scope && rtm->rtm_family == AF_INET)
		printf(" scope %s", text_of(scopes, rtm->rtm_scope));
	if (attr[RTA_PREFSRC])
		printf(" src %s", text_address(rtm->rtm_family, RTA_DATA(attr[RTA_PREFSRC])));
	if (attr[RTA_PRIORITY])
		printf(" metric %u", u32(attr[RTA_PRIORITY]));
	if (rtm->rtm_flags & RTNH_F_ONLINK)
		printf(" onlink");
	if (attr[RTA_METRICS])
		parse(metrics, RTA_DATA(attr[RTA_METRICS]), (int)RTA_PAYLOAD(attr[RTA_METRICS]));
	if (metrics[RTAX_MTU])
		printf(" mtu %u", u32(metrics[RTAX_MTU]));
	if (attr[RTA_MULTIPATH])
		show_hops(rtm->rtm_family, attr[RTA_MULTIPATH]);
	puts(" ");
}

static int route_show(void)
{
	struct rtmsg *rtm;

	want_table = RT_TABLE_MAIN;
	want_index = 0;
	if (!family)
		family = AF_INET;
	while (*word)
		if (next_is("dev")) {
			want_index = ifindex(argument());
		} else if (next_is("table")) {
			const char *table = argument();

			want_table = strcmp(table, "all") ? value_of(tables, table) : 0;
		} else {
			errx(2, "ip: what is %s?", *word);
		}
	rtm = begin(RTM_GETROUTE, NLM_F_DUMP, sizeof(*rtm));
	rtm->rtm_family = (uint8_t)family;
	return done(ask(show_route));
}

/* The messages of a table's routes, which are also what deletes them. */
static char kept[65536];
static size_t kept_size;

static void keep_route(struct nlmsghdr *h)
{
	struct rtmsg *rtm = NLMSG_DATA(h);
	struct rtattr *attr[ATTRS];

	parse(attr, RTM_RTA(rtm), (int)RTM_PAYLOAD(h));
	if (rtm->rtm_family != family || rtm->rtm_flags & RTM_F_CLONED ||
	    (attr[RTA_TABLE] ? u32(attr[RTA_TABLE]) : rtm->rtm_table) != want_table)
		return;
	if (kept_size + NLMSG_ALIGN(h->nlmsg_len) > sizeof(kept))
		errx(1, "ip: too many routes to flush");
	memcpy(kept + kept_size, h, h->nlmsg_len);
	kept_size += NLMSG_ALIGN(h->nlmsg_len);
}

static int route_flush(void)
{
	struct rtmsg *rtm;

	if (!next_is("table"))
		errx(2, "ip: flush a table");
	want_table = value_of(tables, argument());
	if (!family)
		family = AF_INET;
	rtm = begin(RTM_GETROUTE, NLM_F_DUMP, sizeof(*rtm));
	rtm->rtm_family = (uint8_t)family;
	kept_size = 0;
	if (done(ask(keep_route)))
		return 2;
	quiet_ok = true; /* one may go with another */
	for (size_t at = 0; at < kept_size;) {
		struct nlmsghdr *h = (struct nlmsghdr *)(kept + at);

		at += NLMSG_ALIGN(h->nlmsg_len);
		begin(RTM_DELROUTE, 0, sizeof(*rtm));
		memcpy(NLMSG_DATA(hdr), NLMSG_DATA(h), NLMSG_PAYLOAD(h, 0));
		hdr->nlmsg_len = h->nlmsg_len;
		act();
	}
	quiet_ok = false;
	return 0;
}

static int route_get(void)
{
	struct rtmsg *rtm = begin(RTM_GETROUTE, 0, sizeof(*rtm));
	unsigned char bytes[16];
	int af, length = address(argument(), &af, bytes);

	rtm->rtm_family = (uint8_t)af;
	rtm->rtm_dst_len = (uint8_t)length;
	put(RTA_DST, bytes, (size_t)size_of(af));
	want_table = 0;
	want_index = 0;
	return done(ask(show_route));
}

static int route_change(int type, int flags)
{
	struct rtmsg *rtm = begin(type, flags, sizeof(*rtm));
	unsigned char bytes[16];
	uint32_t table = RT_TABLE_MAIN;
	bool via = false;
	int af, hop_af;

	rtm->rtm_type = *word && known(types, *word) ? (uint8_t)value_of(types, argument()) : RTN_UNICAST;
	rtm->rtm_dst_len = (uint8_t)address(argument(), &af, bytes);
	rtm->rtm_protocol = type == RTM_NEWROUTE ? RTPROT_BOOT : RTPROT_UNSPEC;
	if (rtm->rtm_dst_len)
		put(RTA_DST, bytes, (size_t)size_of(af));
	while (*word) {
		if (next_is("via")) {
			via = true;
			address(argument(), &hop_af, bytes);
			if (!rtm->rtm_dst_len)
				af = hop_af;
			put(RTA_GATEWAY, bytes, (size_t)size_of(hop_af));
		} else if (next_is("dev")) {
			put_number(RTA_OIF, (uint32_t)ifindex(argument()));
		} else if (next_is("metric")) {
			put_number(RTA_PRIORITY, number(argument()));
		} else if (next_is("table")) {
			table = value_of(tables, argument());
		} else if (next_is("proto")) {
			rtm->rtm_protocol = (uint8_t)value_of(protocols, argument());
		} else {
			errx(2, "ip: what is %s?", *word);
		}
	}
	rtm->rtm_family = (uint8_t)af;
	put_number(RTA_TABLE, table);
	if (type == RTM_DELROUTE)
		rtm->rtm_scope = RT_SCOPE_NOWHERE;
	else if (!via && rtm->rtm_type == RTN_UNICAST)
		rtm->rtm_scope = RT_SCOPE_LINK;
	return act();
}

/* --- rules ------------------------------------------------------------------ */

static uint32_t want_pref;
static bool by_pref;

static void show_prefix(const char *what, int af, const struct rtattr *attr, unsigned int length)
{
	if (!attr)
		return;
	printf(" %s %s", what, text_address(af, RTA_DATA(attr)));
	if (length != 8 * (unsigned int)size_of(af))
		printf("/%u", length);
}

static void show_range(const char *what, const struct rtattr *attr, bool wide)
{
	uint32_t range[2];

	if (!attr)
		return;
	if (wide) {
		memcpy(range, RTA_DATA(attr), sizeof(range));
	} else {
		uint16_t ports[2];

		memcpy(ports, RTA_DATA(attr), sizeof(ports));
		range[0] = ports[0];
		range[1] = ports[1];
	}
	printf(" %s %u", what, range[0]);
	if (range[0] != range[1] || wide)
		printf("-%u", range[1]);
}

static void show_rule(struct nlmsghdr *h)
{
	struct fib_rule_hdr *frh = NLMSG_DATA(h);
	struct rtattr *attr[ATTRS];
	uint32_t table;

	parse(attr, (struct rtattr *)((char *)frh + NLMSG_ALIGN(sizeof(*frh))),
	      (int)(h->nlmsg_len - NLMSG_LENGTH(sizeof(*frh))));
	if (frh->family != (family       ? family
			    : monitoring ? frh->family
					 : AF_INET) ||
	    (by_pref && u32(attr[FRA_PRIORITY]) != want_pref))
		return;
	table = attr[FRA_TABLE] ? u32(attr[FRA_TABLE]) : frh->table;
	printf("%s%u:\t%s", h->nlmsg_type == RTM_DELRULE ? "Deleted " : "", u32(attr[FRA_PRIORITY]),
	       frh->flags & FIB_RULE_INVERT ? "not " : "");
	if (attr[FRA_SRC])
		show_prefix(&" from"[1], frh -> family, attr[FRA_SRC], frh -> src_len);
	else
		printf("from all");
	show_prefix("to", frh->family, attr[FRA_DST], frh->dst_len);
	if (attr[FRA_FWMARK]) {
		printf(" fwmark 0x%x", u32(attr[FRA_FWMARK]));
		if (attr[FRA_FWMASK] && u32(attr[FRA_FWMASK]) != UINT32_MAX)
			printf("/0x%x", u32(attr[FRA_FWMASK]));
	}
	if (attr[FRA_IIFNAME])
		printf(" iif %s", (char *)RTA_DATA(attr[FRA_IIFNAME]));
	if (attr[FRA_OIFNAME])
		printf(" oif %s", (char *)RTA_DATA(attr[FRA_OIFNAME]));
	show_range("uidrange", attr[FRA_UID_RANGE], true);
	if (attr[FRA_IP_PROTO])
		printf(" ipproto ipproto-%u", *(uint8_t *)RTA_DATA(attr[FRA_IP_PROTO]));
	show_range("sport", attr[FRA_SPORT_RANGE], false);
	show_range("dport", attr[FRA_DPORT_RANGE], false);
	if (attr[FRA_L3MDEV] && *(uint8_t *)RTA_DATA(attr[FRA_L3MDEV]))
		printf(" lookup [l3mdev-table]");
	else if (frh->action == FR_ACT_TO_TBL)
		printf(" lookup %s", text_of(tables, table));
	if (frh->action == FR_ACT_GOTO)
		printf(" goto %u", u32(attr[FRA_GOTO]));
	else if (frh->action != FR_ACT_TO_TBL)
		printf(" %s", text_of(actions, frh->action));
	if (attr[FRA_PROTOCOL] && *(uint8_t *)RTA_DATA(attr[FRA_PROTOCOL]) > RTPROT_BOOT)
		printf(" proto %s", text_of(protocols, *(uint8_t *)RTA_DATA(attr[FRA_PROTOCOL])));
	puts("");
}

static int rule_show(void)
{
	struct fib_rule_hdr *frh = begin(RTM_GETRULE, NLM_F_DUMP, sizeof(*frh));

	frh->family = (uint8_t)(family ? family : AF_INET);
	next_is("show");
	by_pref = next_is("pref");
	want_pref = by_pref ? number(argument()) : 0;
	return done(ask(show_rule));
}

static uint8_t put_network(struct fib_rule_hdr *frh, int type)
{
	unsigned char bytes[16];
	int af, length = address(argument(), &af, bytes);

	frh->family = (uint8_t)af;
	put(type, bytes, (size_t)size_of(af));
	return (uint8_t)length;
}

static void put_goto(struct fib_rule_hdr *frh)
{
	frh->action = FR_ACT_GOTO;
	put_number(FRA_GOTO, number(argument()));
}

static int rule_change(int type, int flags)
{
	struct fib_rule_hdr *frh = begin(type, flags, sizeof(*frh));

	frh->family = (uint8_t)(family ? family : AF_INET);
	frh->action = FR_ACT_TO_TBL;
	if (type == RTM_DELRULE)
		frh->action = 0;
	while (*word) {
		if (next_is("pref"))
			put_number(FRA_PRIORITY, number(argument()));
		else if (next_is("table") || next_is("lookup"))
			put_number(FRA_TABLE, value_of(tables, argument()));
		else if (next_is("l3mdev"))
			put(FRA_L3MDEV, &(uint8_t){ 1 }, 1);
		else if (next_is("from"))
			frh->src_len = put_network(frh, FRA_SRC);
		else if (next_is("to"))
			frh->dst_len = put_network(frh, FRA_DST);
		else if (next_is("iif"))
			put_text(FRA_IIFNAME, argument());
		else if (next_is("fwmark"))
			put_number(FRA_FWMARK, number(argument()));
		else if (next_is("protocol"))
			put(FRA_PROTOCOL, &(uint8_t){ (uint8_t)value_of(protocols, argument()) }, 1);
		else if (next_is("goto"))
			put_goto(frh);
		else if (known(actions, *word))
			frh->action = (uint8_t)value_of(actions, argument());
		else
			errx(2, "ip: what is %s?", *word);
	}
	return act();
}

/* --- the rest --------------------------------------------------------------- */

static int monitor(void)
{
	unsigned int groups = 0;
	static char event[65536];

	for (; *word; word++)
		groups |= !strcmp(*word, "link")      ? RTMGRP_LINK
			  : !strcmp(*word, "address") ? RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR
			  : !strcmp(*word, "route")   ? RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE
			  : !strcmp(*word, "rule")    ? RTMGRP_IPV4_RULE | 1 << (RTNLGRP_IPV6_RULE - 1)
						      : 0;
	monitoring = one_line = true;
	want_scope = -1;
	connect_kernel(groups);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		ssize_t length = recv(sk, event, sizeof(event), 0);

		if (length <= 0)
			err(1, "netlink");
		for (struct nlmsghdr *h = (struct nlmsghdr *)event; NLMSG_OK(h, length); h = NLMSG_NEXT(h, length)) {
			if (h->nlmsg_type == RTM_NEWLINK || h->nlmsg_type == RTM_DELLINK)
				show_link(h);
			if (h->nlmsg_type == RTM_NEWADDR || h->nlmsg_type == RTM_DELADDR)
				show_address(h);
			if (h->nlmsg_type == RTM_NEWROUTE || h->nlmsg_type == RTM_DELROUTE)
				show_route(h);
			if (h->nlmsg_type == RTM_NEWRULE || h->nlmsg_type == RTM_DELRULE)
				show_rule(h);
		}
	}
}

static int netns_add(void)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", argument());
	mkdir("/run/netns", 0755);
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0)
		err(1, "%s", path);
	close(fd);
	if (unshare(CLONE_NEWNET) || mount("/proc/self/ns/net", path, "none", MS_BIND, NULL))
		err(1, "%s", path);
	return 0;
}

/* `show` needs not be said; it is the last of each object. */
static const struct {
	const char *object, *verb;
	int (*function)(void);
	int (*change)(int type, int flags);
	int type, flags;
} commands[] = {
	{ "netns", "add", .function = netns_add },
	{ "link", "add", .function = link_add },
	{ "link", "set", .function = link_set },
	{ "link", "del", .function = link_del },
	{ "link", "show", .function = link_show },
	{ "addr", "add", .change = address_change, .type = RTM_NEWADDR, .flags = NEW },
	{ "addr", "replace", .change = address_change, .type = RTM_NEWADDR, .flags = CHANGED },
	{ "addr", "del", .change = address_change, .type = RTM_DELADDR },
	{ "addr", "flush", .function = address_flush },
	{ "addr", "show", .function = address_show },
	{ "route", "add", .change = route_change, .type = RTM_NEWROUTE, .flags = NEW },
	{ "route", "replace", .change = route_change, .type = RTM_NEWROUTE, .flags = CHANGED },
	{ "route", "del", .change = route_change, .type = RTM_DELROUTE },
	{ "route", "flush", .function = route_flush },
	{ "route", "get", .function = route_get },
	{ "route", "show", .function = route_show },
	{ "rule", "add", .change = rule_change, .type = RTM_NEWRULE, .flags = NEW },
	{ "rule", "del", .change = rule_change, .type = RTM_DELRULE },
	{ "rule", "show", .function = rule_show },
	{ "monitor", "show", .function = monitor },
};

static int command(void)
{
	const char *object = argument();

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(commands[i].object, object) ||
		    (!next_is(commands[i].verb) && strcmp(commands[i].verb, "show")))
			continue;
		if (commands[i].function)
			return commands[i].function();
		return commands[i].change(commands[i].type, commands[i].flags);
	}
	errx(2, "ip: %s %s is not known here", object, *word ? *word : "");
}

/* Stops at the first line that fails, as ip(8) does. */
static int batch(void)
{
	static char line[512], *words[32];

	while (fgets(line, sizeof(line), stdin)) {
		size_t n = 0;
		int status;

		for (char *rest = line, *w; n < 31 && (w = strtok_r(rest, " \t\n", &rest));)
			words[n++] = w;
		words[n] = NULL;
		word = words;
		status = n ? command() : 0;
		if (status)
			return status;
	}
	return 0;
}

int main(int argc, char **argv)
{
	bool lines = false;

	(void)argc;
	word = argv + 1;
	while (*word && **word == '-') {
		if (next_is("-4"))
			family = AF_INET;
		else if (next_is("-6"))
			family = AF_INET6;
		else if (next_is("-o"))
			one_line = true;
		else if (next_is("-d"))
			details = true;
		else if (next_is("-batch"))
			lines = next_is("-");
		else if (!next_is("-n"))
			errx(2, "ip: what is %s?", *word);
		else if (setns(netns_fd(argument()), CLONE_NEWNET))
			err(1, "netns");
	}
	return lines ? batch() : command();
}
