/* SPDX-License-Identifier: ISC */
/* openrc/state/stanzas.c - the interfaces file, read by the executors' own functions; see stanzas.h. */
#include <stdlib.h>
#include <string.h>

#include "executor/stanza/interfaces.h"
#include "openrc/state/file.h"
#include "openrc/state/memory.h"
#include "openrc/state/stanzas.h"

struct told {
	struct stanza *stanza;
	stanza_report report;
	void *context;
	bool any;
};

static void tell(const char *why, void *context)
{
	struct told *t = context;

	t->any = true;
	if (t->report)
		t->report(t->stanza, why, t->context);
}

static void read_stanza(struct stanza *s, stanza_report report, void *context)
{
	struct told told = { .stanza = s, .report = report, .context = context };
	struct source from = { .iface = s->name, .each = tell, .context = &told };
	struct l3mdev_options l3mdev;
	struct failure ignored;

	stanza_vrf(&from, &s->vrf, &ignored);
	s->bad = told.any;
	stanza_l3mdev(&from, &l3mdev, &ignored);
}

/* What stands in one counts where it is inherited. */
static void leave_templates(struct values *names)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->count; i++)
		if (interfaces_template(names->text[i]))
			free(names->text[i]);
		else
			names->text[kept++] = names->text[i];
	names->count = kept;
}

int stanzas_read(struct stanzas *all, stanza_report report, void *context, struct failure *why)
{
	memset(all, 0, sizeof(*all));
	if (interfaces_list(&all->names, why)) {
		/* some may be there, and no stanza of theirs */
		values_free(&all->names);
		return -1;
	}
	interfaces_read_all();
	leave_templates(&all->names);
	all->stanza = memory_zero(all->names.count + 1, sizeof(*all->stanza));
	for (size_t i = 0; i < all->names.count; i++) {
		all->stanza[i].name = all->names.text[i];
		read_stanza(&all->stanza[i], report, context);
	}
	return 0;
}

bool stanzas_read_table(const struct stanzas *all, struct stanza *s, stanza_report report, void *context)
{
	struct told told = { .stanza = s, .report = report, .context = context };
	const struct source from = { .iface = s->name, .each = tell, .context = &told };
	const struct stanza *master = stanzas_vrf(all, s->vrf.member);
	struct failure ignored;

	table_options_free(&s->table);
	stanza_table(&from, s->vrf.is_vrf ? s->vrf.table : master ? master->vrf.table : 0, &s->table, &ignored);
	return !told.any;
}

void stanzas_free(struct stanzas *all)
{
	for (size_t i = 0; all->stanza && i < all->names.count; i++)
		table_options_free(&all->stanza[i].table);
	for (size_t i = 0; i < all->up; i++) {
		free(all->running[i].iface);
		free(all->running[i].stanza);
	}
	free(all->running);
	free(all->stanza);
	values_free(&all->names);
}

const struct stanza *stanzas_find(const struct stanzas *all, const char *name)
{
	for (size_t i = 0; i < all->names.count; i++)
		if (!strcmp(all->stanza[i].name, name))
			return &all->stanza[i];
	return NULL;
}

const struct stanza *stanzas_vrf(const struct stanzas *all, const char *name)
{
	const struct stanza *s = stanzas_find(all, name);

	return s && s->vrf.is_vrf ? s : NULL;
}

char *stanzas_add_name(char *list, const char *name)
{
	char *grown = memory_text("%s%s%s", list, *list ? ", " : "", name);

	free(list);
	return grown;
}

char *stanzas_vrf_names(const struct stanzas *all, const struct kernel *k)
{
	char *list = memory_copy("");

	for (size_t i = 0; i < k->count; i++)
		list = stanzas_add_name(list, k->vrf[i].link->name);
	for (size_t i = 0; i < all->names.count; i++)
		if (all->stanza[i].vrf.is_vrf && !kernel_vrf(k, all->stanza[i].name))
			list = stanzas_add_name(list, all->stanza[i].name);
	return list;
}

/* `IFACE=STANZA COUNT [explicit]`, ifstate(5) */
static void take_line(struct stanzas *all, char *line)
{
	char *stanza = line, *iface = strsep(&stanza, "="), *rest;

	if (!stanza || !*iface)
		return;
	rest = stanza;
	strsep(&rest, " \t");
	all->running = memory_grow(all->running, all->up + 1, sizeof(*all->running));
	all->running[all->up++] =
		(struct running){ memory_copy(iface), memory_copy(stanza), rest ? strtoul(rest, NULL, 10) : 1 };
}

void stanzas_read_running(struct stanzas *all)
{
	char *text = file_read(IFSTATE), *rest = text, *line;

	while (rest && (line = strsep(&rest, "\n")))
		take_line(all, line);
	free(text);
}

bool stanzas_is_up(const struct stanzas *all, const char *stanza)
{
	for (size_t i = 0; i < all->up; i++)
		if (!strcmp(all->running[i].stanza, stanza))
			return true;
	return false;
}

bool stanzas_is_listed(const struct stanzas *all, const char *name)
{
	for (size_t i = 0; i < all->up; i++)
		if (!strcmp(all->running[i].iface, name))
			return true;
	return stanzas_is_up(all, name);
}

const struct stanza *stanzas_of(const struct stanzas *all, const char *iface)
{
	for (size_t i = 0; i < all->up; i++)
		if (!strcmp(all->running[i].iface, iface))
			return stanzas_find(all, all->running[i].stanza);
	return stanzas_find(all, iface);
}
