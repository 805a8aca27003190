/* SPDX-License-Identifier: ISC */
/* tests/unit/unrouted_test.c - lines of the kernel's trace, and names that look like one. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "openrc/state/unrouted.h"
#include "tests/unit/tap.h"

static struct unrouted u;

#define REST4 \
	"     5.776743: fib_table_lookup: table 10 oif 0 iif 1 proto 17 0.0.0.0/33189 -> 8.8.8.8/53 tos 0 scope 0 flags 0 ==> dev - gw 0.0.0.0/:: err -113"
#define REST6 \
	"     6.391454: fib6_table_lookup: table  10 oif 3 iif 1 proto 6 ::/0 -> 2001:db8::1/53 flowlabel 0x0 tos 0 scope 0 flags 4 ==> dev lo gw :: err -101"

static bool says(int family, int protocol, int port, const char *peer, int error)
{
	return u.packet.family == family && u.packet.protocol == protocol && u.packet.has_port &&
	       u.packet.port == port && !memcmp(u.packet.peer, peer, family == AF_INET ? 4 : 16) && u.error == error;
}

static bool parse(const char *line)
{
	return unrouted_parse(line, &u);
}

static void test_lines(void)
{
	ok(parse("           probe-142     [000] ....." REST4) &&
		   says(AF_INET, IPPROTO_UDP, 53, "\x08\x08\x08\x08", EHOSTUNREACH),
	   "IPv4");
	ok(u.table == 10 && u.pid == 142 && !strcmp(u.command, "probe") && u.when == 5776743000,
	   "... by whom, and when");
	ok(parse("     ping-7     [003] .N..." REST6) &&
		   says(AF_INET6, IPPROTO_TCP, 53, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", ENETUNREACH) &&
		   u.pid == 7,
	   "IPv6, with a flow label");
	ok(parse("  <idle>-0     [003] ..s.." REST4) && !u.pid && !u.command[0], "of an interrupt: nobody's");
	ok(parse("  x-5     [003] ....." REST4 "\n") && u.pid == 5, "a line with its end");
	ok(parse("  x-5     [003] ....."
		 "     5.7: fib_table_lookup: table 4294967295 oif 0 iif 0 proto 0 0.0.0.0/0 -> 8.8.8.8/0 tos 0 scope 0 flags 0 ==> dev - gw 0.0.0.0/:: err -11") &&
		   u.table == 4294967295 && u.packet.protocol == -1 && !u.packet.has_port && u.error == EAGAIN,
	   "nothing of the socket is known");
}

static void test_names(void)
{
	ok(parse("  a b-9 [0] .-5     [003] ....." REST4) && u.pid == 5 && !strcmp(u.command, "a b-9 [0] ."),
	   "a name like the rest");
	ok(parse("   abcdefghijklmno-5     [003] ....." REST4) && u.pid == 5 && !strcmp(u.command, "abcdefghijklmno"),
	   "a long one");
	ok(parse("                -5     [003] ....." REST4) && u.pid == 5 && !u.command[0], "an empty one");
	ok(parse("  -77-5     [003] ....." REST4) && u.pid == 5 && !strcmp(u.command, "-77"),
	   "one that ends in a number");
	ok(parse("[000] ....." REST4) && !u.pid, "half a line");
	ok(parse(REST4) && !u.pid, "less");
}

static void test_others(void)
{
	ok(!parse("") && !parse(":") && !parse(": fib_table_lookup: ") && !parse(": fib_table_lookup: table"),
	   "no line");
	ok(!parse("  x-5     [003] .....     5.7: fib_table_lookup: table 10 oif 0 iif 1 proto 17 0.0.0.0/1 -> 8.8.8.8/53 tos 0 scope 0 flags 0 ==> dev eth0 gw 0.0.0.0/:: err 0"),
	   "one that found a route");
	ok(!parse("  x-5     [003] .....     5.7: fib_table_lookup: table 10 oif 0 iif 3 proto 17 0.0.0.0/1 -> 8.8.8.8/53 tos 0 scope 0 flags 0 ==> dev - gw 0.0.0.0/:: err -113"),
	   "one that came in");
	ok(!parse("  x-5     [003] .....     5.7: fib_table_lookup: table 10 oif 0 iif 1 proto 17 0.0.0.0/1 -> 2001::1/53 tos 0 scope 0 flags 0 ==> dev - gw 0.0.0.0/:: err -113"),
	   "of two families");
	ok(!parse("  x-5     [003] .....     5.7: sched_switch: table 10 oif 0 iif 1 proto 17 0.0.0.0/1 -> 8.8.8.8/53 err -113"),
	   "another event");
}

int main(void)
{
	plan(6 + 6 + 5);
	test_lines();
	test_names();
	test_others();
	return tap_done();
}
