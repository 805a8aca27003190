// SPDX-License-Identifier: ISC
/*
 * tests/unit/confine_test.c - a control group and what is attached to it, in this very
 * kernel.  Needs root and cgroup2 but no VRF: the programs only know numbers.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helpers/bpf.h"
#include "helpers/cgroup.h"
#include "helpers/confine.h"
#include "helpers/selftest.h"
#include "tests/unit/tap.h"

#define VRF  1073741825u
#define MARK 0x56000001u

enum { TESTS = 28 };

static struct scope s;
static char base[PATH_MAX], name[IFNAMSIZ];

/* In a child, because a control group is for ever in this one's history. */
static int inside(int dir, int (*fn)(void))
{
	int status = -1;
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
	int dir = cgroup_open(base, name, true);

	return -confine_attach(dir, name, &s, false);
}

static unsigned int attached(int dir, enum bpf_attach_type hook)
{
	unsigned int ids[64], n = 64, flags;

	return bpf_query(dir, hook, ids, &n, &flags) ? 99 : n;
}

static bool one_each(int dir)
{
	return attached(dir, BPF_CGROUP_INET_EGRESS) == 1 &&
	       attached(dir, BPF_CGROUP_INET_INGRESS) == 1 &&
	       attached(dir, BPF_CGROUP_INET_SOCK_CREATE) == 1;
}

static void scope(uint32_t mark)
{
	memset(&s, 0, sizeof(s));
	s.ifindex = VRF;
	s.mark = mark;
	s.devices[s.ndevices++] = (struct device){ VRF, DEVICE_BIND | DEVICE_IN | DEVICE_ANY };
}

static void test_attach(int dir)
{
	struct confine c;
	int err = 0;

	scope(0);
	for (int i = 0; i < 100 && !err; i++)
		err = confine_attach(dir, name, &s, true);
	ok(!err && one_each(dir), "100 times attached: one program each");
	ok(!confine_find(dir, &c) && c.current && c.filtered && !c.foreign, "found again");
	ok(!inside(dir, test_self), "device mode passes its self-test");
	ok(inside(dir, open_mptcp) == EPROTONOSUPPORT || inside(dir, open_mptcp) == EPERM,
	   "MPTCP is refused");
	ok(!confine_fill(&c, name, NULL) && inside(dir, open_socket) == EPERM,
	   "emptied: no socket");
	scope(MARK);
	ok(!confine_fill(&c, name, &s) && !inside(dir, test_self), "mark mode passes its self-test");
	scope(0);
	ok(inside(dir, test_self) == 1, "a self-test for a device fails in mark mode");
	confine_close(&c);
}

static void test_unfiltered(int dir)
{
	scope(0);
	confine_attach(dir, name, &s, true);
	ok(inside(dir, attach_unfiltered) == EBUSY, "no loosening while somebody is inside");
	ok(one_each(dir), "... and nothing changed");
	ok(!confine_attach(dir, name, &s, false) && !attached(dir, BPF_CGROUP_INET_EGRESS) &&
		   !attached(dir, BPF_CGROUP_INET_INGRESS) &&
		   attached(dir, BPF_CGROUP_INET_SOCK_CREATE) == 1,
	   "without filters");
	ok(!confine_attach(dir, name, &s, true) && one_each(dir), "with filters again");
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
	prog = bpf_prog_load(BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE, "", yes, 2,
			     NULL, 0);

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
	struct confine c;

	ok(!attach_foreign(dir), "`ip vrf exec` was there first");
	ok(!confine_find(dir, &c) && c.foreign && !c.current, "found");
	confine_close(&c);
	ok(!confine_attach(dir, name, &s, true) && one_each(dir), "its program gives way");
	ok(!inside(dir, test_self), "... to ours");
}

static void take_prefix(int family, const char *address, unsigned int bits, uint32_t pass)
{
	struct allowed *a = &s.prefixes[s.nprefixes++];

	memset(a, 0, sizeof(*a));
	a->prefix.family = (uint32_t)family;
	a->prefix.length = PREFIX_FAMILY_BITS + bits;
	memcpy(a->prefix.address, address, family == AF_INET ? 4 : 16);
	a->pass = pass;
}

