/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/attach_test.c - a control group and what is attached to it, in this very
 * kernel.  Needs root and cgroup2 but no VRF: the programs only know numbers.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helpers/base/bpf.h"
#include "helpers/base/netns.h"
#include "helpers/confine/attached.h"
#include "helpers/confine/cgroup.h"
#include "helpers/confine/groups.h"
#include "helpers/confine/home.h"
#include "helpers/confine/sets.h"
#include "helpers/selftest.h"
#include "tests/unit/tap.h"

#define VRF  1073741825u
#define MARK 0x56000001u

enum { TESTS = 70 + 8 + 4 + 7 + 1 + 12 + 3 + 7 };

static struct policy s;
static char base[PATH_MAX], name[IFNAMSIZ];
static int home = -1;

/* As vrf-exec does it */
static int attach(int dir, bool filter)
{
	struct attached set;
	int err = attach_set(home, name, &s, &set);

	if (err)
		return err;
	err = attach_programs(dir, &set, filter);
	attached_close(&set);
	return err;
}

static bool is_complete(int dir)
{
	struct policy found = { .ifindex = s.ifindex, .table = s.table };

	return attached_is_complete(dir, name, &found) && found.mark == s.mark;
}

/* In a child, because a control group is for ever in this one's history. */
static int inside(int dir, int (*fn)(void))
{
	int status = -1;

	/* musl's buffer is small: the child would fill it, and print what we have as well. */
	fflush(stdout);
	pid_t child = fork();
	if (!child)
		_exit(cgroup_join(dir, 0) ? 99 : fn());
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static int test_self(void)
{
	const char *wrong = selftest(&s, true);

	if (wrong)
		printf("# %s\n", wrong);
	return !!wrong;
}

/* Who cannot change a mark is told otherwise that nothing leaves. */
static int test_self_as_user(void)
{
	return setgid(65534) || setuid(65534) ? 97 : test_self();
}

static int open_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0) < 0 ? errno : 0;
}

static int open_mptcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 262) < 0 ? errno : 0;
}

/* Attaching from inside, as another process there would */
static int attach_unfiltered(void)
{
	int dir = cgroup_open(base, netns_name(), name, true);

	return -attach(dir, false);
}

static unsigned int attached(int dir, enum bpf_attach_type hook)
{
	unsigned int ids[64], n = 64, flags;

	return bpf_query(dir, hook, ids, &n, &flags) ? 99 : n;
}

static bool one_each(int dir)
{
	for (int p = 0; p < PROGRAMS; p++)
		if (!program_is_lsm(p) && attached(dir, program_hooks[p]) != 1)
			return false;
	return true;
}

static void scope(uint32_t mark)
{
	memset(&s, 0, sizeof(s));
	s.ifindex = VRF;
	s.mark = mark;
	policy_take_room(&s);
	s.devices[s.ndevices++] = (struct device){ VRF, DEVICE_BIND | DEVICE_IN | DEVICE_ANY };
}

static void test_attach(int dir)
{
	struct attached c;
	int err = 0;

	scope(0);
	for (int i = 0; i < 100 && !err; i++)
		err = attach(dir, true);
	ok(!err && one_each(dir), "100 times attached: one program each");
	ok(!attached_find(dir, &c) && c.current && c.filtered && !c.foreign, "found again");
	ok(is_complete(dir), "... complete");
	ok(!inside(dir, test_self), "device mode passes its self-test");
	ok(inside(dir, open_mptcp) == EPROTONOSUPPORT || inside(dir, open_mptcp) == EPERM, "MPTCP is refused");
	ok(!maps_fill(&c, name, NULL) && inside(dir, open_socket) == EPERM, "emptied: no socket");
	ok(!is_complete(dir), "... and not complete");
	scope(MARK);
	ok(maps_fill(&c, name, &s) && !attach(dir, true) && one_each(dir), "mark mode needs larger programs");
	ok(!inside(dir, test_self), "... and passes its self-test");
	ok(!inside(dir, test_self_as_user), "... as a user, too");
	ok(is_complete(dir), "... complete, too");
	scope(0);
	ok(inside(dir, test_self) == 1, "a self-test for a device fails in mark mode");
	attached_close(&c);
}

/* A child that was waited for is in its control group for a moment longer since Linux 6.19 (cgroup_task_dead()). */
static int attach_when_empty(int dir)
{
	int err = -EBUSY;

	for (int i = 0; i < 500 && err == -EBUSY; i++) {
		err = attach(dir, false);
		usleep(10000);
	}
	return err;
}

