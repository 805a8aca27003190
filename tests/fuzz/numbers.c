/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/numbers.c - whatever stands in rt_tables and the like: each name that is listed is found by itself, and
 * no number has two.
 */
#include <string.h>

#include "executor/stanza/tablename.h"
#include "tests/fuzz/file.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct number_names all = { 0 };
	uint32_t number;

	file_of(data, size);
	number_names_of_file(&all, file_path);
	for (size_t i = 0; i < all.count; i++) {
		if (!*all.entry[i].name || strpbrk(all.entry[i].name, " \t\n#") ||
		    !table_in_file(file_path, all.entry[i].name, &number) ||
		    strcmp(number_name(&all, all.entry[i].number), all.entry[i].name))
			abort();
	}
	number_names_free(&all);
	return 0;
}
