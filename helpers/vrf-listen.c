/* SPDX-License-Identifier: ISC */
/*
 * helpers/vrf-listen.c - make listening sockets, and become a command that takes them.
 *
 * A chain loader between two of vrf-exec: it listens in the VRF in which it is started, and what it
 * starts goes elsewhere.  A socket keeps the programs of the control group in which it was made, and
 * so does each connection that it accepts.  That group is .../vrf/NAME/listen, which has programs of
 * its own: what is made there cannot be connected to anybody, so that whoever is handed a listener is
 * handed no client with it, and hears only what it was made for (confine/listeners.c).  By that group
 * rc-vrf knows these sockets as well.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/base/chain.h"
#include "helpers/base/listen-word.h"
#include "helpers/base/netns.h"
#include "helpers/base/text.h"
#include "helpers/confine/cgroup.h"
#include "helpers/confine/listeners.h"

/* sd_listen_fds(3): the first descriptor; and how many there can be here, with a name each. */
enum { FIRST = 3, MOST = 64, NAMES = MOST * (LISTEN_NAME_MAX + 1) };

#define QUEUE 4096 /* what net.core.somaxconn is by default; the kernel takes the lower one */

struct listener {
	const char *text; /* as it was asked for */
	struct listen_word word;
	int fd;
};

static const char usage[] = "usage: vrf-listen [NAME=]PROTOCOL:ADDRESS:PORT... -- COMMAND [ARG...]\n"
			    "       vrf-listen --help | --version\n";

static _Noreturn void fail(const char *object, const char *what, int err)
{
	chain_print(STDERR_FILENO, "vrf-listen: ", object, ": ", what, err ? ": " : "", err ? strerror(-err) : "", "\n",
		    NULL);
	exit(EXIT_OWN);
}

static _Noreturn void fail_usage(void)
{
	chain_print(STDERR_FILENO, usage, NULL);
	exit(EXIT_OWN);
}

static void parse(const char *text, const char *vrf, struct listener *l)
{
	static const char *const wrong[] = {
		[LISTEN_NAME] = "its name is empty, or longer than 64 bytes",
		[LISTEN_FORM] = "not PROTOCOL:ADDRESS:PORT",
		[LISTEN_PROTOCOL] = "the protocol is neither tcp nor udp",
		[LISTEN_ADDRESS] = "not an address: IPv4, or IPv6 in [], with %INTERFACE where it is link-local",
		[LISTEN_PORT] = "not a port",
	};
	struct listen_word *w = &l->word;
	enum listen_wrong what = listen_word_parse(text, w);

	l->text = text;
	if (w->scope[0]) {
		w->to.in6.sin6_scope_id = if_nametoindex(w->scope);
		if (!w->to.in6.sin6_scope_id)
			what = LISTEN_ADDRESS;
	}
	if (what)
		fail(text, wrong[what], 0);
	if (!w->name[0])
		text_append(w->name, w->name + sizeof(w->name), vrf);
}

/* What an earlier one in the same chain, or whoever started us, has left for the command. */
static int listened_before(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	const int count = pid && fds && text_number(pid) == getpid() ? text_number(fds) : 0;

	if (count < 0 || count > MOST)
		fail(fds, "LISTEN_FDS is no number that can be", 0);
	return count;
}

/* They would be closed, and with them what somebody meant for the command. */
static void check_room(int first, int count)
{
	char number[16];

	for (int fd = first; fd < first + count; fd++)
		if (fcntl(fd, F_GETFD) >= 0) {
			text_append_number(number, number + sizeof(number), (unsigned long)fd);
			fail(number, "this descriptor has to be free, and is open", 0);
		}
}

static void must(const char *what, int err)
{
	if (err < 0)
		fail("self", what, err);
}

/* Its own control group, and the name of the VRF that it is in */
static int open_own(char vrf[IFNAMSIZ], char base[PATH_MAX])
{
	char path[PATH_MAX], dir[PATH_MAX], *const end = dir + sizeof(dir);
	int fd;

	must("cannot read its control group", cgroup_path(0, path));
	must("cannot find its control group", cgroup_base(0, base));
	if (!text_append(text_append(dir, end, base), end, path + cgroup_base_length(path)))
		fail("self", "cannot open its control group", -ENAMETOOLONG);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fail(dir, "cannot open its control group", -errno);
	if (!cgroup_vrf_name(path, vrf)) {
		strcpy(vrf, "default");
		must("cannot find a control group that is root's alone", cgroup_climb(base));
	}
	return fd;
}

static bool is_default(const char *vrf)
{
	return !strcmp(vrf, "default");
}