/* Run the ingress filter on a packet from an address that comes by lo: 1 it passes. */
static int run(const struct confine *c, int family, const char *source)
{
	unsigned char packet[14 + 60] = { 0 };
	struct __sk_buff context = { .ifindex = 1 };
	union bpf_attr attr = { .test = { .prog_fd = (__u32)c->program[PROGRAM_IN] } };
	int ip = family == AF_INET;

	packet[12] = (unsigned char)((ip ? ETH_P_IP : ETH_P_IPV6) >> 8);
	packet[13] = (unsigned char)(ip ? ETH_P_IP : ETH_P_IPV6);
	packet[14] = ip ? 0x45 : 0x60;
	memcpy(packet + 14 + (ip ? 12 : 8), source, ip ? 4 : 16);
	attr.test.data_in = (__u64)(uintptr_t)packet;
	attr.test.data_size_in = sizeof(packet);
	attr.test.ctx_in = (__u64)(uintptr_t)&context;
	attr.test.ctx_size_in = sizeof(context);
	return syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr)) ? -errno :
									   (int)attr.test.retval;
}

static void test_prefixes(int dir)
{
	struct confine c;
	char six[16] = "\xfd\x00\x30", other_six[16] = "\xfd\x00\x31", zero[16] = "";

	scope(MARK);
	s.devices[0] = (struct device){ 1, DEVICE_IN };
	take_prefix(AF_INET, "\x0a\x14\x1e", 24, 1);
	take_prefix(AF_INET, "\x0a\x14\x1e\x80", 25, 0);
	take_prefix(AF_INET6, zero, 0, 1);
	take_prefix(AF_INET6, other_six, 64, 0);
	scope_sort(&s);
	ok(!confine_attach(dir, name, &s, true) && !confine_find(dir, &c), "prefixes");
	ok(run(&c, AF_INET, "\x0a\x14\x1e\x01") == 1, "10.20.30.1 passes");
	ok(run(&c, AF_INET, "\x0a\x14\x1e\x81") == 0, "10.20.30.129 is in the hole");
	ok(run(&c, AF_INET, "\x08\x08\x08\x08") == 0, "8.8.8.8 does not, although ::/0 does");
	ok(run(&c, AF_INET6, six) == 1 && run(&c, AF_INET6, other_six) == 0, "the same in IPv6");
	s.nprefixes = 0;
	take_prefix(AF_INET, "\x08\x08\x08\x08", 32, 1);
	scope_sort(&s);
	ok(!confine_fill(&c, name, &s) && run(&c, AF_INET, "\x08\x08\x08\x08") == 1 &&
		   run(&c, AF_INET, "\x0a\x14\x1e\x01") == 0 && run(&c, AF_INET6, six) == 0,
	   "other prefixes take their place");
	s.ndevices = 0;
	ok(!confine_fill(&c, name, &s) && run(&c, AF_INET, "\x08\x08\x08\x08") == 0,
	   "not by an interface that is gone");
	s.devices[s.ndevices++] = (struct device){ 1, DEVICE_IN | DEVICE_ANY };
	ok(!confine_fill(&c, name, &s) && run(&c, AF_INET, "\x0a\x14\x1e\x01") == 1,
	   "any address by an interface without limit");
	confine_fill(&c, name, NULL);
	ok(run(&c, AF_INET, "\x0a\x14\x1e\x01") == 0, "emptied: nothing");
	confine_close(&c);
}

static int fresh(void)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/vrf/%s", base, name);
	rmdir(path);
	return cgroup_open(base, name, true);
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
	dir = fresh();
	ok(!attached(dir, BPF_CGROUP_INET_EGRESS) && cgroup_populated(dir) == 0,
	   "all of it ended with the directory");
	ok(cgroup_open(base, "a/b", true) == -EINVAL && cgroup_open(base, "..", true) == -EINVAL, "strange names");
	close(dir);
	snprintf(base + strlen(base), sizeof(base) - strlen(base), "/vrf/%s", name);
	rmdir(base);
	return tap_done();
}
