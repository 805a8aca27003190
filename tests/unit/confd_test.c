/* SPDX-License-Identifier: ISC */
/*
 * tests/unit/confd_test.c - a service's file in conf.d: what is edited, what is
 * not touched, how a file takes the place of another; and what a shell makes of
 * such files, for every line of the table that the hook goes by.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "openrc/state/confd.h"
#include "openrc/state/file.h"
#include "openrc/rc-vrf/print.h"
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
	edits("T=\"a\nvrf=blue\nb\"\n", "red", "T=\"a\nvrf=blue\nb\"\nvrf=\"red\"\n",
	      "a line of another variable's value");
	edits("T='a\"\nvrf=blue\n'\nvrf=b\n", "red", "T='a\"\nvrf=blue\n'\nvrf=\"red\"\n", "a quote in a quote");
	edits("# don't\nvrf=b\n", "red", "# don't\nvrf=\"red\"\n", "a quote in a comment");
	edits("A=b#'\nvrf=b'\n", "red", "A=b#'\nvrf=b'\nvrf=\"red\"\n", "a # in a word begins no comment");
	edits("A=\\'\nvrf=b\n", "red", "A=\\'\nvrf=\"red\"\n", "a quote with a backslash");
	edits("A=\"\\\"\nvrf=x\n\"\n", "red", "A=\"\\\"\nvrf=x\n\"\nvrf=\"red\"\n", "one in a quote");
	refuses("vrf=blue vrf=red\n", "red", "two in one line: the second one would count");
	refuses("vrf=blue; export rc_vrf=red\n", NULL, "... and stay");
	refuses("vrf=$(cat /x y)\n", "red", "a command's output is refused");
	refuses("vrf=`cat /x`\n", "red", "the old way as well");
	refuses("vrf=\"$(cat \"/x\")\"\n", NULL, "to unset it, too");
	refuses("vrf=\"a\nb\"\n", "red", "two lines are refused");
	refuses("vrf=a\\\nb\n", "red", "with a backslash as well");
	refuses("vrf=a && B=c\n", NULL, "unset of what another command follows from");
	refuses("A=\"b\n", "red", "a quote that nobody closes");
}

/* What is found, as "LINE KIND VARIABLE VALUE LAST;" */
static void slips(const char *text, const char *want, const char *name)
{
	static const char *const kinds[] = { "command", "blank", "case",    "bare",  "hyphen",
					     "dollar",  "other", "builtin", "return" };
	struct confd_slip slip[8];
	size_t count = confd_slips(text, slip, 8);
	char got[256] = "";

	for (size_t i = 0; i < count; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%u %s%s%s%s%s%s;", slip[i].line,
			 kinds[slip[i].kind], slip[i].variable ? " " : "", slip[i].variable ? slip[i].variable : "",
			 slip[i].variable && slip[i].value[0] ? " " : "", slip[i].variable ? slip[i].value : "",
			 slip[i].last ? " last" : "");
	is(got, want, name);
}

