/* SPDX-License-Identifier: ISC */
/* executor/stanza/interfaces.c - ifquery for what the environment cannot carry; see interfaces.h. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "executor/model/lack.h"
#include "executor/stanza/env.h"
#include "executor/stanza/ifquery.h"
#include "executor/stanza/interfaces.h"

/* lif_environment_push() of ifupdown-ng cuts NAME=value at 4095 bytes without a word. */
#define ENTRY_MAX 4095

/*
 * lif_fgetline() of ifupdown-ng does that to a line of the interfaces file, continued lines
 * joined and blanks before it included, at 4094.  How many blanks there were nobody tells:
 * a line that comes near is taken for cut.  A longer one comes from a version that does not cut.
 */
#define LINE_MAX_CUT  4094
#define LINE_MAX_SURE (LINE_MAX_CUT - 200)

void values_free(struct values *values)
{
	for (size_t i = 0; i < values->count; i++)
		free(values->text[i]);
	free(values->text);
	values->text = NULL;
	values->count = 0;
}

static int values_add(struct values *values, const char *text, size_t length)
{
	char **grown = lack_noted(realloc(values->text, (values->count + 1) * sizeof(*grown)));

	if (!grown)
		return -ENOMEM;
	values->text = grown;
	grown[values->count] = lack_noted(strndup(text, length));
	if (!grown[values->count])
		return -ENOMEM;
	values->count++;
	return 0;
}

static int fail_ended(struct failure *f, const char *what, int status)
{
	if (status < 0)
		return fail(f, "cannot read %s: %s", what, strerror(-status));
	return fail(f, "cannot read %s: ifquery ended with status %d", what, status);
}

/* Up to where the next statement begins: a comma does not divide the segments of `segs A,B`. */
static size_t statement_length(const char *text)
{
	size_t length = 0;
	bool segments = false;

	while (text[length]) {
		size_t word = strcspn(text + length, segments ? " \t" : " \t,");
		bool is_segs = word == 4 && !strncmp(text + length, "segs", 4);

		length += word;
		if (text[length] == ',')
			break;
		if (word)
			segments = is_segs;
		length += text[length] != '\0';
	}
	return length;
}

static size_t line_length(const char *text)
{
	return strcspn(text, "\n");
}

/* Add the trimmed pieces of `text`, each as long as `piece` finds it. */
static int values_split(struct values *values, const char *text, size_t (*piece)(const char *))
{
	while (*text) {
		size_t length = piece(text);
		const char *start = text + strspn(text, " \t");
		const char *end = text + length;

		while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
			end--;
		if (end > start && values_add(values, start, (size_t)(end - start)))
			return -ENOMEM;
		text += length;
		text += *text != '\0';
	}
	return 0;
}

/* What `ifquery -L -P` printed: `auto NAME`, `iface NAME` or `template NAME`, the stanza's lines behind two blanks, an empty line. */
static char *listing;

void interfaces_read_all(void)
{
	const char *const options[] = { "-L", "-P", NULL };
	int status;

	if (!listing)
		listing = ifquery(options, &status);
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + 1 : line;
}

/* The value behind a word at the beginning of a line, or NULL. */
static const char *behind(const char *line, const char *word)
{
	size_t length = strlen(word);

	return !strncmp(line, word, length) && line[length] == ' ' ? line + length + 1 : NULL;
}

/* Is there a line with these two words? */
static bool is_listed(const char *word, const char *iface)
{
	size_t length = strlen(iface);

	for (const char *line = listing; line && *line; line = next_line(line)) {
		const char *name = behind(line, word);

		if (name && !strncmp(name, iface, length) && name[length] == '\n')
			return true;
	}
	return false;
}

bool interfaces_auto(const char *iface)
{
	return !listing || is_listed("auto", iface);
}

bool interfaces_template(const char *iface)
{
	return is_listed("template", iface);
}