/* Sockets of this control group are not connected.  Programs of an earlier start will do. */
static void keep_from_connecting(int group, enum bpf_attach_type hook)
{
	static const struct bpf_insn refuse[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	unsigned int id, count = 1, flags;
	int prog;

	if (!bpf_query(group, hook, &id, &count, &flags) && count)
		return;
	prog = bpf_prog_load(BPF_PROG_TYPE_CGROUP_SOCK_ADDR, hook, 0, "vrf_listen", refuse, 2, NULL, 0);
	must("cannot load a program", prog);
	must("cannot attach a program to its control group", bpf_attach(group, prog, hook, -1));
	close(prog);
}

/* With all its programs; one at a time, so that it has one filter with one map. */
static int open_group(const char *vrf, const char *base, int *map)
{
	int above = cgroup_open(base, netns_name(), vrf, true), group, lock;

	must("cannot make a control group", above);
	group = cgroup_open_below(above, "listen", true);
	must("cannot make a control group", group);
	close(above);
	lock = cgroup_lock(group);
	must("cannot lock its control group", lock);
	keep_from_connecting(group, BPF_CGROUP_INET4_CONNECT);
	keep_from_connecting(group, BPF_CGROUP_INET6_CONNECT);
	*map = listeners_filter(group, is_default(vrf));
	if (*map == -EPROTO)
		fail("self", "its control group has the filter of another version: end what that has listen", 0);
	must("cannot attach the filter of its control group", *map);
	cgroup_unlock(group, lock);
	return group;
}

/* Above the numbers that they get in the end. */
static int make(const struct listener *l, const char *vrf, int map, int above)
{
	const int on = 1;
	int fd = socket(l->word.to.any.sa_family, l->word.type | SOCK_CLOEXEC, 0), moved, err;

	if (fd < 0)
		fail(l->text, "cannot make a socket", -errno);
	err = listeners_allow(map, fd, &l->word.to.any, is_default(vrf));
	if (err)
		fail(l->text, "cannot have the filter let its packets in", err);
	/* A server that starts again does not wait for its old connections. */
	if (l->word.type == SOCK_STREAM && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)))
		fail(l->text, "cannot set SO_REUSEADDR", -errno);
	if (l->word.to.any.sa_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)))
		fail(l->text, "cannot set IPV6_V6ONLY", -errno);
	if (bind(fd, &l->word.to.any, l->word.length))
		fail(l->text, "cannot bind", -errno);
	if (l->word.type == SOCK_STREAM && listen(fd, QUEUE))
		fail(l->text, "cannot listen", -errno);
	moved = fcntl(fd, F_DUPFD_CLOEXEC, above);
	if (moved < 0)
		fail(l->text, "cannot move its descriptor", -errno);
	close(fd);
	return moved;
}

static void tell(const struct listener *all, int before, int count)
{
	char names[2 * NAMES], number[16], *at = names, *const end = names + sizeof(names);
	char *const number_end = number + sizeof(number);
	const char *old = getenv("LISTEN_FDNAMES");

	*names = '\0';
	if (before && old)
		at = text_append(at, end, old);
	for (int i = 0; i < before && !old; i++)
		at = text_append(text_append(at, end, i ? ":" : ""), end, "unknown");
	for (int i = 0; i < count; i++)
		at = text_append(text_append(at, end, before + i ? ":" : ""), end, all[i].word.name);
	if (!at || setenv("LISTEN_FDNAMES", names, 1))
		fail("self", "cannot set LISTEN_FDNAMES", -ENOMEM);
	text_append_number(number, number_end, (unsigned long)(before + count));
	if (setenv("LISTEN_FDS", number, 1))
		fail("self", "cannot set LISTEN_FDS", -errno);
	text_append_number(number, number_end, (unsigned long)getpid());
	if (setenv("LISTEN_PID", number, 1))
		fail("self", "cannot set LISTEN_PID", -errno);
}

static void listen_all(char **text, int count)
{
	static struct listener all[MOST];
	const int before = listened_before(), first = FIRST + before;
	char vrf[IFNAMSIZ], base[PATH_MAX];
	int own, group, map;

	if (geteuid())
		fail("self", "only root can make listeners", 0);
	if (before + count > MOST)
		fail(text[count - 1], "more than 64 listeners", 0);
	check_room(first, count);
	own = open_own(vrf, base);
	for (int i = 0; i < count; i++)
		parse(text[i], vrf, &all[i]);
	group = open_group(vrf, base, &map);
	must("cannot join its control group", cgroup_join(group, 0));
	for (int i = 0; i < count; i++)
		all[i].fd = make(&all[i], vrf, map, first + count);
	must("cannot go back to its control group", cgroup_join(own, 0));
	close(group);
	close(map);
	close(own);
	for (int i = 0; i < count; i++) {
		if (dup2(all[i].fd, first + i) < 0)
			fail(all[i].text, "cannot move its descriptor", -errno);
		close(all[i].fd);
	}
	tell(all, before, count);
}

int main(int argc, char **argv)
{
	int count = 0;

	argv++, argc--;
	if (argc == 1 && (!strcmp(*argv, "--help") || !strcmp(*argv, "-h")))
		return chain_print(STDOUT_FILENO, usage, NULL);
	if (argc == 1 && (!strcmp(*argv, "--version") || !strcmp(*argv, "-V")))
		return chain_print(STDOUT_FILENO, "vrf-ng " VERSION "\n", NULL);
	while (count < argc && *argv[count] != '-')
		count++;
	if (!count || count + 1 >= argc || strcmp(argv[count], "--"))
		fail_usage();
	listen_all(argv, count);
	return chain_become("vrf-listen", argv + count + 1);
}
