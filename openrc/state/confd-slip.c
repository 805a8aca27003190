/* SPDX-License-Identifier: ISC */
/*
 * openrc/state/confd-slip.c - lines that mean to say something about a VRF and do not; see confd.h.
 * OpenRC goes on after most of them, and the service starts in the default VRF.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "openrc/state/confd.h"
#include "openrc/state/memory.h"
#include "openrc/state/typo.h"

static const char *const variables[] = { "vrf", "rc_vrf", "vrf_confine", "vrf_dns" };
#define VARIABLES (sizeof(variables) / sizeof(variables[0]))

static size_t name_length(const char *text)
{
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) || text[length] == '_' || text[length] == '-')
		length++;
	return length;
}

/* Is it that name but for the case of its letters, and hyphens? */
static bool resembles(const char *text, size_t length, const char *name)
{
	for (size_t i = 0; i < length; i++)
		if (tolower((unsigned char)text[i]) != name[i] && !(text[i] == '-' && name[i] == '_'))
			return false;
	return !name[length];
}

static const char *meant(const char *text, size_t length)
{
	for (size_t i = 0; i < VARIABLES; i++)
		if (resembles(text, length, variables[i]))
			return variables[i];
	return NULL;
}

/* A word that could be a value, and behind it the line's end, a comment or another command. */
static bool read_value(const char *text, char value[16])
{
	char quote = '\0';
	size_t length;

	text += strspn(text, " \t");
	if (*text == '"' || *text == '\'')
		quote = *text++;
	for (length = 0; isalnum((unsigned char)text[length]) || (text[length] && strchr("_.@+-", text[length]));)
		length++;
	if (!length || length > 15 || (quote && text[length] != quote))
		return false;
	snprintf(value, 16, "%.*s", (int)length, text);
	text += length + !!quote;
	text += strspn(text, " \t\r");
	return !*text || strchr("#;&|)", *text);
}

/* Behind the name and its blanks. */
static bool reads_as_command(const char *rest, struct confd_slip *slip)
{
	if (*rest != '=')
		return !strcmp(slip->name, slip->variable) && read_value(rest, slip->value);
	read_value(rest + 1, slip->value);
	return true;
}

static bool has_slip(const char *rest, bool dollar, struct confd_slip *slip)
{
	slip->kind = SLIP_COMMAND;
	if (*rest == ' ' || *rest == '\t')
		return reads_as_command(rest + strspn(rest, " \t"), slip);
	if (*rest != '=')
		return false;
	read_value(rest + 1, slip->value);
	slip->kind = SLIP_DOLLAR;
	if (dollar)
		return true;
	/* A variable may be anybody's: what names no VRF means none. */
	slip->kind = strchr(slip->name, '-') ? SLIP_HYPHEN : SLIP_CASE;
	if (strcmp(slip->name, slip->variable))
		return slip->kind == SLIP_HYPHEN || (slip->value[0] && strcmp(slip->value, "default"));
	slip->kind = SLIP_BLANK;
	return (rest[1] == ' ' || rest[1] == '\t') && read_value(rest + 1, slip->value);
}

static bool read_line(const char *line, struct confd_slip *slip)
{
	bool dollar;
	size_t length;

	line += strspn(line, " \t");
	if (!strncmp(line, "export", 6) && strspn(line + 6, " \t"))
		line += 6 + strspn(line + 6, " \t");
	dollar = *line == '$';
	line += dollar;
	length = name_length(line);
	slip->variable = length < sizeof(slip->name) ? meant(line, length) : NULL;
	if (!slip->variable)
		return false;
	snprintf(slip->name, sizeof(slip->name), "%.*s", (int)length, line);
	slip->value[0] = '\0';
	return has_slip(line + length, dollar, slip);
}

/* Behind blanks, quotes, brackets, a byte order mark; NULL: a comment */
static const char *skip_marks(const char *at, bool *any)
{
	for (; *at && !isalnum((unsigned char)*at); at++) {
		if (*at == '#')
			return NULL;
		*any |= *at != ' ' && *at != '\t';
	}
	return at;
}

static const char *skip_builtin(const char *at, bool *any)
{
	static const char *const words[] = { "readonly", "declare", "typeset", "local", "let", "env", "alias", "set" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t length = strlen(words[i]);

		if (strncmp(at, words[i], length) || !strspn(at + length, " \t"))
			continue;
		*any = true;
		return skip_marks(at + length, &(bool){ false });
	}
	return at;
}

/* Is it a name with marks, or with what no assignment has behind it? */
static bool is_other(const char *behind, bool marked)
{
	switch (*behind) {
	case '=':
		return marked;
	case ':':
	case '.':
		return true;
	case '+':
	case '"':
	case '\'':
	case '}':
		return behind[1] == '=';
	default:
		return false;
	}
}

/* None of the above, no assignment, and yet the line is about a VRF. */
static bool read_other(const char *line, struct confd_slip *slip)
{
	bool marked = false, builtin = false;
	const char *at = skip_marks(line, &marked);
	size_t length;

	at = at ? skip_builtin(at, &builtin) : NULL;
	length = at ? name_length(at) : 0;
	slip->variable = length && length < sizeof(slip->name) ? meant(at, length) : NULL;
	if (!slip->variable || !is_other(at + length, marked || builtin) || (at > line && at[-1] == '$'))
		return false;
	slip->kind = builtin ? SLIP_BUILTIN : SLIP_OTHER;
	snprintf(slip->name, sizeof(slip->name), "%.*s", (int)length, at);
	slip->value[0] = '\0';
	read_value(at + length + strspn(at + length, ":.+\"'}="), slip->value);
	return true;
}

