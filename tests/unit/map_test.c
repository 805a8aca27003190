/* SPDX-License-Identifier: ISC */
/* tests/unit/map_test.c - pictures of models: in UTF-8, in ASCII, for pages and for graphviz. */
#include <stdlib.h>
#include <unistd.h>

#include "openrc/rc-vrf/map.h"
#include "openrc/state/memory.h"
#include "tests/unit/tap.h"

static char written[65536];
static int out;
static FILE *file;

/* What is printed between these two goes to `written`. */
static void begin(void)
{
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	file = tmpfile();
	if (out < 0 || !file || dup2(fileno(file), STDOUT_FILENO) < 0)
		exit(1);
}

static const char *end(void)
{
	ssize_t n;

	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	n = pread(fileno(file), written, sizeof(written) - 1, 0);
	written[n > 0 ? n : 0] = '\0';
	fclose(file);
	return written;
}

static const char *text_of(const struct map_model *m, bool utf8)
{
	struct map_rows rows = { 0 };

	map_layout(m, &rows);
	begin();
	map_print_text(&rows, utf8);
	map_rows_free(&rows);
	return end();
}

static const char *svg_of(const struct map_model *m)
{
	struct map_rows rows = { 0 };

	map_layout(m, &rows);
	begin();
	map_print_svg(&rows);
	map_rows_free(&rows);
	return end();
}

static const char *dot_of(const struct map_model *m)
{
	begin();
	map_print_dot(m);
	return end();
}

/* The longest line of what was written, which is in pieces then. */
static unsigned int widest(void)
{
	unsigned int most = 0;

	for (char *rest = written, *line; (line = strsep(&rest, "\n"));)
		if (map_columns(line) > most)
			most = map_columns(line);
	return most;
}

static unsigned int lines_with(const char *word)
{
	unsigned int count = 0;

	for (const char *at = written; (at = strstr(at, word)); at += strlen(word))
		count++;
	return count;
}

/* Two VRFs, one of which leaks into the other. */
static void fill(struct map_model *m)
{
	struct map_service *s;
	struct map_vrf *v;
	struct map_way *w;

	v = map_add_vrf(m, "default", NULL);
	w = map_way(v, MAP_INTERFACE, 2, "eth0");
	w->note = memory_copy("10.20.30.40/24");
	map_add_line(&w->to, 8, "10.20.30.0/24");
	v = map_add_vrf(m, "red", "table 10, by device, up");
	v->ifindex = 10;
	s = map_add_service(v, "web", "started");
	map_add_line(&s->at, 8, "tcp 0.0.0.0:80");
	w = map_way(v, MAP_INTERFACE, 3, "eth1");
	w->note = memory_copy("10.20.40.40/24");
	map_add_line(&w->to, 2, "10.20.40.0/24");
	map_add_line(&w->to, 2, "default via 10.20.40.1");
	map_add_line(&w->to, 2, "192.0.2.0/24");
	w = map_way(v, MAP_LEAK, 20, "blue");
	map_add_line(&w->to, 8, "10.20.50.0/24");
	v = map_add_vrf(m, "blue", "table 20, by device, down");
	v->ifindex = 20;
	v->down = true;
}

static const char wanted[] = "+- default ------------------+\n"
			     "| everybody else             |\n"
			     "+-+--------------------------+\n"
			     "  `-- eth0  10.20.30.40/24\n"
			     "      `-- 10.20.30.0/24\n"
			     "\n"
			     "+- red: table 10, by device, up -+\n"
			     "| web  started                   |\n"
			     "|   tcp 0.0.0.0:80               |\n"
			     "+-+------------------------------+\n"
			     "  +-- eth1  10.20.40.40/24\n"
			     "  |   +-- 10.20.40.0/24\n"
			     "  |   +-- default via 10.20.40.1\n"
			     "  |   `-- and 1 more\n"
			     "  `-> blue\n"
			     "      `-- 10.20.50.0/24\n"
			     "\n"
			     "+- blue: table 20, by device, down -+\n"
			     "| no services                       |\n"
			     "+-----------------------------------+\n";

