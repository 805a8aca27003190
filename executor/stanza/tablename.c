/* SPDX-License-Identifier: ISC */
/* executor/stanza/tablename.c - names of routing tables and the like; both ways; reads iproute2's files, writes none. */
#include <dirent.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/model/lack.h"
#include "executor/stanza/interfaces.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/tablename.h"

/* A file of numbers and names, line by line; one that is not there has none. */
struct reading {
	FILE *file;
	char *line;
	size_t room;
	int err; /* at its end */
};

static struct reading begin_reading(const char *path)
{
	FILE *file = fopen(path, "re");
	const bool lacks = !file && errno == ENOMEM;

	if (lacks)
		lack_noted(NULL);
	return (struct reading){ .file = file, .err = lacks ? -ENOMEM : 0 };
}

/* The next number with its name, which stays until the one after it; false at the end, and all is closed. */
static bool next_name(struct reading *r, uint32_t *number, const char **name)
{
	while (r->file && getline(&r->line, &r->room, r->file) >= 0) {
		char *rest = r->line, *id, *word;

		r->line[strcspn(r->line, "#\n")] = '\0';
		id = next_word(&rest);
		word = id ? next_word(&rest) : NULL;
		if (word && parse_u32(id, number)) {
			*name = word;
			return true;
		}
	}
	if (r->file && !feof(r->file))
		r->err = -errno;
	if (r->err == -ENOMEM)
		lack_noted(NULL);
	free(r->line);
	if (r->file)
		fclose(r->file);
	r->file = NULL;
	r->line = NULL;
	return false;
}

bool table_in_file(const char *path, const char *name, uint32_t *table)
{
	struct reading r = begin_reading(path);
	bool found = false;
	const char *word;
	uint32_t number;

	/* to the end, which closes it */
	while (next_name(&r, &number, &word)) {
		if (found || strcmp(word, name))
			continue;
		*table = number;
		found = true;
	}
	return found;
}

/* Call fn with the path of each *.conf file until it returns true. */
static bool each_conf(const char *directory, bool (*fn)(const char *path, void *context), void *context)
{
	DIR *dir = opendir(directory);
	bool found = false;
	struct dirent *entry;
	char path[512];

	while (dir && !found && (entry = readdir(dir))) {
		size_t length = strlen(entry->d_name);

		if (length < 6 || strcmp(entry->d_name + length - 5, ".conf"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		found = fn(path, context);
	}
	if (dir)
		closedir(dir);
	return found;
}

struct search {
	const char *name;
	uint32_t *table;
};

static bool search_file(const char *path, void *context)
{
	const struct search *s = context;

	return table_in_file(path, s->name, s->table);
}

bool table_in_directory(const char *directory, const char *name, uint32_t *table)
{
	struct search s = { name, table };

	return each_conf(directory, search_file, &s);
}

/* include/uapi/linux/rtnetlink.h, enum rt_class_t */
static const struct known {
	uint32_t number;
	const char *name;
} tables[] = { { RT_TABLE_DEFAULT, "default" }, { RT_TABLE_MAIN, "main" }, { RT_TABLE_LOCAL, "local" } };

bool parse_table(const char *text, uint32_t *table)
{
	if (parse_u32(text, table))
		return true;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (strcmp(text, tables[i].name))
			continue;
		*table = tables[i].number;
		return true;
	}
	return table_in_file("/etc/iproute2/rt_tables", text, table) ||
	       table_in_directory("/etc/iproute2/rt_tables.d", text, table) ||
	       table_in_file("/usr/share/iproute2/rt_tables", text, table) ||
	       table_in_directory("/usr/share/iproute2/rt_tables.d", text, table);
}

bool parse_name(const char *text, const char *file, uint32_t *number)
{
	static const char *const directories[] = { "/etc/iproute2", "/usr/share/iproute2" };
	char path[64];

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", directories[i], file);
		if (table_in_file(path, text, number))
			return true;
	}
	return false;
}

const char *number_name(const struct number_names *all, uint32_t number)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->entry[i].number == number)
			return all->entry[i].name;
	return NULL;
}

static int add_name(struct number_names *all, uint32_t number, const char *name)
{
	struct number_name *grown;

	if (number_name(all, number))
		return 0;
	grown = lack_noted(realloc(all->entry, (all->count + 1) * sizeof(*grown)));
	if (!grown)
		return -ENOMEM;
	all->entry = grown;
	grown[all->count] = (struct number_name){ number, lack_noted(strdup(name)) };
	if (!grown[all->count].name)
		return -ENOMEM;
	all->count++;
	return 0;
}