static void test_unfiltered(int dir)
{
	scope(0);
	attach(dir, true);
	ok(inside(dir, attach_unfiltered) == EBUSY, "no loosening while somebody is inside");
	ok(one_each(dir), "... and nothing changed");
	ok(!attach_when_empty(dir) && !attached(dir, BPF_CGROUP_INET_EGRESS) &&
		   !attached(dir, BPF_CGROUP_INET_INGRESS) && !attached(dir, BPF_CGROUP_INET4_CONNECT) &&
		   attached(dir, BPF_CGROUP_INET_SOCK_CREATE) == 1,
	   "without filters");
	ok(!attach(dir, true) && one_each(dir), "with filters again");
}

/* What `ip vrf exec` attaches: flags 0. */
static int attach_foreign(int dir)
{
	const struct bpf_insn yes[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = { .target_fd = (__u32)dir };
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	int prog;

	prlimit(0, RLIMIT_MEMLOCK, &unlimited, NULL); /* before Linux 5.11 */
	prog = bpf_prog_load(BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE, 0, "", yes, 2, NULL, 0);

	attr.attach_bpf_fd = (__u32)prog;
	attr.attach_type = BPF_CGROUP_INET_SOCK_CREATE;
	return (int)syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof(attr));
}

static void test_foreign(int dir)
{
	ok(attach_foreign(dir) < 0, "`ip vrf exec` cannot replace ours");
	ok(one_each(dir) && !inside(dir, test_self), "... and weakens nothing");
}

static void test_after_foreign(int dir)
{
	struct attached c;

	ok(!attach_foreign(dir), "`ip vrf exec` was there first");
	ok(!attached_find(dir, &c) && c.foreign && !c.current, "found");
	attached_close(&c);
	ok(!attach(dir, true) && one_each(dir), "its program gives way");
	ok(!inside(dir, test_self), "... to ours");
}

/* Programs with another hash in their names, whose binding has grown since. */
static void attach_older(int dir)
{
	static const struct {
		enum program program;
		enum bpf_prog_type type;
	} older[] = {
		{ PROGRAM_OUT, BPF_PROG_TYPE_CGROUP_SKB },
		{ PROGRAM_IN, BPF_PROG_TYPE_CGROUP_SKB },
		{ PROGRAM_SOCKET, BPF_PROG_TYPE_CGROUP_SOCK },
	};
	const struct binding old = { .ifindex = VRF, .netns = netns_inode() };
	char value[112] = { 0 };
	struct program_image image;
	const __u32 zero = 0;
	int maps[MAPS];

	memcpy(value, &old, sizeof(value));
	maps[MAP_BINDING] =
		bpf_map_create(BPF_MAP_TYPE_ARRAY, map_names[MAP_BINDING], sizeof(zero), sizeof(value), 1, 0);
	/* as the first version had it */
	maps[MAP_DEVICES] = bpf_map_create(BPF_MAP_TYPE_HASH, map_names[MAP_DEVICES], sizeof(__u32), sizeof(__u32),
					   DEVICES_MAX, BPF_F_NO_PREALLOC);
	maps[MAP_PREFIXES] = map_create(MAP_PREFIXES);
	maps[MAP_DROPS] = map_create(MAP_DROPS);
	bpf_map_update(maps[MAP_BINDING], &zero, value);
	for (int i = 0; i < 3; i++) {
		enum program p = older[i].program;
		int prog;

		program_assemble(p, p == PROGRAM_SOCKET, maps, NULL, &image);
		memcpy(image.name + strlen(image.name) - 6, "000000", 6);
		prog = bpf_prog_load(older[i].type, program_hooks[p], 0, image.name, image.insns, image.count, NULL, 0);
		bpf_attach(dir, prog, program_hooks[p], -1);
		close(prog);
	}
	for (int m = 0; m <= MAP_PREFIXES; m++)
		close(maps[m]);
}

static void test_older(int dir)
{
	struct attached c;
	struct binding b;

	scope(0);
	attach_older(dir);
	ok(attached(dir, BPF_CGROUP_INET_EGRESS) == 1 && !attached_find(dir, &c) && !c.current && c.filtered,
	   "an older version");
	ok(!attached_binding(&c, &b) && b.ifindex == VRF && b.netns == netns_inode(), "... whose binding can be read");
	ok(!attach(dir, true) && one_each(dir), "is replaced by a start");
	attached_close(&c);
	ok(!attached_find(dir, &c) && c.current && maps_are_filled(&c, name, &s), "... with the same");
	ok(!inside(dir, test_self), "... that works");
	attached_close(&c);
}

