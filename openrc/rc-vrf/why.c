/* SPDX-License-Identifier: ISC */
/* openrc/rc-vrf/why.c - the command why: its words, and what of all that is done; see why.h. */
#include <string.h>

#include "openrc/rc-vrf/print.h"
#include "openrc/rc-vrf/reading.h"
#include "openrc/rc-vrf/why.h"

enum { EXIT_CANNOT = 1 };

int why(bool json, int argc, char **argv)
{
	/* large */
	static struct facts facts;
	struct judgement j;
	struct netlink nl;
	struct kernel k;
	const char *text, *wrong;
	int status;

	facts.from = argc > 1 && !strcmp(argv[1], "from");
	if (facts.from && argc < 3)
		trouble("why: the address behind from is missing");
	if (!facts.from && argc > 2)
		trouble("why: \"%s\" is one argument too many", argv[2]);
	text = argv[facts.from ? 2 : 1];
	wrong = target_parse(text, &facts.target);
	if (wrong)
		trouble("why: %s %s", text, wrong);
	if (facts.from && facts.target.port)
		trouble("why: %s has a port, and whoever asks may have any: write ADDR or ADDR/PROTO behind from",
			text);
	need_root("read what the filters let pass");
	read_outline(&nl, &k);
	why_read(argv[0], &nl, &k, &facts);
	judge(&facts, &j);
	(json ? show_why_json : show_why)(&j, &facts);
	status = j.can ? 0 : EXIT_CANNOT;
	judgement_free(&j);
	kernel_free(&k);
	netlink_close(&nl);
	return status;
}
