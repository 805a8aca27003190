/* SPDX-License-Identifier: ISC */
/*
 * tests/fuzz/confd.c - whatever stands in a file of conf.d: what is edited once says so, and is not changed by the
 * same edit again; what is taken out is gone, or there is a reason why not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "openrc/state/confd.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void check_edit(const char *text)
{
	char *set, *again, *unset;

	errno = 0;
	set = confd_edit(text, "red");
	if (!set) {
		if (errno != EINVAL)
			abort();
		return;
	}
	again = confd_edit(set, "red");
	if (!again || strcmp(set, again) || !strstr(set, "vrf=\"red\""))
		abort();
	free(again);
	unset = confd_edit(set, NULL);
	again = unset ? confd_edit(unset, NULL) : NULL;
	if (unset ? !again || strcmp(unset, again) : errno != EINVAL)
		abort();
	free(again);
	free(unset);
	free(set);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct confd_slip slip[4];
	char *text = malloc(size + 1);
	size_t count;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	check_edit(text);
	count = confd_slips(text, slip, 4);
	for (size_t i = 0; i < count && i < 4; i++)
		if (slip[i].line < 1 || !memchr(slip[i].name, '\0', sizeof(slip[i].name)) ||
		    !memchr(slip[i].value, '\0', sizeof(slip[i].value)))
			abort();
	free(confd_script_value(text, "supervisor"));
	free(text);
	return 0;
}