/* Another program above or beside ours, which binds every socket to interface 1. */
static int attach_other(int dir, unsigned int flags)
{
	const struct bpf_insn other[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = 1 },
		{ .code = BPF_STX | BPF_MEM | BPF_W,
		  .dst_reg = 1,
		  .src_reg = 2,
		  .off = offsetof(struct bpf_sock, bound_dev_if) },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = { .target_fd = (__u32)dir };

	attr.attach_bpf_fd =
		(__u32)bpf_prog_load(BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE, 0, "", other, 4, NULL, 0);
	attr.attach_type = BPF_CGROUP_INET_SOCK_CREATE;
	attr.attach_flags = flags;
	return (int)syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof(attr));
}

/* What attach_programs() returns and what the self-test says with a program above. */
static void test_above(unsigned int flags, int attaching, int selftesting, const char *what)
{
	char above[PATH_MAX + 64];
	int outer, dir;

	snprintf(above, sizeof(above), "%s/%s", base, name);
	mkdir(above, 0755);
	outer = open(above, O_RDONLY | O_DIRECTORY);
	dir = cgroup_open(above, netns_name(), name, true);
	scope(0);
	ok(!attach_other(outer, flags) && attach(dir, true) == attaching &&
		   (attaching || inside(dir, test_self) == selftesting),
	   "%s", what);
	close(dir);
	close(outer);
	snprintf(above, sizeof(above), "%s/%s/vrf/%s", base, name, name);
	for (int i = 0; i < 3; i++) {
		rmdir(above);
		*strrchr(above, '/') = '\0';
	}
}

static void take_prefix(int family, const char *address, unsigned int bits, uint8_t pass)
{
	struct allowed *a = &s.prefixes[s.nprefixes++];

	memset(a, 0, sizeof(*a));
	a->prefix.family = (uint8_t)family;
	a->prefix.len = (uint8_t)bits;
	memcpy(a->prefix.addr, address, family == AF_INET ? 4 : 16);
	a->pass = pass;
}

enum { ETHERNET = 14 };

/* Run a filter on a packet that goes by lo, with its Ethernet header: 1 it passes. */
static int run_on(const struct attached *c, enum program p, const unsigned char *packet, size_t size)
{
	struct __sk_buff context = { .ifindex = 1 };
	union bpf_attr attr = { .test = { .prog_fd = (__u32)c->program[p] } };

	attr.test.data_in = (__u64)(uintptr_t)packet;
	attr.test.data_size_in = (__u32)size;
	attr.test.ctx_in = (__u64)(uintptr_t)&context;
	attr.test.ctx_size_in = sizeof(context);
	return syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr)) ? -errno : (int)attr.test.retval;
}

/* The ingress filter, on one from an address */
static int run(const struct attached *c, int family, const char *source)
{
	unsigned char packet[ETHERNET + 60] = { 0 };
	int ip = family == AF_INET;

	packet[12] = (unsigned char)((ip ? ETH_P_IP : ETH_P_IPV6) >> 8);
	packet[13] = (unsigned char)(ip ? ETH_P_IP : ETH_P_IPV6);
	packet[14] = ip ? 0x45 : 0x60;
	memcpy(packet + ETHERNET + (ip ? 12 : 8), source, ip ? 4 : 16);
	return run_on(c, PROGRAM_IN, packet, sizeof(packet));
}

static void test_prefixes(int dir)
{
	struct attached c;
	char six[16] = "\xfd\x00\x30", other_six[16] = "\xfd\x00\x31", zero[16] = "";

	scope(MARK);
	s.devices[0] = (struct device){ 1, DEVICE_IN };
	take_prefix(AF_INET, "\x0a\x14\x1e", 24, 1);
	take_prefix(AF_INET, "\x0a\x14\x1e\x80", 25, 0);
	take_prefix(AF_INET6, zero, 0, 1);
	take_prefix(AF_INET6, other_six, 64, 0);
	policy_sort(&s);
	ok(!attach(dir, true) && !attached_find(dir, &c), "prefixes");
	ok(run(&c, AF_INET, "\x0a\x14\x1e\x01") == 1, "10.20.30.1 passes");
	ok(run(&c, AF_INET, "\x0a\x14\x1e\x81") == 0, "10.20.30.129 is in the hole");
	ok(run(&c, AF_INET, "\x08\x08\x08\x08") == 0, "8.8.8.8 does not, although ::/0 does");
	ok(run(&c, AF_INET6, six) == 1 && run(&c, AF_INET6, other_six) == 0, "the same in IPv6");
	s.nprefixes = 0;
	take_prefix(AF_INET, "\x08\x08\x08\x08", 32, 1);
	policy_sort(&s);
	ok(!maps_fill(&c, name, &s) && run(&c, AF_INET, "\x08\x08\x08\x08") == 1 &&
		   run(&c, AF_INET, "\x0a\x14\x1e\x01") == 0 && run(&c, AF_INET6, six) == 0,
	   "other prefixes take their place");
	s.ndevices = 0;
	ok(!maps_fill(&c, name, &s) && run(&c, AF_INET, "\x08\x08\x08\x08") == 0, "not by an interface that is gone");
	s.devices[s.ndevices++] = (struct device){ 1, DEVICE_IN | DEVICE_ANY };
	ok(!maps_fill(&c, name, &s) && run(&c, AF_INET, "\x0a\x14\x1e\x01") == 1,
	   "any address by an interface without limit");
	maps_fill(&c, name, NULL);
	ok(run(&c, AF_INET, "\x0a\x14\x1e\x01") == 0, "emptied: nothing");
	attached_close(&c);
}

