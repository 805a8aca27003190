/* SPDX-License-Identifier: ISC */
/* executor/stanza/tablename.c - names of routing tables and the like; reads iproute2's files, writes none. */
#include <dirent.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/interfaces.h"
#include "executor/stanza/parse.h"
#include "executor/stanza/tablename.h"

bool table_in_file(const char *path, const char *name, uint32_t *table)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	bool found = false;
	size_t room = 0;

	while (file && !found && getline(&line, &room, file) >= 0) {
		char *rest = line, *id, *word;

		line[strcspn(line, "#\n")] = '\0';
		id = next_word(&rest);
		word = id ? next_word(&rest) : NULL;
		found = word && !strcmp(word, name) && parse_u32(id, table);
	}
	free(line);
	if (file)
		fclose(file);
	return found;
}

bool table_in_directory(const char *directory, const char *name, uint32_t *table)
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
		found = table_in_file(path, name, table);
	}
	if (dir)
		closedir(dir);
	return found;
}

bool parse_table(const char *text, uint32_t *table)
{
	/* include/uapi/linux/rtnetlink.h, enum rt_class_t */
	static const struct {
		const char *name;
		uint32_t id;
	} builtin[] = { { "default", 253 }, { "main", 254 }, { "local", 255 } };

	if (parse_u32(text, table))
		return true;
	for (size_t i = 0; i < sizeof(builtin) / sizeof(builtin[0]); i++) {
		if (strcmp(text, builtin[i].name))
			continue;
		*table = builtin[i].id;
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
