/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why-print.c - a judgement, for people or for programs; see why.h. */
#include <stdio.h>

#include "openrc/rc-vrf/json.h"
#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/why.h"

void show_why(const struct judgement *j, const struct facts *facts)
{
	static const char marks[] = { [STEP_GOOD] = ' ', [STEP_BAD] = '!', [STEP_PASSED] = ' ' };

	(void)facts;
	print(stdout, "%s", j->answer);
	putchar('\n');
	if (j->remedy) {
		print(stdout, "   %s", j->remedy);
		putchar('\n');
	}
	for (size_t i = 0; i < j->count; i++) {
		print(stdout, " %c %-10s %s", marks[j->step[i].state], j->step[i].what, j->step[i].text);
		putchar('\n');
	}
}

void show_why_json(const struct judgement *j, const struct facts *facts)
{
	static const char *const states[] = { [STEP_GOOD] = "good", [STEP_BAD] = "bad", [STEP_PASSED] = "passed" };

	json_object(NULL);
	json_bool("can", j->can);
	json_string("asked", facts->place.name);
	json_string("vrf", facts->place.vrf[0] ? facts->place.vrf : NULL);
	json_bool("running", facts->place.running);
	json_string("address", facts->target.text);
	json_bool("from", facts->from);
	json_string("answer", j->answer);
	json_string("remedy", j->remedy);
	json_array("steps");
	for (size_t i = 0; i < j->count; i++) {
		json_object(NULL);
		json_string("step", j->step[i].what);
		json_string("state", states[j->step[i].state]);
		json_string("text", j->step[i].text);
		json_end_object();
	}
	json_end_array();
	json_end_object();
	putchar('\n');
}