/* The same but for one number of the binding, which is put back.  Far off: the next id is another of ours. */
static bool is_complete_with(int dir, const struct attached *c, size_t offset)
{
	const __u32 zero = 0;
	struct binding b, other;
	bool complete;

	attached_binding(c, &b);
	other = b;
	*(__u32 *)((char *)&other + offset) += 100000;
	bpf_map_update(c->map[MAP_BINDING], &zero, &other);
	complete = is_complete(dir);
	bpf_map_update(c->map[MAP_BINDING], &zero, &b);
	return complete;
}

/* What a start looks at where everything is set up. */
static void test_complete(int dir)
{
	struct attached c;

	scope(0);
	ok(!attach(dir, true) && !attached_find(dir, &c) && is_complete(dir), "complete");
	for (int p = 0; p < PROGRAMS; p++)
		ok(!is_complete_with(dir, &c, offsetof(struct binding, programs) + (size_t)p * sizeof(__u32)),
		   "not with another program %d", p);
	ok(!is_complete_with(dir, &c, offsetof(struct binding, cookie)), "nor with another namespace's number");
	ok(!is_complete_with(dir, &c, offsetof(struct binding, version)), "nor of another version");
	ok(!is_complete_with(dir, &c, offsetof(struct binding, table)), "nor with another table");
	ok(is_complete(dir), "as it was");
	attached_close(&c);
}

static __u32 member_of(const struct attached *c)
{
	struct binding b;

	return attached_binding(c, &b) ? 0 : b.member;
}

/* The one that the filter knows without looking it up. */
static void test_member(int dir)
{
	struct attached c;

	scope(0);
	ok(!attach(dir, true) && !attached_find(dir, &c) && member_of(&c) == NO_MEMBER, "a VRF without members");
	s.devices[s.ndevices++] = (struct device){ 9, DEVICE_OWN };
	s.devices[s.ndevices++] = (struct device){ 5, DEVICE_OWN };
	ok(!maps_fill(&c, name, &s) && member_of(&c) == 5, "the oldest member");
	s.ndevices--;
	ok(!maps_fill(&c, name, &s) && member_of(&c) == 9, "the other one when it goes");
	ok(!maps_fill(&c, name, NULL) && member_of(&c) == NO_MEMBER, "none while it is empty");
	attached_close(&c);
}

static __u32 shared_of(const struct attached *c)
{
	struct binding b;

	return attached_binding(c, &b) ? 0 : b.shared;
}

/* The same by mark; run() has packets come in by lo. */
static void test_known_card(int dir)
{
	struct attached c;

	scope(MARK);
	s.devices[s.ndevices++] = (struct device){ 9, DEVICE_IN };
	s.devices[s.ndevices++] = (struct device){ 1, DEVICE_IN | DEVICE_ANY };
	take_prefix(AF_INET, "\x0a\x14\x1e", 24, PASS_ANY);
	policy_sort(&s);
	ok(!attach(dir, true) && !attached_find(dir, &c) && shared_of(&c) == 9,
	   "the shared card, and not who has any address");
	ok(run(&c, AF_INET, "\x08\x08\x08\x08") == 1, "by lo, which has");
	s.devices[s.ndevices - 1].flags = DEVICE_IN;
	ok(!maps_fill(&c, name, &s) && shared_of(&c) == 1, "the oldest of two");
	ok(run(&c, AF_INET, "\x0a\x14\x1e\x01") == 1, "from inside by the one that is known");
	ok(!run(&c, AF_INET, "\x08\x08\x08\x08"), "not from outside");
	s.devices[s.ndevices - 1].ifindex = 12;
	ok(!maps_fill(&c, name, &s) && shared_of(&c) == 9 && !run(&c, AF_INET, "\x0a\x14\x1e\x01"),
	   "not by another interface");
	ok(!maps_fill(&c, name, NULL) && shared_of(&c) == NO_MEMBER, "none of that while it is empty");
	attached_close(&c);
}