/* A carriage return that is no character of a quoted text. */
static bool has_return(const char *line, char quote)
{
	size_t length = strlen(line);

	return line[strspn(line, " \t")] == '\r' || (length && line[length - 1] == '\r' && !quote);
}

static bool is_command(const char *line)
{
	line += strspn(line, " \t\r");
	return *line && *line != '#';
}

struct slips {
	struct confd_slip *slip;
	size_t count, room;
	bool set[VARIABLES]; /* by a line that does */
	bool returned;       /* a carriage return has been found */
};

static void take_slip(struct slips *s, const struct confd_slip *slip)
{
	if (s->count < s->room)
		s->slip[s->count++] = *slip;
}

/* `quote` is the one that is open behind the line. */
static void take_line(struct slips *s, const char *line, unsigned int number, char quote)
{
	struct confd_slip slip = { .line = number };

	for (size_t i = 0; is_command(line) && i < s->count; i++)
		s->slip[i].last = false;
	slip.last = true;
	if (is_command(line) && has_return(line, quote)) {
		if (!s->returned)
			take_slip(s, &(struct confd_slip){ .kind = SLIP_RETURN, .line = number });
		s->returned = true;
	} else if (read_line(line, &slip)) {
		take_slip(s, &slip);
	} else if (read_other(line, &slip)) {
		take_slip(s, &slip);
	} else {
		for (size_t i = 0; i < VARIABLES; i++)
			s->set[i] |= confd_value(line, variables[i]) != NULL;
	}
}

bool confd_names_vrf(const char *variable)
{
	return !strcmp(variable, "vrf") || !strcmp(variable, "rc_vrf");
}

/* Both names of the VRF are one. */
static bool is_set(const struct slips *s, const char *variable)
{
	bool set = false;

	for (size_t i = 0; i < VARIABLES; i++)
		if (confd_names_vrf(variable) ? confd_names_vrf(variables[i]) : !strcmp(variable, variables[i]))
			set |= s->set[i];
	return set;
}

/* `vfr=red`, `vrf_=red`, `rc_vf=red`: its letters alone count. */
static const char *near_to(const char *name)
{
	char letters[sizeof(((struct confd_slip *)0)->name)];
	size_t n = 0;

	for (; *name; name++)
		if (isalnum((unsigned char)*name))
			letters[n++] = (char)tolower((unsigned char)*name);
	letters[n] = '\0';
	/* Alpine's patched OpenRC has RC_VRF_EXEC */
	if (typo_slips(letters, "vrf") <= 1 || !strcmp(letters, "vrfexec") || !strcmp(letters, "rcvrfexec"))
		return "vrf";
	return typo_slips(letters, "rcvrf") <= 1 ? "rc_vrf" : NULL;
}

/* `red`: nothing stands before it that would set anything. */
static bool read_bare(const char *line, struct confd_slip *slip)
{
	slip->kind = SLIP_BARE;
	slip->variable = "vrf";
	if (!read_value(line, slip->value))
		return false;
	snprintf(slip->name, sizeof(slip->name), "%s", slip->value);
	return true;
}

static bool read_near(const char *line, struct confd_slip *slip)
{
	size_t length;

	if (read_bare(line, slip))
		return true;
	slip->kind = SLIP_CASE;
	line += strspn(line, " \t");
	if (!strncmp(line, "export", 6) && strspn(line + 6, " \t"))
		line += 6 + strspn(line + 6, " \t");
	length = name_length(line);
	if (!length || length >= sizeof(slip->name) || line[length] != '=')
		return false;
	snprintf(slip->name, sizeof(slip->name), "%.*s", (int)length, line);
	slip->variable = near_to(slip->name);
	return slip->variable && strcmp(slip->name, slip->variable) && read_value(line + length + 1, slip->value);
}

bool confd_near(const char *text, bool (*is_vrf)(const char *name, void *context), void *context,
		struct confd_slip *slip)
{
	char *copy = memory_copy(text), *rest = copy, *line, quote = '\0';
	bool continued = false, found = false;
	unsigned int number = 0;

	while (rest && (line = strsep(&rest, "\n"))) {
		size_t length = strlen(line);
		char before = quote;

		number++;
		quote = confd_quote(quote, line, line + length);
		if (found && is_command(line)) {
			slip->last = false;
			break;
		}
		if (!found && !before && !continued) {
			*slip = (struct confd_slip){ .line = number, .last = true };
			found = read_near(line, slip) && is_vrf(slip->value, context);
		}
		continued = !quote && length && line[length - 1] == '\\';
	}
	free(copy);
	return found;
}

size_t confd_slips(const char *text, struct confd_slip *slip, size_t room)
{
	struct slips s = { .slip = slip, .room = room };
	char *copy = memory_copy(text), *rest = copy, *line, quote = '\0';
	bool continued = false;
	unsigned int number = 0;
	size_t kept = 0;

	while (rest && (line = strsep(&rest, "\n"))) {
		size_t length = strlen(line);
		char before = quote;

		number++;
		quote = confd_quote(quote, line, line + length);
		if (!before && !continued)
			take_line(&s, line, number, quote);
		continued = !quote && length && line[length - 1] == '\\';
	}
	free(copy);
	for (size_t i = 0; i < s.count; i++)
		if (!slip[i].variable || !is_set(&s, slip[i].variable))
			slip[kept++] = slip[i];
	return kept;
}