/* The first line of a stanza in it, or NULL. */
static const char *listed(const char *iface)
{
	size_t length = strlen(iface);

	for (const char *line = listing; line && *line; line = next_line(line)) {
		const char *name = behind(line, "iface");

		if (name && !strncmp(name, iface, length) && (name[length] == '\n' || name[length] == ' '))
			return next_line(line);
	}
	return NULL;
}

static int query_listing(const char *line, const char *keyword, struct values *lines)
{
	int err = 0;

	for (; !err && !strncmp(line, "  ", 2); line = next_line(line)) {
		const char *value = behind(line + 2, keyword);
		char *text = value ? lack_noted(strndup(value, strcspn(value, "\n"))) : NULL;

		if (value)
			err = text ? values_split(lines, text, line_length) : -ENOMEM;
		free(text);
	}
	return err;
}

static char in_name(char c)
{
	return c == '-' ? '_' : (char)toupper((unsigned char)c);
}

/* Are both words one variable, see env_name()?  vrf_bind and VRF-Bind are IF_VRF_BIND, too. */
static bool is_same(const char *word, size_t length, const char *keyword)
{
	if (strlen(keyword) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (in_name(word[i]) != in_name(keyword[i]))
			return false;
	return true;
}

/* Such a word has no executor run by itself. */
static bool has_executor(const char *iface, const char *keyword)
{
	struct values used = { 0 };
	struct failure ignored;
	size_t length = strcspn(keyword, "-");
	bool found = false;

	interfaces_query(iface, "use", &used, &ignored);
	for (size_t i = 0; i < used.count; i++)
		found |= strlen(used.text[i]) == length && !strncmp(used.text[i], keyword, length);
	values_free(&used);
	return found;
}

static bool pass(const char *iface, const char *word, size_t length, const char *keyword)
{
	return is_same(word, length, keyword) && (!strncmp(word, keyword, length) || has_executor(iface, keyword));
}

bool interfaces_pass(const char *iface, const char *word, const char *keyword)
{
	return pass(iface, word, strlen(word), keyword);
}

int interfaces_passed(const char *iface, const char *keyword, struct values *lines, struct failure *f)
{
	const char *line = listed(iface);
	const size_t length = strlen(keyword);
	int err = 0;

	if (!line)
		return interfaces_query(iface, keyword, lines, f);
	for (; !err && !strncmp(line, "  ", 2); line = next_line(line)) {
		const char *word = line + 2;
		char *text;

		if (!pass(iface, word, strcspn(word, " \t\n"), keyword))
			continue;
		text = lack_noted(strndup(word + length, line_length(word + length)));
		err = text ? values_split(lines, text, line_length) : -ENOMEM;
		free(text);
	}
	return err ? fail(f, "cannot read %s: %s", keyword, strerror(ENOMEM)) : 0;
}

int interfaces_query(const char *iface, const char *keyword, struct values *lines, struct failure *f)
{
	const char *const options[] = { "-p", keyword, iface, NULL };
	const char *file = env_get("INTERFACES_FILE");
	const char *known = listed(iface);
	int status = 0, err;
	char *text;

	if (known)
		return query_listing(known, keyword, lines) ? fail(f, "cannot read %s: %s", keyword, strerror(ENOMEM))
							    : 0;
	text = ifquery(options, &status);
	if (!text && status == 127)
		return fail(f, "cannot read %s: ifquery not found", keyword);
	if (!text && file && access(file, R_OK))
		return fail(f, "cannot read %s: %s: %s", keyword, file, strerror(errno));
	/* status 1: no such interface */
	if (!text && status != 1)
		return fail_ended(f, keyword, status);
	err = text ? values_split(lines, text, line_length) : 0;
	free(text);
	return err ? fail(f, "cannot read %s: %s", keyword, strerror(ENOMEM)) : 0;
}

bool interfaces_say(const char *iface, const char *keyword, const char *value)
{
	struct values lines = { 0 };
	struct failure ignored;
	bool says = !interfaces_query(iface, keyword, &lines, &ignored) && lines.count &&
		    (!value || !strcmp(lines.text[lines.count - 1], value));

	values_free(&lines);
	return says;
}

int interfaces_keywords(const char *iface, struct values *keywords, struct failure *f)
{
	const char *const options[] = { iface, NULL };
	const char *known = listed(iface);
	int status = 0, err = 0;
	char *text = known ? NULL : ifquery(options, &status);

	for (; !err && known && !strncmp(known, "  ", 2); known = next_line(known))
		err = values_add(keywords, known + 2, strcspn(known + 2, " \t\n"));
	if (status)
		return fail_ended(f, "the keywords", status);
	/* The lines of a stanza are indented, `auto` and `iface` are not. */
	for (char *line = text; !err && line; line = strchr(line, '\n')) {
		line += strspn(line, "\n");
		if (*line == ' ' || *line == '\t') {
			line += strspn(line, " \t");
			err = values_add(keywords, line, strcspn(line, " \t\n"));
		}
	}
	free(text);
	return err ? fail(f, "cannot read the keywords: %s", strerror(ENOMEM)) : 0;
}

int interfaces_list(struct values *names, struct failure *f)
{
	const char *const options[] = { "-L", NULL };
	int status, err;
	char *text = ifquery(options, &status);

	if (!text)
		return fail_ended(f, "the names of all interfaces", status);
	err = values_split(names, text, line_length);
	free(text);
	return err ? fail(f, "cannot list the interfaces: %s", strerror(ENOMEM)) : 0;
}

bool interfaces_have(const char *name)
{
	struct failure ignored = { 0 };
	struct values names = { 0 };
	bool found = false;

	if (!interfaces_list(&names, &ignored))
		for (size_t i = 0; !found && i < names.count; i++)
			found = !strcmp(names.text[i], name);
	values_free(&names);
	return found;
}

/* Is `value` what is left of `line` in the environment? A blank where it was cut has been trimmed. */
static bool is_cut(const char *keyword, const char *value, const char *line)
{
	size_t length = strlen(value), room;
	char name[ENV_NAME];

	env_name(keyword, name);
	room = ENTRY_MAX - strlen(name) - 1;
	return strlen(line) > room && length <= room && !strncmp(line, value, length) &&
	       length + strspn(line + length, " \t") >= room;
}

static int check_length(const char *keyword, const char *line, struct failure *f)
{
	size_t length = strlen(keyword) + 1 + strlen(line);

	if (length <= LINE_MAX_SURE || length > LINE_MAX_CUT)
		return 0;
	return fail(f, "%s \"%.100s...\" has %zu bytes, and ifupdown-ng cuts lines at %d: write several", keyword, line,
		    length, LINE_MAX_CUT);
}

/* The environment's value must be the last line that ifquery prints. */
static int check_last(const char *keyword, const char *value, const struct values *lines, struct failure *f)
{
	const char *last = lines->count ? lines->text[lines->count - 1] : "";

	if (!strcmp(last, value) || is_cut(keyword, value, last))
		return 0;
	return fail(f,
		    "%s \"%.100s\" is not what ifquery reads for this interface "
		    "(ifup IFACE=STANZA cannot be used with repeatable keywords)",
		    keyword, value);
}

int interfaces_values(const char *iface, bool own, const char *keyword, struct values *values, struct failure *f)
{
	const char *value = own ? env_option(keyword) : NULL;
	struct values lines = { 0 };
	int err;

	if (own && !value)
		return 0;
	err = interfaces_query(iface, keyword, &lines, f);
	if (!err && own)
		err = check_last(keyword, value, &lines, f);
	for (size_t i = 0; !err && i < lines.count; i++)
		err = check_length(keyword, lines.text[i], f);
	for (size_t i = 0; !err && i < lines.count; i++)
		if (values_split(values, lines.text[i], statement_length))
			err = fail(f, "cannot read %s: %s", keyword, strerror(ENOMEM));
	values_free(&lines);
	return err;
}
