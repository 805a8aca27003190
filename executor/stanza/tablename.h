/* SPDX-License-Identifier: ISC */
/* executor/stanza/tablename.h - routing tables by number or by name. */
#ifndef EXECUTOR_STANZA_TABLENAME_H
#define EXECUTOR_STANZA_TABLENAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A number, or a name from rt_tables and rt_tables.d of /etc/iproute2 and
 * /usr/share/iproute2 (ip-route(8)), the former first.
 */
bool parse_table(const char *text, uint32_t *table);

/* 0 (unspecified) and default, main and local, which no VRF and no stanza can have for its own */
bool table_is_systems(uint32_t table);

/* The number that a name has in another of those files: rt_realms, rt_dsfield, group. */
bool parse_name(const char *text, const char *file, uint32_t *number);

/* The table of a VRF by its name: what its stanza says. */
bool parse_table_of_vrf(const char *name, uint32_t *table);

/* What one such file, or the *.conf files of a directory, have for a name. */
bool table_in_file(const char *path, const char *name, uint32_t *table);
bool table_in_directory(const char *directory, const char *name, uint32_t *table);

/* Names by number, of rt_tables or rt_protos, as ip(8) prints them. */
struct number_name {
	uint32_t number;
	char *name;
};

struct number_names {
	struct number_name *entry;
	size_t count;
};

/* What no file has the kernel's headers have.  0, or -ENOMEM, with fewer. */
int table_names_read(struct number_names *all);
int protocol_names_read(struct number_names *all);
void number_names_free(struct number_names *all);

/* NULL: it has none */
const char *number_name(const struct number_names *all, uint32_t number);

/* Those of one such file, or of the *.conf files of a directory, for numbers that have none yet.  0 or -errno */
int number_names_of_file(struct number_names *all, const char *path);
int number_names_of_directory(struct number_names *all, const char *directory);

/* `auto`: a table derived from the name alone, in 100000..999999, so that it is the same at every boot. */
uint32_t table_of_name(const char *name);

#endif