/* A device that is not the VRF's own needs programs that look at prefixes. */
static void test_leak(int dir)
{
	struct attached c;

	scope(0);
	ok(!attach(dir, true) && !attached_find(dir, &c) && c.map[MAP_PREFIXES] < 0 &&
		   run(&c, AF_INET, "\x0a\x14\x1e\x01") == 0,
	   "no prefixes for the VRF's own devices");
	s.devices[s.ndevices++] = (struct device){ 1, DEVICE_OWN };
	ok(!maps_fill(&c, name, &s) && run(&c, AF_INET, "\x0a\x14\x1e\x01") == 1, "a member more");
	s.devices[1].flags = DEVICE_IN;
	take_prefix(AF_INET, "\x0a\x14\x1e", 24, 1);
	ok(maps_fill(&c, name, &s) == -EINVAL, "a device with limits does not suit");
	attached_close(&c);
	ok(!attach(dir, true) && one_each(dir) && is_complete(dir) && !attached_find(dir, &c) &&
		   run(&c, AF_INET, "\x0a\x14\x1e\x01") == 1 && run(&c, AF_INET, "\x08\x08\x08\x08") == 0,
	   "... but to other programs");
	scope(0);
	ok(!attach(dir, true) && is_complete(dir) && run(&c, AF_INET, "\x0a\x14\x1e\x01") == 0,
	   "... which stay when it is gone");
	while (s.ndevices < DEVICES_MAX) {
		s.devices[s.ndevices] = (struct device){ s.ndevices + 1, DEVICE_OWN };
		s.ndevices++;
	}
	ok(!maps_fill(&c, name, &s) && !maps_fill(&c, name, &s), "as many devices as there can be, twice");
	attached_close(&c);
}

static bool is_empty(int dir)
{
	return inside(dir, open_socket) == EPERM;
}

static uint64_t id_of(int dir)
{
	struct {
		struct file_handle handle;
		uint64_t id;
	} of = { .handle = { .handle_bytes = sizeof(of.id) } };
	int mount;

	return name_to_handle_at(dir, "", &of.handle, &mount, AT_EMPTY_PATH) ? 0 : *(uint64_t *)of.handle.f_handle;
}

static struct drops drops;

static uint64_t count_drops(const struct attached *c)
{
	const __u32 zero = 0;

	return c->map[MAP_DROPS] < 0 || bpf_map_lookup(c->map[MAP_DROPS], &zero, &drops) ? ~0ull : drops.count;
}

/* An empty datagram of a socket that is bound to nothing, from and to 127.0.0.1 */
static int send_empty(const struct attached *c, unsigned char port, size_t more)
{
	unsigned char packet[ETHERNET + 200] = {
		[12] = ETH_P_IP >> 8, [ETHERNET] = 0x45, [ETHERNET + 9] = IPPROTO_UDP
	};

	memcpy(packet + ETHERNET + 12, "\x7f\0\0\1\x7f\0\0\1", 8);
	packet[ETHERNET + 23] = port;
	return run_on(c, PROGRAM_OUT, packet, ETHERNET + 28 + more);
}

static int point(const char *address, int family)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(9) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(family, SOCK_DGRAM, 0);

	memcpy(&four.sin_addr, address, 4);
	memcpy(&six.sin6_addr, address, family == AF_INET6 ? 16 : 0);
	return connect(fd, family == AF_INET ? (struct sockaddr *)&four : (struct sockaddr *)&six,
		       family == AF_INET ? sizeof(four) : sizeof(six))
		       ? errno
		       : 0;
}

static int point_out(void)
{
	return point("\x08\x08\x08\x08", AF_INET);
}

static int point_at_nobody(void)
{
	static const char nobody[16];

	return point(nobody, AF_INET) && point(nobody, AF_INET6) ? 0 : 1;
}

/* What a call is refused is there as well, with the one who has called. */
static void test_calls(int dir)
{
	struct attached c;

	scope(MARK);
	ok(!attach(dir, true) && !attached_find(dir, &c) && !inside(dir, test_self_as_user) && !count_drops(&c),
	   "in mark mode the self-test is not there either");
	ok(inside(dir, point_out) && count_drops(&c) == 1 && drops.kept[0].reason == (DROP_CALL | DROP_PREFIX) &&
		   drops.kept[0].cookie >> 32 && drops.kept[0].cgroup == id_of(dir) &&
		   !memcmp(drops.kept[0].header + offsetof(struct drop_call, address), "\x08\x08\x08\x08", 4),
	   "a call that is refused is");
	ok(!inside(dir, point_at_nobody) && count_drops(&c) == 1, "what getaddrinfo() tries for a listener is not");
	attached_close(&c);
}

