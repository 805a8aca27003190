/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/metrics.c - see metrics.h.  The names are listed in doc/monitoring.md. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "openrc/rc-vrf/metrics.h"
#include "openrc/state/memory.h"

static void begin_type(FILE *to, const char *name, const char *type, const char *help)
{
	fprintf(to, "# HELP vrf_ng_%s %s\n# TYPE vrf_ng_%s %s\n", name, help, name, type);
}

static void begin(FILE *to, const char *name, const char *help)
{
	begin_type(to, name, "gauge", help);
}

/* As the format has it, and no more: what else a name has is a matter of whoever shows it. */
static void label(FILE *to, char before, const char *name, const char *value)
{
	fprintf(to, "%c%s=\"", before, name);
	for (; *value; value++)
		if (*value == '\n')
			fputs("\\n", to);
		else if (*value == '"' || *value == '\\')
			fprintf(to, "\\%c", *value);
		else
			putc(*value, to);
	putc('"', to);
}

static void of_vrf(FILE *to, const char *name, const char *vrf, size_t value)
{
	fprintf(to, "vrf_ng_%s", name);
	label(to, '{', "vrf", vrf);
	fprintf(to, "} %zu\n", value);
}

/* A VRF that services are to be in and that is missing is one that is down. */
static void print_missing(FILE *to, const struct kernel *k, const struct services *all)
{
	for (size_t i = 0; i < all->count; i++) {
		const char *vrf = all->service[i].vrf;
		bool known = !vrf[0] || vrf[0] == '?' || kernel_vrf(k, vrf);

		for (size_t j = 0; !known && j < i; j++)
			known = !strcmp(all->service[j].vrf, vrf);
		if (!known)
			of_vrf(to, "vrf_up", vrf, 0);
	}
}

static void print_vrfs(FILE *to, const struct kernel *k, const struct services *all)
{
	begin(to, "vrf_up", "Is the VRF there, and up?");
	for (size_t i = 0; i < k->count; i++)
		of_vrf(to, "vrf_up", k->vrf[i].link->name, !!(k->vrf[i].link->flags & IFF_UP));
	print_missing(to, k, all);
	begin(to, "vrf_info", "Its table, and what binds services to it.");
	for (size_t i = 0; i < k->count; i++) {
		fputs("vrf_ng_vrf_info", to);
		label(to, '{', "vrf", k->vrf[i].link->name);
		fprintf(to, ",table=\"%u\",bind=\"%s\"} 1\n", k->vrf[i].link->table,
			k->vrf[i].mark ? "mark" : "device");
	}
	begin(to, "vrf_members", "Interfaces in the VRF.");
	for (size_t i = 0; i < k->count; i++) {
		size_t members = 0;

		for (size_t j = 0; j < k->links.count; j++)
			members += k->links.link[j].master == k->vrf[i].link->ifindex;
		of_vrf(to, "vrf_members", k->vrf[i].link->name, members);
	}
	begin(to, "vrf_routes", "Routes in its table, without those to own addresses.");
	for (size_t i = 0; i < k->count; i++)
		for (int j = 0; j < 2; j++) {
			fputs("vrf_ng_vrf_routes", to);
			label(to, '{', "vrf", k->vrf[i].link->name);
			fprintf(to, ",family=\"%s\"} %zu\n", family_names[j],
				vrf_routes(&k->vrf[i], kernel_families[j]));
		}
}

/* Of a VRF with a set; it begins with 0 again when that is made anew. */
static void print_drops(FILE *to, const struct rings *rings)
{
	begin_type(to, "drops_total", "counter", "Packets and sockets that the filters of the VRF have stopped.");
	for (size_t i = 0; i < rings->count; i++) {
		uint64_t count, lost;
		bool said = false;

		for (size_t j = 0; !said && j < i; j++)
			said = !strcmp(rings->ring[j].vrf, rings->ring[i].vrf);
		if (said)
			continue;
		rings_count(rings, rings->ring[i].vrf, &count, &lost);
		fputs("vrf_ng_drops_total", to);
		label(to, '{', "vrf", rings->ring[i].vrf);
		fprintf(to, "} %" PRIu64 "\n", count);
	}
}