static void slip(void)
{
	slips("vrf = red\nA=b\n", "1 command vrf red;", "blanks around =");
	slips("A=b\nvrf = \"red\" # mine\n# x\n\n", "2 command vrf red last;", "in the last command");
	slips("vrf =red\nA=b\n", "1 command vrf red;", "a blank before =");
	slips("vrf red\nA=b\n", "1 command vrf red;", "no =");
	slips("\texport rc_vrf = red\nA=b\n", "1 command rc_vrf red;", "behind export");
	slips("vrf= red\nA=b\n", "1 blank vrf red;", "a blank behind =");
	slips("vrf= 'red'\nA=b\n", "1 blank vrf red;", "with a quote");
	slips("VRF=red\n", "1 case vrf red last;", "capitals");
	slips("Vrf=\"red\"\nRC_vrf=red\n", "1 case vrf red;2 case rc_vrf red last;", "one of them, and another name");
	slips("VRF=/etc/node/vrf.skey\nVrf=\"$KEYS/vrf\"\nVRF=a-name-of-16-byte\n", "",
	      "a variable for something else");
	slips("rc-vrf=red\nA=b\n", "1 hyphen rc_vrf red;", "a hyphen");
	slips("$vrf=red\nA=b\n", "1 dollar vrf red;", "a dollar");
	slips("vrf: red\nA=b\n", "1 other vrf red;", "a colon");
	slips("vrf+=red\nA=b\n", "1 other vrf red;", "a plus sign");
	slips("\"vrf\"=red\nA=b\n", "1 other vrf red;", "quotes around the name");
	slips("${vrf}=red\nA=b\n", "1 other vrf red;", "brackets");
	slips("(vrf=red)\nA=b\n", "1 other vrf red;", "another shell");
	slips("\xef\xbb\xbfvrf=red\nA=b\n", "1 other vrf red;", "a byte order mark");
	slips("set vrf=red\nA=b\n", "1 builtin vrf red;", "set");
	slips("alias rc_vrf=\"red\"\n", "1 builtin rc_vrf red last;", "alias, in the last command");
	slips("[ \"$vrf\" = red ] && A=b\necho \"$vrf\"\nset -- vrf\n(A=vrf)\n", "", "commands about it");
	slips("vrf_confine = no\nA=b\n", "1 command vrf_confine no;", "vrf_confine");
	slips("vrf-confine=no\nA=b\n", "1 hyphen vrf_confine no;", "with a hyphen");
	slips("\rvrf=red\n", "1 return;", "a carriage return before it");
	slips("# a\r\nvrf=\"red\"\r\nA=b\r\n", "2 return;", "carriage returns behind it are said once");
	slips("VRF=red\nvrf=\"$VRF\"\n", "", "another line sets it");
	slips("vrf = red\nrc_vrf=red\n", "", "by its other name, too");
	slips("VRF_CONFINE=no\nvrf=red\n", "1 case vrf_confine no;", "but not vrf_confine");
	slips("vrf-dns=no\nvrf=red\n", "1 hyphen vrf_dns no;", "nor vrf_dns");
	slips("VRF_DNS=no\nvrf_dns=no\n", "", "which is set here");
	slips("vrf=red\n", "", "no slip");
	slips("vrf=\n\nvrf= # none\n", "", "no VRF");
	slips("VRF=\nVRF=\"\" # x\nVRF=default\n", "", "nor by another name");
	slips("vrf= netns=blue\n", "", "two variables on a line");
	slips("vrf= /usr/bin/env\n", "", "a command without it");
	slips("# vrf = red\n#VRF=red\n", "", "comments");
	slips("A=\"\nvrf = red\n\"\nB='\nVRF=red'\n", "", "the text of another variable");
	slips("A=b\\\nvrf = red\n", "", "a line that goes on");
	slips("vrf() { :; }\nvrf () { :; }\n", "", "a function");
	slips("VRF_NAME=red\nmyvrf = red\nvrfd = x\n", "", "other names");
	slips("A='x\r\n'\n", "", "a carriage return in a text");
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

static char tree[] = "/tmp/confd_test.XXXXXX";

static void put(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", tree, name);
	for (char *slash = path + sizeof(tree); (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		mkdir(path, 0755);
	}
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f))
		exit(1);
}

#define ROWS 128
static struct row {
	char name[16], settings[80], want[40], got[40];
} rows[ROWS];
static int row_count;

static char listens[80], reason[160], unloadable[160], supervisor[16], files[300], slipped[200], lost[160];
static bool explicit;

static void keep(const struct confd_says *says, void *context)
{
	bool refused = !strcmp(says->vrf, CONFD_REFUSED);

	(void)context;
	for (int i = 0; i < row_count; i++)
		if (!strcmp(rows[i].name, says->service))
			snprintf(rows[i].got, sizeof(rows[i].got), "%s%s%s",
				 refused      ? "refused"
				 : *says->vrf ? says->vrf
					      : "none",
				 refused || !*says->vrf ? ""
				 : says->confine        ? " confined"
							: " unconfined",
				 !refused && *says->vrf && says->other_names ? ", other names" : "");
	snprintf(reason, sizeof(reason), "%s", says->refused ? says->refused : "");
	snprintf(unloadable, sizeof(unloadable), "%s", says->unloadable ? says->unloadable : "");
	snprintf(supervisor, sizeof(supervisor), "%s", says->supervisor ? says->supervisor : "");
	snprintf(listens, sizeof(listens), "%s %s", says->listen_vrf, says->listen);
	snprintf(slipped, sizeof(slipped), "%s", says->slip ? says->slip : "");
	snprintf(lost, sizeof(lost), "%s", says->not_found ? says->not_found : "");
	explicit = says->explicit;
	*files = '\0';
	for (size_t i = 0; i < says->files; i++)
		snprintf(files + strlen(files), sizeof(files) - strlen(files), "%s%s", i ? " " : "",
			 strrchr(says->file[i], '/') - 7);
}