int number_names_of_file(struct number_names *all, const char *path)
{
	struct reading r = begin_reading(path);
	const char *name;
	uint32_t number;
	int err = 0;

	/* to the end, which closes it */
	while (next_name(&r, &number, &name))
		if (!err)
			err = add_name(all, number, name);
	return err ? err : r.err;
}

struct taking {
	struct number_names *all;
	int err;
};

static bool take_file(const char *path, void *context)
{
	struct taking *t = context;

	t->err = number_names_of_file(t->all, path);
	return t->err;
}

int number_names_of_directory(struct number_names *all, const char *directory)
{
	struct taking t = { all, 0 };

	errno = 0;
	if (!each_conf(directory, take_file, &t) && errno == ENOMEM)
		t.err = -ENOMEM;
	return t.err;
}

static int read_names(struct number_names *all, const char *file, const struct known *known, size_t count)
{
	static const char *const directories[] = { "/etc/iproute2", "/usr/share/iproute2" };
	char path[64];
	int err = 0;

	memset(all, 0, sizeof(*all));
	for (size_t i = 0; !err && i < sizeof(directories) / sizeof(directories[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", directories[i], file);
		err = number_names_of_file(all, path);
		snprintf(path, sizeof(path), "%s/%s.d", directories[i], file);
		if (!err)
			err = number_names_of_directory(all, path);
	}
	for (size_t i = 0; !err && i < count; i++)
		err = add_name(all, known[i].number, known[i].name);
	return err;
}

int table_names_read(struct number_names *all)
{
	return read_names(all, "rt_tables", tables, sizeof(tables) / sizeof(tables[0]));
}

/* include/uapi/linux/rtnetlink.h, rtm_protocol: those that ip(8) knows without a file */
int protocol_names_read(struct number_names *all)
{
	static const struct known known[] = {
		{ RTPROT_UNSPEC, "unspec" },
		{ RTPROT_REDIRECT, "redirect" },
		{ RTPROT_KERNEL, "kernel" },
		{ RTPROT_BOOT, "boot" },
		{ RTPROT_STATIC, "static" },
		{ RTPROT_GATED, "gated" },
		{ RTPROT_RA, "ra" },
		{ RTPROT_MRT, "mrt" },
		{ RTPROT_ZEBRA, "zebra" },
		{ RTPROT_BIRD, "bird" },
		{ RTPROT_BABEL, "babel" },
		{ RTPROT_DNROUTED, "dnrouted" },
		{ RTPROT_XORP, "xorp" },
		{ RTPROT_NTK, "ntk" },
		{ RTPROT_DHCP, "dhcp" },
		{ 18, "keepalived" },
		{ 186, "bgp" },
		{ 187, "isis" },
		{ 188, "ospf" },
		{ 189, "rip" },
		{ 192, "eigrp" },
	};

	return read_names(all, "rt_protos", known, sizeof(known) / sizeof(known[0]));
}

void number_names_free(struct number_names *all)
{
	for (size_t i = 0; i < all->count; i++)
		free(all->entry[i].name);
	free(all->entry);
	memset(all, 0, sizeof(*all));
}

/* Each line of a long file may name it, and each question costs a reading of the interfaces file. */
bool parse_table_of_vrf(const char *name, uint32_t *table)
{
	static char last[IFNAMSIZ];
	static uint32_t last_table;
	struct values lines = { 0 };
	struct failure ignored;
	bool found = parse_ifname(name) && !strcmp(name, last);

	if (found)
		*table = last_table;
	if (found || !parse_vrf_name(name))
		return found;
	if (!interfaces_query(name, "vrf-table", &lines, &ignored) && lines.count) {
		const char *text = lines.text[lines.count - 1];

		found = true;
		if (!strcmp(text, "auto"))
			*table = table_of_name(name);
		else
			found = parse_table(text, table);
	}
	values_free(&lines);
	if (found) {
		strcpy(last, name);
		last_table = *table;
	}
	return found;
}

bool table_is_systems(uint32_t table)
{
	return table == RT_TABLE_UNSPEC || (table >= RT_TABLE_DEFAULT && table <= RT_TABLE_LOCAL);
}

uint32_t table_of_name(const char *name)
{
	/* FNV-1a, 32 bits (RFC 9923 has its constants). */
	uint32_t hash = 0x811c9dc5;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x01000193;
	return 100000 + hash % 900000;
}
