/* SPDX-License-Identifier: ISC */
/* tests/unit/json_test.c - commas, quotes and what is no text at all. */
#include <stdlib.h>
#include <unistd.h>

#include "openrc/rc-vrf/json.h"
#include "tests/unit/tap.h"

static char written[512];
static int out, ends[2];

/* What is printed between these two goes to `written`. */
static void begin(void)
{
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	if (out < 0 || pipe(ends) || dup2(ends[1], STDOUT_FILENO) < 0)
		exit(1);
	close(ends[1]);
}

static const char *end(void)
{
	ssize_t n;

	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	n = read(ends[0], written, sizeof(written) - 1);
	written[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	return written;
}

static const char *text(const char *value)
{
	begin();
	json_array(NULL);
	json_string(NULL, value);
	json_end_array();
	end();
	/* to this file all that the test prints is one row */
	return written + (written[0] == ',');
}

static void structure(void)
{
	begin();
	json_object(NULL);
	json_string("name", "red");
	json_number("table", 18446744073709551615ULL);
	json_bool("up", true);
	json_bool("down", false);
	json_string("none", NULL);
	json_array("members");
	json_string(NULL, "eth0");
	json_string(NULL, "eth1");
	json_object(NULL);
	json_end_object();
	json_object(NULL);
	json_number("a", 0);
	json_end_object();
	json_end_array();
	json_array("empty");
	json_end_array();
	json_end_object();
	is(end(),
	   "{\"name\":\"red\",\"table\":18446744073709551615,\"up\":true,\"down\":false,\"none\":null,"
	   "\"members\":[\"eth0\",\"eth1\",{},{\"a\":0}],\"empty\":[]}",
	   "commas stand between, and nowhere else");
}

int main(void)
{
	plan(13);
	structure();
	is(text("a\"b\\c/d"), "[\"a\\\"b\\\\c/d\"]", "quotes and backslashes");
	is(text("\t\n\x01\x7f"), "[\"\\u0009\\u000a\\u0001\\u007f\"]", "control characters");
	is(text("\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7"), "[\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7\"]",
	   "characters of two, three and four bytes");
	is(text("a\xff"
		"b"),
	   "[\"a\\ufffdb\"]", "a byte that begins none");
	is(text("\xc3"), "[\"\\ufffd\"]", "one that ends too early");
	is(text("\xe2\x82"
		"a"),
	   "[\"\\ufffd\\ufffda\"]", "in the middle");
	is(text("\xc0\xaf"), "[\"\\ufffd\\ufffd\"]", "longer than it need be");
	is(text("\xed\xa0\x80"), "[\"\\ufffd\\ufffd\\ufffd\"]", "half a pair");
	is(text("\xf4\x90\x80\x80"), "[\"\\ufffd\\ufffd\\ufffd\\ufffd\"]", "behind the last");
	is(text("\xc2\x9b"), "[\"\\u009b\"]", "a control character of two bytes");
	is(text("\xe2\x80\xae"), "[\"\\u202e\"]", "one that turns round the text behind it");
	is(text(""), "[\"\"]", "no text");
	return tap_done();
}