/* SETTINGS<blanks>-> RESULT */
static void read_table(void)
{
	FILE *f = fopen("tests/contract/vrf-settings.table", "r");
	char line[160], *arrow;

	if (!f)
		exit(1);
	while (fgets(line, sizeof(line), f)) {
		struct row *r = &rows[row_count];

		arrow = strstr(line, "-> ");
		if (*line == '#' || !arrow || row_count == ROWS)
			continue;
		snprintf(r->name, sizeof(r->name), "row%d", row_count++);
		while (arrow > line && strchr(" \t", arrow[-1]))
			arrow--;
		snprintf(r->settings, sizeof(r->settings), "%.*s", (int)(arrow - line), line);
		arrow = strstr(arrow, "-> ") + 3;
		snprintf(r->want, sizeof(r->want), "%.*s", (int)strcspn(arrow, "\n"), arrow);
	}
	fclose(f);
}

static void evaluate(const char *settings, const char *rc_dirs, const char *dirs)
{
	struct confd c = { .settings = settings, .runlevel = "default", .rc_dirs = rc_dirs };

	c.service = calloc((size_t)row_count, sizeof(*c.service));
	for (int i = 0; c.service && i < row_count; i++) {
		strcpy(rows[i].got, "none");
		c.service[i].name = rows[i].name;
		c.service[i].dirs = (char *)dirs;
	}
	c.count = (size_t)row_count;
	if (confd_evaluate(&c, keep, NULL))
		exit(1);
	free(c.service);
}

static void table(void)
{
	char name[80];

	for (int i = 0; i < row_count; i++) {
		snprintf(name, sizeof(name), "one/conf.d/%.15s", rows[i].name);
		put(name, rows[i].settings);
	}
	evaluate("openrc/hook/settings.sh", tree, "/nowhere");
	ok(!strcmp(rows[12].got, "none"), "no file, no VRF");
	snprintf(name, sizeof(name), "%s/one", tree);
	evaluate("openrc/hook/settings.sh", tree, name);
	for (int i = 0; i < row_count; i++)
		is(rows[i].got, rows[i].want, rows[i].settings);
}

static const struct {
	const char *what, *file, *text, *want;
} order[] = {
	{ "a file that says it", "two/conf.d/a.b", "vrf=red", "red confined" },
	{ "a directory that is read later", "one/conf.d/a.b", "vrf=blue", "red confined" },
	{ "what it leaves alone", "one/conf.d/a.b", "vrf=blue vrf_confine=no", "red unconfined" },
	{ "the file for the runlevel", "two/conf.d/a.b.default", "vrf=green", "green unconfined" },
	{ "that of another runlevel", "two/conf.d/a.b.boot", "vrf=white", "green unconfined" },
	{ "that of the script which it is an instance of, before its own", "two/conf.d/a", "vrf=black rc_vrf=green",
	  "green unconfined" },
	{ "rc.conf, before all of them", "one/rc.conf", "vrf=grey vrf_confine=no", "green unconfined" },
	{ "its instance", "two/conf.d/a.b.default", "", "refused" },
	{ "a file in rc.conf.d", "two/conf.d/a", "", "blue unconfined" },
	{ "one of them", "one/conf.d/a.b", "", "grey unconfined" },
	{ "the other one, later", "two/rc.conf.d/x.conf", "vrf=brown", "brown unconfined" },
	{ "but the hook's", "two/rc.conf.d/vrf.conf", "vrf=", "brown unconfined" },
	{ "a name of ours is nobody's", "one/conf.d/a", "_vrf_self=x RC_SVCNAME=y", "brown unconfined" },
	{ "output is none", "one/conf.d/a", "echo 'yes	pink'", "brown unconfined" },
	{ "a file that returns", "one/conf.d/a", "return 0; vrf=pink", "brown unconfined" },
	{ "one that ends the shell", "one/conf.d/a", "exit 0", "refused" },
	{ "one that no shell can read", "one/conf.d/a", "if", "refused" },
};
#define ORDERS (int)(sizeof(order) / sizeof(*order))

