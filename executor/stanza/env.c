/* SPDX-License-Identifier: ISC */
/* executor/stanza/env.c - the environment; see env.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "executor/stanza/env.h"
#include "executor/stanza/parse.h"

const char *env_get(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

void env_name(const char *keyword, char name[ENV_NAME])
{
	size_t length = (size_t)snprintf(name, ENV_NAME, "IF_%s", keyword);

	for (size_t i = 0; i < length && i < ENV_NAME - 1; i++)
		name[i] = name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
}

const char *env_option(const char *keyword)
{
	char name[ENV_NAME];
	char *value;

	env_name(keyword, name);
	value = getenv(name);
	/* Values keep the blanks at the end of their line: cut them where they stand. */
	value = value ? trim(value) : NULL;
	return value && *value ? value : NULL;
}

bool env_any(const char *prefix)
{
	char name[ENV_NAME];

	env_name(prefix, name);
	for (char **entry = environ; *entry; entry++)
		if (!strncmp(*entry, name, strlen(name)))
			return true;
	return false;
}
