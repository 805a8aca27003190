/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/show-features.c - what this kernel has and lacks, for people and for programs; see features.h. */
#include <stdio.h>

#include "openrc/rc-vrf/features.h"
#include "openrc/rc-vrf/json.h"
#include "openrc/rc-vrf/print.h"

void show_features(const struct feature all[FEATURES])
{
	print(stdout, "KERNEL %s", features_kernel());
	putchar('\n');
	for (size_t i = 0; i < FEATURES; i++) {
		print(stdout, "%-28s %s", all[i].name, all[i].has ? "yes" : "no");
		if (!all[i].has) {
			print(stdout, "   %s", all[i].without);
			fputs("\n    ", stdout);
			print(stdout, "%s", all[i].remedy);
		}
		putchar('\n');
	}
}

void show_features_json(const struct feature all[FEATURES])
{
	json_object(NULL);
	json_string("kernel", features_kernel());
	json_array("features");
	for (size_t i = 0; i < FEATURES; i++) {
		json_object(NULL);
		json_string("name", all[i].name);
		json_bool("has", all[i].has);
		json_bool("needed", all[i].needed);
		json_string("without", all[i].has ? NULL : all[i].without);
		json_string("remedy", all[i].has ? NULL : all[i].remedy);
		json_end_object();
	}
	json_end_array();
	json_end_object();
	putchar('\n');
}