static void places(void)
{
	char dirs[80];

	snprintf(dirs, sizeof(dirs), "%s/one:%s/two", tree, tree);
	strcpy(rows[0].name, "a.b");
	row_count = 1;
	for (int i = 0; i < ORDERS; i++) {
		put(order[i].file, order[i].text);
		evaluate("openrc/hook/settings.sh", dirs, dirs);
		is(rows[0].got, order[i].want, order[i].what);
	}
	put("one/conf.d/a", "vrf=red rc_vrf=blue");
	evaluate("openrc/nosuch.sh", dirs, dirs);
	is(rows[0].got, "blue confined", "without the hook's files a name is a name");
}

/* What is told beside the VRF. */
static void told(void)
{
	char dirs[80], want[160];

	snprintf(dirs, sizeof(dirs), "%s/three", tree);
	setenv("listen", "not its", 1);
	put("three/conf.d/a.b", "listen_vrf=red");
	evaluate("openrc/hook/settings.sh", dirs, dirs);
	is(listens, "red ", "where its listeners are to be");
	put("three/conf.d/a.b", "listen_vrf=red\nlisten='tcp:0.0.0.0:80\nudp:0.0.0.0:53'");
	evaluate("openrc/hook/settings.sh", dirs, dirs);
	is(listens, "red tcp:0.0.0.0:80\nudp:0.0.0.0:53", "and which, in two lines");
	ok(confd_uses("$listen", "listen") && confd_uses("a ${listen:-b}", "listen"), "a script that has a use for it");
	ok(!confd_uses("$listen_vrf listen=$listened", "listen"), "and for others of such names");
	put("three/conf.d/a.b", "vrf=red\nvrf_confine='per\nhaps'\nsupervisor=s6");
	evaluate("openrc/hook/settings.sh", dirs, dirs);
	is(reason, "vrf_confine=\"per\nhaps\" is neither yes nor no", "the hook's reason, word for word");
	is(files, "/conf.d/a.b", "the files");
	is(supervisor, "s6", "the supervisor");
	ok(explicit && !*unloadable, "and that they speak of a VRF");
	put("three/conf.d/a.b", "X=y");
	evaluate("openrc/hook/settings.sh", dirs, dirs);
	ok(!explicit && !*supervisor, "or do not");
	put("three/conf.d/a.b.default", "vrf=red; if");
	evaluate("openrc/hook/settings.sh", dirs, dirs);
	snprintf(want, sizeof(want), "%s/conf.d/a.b.default", dirs);
	is(unloadable, want, "the file that no shell can read");
	put("three/conf.d/a.b.default", "vrf=red; false");
	evaluate("openrc/hook/settings.sh", dirs, dirs);
	is(unloadable, want, "the file whose last command fails");
	put("three/conf.d/a.b.default", "vrf=red; nosuchcommand");
	evaluate("openrc/hook/settings.sh", dirs, dirs);
	is(rows[0].got, "red confined", "a command that OpenRC's shell may have");
	is(lost, "", "without a word");
	put("three/conf.d/a.b.default", "vrf=red\nvrf=blue nosuchcommand\n\n# end");
	evaluate("openrc/hook/settings.sh", dirs, dirs);
	snprintf(want, sizeof(want), "2 %s/conf.d/a.b.default", dirs);
	is(lost, want, "but not one that speaks of a VRF");
	put("three/conf.d/a.b.default", "A=b\nvrf=\"$TYPO\"");
	evaluate("openrc/hook/settings.sh", dirs, dirs);
	snprintf(want, sizeof(want), "empty 2 %s/conf.d/a.b.default vrf=\"$TYPO\"", dirs);
	is(slipped, want, "a line that was to name one, by the hook's own rules");
	put("three/conf.d/a.b.default", "");
	put("three/conf.d/a.b", "vrf=red");
	evaluate("openrc/hook/settings.sh", dirs, dirs);
	snprintf(want, sizeof(want), "replaced 1 %s/conf.d/a.b vrf=red", dirs);
	is(slipped, want, "one of a file in whose place another is read");
	put("three/half.sh", "_vrf_settings() {");
	snprintf(want, sizeof(want), "%s/half.sh", dirs);
	evaluate(want, dirs, dirs);
	ok(!*unloadable, "half of the hook's rules are no file of a service");
}

