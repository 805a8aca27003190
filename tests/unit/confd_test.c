/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/confd_test.c - a service's file in conf.d: what is edited, what is
 * not touched, and how a file takes the place of another.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "openrc/confd.h"
#include "openrc/file.h"
#include "tests/unit/tap.h"

static void edits(const char *text, const char *vrf, const char *want, const char *name)
{
	char *got = confd_edit(text, vrf);

	is(got ? got : "refused", want, name);
	free(got);
}

static void refuses(const char *text, const char *vrf, const char *name)
{
	char *got;

	errno = 0;
	got = confd_edit(text, vrf);
	ok(!got && errno == EINVAL, "%s", name);
	free(got);
}

static void set(void)
{
	edits("", "red", "vrf=\"red\"\n", "set in an empty file");
	edits("A=b\n", "red", "A=b\nvrf=\"red\"\n", "set in one that says nothing: at its end");
	edits("A=b", "red", "A=b\nvrf=\"red\"\n", "whose last line has no end");
	edits("# x\nvrf=\"blue\"\nB=c\n", "red", "# x\nvrf=\"red\"\nB=c\n", "set in the place of what it said");
	edits("vrf=blue", "red", "vrf=\"red\"", "at the end of a file without a newline");
	edits("vrf=\n", "red", "vrf=\"red\"\n", "in the place of an empty one");
	edits("vrf='blue' # mine\n", "red", "vrf=\"red\" # mine\n", "a comment behind it stays");
	edits("vrf=blue;A=b\n", "red", "vrf=\"red\";A=b\n", "so does another command");
	edits("vrf=blue && A=b\n", "red", "vrf=\"red\" && A=b\n", "and what follows from it");
	edits("if x; then\n\tvrf=blue\nfi\n", "red", "if x; then\n\tvrf=\"red\"\nfi\n", "its place in the line, too");
	edits("export vrf=blue\n", "red", "export vrf=\"red\"\n", "export");
	edits("rc_vrf=blue\n", "red", "rc_vrf=\"red\"\n", "rc_vrf");
	edits("vrf=\"vrf-$x\"\n", "red", "vrf=\"red\"\n", "a variable is a word");
	edits("vrf=a\nrc_vrf=b\nvrf=c # c\n", "red", "vrf=\"red\"\n# c\n", "one that says it again says it no more");
	edits("#vrf=blue\n", "red", "#vrf=blue\nvrf=\"red\"\n", "a comment is none");
	edits("vrf_confine=no\nmyvrf=x\n", "red", "vrf_confine=no\nmyvrf=x\nvrf=\"red\"\n", "nor is another variable");
	edits("vrf=blue\n", "a-name-of-15-by", "vrf=\"a-name-of-15-by\"\n", "a VRF's longest name");
}

static void unset(void)
{
	edits("A=b\nvrf=blue\nB=c\n", NULL, "A=b\nB=c\n", "unset takes the line out");
	edits("vrf=blue\n", NULL, "", "were it the only one");
	edits("vrf=blue", NULL, "", "without an end");
	edits("vrf='blue' # mine\n", NULL, "# mine\n", "its comment stays");
	edits("vrf=blue; A=b\n", NULL, "A=b\n", "and another command");
	edits("A=b\n", NULL, "A=b\n", "nothing said, nothing done");
}

static void quotes(void)
{
	edits("T=\"a\nvrf=blue\nb\"\n", "red", "T=\"a\nvrf=blue\nb\"\nvrf=\"red\"\n", "a line of another variable's value");
	edits("T='a\"\nvrf=blue\n'\nvrf=b\n", "red", "T='a\"\nvrf=blue\n'\nvrf=\"red\"\n", "a quote in a quote");
	edits("# don't\nvrf=b\n", "red", "# don't\nvrf=\"red\"\n", "a quote in a comment");
	edits("A=b#'\nvrf=b'\n", "red", "A=b#'\nvrf=b'\nvrf=\"red\"\n", "a # in a word begins no comment");
	edits("A=\\'\nvrf=b\n", "red", "A=\\'\nvrf=\"red\"\n", "a quote with a backslash");
	edits("A=\"\\\"\nvrf=x\n\"\n", "red", "A=\"\\\"\nvrf=x\n\"\nvrf=\"red\"\n", "one in a quote");
	refuses("vrf=$(cat /x y)\n", "red", "a command's output is refused");
	refuses("vrf=`cat /x`\n", "red", "the old way as well");
	refuses("vrf=\"$(cat \"/x\")\"\n", NULL, "to unset it, too");
	refuses("vrf=\"a\nb\"\n", "red", "two lines are refused");
	refuses("vrf=a\\\nb\n", "red", "with a backslash as well");
	refuses("vrf=a && B=c\n", NULL, "unset of what another command follows from");
	refuses("A=\"b\n", "red", "a quote that nobody closes");
}

static char dir[] = "/tmp/confd_test.XXXXXX";
static char file[sizeof(dir) + 8];

static int entries(void)
{
	DIR *d = opendir(dir);
	int count = 0;

	while (d && readdir(d))
		count++;
	if (d)
		closedir(d);
	return count - 2;
}

static void replace(void)
{
	struct stat before, after;
	char *text;

	ok(mkdtemp(dir), "a directory");
	snprintf(file, sizeof(file), "%s/sshd", dir);
	ok(!file_read(file) && errno == ENOENT, "no file");
	ok(file_replace(file, "one\n") == 0 && stat(file, &before) == 0 && (before.st_mode & 07777) == 0644,
	   "a new file is everybody's to read");
	ok(!chmod(file, 0640) && (geteuid() || !chown(file, 1, 2)) && !stat(file, &before), "another mode and owner");
	ok(file_replace(file, "two\n") == 0 && stat(file, &after) == 0, "it is replaced");
	ok(before.st_ino != after.st_ino, "by another file, at once");
	ok(before.st_mode == after.st_mode && before.st_uid == after.st_uid && before.st_gid == after.st_gid,
	   "of that mode and owner");
	text = file_read(file);
	is(text, "two\n", "that says what it shall");
	free(text);
	ok(entries() == 1, "nothing else is left");
	snprintf(file, sizeof(file), "%s/x/y", dir);
	ok(file_replace(file, "three\n") == -ENOENT && entries() == 1, "no directory: nothing is done");
	snprintf(file, sizeof(file), "%s/sshd", dir);
	unlink(file);
	rmdir(dir);
}

int main(void)
{
	plan(46);
	set();
	unset();
	quotes();
	replace();
	return tap_done();
}