/* What is stopped is in the ring, and nothing else. */
static void test_drops(int dir)
{
	static const char other_six[16] = "\x20\x01\x0d\xb8";
	static const struct drop_call asked = { .family = AF_INET, .type = SOCK_DGRAM };
	uint64_t last = 0;
	struct attached c;
	bool whole = true;

	scope(0);
	s.devices[s.ndevices++] = (struct device){ 1, DEVICE_IN };
	take_prefix(AF_INET, "\x0a\x14\x1e", 24, PASS_ANY);
	policy_sort(&s);
	ok(!attach(dir, true) && !attached_find(dir, &c) && !inside(dir, test_self) && !count_drops(&c),
	   "the self-test is not among what was stopped");
	ok(run(&c, AF_INET, "\x0a\x14\x1e\x01") == 1 && !count_drops(&c), "nor what passes");
	ok(!run(&c, AF_INET, "\x08\x08\x08\x08") && count_drops(&c) == 1 && drops.kept[0].when &&
		   drops.kept[0].reason == (DROP_IN | DROP_PREFIX) && drops.kept[0].ifindex == 1 &&
		   drops.kept[0].length == 60 && drops.kept[0].header[0] == 0x45 &&
		   !memcmp(drops.kept[0].header + 12, "\x08\x08\x08\x08", 4),
	   "an address outside of the prefixes is");
	ok(!run(&c, AF_INET6, other_six) && count_drops(&c) == 2 && drops.kept[1].reason == (DROP_IN | DROP_PREFIX) &&
		   drops.kept[1].header[0] == 0x60,
	   "... of either family");
	ok(!send_empty(&c, 9, 0) && count_drops(&c) == 2, "a datagram as in the self-test is not");
	ok(!send_empty(&c, 10, 0) && count_drops(&c) == 3 && drops.kept[2].reason == DROP_NOT_BOUND &&
		   drops.kept[2].length == 28 && drops.kept[2].header[23] == 10,
	   "one to another port is");
	ok(!send_empty(&c, 9, 1) && count_drops(&c) == 4 && drops.kept[3].length == 29, "... or with something in it");
	ok(!send_empty(&c, 7, 172) && count_drops(&c) == 5 && drops.kept[4].length == DROP_HEADER, "a long one");
	for (unsigned char i = 0; i < 2 * DROPS_KEPT; i++)
		send_empty(&c, (unsigned char)(100 + i), 0);
	count_drops(&c);
	for (unsigned int i = 0; i < DROPS_KEPT; i++) {
		const struct drop *d = &drops.kept[(5 + i) % DROPS_KEPT];

		whole &= d->when > last && d->header[23] == 100 + DROPS_KEPT + i;
		last = d->when;
	}
	ok(drops.count == 5 + 2 * DROPS_KEPT && whole, "the newest are kept, all are counted");
	scope(0);
	ok(!maps_fill(&c, name, &s) && !run(&c, AF_INET, "\x0a\x14\x1e\x01") && count_drops(&c) == 70 &&
		   drops.kept[69 % DROPS_KEPT].reason == (DROP_IN | DROP_INTERFACE),
	   "by an interface that is not the VRF's");
	maps_fill(&c, name, NULL);
	ok(!run(&c, AF_INET, "\x0a\x14\x1e\x01") && count_drops(&c) == 71 &&
		   drops.kept[70 % DROPS_KEPT].reason == (DROP_IN | DROP_DOWN) && !send_empty(&c, 10, 0) &&
		   count_drops(&c) == 72 && drops.kept[71 % DROPS_KEPT].reason == DROP_DOWN,
	   "emptied: the VRF is down");
	ok(is_empty(dir) && count_drops(&c) == 73 && drops.kept[72 % DROPS_KEPT].reason == (DROP_SOCKET | DROP_DOWN) &&
		   !memcmp(drops.kept[72 % DROPS_KEPT].header, &asked, offsetof(struct drop_call, protocol)) &&
		   drops.kept[72 % DROPS_KEPT].cookie >> 32 && drops.kept[72 % DROPS_KEPT].cgroup == id_of(dir),
	   "... for sockets as well, with the one who asks");
	attached_close(&c);
}

/* Neither the control group nor the VRF's home has anything. */
static int fresh(void)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/vrf/%s", base, name);
	rmdir(path);
	close(home);
	home_remove(name);
	home = home_open(name, true);
	return home < 0 ? home : cgroup_open(base, netns_name(), name, true);
}