static void usual(void)
{
	struct map_model m = { 0 };

	is(text_of(&m, true), "", "nothing at all");
	fill(&m);
	is(text_of(&m, false), wanted, "in ASCII");
	text_of(&m, true);
	ok(strstr(written, "\xe2\x94\x94\xe2\x94\x80\xe2\x96\xb6 blue\n"), "an arrow in UTF-8");
	ok(widest() == 37 && !strchr(written, '+'), "as wide, and nothing of ASCII's");

	dot_of(&m);
	ok(strstr(written, "\tv1 -> v2 [style=dashed,color=\"#aa5500\",label=\"10.20.50.0/24\\l\"];\n"),
	   "a leak for graphviz leads from VRF to VRF");
	ok(strstr(written, "label=\"web, started\\l  tcp 0.0.0.0:80\\l\""), "a service with its listener");
	ok(strstr(written, "and 1 more\\l"), "what is left out");

	svg_of(&m);
	ok(lines_with("<rect") == 4 && lines_with("class=\"box bad\"") == 1, "a box for each, and what is down");
	ok(strstr(written, ">default via 10.20.40.1</text>"), "a network on a page");
	ok(!strncmp(written, "<svg xmlns", 10) && !strcmp(written + strlen(written) - 7, "</svg>\n"), "whole");
	map_free(&m);
}

/* A listener of no VRF: what else is there is not to be seen. */
static void handed(void)
{
	struct map_model m = { 0 };
	struct map_vrf *v = map_add_vrf(&m, "default", NULL);

	map_add_line(&map_add_service(v, "web", "listens here, runs in VRF red")->at, 8, "tcp 0.0.0.0:80");
	v = map_add_vrf(&m, "red", "missing");
	map_add_service(v, "web", "started");
	is(text_of(&m, false),
	   "+- default --------------------------+\n"
	   "| web  listens here, runs in VRF red |\n"
	   "|   tcp 0.0.0.0:80                   |\n"
	   "| everybody else                     |\n"
	   "+------------------------------------+\n"
	   "\n"
	   "+- red: missing -------------+\n"
	   "| web  started               |\n"
	   "+----------------------------+\n",
	   "who listens in the default VRF, and everybody else");
	map_free(&m);
}

static void names(void)
{
	struct map_model m = { 0 };
	struct map_vrf *v = map_add_vrf(&m, "r\"e\\d<&>", NULL);

	map_add_service(v, "caf\xc3\xa9", "started");
	ok(strstr(dot_of(&m), "label=\"r\\\"e\\\\d<&>\""), "a quote and a backslash for graphviz");
	ok(strstr(svg_of(&m), ">r\"e\\d&lt;&amp;&gt;</text>"), "what XML would take for its own");
	ok(strstr(text_of(&m, true), " caf\xc3\xa9  started              \xe2\x94\x82\n"),
	   "a character of two bytes is one column");
	map_free(&m);
}

static void much(void)
{
	static const char address[] = "2001:db8:1111:2222:3333:4444:5555:6666/128";
	struct map_model m = { 0 };
	struct map_vrf *v = map_add_vrf(&m, "red", "table 4000000000, by mark 0x56000001, down");
	struct map_way *w = map_way(v, MAP_INTERFACE, 1, "eth1");
	struct map_service *s;
	char note[512] = "", name[200];

	for (int i = 0; i < 8; i++)
		sprintf(note + strlen(note), "%s%s", i ? " " : "", address);
	w->note = memory_copy(note);
	map_add_line(&w->to, 8, note);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	s = map_add_service(v, name, "started");
	map_add_line(&s->at, 8, address);
	text_of(&m, true);
	ok(lines_with(address) == 17, "what is long goes on below");
	ok(widest() == 80, "and is never wider than 80 columns");
	text_of(&m, false);
	ok(lines_with(address) == 17 && widest() == 80, "in ASCII neither");
	map_free(&m);
}

static void many(void)
{
	struct map_model m = { 0 };
	struct map_rows rows = { 0 };

	for (unsigned int i = 0; i < 1000; i++) {
		char name[16];
		struct map_vrf *v;

		sprintf(name, "vrf%u", i);
		v = map_add_vrf(&m, name, "up");
		for (unsigned int j = 0; j < 1000; j++)
			map_add_line(&map_way(v, MAP_INTERFACE, j % 10, name)->to, 8, "10.0.0.0/8");
	}
	map_layout(&m, &rows);
	/* a box of three, ten ways with eight networks each and what is counted, a row between */
	ok(rows.count == 1000 * (3 + 10 * 10 + 1) - 1, "a thousand VRFs with a million networks");
	map_rows_free(&rows);
	map_free(&m);
}

/* `map_test dot`: that model for graphviz, which contract/map_test asks. */
static int print_dot(void)
{
	struct map_model m = { 0 };

	fill(&m);
	map_add_service(&m.vrf[2], "a \"name\" with \\ and {|<>}", NULL);
	map_print_dot(&m);
	map_free(&m);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "dot"))
		return print_dot();
	plan(18);
	usual();
	handed();
	names();
	much();
	many();
	return tap_done();
}