static void script_is(const char *text, const char *name, const char *want, const char *what)
{
	char *got = confd_script_value(text, name);

	is(got ? got : "unknown", want, what);
	free(got);
}

static void texts(void)
{
	char path[80];

	script_is("#!/sbin/openrc-run\nvrf=red\n", "vrf", "red", "what a script sets");
	script_is("vrf=\"red\"; vrf='blue' # x\n", "vrf", "blue", "the last of it");
	script_is("# vrf=red\n", "vrf", "unknown", "a comment");
	script_is("rc_vrf=red\nmyvrf=red\n", "vrf", "unknown", "another variable");
	script_is("start() {\n\tvrf=red\n}\nsupervisor=s6\n", "vrf", "unknown", "what a function does is not done yet");
	script_is("start() {\n\tvrf=red\n}\nsupervisor=s6\n", "supervisor", "s6", "behind it");
	script_is("depend() { need net; }\nvrf=red\n", "vrf", "red", "a function of one line");
	script_is("start()\n{\n\tvrf=red\n}\n", "vrf", "unknown", "one that begins below");
	script_is("vrf=$(cat x)\n", "vrf", "unknown", "what only a shell can tell");
	snprintf(path, sizeof(path), "%s/three/conf.d/x", tree);
	put("three/conf.d/x", "vrf=red\nexport rc_vrf=a vrf=blue\n#vrf=c\nx_vrf=d\n");
	ok(confd_line(path, "vrf") == 2 && confd_line(path, "rc_vrf") == 2 && !confd_line(path, "netns"),
	   "the line of a setting");
}

static void pids(void)
{
	char path[80], link[80];
	uid_t owner;

	snprintf(path, sizeof(path), "%s/pid", tree);
	snprintf(link, sizeof(link), "%s/link", tree);
	put("pid", "123\n");
	ok(file_read_pid(path, &owner) == 123 && owner == geteuid(), "a pidfile and its owner");
	if (symlink(path, link))
		exit(1);
	ok(!file_read_pid(link, &owner), "a link is none");
	put("pid", "12345678901234567890");
	ok(!file_read_pid(path, &owner), "nor is a number that no process has");
	put("pid", "-1");
	ok(!file_read_pid(path, &owner), "or all of them have");
	ok(!file_read_pid("/dev/zero", &owner), "nor is a device");
	unlink(path);
	if (mkfifo(path, 0600))
		exit(1);
	ok(!file_read_pid(path, &owner), "a FIFO does not keep anybody waiting");
}

static void shell(void)
{
	char command[64];

	if (!mkdtemp(tree))
		exit(1);
	table();
	places();
	told();
	texts();
	pids();
	snprintf(command, sizeof(command), "rm -r %s", tree);
	if (system(command))
		exit(1);
}

static void escapes(const char *text, bool utf8, const char *want, const char *name)
{
	char *got = print_escaped(text, utf8);

	is(got, want, name);
	free(got);
}

static void print_tests(void)
{
	escapes("sshd (a b)", false, "sshd (a b)", "what a terminal shows stays");
	escapes("\x1b[2J\r\n\t\x7f", true, "\\x1b[2J\\x0d\\x0a\\x09\\x7f", "what it obeys is escaped");
	escapes("\xc3\xa9", true, "\xc3\xa9", "a letter of UTF-8");
	escapes("\xc3\x9b"
		"2J",
		false,
		"\\xc3\\x9b"
		"2J",
		"which is a command in another character set");
	escapes("\xc2\x9b"
		"2J",
		true,
		"\\xc2\\x9b"
		"2J",
		"a command in UTF-8");
	escapes("\x9b"
		"2J\xff",
		true,
		"\\x9b"
		"2J\\xff",
		"bytes that are no character");
	escapes("a\xe2\x80\xae"
		"b",
		true,
		"a\\xe2\\x80\\xae"
		"b",
		"what turns round the text behind it");
}

int main(void)
{
	read_table();
	plan(49 + 41 + 1 + row_count + ORDERS + 1 + 4 + 13 + 10 + 6 + 7);
	ok(row_count > 50, "a table");
	set();
	unset();
	quotes();
	slip();
	replace();
	shell();
	print_tests();
	return tap_done();
}