/* A second control group of the VRF, as another service has it */
static int second_group(void)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/%s", base, name);
	mkdir(path, 0755);
	return cgroup_open(path, netns_name(), name, true);
}

static void remove_second(int dir)
{
	char path[PATH_MAX + 64];

	close(dir);
	snprintf(path, sizeof(path), "%s/%s/vrf/%s", base, name, name);
	for (int i = 0; i < 3; i++) {
		rmdir(path);
		*strrchr(path, '/') = '\0';
	}
}

static bool have_same(int dir, int other)
{
	struct attached a, b;
	bool same = !attached_find(dir, &a) && !attached_find(other, &b) && !memcmp(a.id, b.id, sizeof(a.id));

	attached_close(&a);
	attached_close(&b);
	return same;
}

/* 0: no set */
static unsigned int binding_of(int dir)
{
	struct bpf_map_info info = { 0 };
	struct attached c;

	if (attached_find(dir, &c))
		return 0;
	if (c.map[MAP_BINDING] >= 0)
		bpf_map_info(c.map[MAP_BINDING], &info);
	attached_close(&c);
	return info.id;
}

/* Does an update find its set?  Those of earlier tests may be there for a while. */
static bool is_listed(int dir)
{
	unsigned int id = binding_of(dir);
	struct sets all;
	bool found = false;

	if (!id || sets_find(&all))
		return false;
	for (size_t i = 0; i < all.count; i++)
		found |= all.set[i].binding == id && !strcmp(all.set[i].vrf, name);
	sets_free(&all);
	return found;
}

static bool is_filled(int dir)
{
	struct attached c;
	struct binding b = { 0 };
	bool filled = !attached_find(dir, &c) && !attached_binding(&c, &b) && b.digest;

	attached_close(&c);
	return filled;
}

/* Is the home's set taken as it is, in the way of a start that does not read the kernel?  All of it, then */
static bool takes(bool wanted)
{
	struct policy found = { .ifindex = s.ifindex, .table = s.table };
	struct attached set, whole;
	bool taken = attached_take(home, name, &found, &set), same = true;

	if (taken) {
		same = !attached_find(home, &whole) && !memcmp(set.id, whole.id, sizeof(set.id));
		attached_close(&whole);
		attached_close(&set);
	}
	return taken == wanted && same;
}

/* Two services have one set; there is no VRF of that name, so that an update empties it. */
static void test_shared(int dir)
{
	int other = second_group();

	scope(0);
	ok(!attach(dir, true) && !attach(other, true) && have_same(dir, home) && have_same(dir, other),
	   "one set for two");
	ok(is_listed(dir) && is_complete(dir) && is_complete(other) && takes(true), "... which is found, and complete");
	ok(!groups_sync(name, 0) && is_empty(dir) && is_empty(other) && !is_complete(other) && takes(false),
	   "emptied for both");
	ok(!attach(other, true) && is_complete(dir) && !inside(dir, test_self), "filled for both");
	s.devices[s.ndevices++] = (struct device){ 1, DEVICE_IN };
	ok(!attach(other, true) && !have_same(dir, other) && is_listed(dir) && is_listed(other) &&
		   !inside(dir, test_self) && !inside(other, test_self),
	   "larger programs for one");
	ok(!groups_empty(name) && is_empty(dir) && is_empty(other), "both are emptied");
	remove_second(other);
	other = second_group();
	close(home);
	home_remove(name);
	home = home_open(name, true);
	scope(0);
	ok(!attach(other, true) && !have_same(dir, other) && !inside(other, test_self), "another home, another set");
	ok(!groups_sync(name, 0) && is_empty(dir) && is_empty(other), "an update reaches both");
	remove_second(other);
}

/* Of an older version is that of one service, then of another */
static void test_converge(int dir)
{
	int other = second_group(), third;
	char path[PATH_MAX + 32];

	scope(0);
	attach_older(other);
	ok(!attach(dir, true) && !have_same(dir, other), "a service of an older version runs");
	ok(!groups_empty(name) && have_same(dir, other) && one_each(other) && is_empty(other),
	   "an update brings it the set that is there");
	remove_second(other);
	close(home);
	snprintf(path, sizeof(path), "%s/vrf/%s", base, name);
	rmdir(path);
	home_remove(name);
	other = second_group();
	attach_older(other);
	ok(!groups_empty(name) && one_each(other) && is_empty(other), "... or makes one");
	third = cgroup_open(base, netns_name(), name, true);
	home = home_open(name, false);
	ok(home >= 0 && !attach(third, true) && have_same(third, other) && is_complete(other), "... for whoever comes");
	close(third);
	remove_second(other);
}