static void of_service(FILE *to, const char *name, const struct service *service, const char *place, size_t value)
{
	fprintf(to, "vrf_ng_%s", name);
	label(to, '{', "service", service->name);
	label(to, ',', "vrf", service->vrf);
	if (place)
		label(to, ',', "place", place);
	fprintf(to, "} %zu\n", value);
}

static void print_services(FILE *to, const struct services *all)
{
	begin(to, "service_started", "Is a service that has to do with VRFs started?");
	for (size_t i = 0; i < all->count; i++)
		if (service_concerned(all, &all->service[i]))
			of_service(to, "service_started", &all->service[i], NULL,
				   !!(all->service[i].state & RC_SERVICE_STARTED));
	begin(to, "service_processes", "Of one with a VRF: its processes in that, and elsewhere.");
	for (size_t i = 0; i < all->count; i++)
		if (service_concerned(all, &all->service[i]) && all->service[i].vrf[0]) {
			of_service(to, "service_processes", &all->service[i], "inside", all->service[i].inside);
			of_service(to, "service_processes", &all->service[i], "outside", all->service[i].outside);
		}
}

static size_t count(const struct findings *f, const char *id, bool warning)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += f->finding[i].warning == warning && (!id || !strcmp(f->finding[i].id, id));
	return n;
}

static void print_findings(FILE *to, const struct findings *f)
{
	static const char *const levels[] = { "broken", "warning" };

	begin(to, "findings", "What rc-vrf check finds: promises that do not hold, and what may be meant so.");
	for (int warning = 0; warning < 2; warning++)
		fprintf(to, "vrf_ng_findings{level=\"%s\"} %zu\n", levels[warning], count(f, NULL, warning));
	begin(to, "finding", "The same by id, for which there is an entry in troubleshooting.md.");
	for (size_t i = 0; i < f->count; i++) {
		const struct finding *one = &f->finding[i];
		bool said = false;

		for (size_t j = 0; !said && j < i; j++)
			said = f->finding[j].warning == one->warning && !strcmp(f->finding[j].id, one->id);
		if (!said)
			fprintf(to, "vrf_ng_finding{id=\"%s\",level=\"%s\"} %zu\n", one->id, levels[one->warning],
				count(f, one->id, one->warning));
	}
}

int metrics_print(FILE *to, const struct kernel *k, const struct services *all, const struct rings *rings,
		  const struct findings *f)
{
	begin(to, "info", "The version of vrf-ng.");
	fputs("vrf_ng_info{version=\"" VERSION "\"} 1\n", to);
	print_vrfs(to, k, all);
	print_drops(to, rings);
	print_services(to, all);
	print_findings(to, f);
	errno = 0;
	return fflush(to) || ferror(to) ? -(errno ? errno : EIO) : 0;
}

int metrics_write(const char *file, const struct kernel *k, const struct services *all, const struct rings *rings,
		  const struct findings *f)
{
	char *beside = memory_text("%s.XXXXXX", file);
	FILE *to = NULL;
	int err = 0, fd;

	/* the collector of node_exporter reads what ends in .prom */
	fd = mkstemp(beside);
	if (fd < 0)
		err = -errno;
	else if (!(to = fdopen(fd, "w")) || fchmod(fd, 0644))
		err = -errno;
	if (!err)
		err = metrics_print(to, k, all, rings, f);
	/* that a power cut leaves one of both, not an empty one */
	if (!err && (fflush(to) || fsync(fd)))
		err = -errno;
	if (to ? fclose(to) && !err : fd >= 0 && close(fd) && !err)
		err = -errno;
	if (!err && rename(beside, file))
		err = -errno;
	if (err && fd >= 0)
		unlink(beside);
	free(beside);
	return err;
}
