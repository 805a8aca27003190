/* SPDX-License-Identifier: ISC */
/* tests/unit/tablename_test.c - tables by name: files as iproute2 has them, and `auto`. */
#include <stdlib.h>
#include <unistd.h>

#include "executor/stanza/parse.h"
#include "executor/stanza/tablename.h"
#include "tests/unit/tap.h"

static char directory[] = "/tmp/tablename_test.XXXXXX";

static const char *write_file(const char *name, const char *text)
{
	static char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	if (file) {
		fputs(text, file);
		fclose(file);
	}
	return path;
}

static void files(void)
{
	char *comment = calloc(1, 3000);
	const char *path;
	uint32_t table = 0;

	path = write_file("rt_tables",
			  "# reserved\n255\tlocal\n\n  10  red # ours\n0x20 hex\nx wrong\n4294967296 large\n"
			  "30\n40 blue green\n50 last");
	ok(table_in_file(path, "red", &table) && table == 10, "a name");
	ok(table_in_file(path, "hex", &table) && table == 32, "a hexadecimal number");
	ok(table_in_file(path, "blue", &table) && table == 40, "words behind it do not count");
	ok(table_in_file(path, "last", &table) && table == 50, "a last line without its end");
	ok(!table_in_file(path, "green", &table), "and are no names");
	ok(!table_in_file(path, "re", &table) && !table_in_file(path, "redder", &table), "whole names only");
	ok(!table_in_file(path, "#", &table) && !table_in_file(path, "ours", &table), "nothing in a comment");
	ok(!table_in_file(path, "wrong", &table) && !table_in_file(path, "large", &table), "no bad number");
	ok(!table_in_file("/nowhere", "red", &table), "a file that is not there has none");
	memset(comment, '#', 510);
	strcpy(comment + 510, " 10 red\n11 blue\n");
	path = write_file("rt_tables", comment);
	ok(!table_in_file(path, "red", &table), "a long comment is one");
	ok(table_in_file(path, "blue", &table) && table == 11, "and the line behind it another");
	free(comment);
}

static void directories(void)
{
	uint32_t table = 0;

	unlink(write_file("rt_tables", ""));
	write_file("red.conf", "12 red\n");
	write_file("blue.txt", "13 blue\n");
	write_file(".conf", "14 hidden\n");
	ok(table_in_directory(directory, "red", &table) && table == 12, "a file that ends in .conf");
	ok(!table_in_directory(directory, "blue", &table), "no other");
	ok(!table_in_directory(directory, "hidden", &table), "nor one of that name alone");
	ok(!table_in_directory("/nowhere", "red", &table), "a directory that is not there has none");
	unlink(write_file("red.conf", ""));
	unlink(write_file("blue.txt", ""));
	unlink(write_file(".conf", ""));
}

static void numbers(void)
{
	struct number_names all = { 0 };
	const char *path = write_file("rt_tables", "10 red\n# 11 hidden\n0x14 blue # 20\n10 second\nx wrong\n");

	number_names_of_file(&all, path);
	is(number_name(&all, 10), "red", "the first name of a number");
	is(number_name(&all, 20), "blue", "a hexadecimal one");
	ok(!number_name(&all, 11) && !number_name(&all, 0), "no other has one");
	write_file("red.conf", "10 third\n12 green\n");
	number_names_of_directory(&all, directory);
	is(number_name(&all, 10), "red", "what was read first stays");
	is(number_name(&all, 12), "green", "a directory adds");
	number_names_of_file(&all, "/nowhere");
	ok(all.count == 3, "a file that is not there adds nothing");
	number_names_free(&all);
	unlink(path);
	unlink(write_file("red.conf", ""));
	unlink(write_file("rt_tables", ""));
	table_names_read(&all);
	is(number_name(&all, 254), "main", "main needs no file");
	number_names_free(&all);
	protocol_names_read(&all);
	is(number_name(&all, 2), "kernel", "nor does kernel, as a protocol");
	number_names_free(&all);
}

static void texts(void)
{
	uint32_t table = 0;
	bool apart = true;

	ok(parse_table("10", &table) && table == 10, "a number");
	ok(parse_table("0", &table) && table == 0, "0 is left to the caller");
	ok(parse_table("main", &table) && table == 254, "main needs no file");
	ok(parse_table("local", &table) && table == 255, "nor does local");
	ok(parse_table("default", &table) && table == 253, "nor default");
	ok(!parse_table("-1", &table) && !parse_table("", &table) && !parse_table("10 ", &table), "what is none");
	ok(!parse_table("surely-no-such-table", &table), "an unknown name");
	ok(table_of_name("vrf-red") == 436863, "auto gives vrf-red the same table for ever");
	for (char name[] = "vrf-a"; name[4] <= 'z'; name[4]++)
		apart &= table_of_name(name) >= 100000 && table_of_name(name) <= 999999 &&
			 table_of_name(name) != table_of_name("vrf-red");
	ok(apart, "from 100000 to 999999, and another for other names");
}

int main(void)
{
	plan(32);
	if (!mkdtemp(directory))
		return 1;
	files();
	directories();
	numbers();
	rmdir(directory);
	texts();
	return tap_done();
}