static int count_group(int dir, const char *vrf, void *count)
{
	(void)dir;
	(void)vrf;
	++*(int *)count;
	return 0;
}

static void test_each(int dir)
{
	int other = second_group(), once = 0, again = 0;

	ok(dir >= 0 && !groups_each(name, count_group, &once) && !groups_each(name, count_group, &again) && once == 2 &&
		   again == 2,
	   "every control group of the VRF is found, as often as one looks");
	remove_second(other);
	close(dir);
}

static void set_binding(int dir, size_t offset, unsigned char change)
{
	const __u32 zero = 0;
	struct attached c;
	struct binding b;

	if (attached_find(dir, &c) || attached_binding(&c, &b))
		return;
	((unsigned char *)&b)[offset] ^= change;
	bpf_map_update(c.map[MAP_BINDING], &zero, &b);
	attached_close(&c);
}

/* Whose set it is does not change: services of another namespace may have it. */
static void test_strangers(int dir)
{
	static const struct {
		size_t offset;
		const char *what;
	} number[] = {
		{ offsetof(struct binding, cookie), "a set of another network namespace" },
		{ offsetof(struct binding, name), "... of another VRF" },
	};
	int other = second_group();

	scope(0);
	for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++) {
		struct attached c;

		attach(dir, true);
		/* namespaces are counted from 1, and 0 is one that is not known */
		set_binding(dir, number[i].offset, 0x80);
		ok(!attached_find(dir, &c) && maps_fill(&c, name, &s) == -EXDEV && maps_fill(&c, name, NULL) == -EXDEV,
		   "%s is not filled", number[i].what);
		attached_close(&c);
		ok(!attach(other, true) && !have_same(dir, other) && have_same(other, home), "... nor taken");
		/* whose path says that it is this VRF's can get its set */
		ok(!groups_sync(name, 0) && is_empty(other) && (is_filled(dir) || have_same(dir, home)),
		   "... nor emptied");
		remove_second(other);
		close(dir);
		dir = fresh();
		other = second_group();
	}
	attach(dir, true);
	set_binding(dir, offsetof(struct binding, vrf), 1);
	ok(!is_complete(dir), "for a device of another number it is not complete");
	close(dir);
	remove_second(other);
}

int main(void)
{
	int dir;

	plan(TESTS);
	snprintf(name, sizeof(name), "unit%d", (int)getpid());
	dir = geteuid() || cgroup_base(0, base) ? -1 : fresh();
	if (dir < 0) {
		for (int i = 0; i < TESTS; i++)
			ok(true, "# SKIP needs root and a writable cgroup2");
		return tap_done();
	}
	test_attach(dir);
	test_unfiltered(dir);
	test_foreign(dir);
	close(dir);
	dir = fresh();
	scope(0);
	test_after_foreign(dir);
	test_prefixes(dir);
	close(dir);
	test_complete(dir = fresh());
	close(dir);
	test_member(dir = fresh());
	close(dir);
	test_known_card(dir = fresh());
	close(dir);
	test_leak(dir = fresh());
	close(dir);
	test_drops(dir = fresh());
	close(dir);
	test_calls(dir = fresh());
	close(dir);
	test_older(dir = fresh());
	close(dir);
	test_shared(dir = fresh());
	close(dir);
	test_converge(dir = fresh());
	close(dir);
	test_strangers(fresh());
	test_each(fresh());
	test_above(BPF_F_ALLOW_MULTI, 0, 1, "MULTI above: the self-test fails");
	test_above(BPF_F_ALLOW_OVERRIDE, 0, 0, "OVERRIDE above: ours counts");
	test_above(0, -EPERM, 0, "a program above that allows no other: refused");
	dir = fresh();
	ok(!attach_other(dir, BPF_F_ALLOW_OVERRIDE) && attach(dir, true) == -EPERM,
	   "OVERRIDE on the same control group: refused");
	close(dir);
	dir = fresh();
	ok(!attach_other(dir, BPF_F_ALLOW_MULTI) && !attach(dir, true) && !inside(dir, test_self),
	   "MULTI on the same control group, before ours: ours has the last word");
	ok(!is_complete(dir), "... and is not alone");
	close(dir);
	dir = fresh();
	ok(!attached(dir, BPF_CGROUP_INET_EGRESS) && cgroup_populated(dir) == 0, "all of it ended with the directory");
	ok(cgroup_open(base, netns_name(), "a/b", true) == -EINVAL &&
		   cgroup_open(base, netns_name(), "..", true) == -EINVAL,
	   "strange names");
	close(dir);
	snprintf(base + strlen(base), sizeof(base) - strlen(base), "/vrf/%s", name);
	rmdir(base);
	home_remove(name);
	return tap_done();
}
